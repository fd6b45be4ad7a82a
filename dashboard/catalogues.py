"""The words of each language: kept in .po files, compiled once where the product is installed.

A compiled catalogue is named by the content it was made from, so one that is out of date is never
read; without one the .po file is.
"""

from __future__ import annotations

import hashlib
from io import BytesIO
from pathlib import Path
from typing import Final

from babel.messages.mofile import read_mo, write_mo

HERE: Final = Path(__file__).parent
LOCALES: Final = HERE / "locales"
BUILT: Final = HERE / "built"


def compiled_path(source: bytes, language: str, built: Path = BUILT) -> Path:
    """Return where the compiled form of a catalogue lies, if it was made."""
    return built / f"{language}-{hashlib.sha256(source).hexdigest()[:20]}.mo"


def source_of(language: str) -> bytes:
    """Return the .po file of a language."""
    return (LOCALES / language / "LC_MESSAGES" / "messages.po").read_bytes()


def read(language: str, built: Path = BUILT) -> dict[str, str]:
    """Return the texts of a language by key."""
    source = source_of(language)
    path = compiled_path(source, language, built)
    if path.exists():
        with path.open("rb") as file:
            messages = read_mo(file)
    else:
        from babel.messages.pofile import read_po

        messages = read_po(BytesIO(source), locale=language)
    return {str(message.id): str(message.string) for message in messages if message.id}


def compile_all(built: Path = BUILT) -> int:
    """Compile the catalogue of every language, and return how many texts there are."""
    from babel.messages.pofile import read_po

    built.mkdir(exist_ok=True)
    count, wanted = 0, set()
    for language in sorted(path.name for path in LOCALES.iterdir() if path.is_dir()):
        source = source_of(language)
        messages = read_po(BytesIO(source), locale=language)
        path = compiled_path(source, language, built)
        coming = path.with_suffix(".part")
        with coming.open("wb") as file:
            write_mo(file, messages)
        coming.replace(path)
        wanted.add(path)
        count += len(messages)
    for old in set(built.glob("*.mo")) - wanted:
        old.unlink()
    return count

"""Packed exports (.zip, .gz): unpacked with limits, because a small file can hold a huge one."""

from __future__ import annotations

import gzip
import lzma
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path, PurePosixPath
from typing import Protocol

from etl.errors import UnknownFormatError, UnreadableError

BYTES_AT_MOST = 4 << 30
# Surveys pack 5 to 40 times smaller; thousands of times is no survey.
RATIO_AT_MOST = 400
RATIO_FROM = 16 << 20
CHUNK_BYTES = 1 << 20
ENCRYPTED = 1
# A turned bit in a directory of sizes and places can send a reader anywhere.
DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    ValueError,
    OverflowError,
    struct.error,
    lzma.LZMAError,
)
MEND = "Unpack it yourself and offer the export in it."


class Readable(Protocol):
    """What unpacks piece by piece."""

    def read(self, size: int, /) -> bytes:
        """Return at most so many bytes, none at the end."""


def unpack_gzip(path: Path, name: str, scratch: Path) -> tuple[Path, str]:
    """Return the unpacked file and the name it has without `.gz`.

    Errors: UnreadableError when it is damaged or grows beyond the limits.
    """
    inner = name[: -len(".gz")]
    target = scratch / f"unpacked{Path(inner).suffix.lower()}"
    with gzip.open(path) as packed:
        copy_limited(packed, target, path.stat().st_size)
    return target, inner


def unpack_zip(path: Path, suffixes: Iterable[str], scratch: Path) -> tuple[Path, str]:
    """Return the one export of an archive, unpacked, and its name in the archive.

    Errors: UnreadableError when it is damaged, locked, grows beyond the limits, or holds another
    number of exports than one.
    """
    with undamaged(), ExitStack() as opened:
        archive = opened.enter_context(zipfile.ZipFile(path))
        member = only_export(archive, suffixes)
        packed = opened.enter_context(archive.open(member))
        opened_safely = opened.pop_all()
    target = scratch / f"unpacked{PurePosixPath(member.filename).suffix.lower()}"
    with opened_safely:
        copy_limited(packed, target, member.compress_size)
    return target, PurePosixPath(member.filename).name


@contextmanager
def undamaged() -> Iterator[None]:
    """Raise UnreadableError for whatever a damaged archive makes its reader raise.

    Only reading stands inside: a full disk is not the archive's fault.
    """
    try:
        yield
    except DAMAGED:
        raise UnreadableError("the archive is damaged or cut off.", MEND) from None


def only_export(archive: zipfile.ZipFile, suffixes: Iterable[str]) -> zipfile.ZipInfo:
    """Return the one member that is an export. Raise UnreadableError when there is not one."""
    known = tuple(suffixes)
    members = [member for member in archive.infolist() if is_visible(member)]
    for member in members:
        parts = PurePosixPath(member.filename.replace("\\", "/")).parts
        if ".." in parts or member.filename.startswith(("/", "\\")) or ":" in parts[0]:
            raise UnreadableError("a name in the archive leads out of it.", MEND)
    exports = [member for member in members if member.filename.lower().endswith(known)]
    if len(exports) != 1:
        problem = f"the archive holds {len(exports)} exports; one file is one delivery."
        raise UnknownFormatError(problem, "Unpack it and offer its exports one by one.")
    if exports[0].flag_bits & ENCRYPTED:
        raise UnreadableError("the archive is locked by a password.", MEND)
    return exports[0]


def is_visible(member: zipfile.ZipInfo) -> bool:
    """Return whether a member is more than what a computer adds by itself."""
    parts = PurePosixPath(member.filename).parts
    hidden = any((part.startswith(".") and part != "..") or part == "__MACOSX" for part in parts)
    return bool(parts) and not member.is_dir() and not hidden


def piece_of(packed: Readable) -> bytes:
    """Return the next piece of what is packed, nothing at the end."""
    with undamaged():
        return packed.read(CHUNK_BYTES)


def copy_limited(packed: Readable, target: Path, packed_bytes: int) -> None:
    """Write what comes out of an archive. Raise UnreadableError when it is too much.

    Counted while it is written: what an archive says of its own size may be a lie.
    """
    written = 0
    with target.open("wb") as file:
        while chunk := piece_of(packed):
            written += len(chunk)
            is_bomb = written > RATIO_FROM and written > RATIO_AT_MOST * max(packed_bytes, 1)
            if written > BYTES_AT_MOST or is_bomb:
                raise UnreadableError("the archive unpacks to far more than an export is.", MEND)
            file.write(chunk)

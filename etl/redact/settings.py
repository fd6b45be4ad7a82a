"""`redaction.toml`: the words that are looked for in open answers."""

from __future__ import annotations

from pathlib import Path

from warehouse.instrument import Frozen
from warehouse.settings import read_toml

Words = tuple[str, ...]


class RedactionSettings(Frozen):
    """`redaction.toml`."""

    generic_name_parts: Words
    person_cues: Words
    review_words: Words
    surname_endings: tuple[str, ...]
    first_names: Words
    known_words: Words
    ordinary_words: Words
    municipalities: Words
    ambiguous_municipalities: Words


def load_redaction_settings(directory: Path) -> RedactionSettings:
    """Return `redaction.toml` of a configuration directory.

    Errors: ConfigurationError that names file, key and mend.
    """
    return read_toml(directory / "redaction.toml", RedactionSettings)

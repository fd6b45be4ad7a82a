"""Documents on paper: typst with our templates, offline, as text that a screen reader can read."""

from __future__ import annotations

import datetime
import json
from collections.abc import Mapping
from importlib.resources import files
from typing import Final

import typst

# The typesetter's own fonts, so that a document is the same wherever it is made.
FONTS: Final = ("Libertinus Serif",)
# A document says in words when its figures are of; the file itself has no time, so that the same
# words give the same bytes.
NO_TIME: Final = datetime.datetime(2024, 1, 1, tzinfo=datetime.UTC)


def typeset(template: str, words: Mapping[str, object]) -> bytes:
    """Return a PDF (PDF/UA-1) of a template and its words, which go in as data, not as markup."""
    return bytes(
        typst.compile(
            source_of(template),
            format="pdf",
            sys_inputs=inputs_of(template, words),
            ignore_system_fonts=True,
            pdf_standards="ua-1",
            timestamp=int(NO_TIME.timestamp()),
        )
    )


def source_of(template: str) -> bytes:
    """Return the text of a template."""
    folder = files("dashboard.reports").joinpath("templates")
    return folder.joinpath(f"{template}.typ").read_bytes()


def inputs_of(template: str, words: Mapping[str, object]) -> dict[str, str]:
    """Return the words as the template reads them."""
    return {template: json.dumps({"fonts": FONTS, **words}, ensure_ascii=False)}

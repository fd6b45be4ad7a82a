"""LimeSurvey's structure file (.lss): the full text of each question, to draft an instrument."""

from __future__ import annotations

import html
import re
from pathlib import Path
from xml.etree import ElementTree

from etl.errors import UnreadableError

BYTES_AT_MOST = 20_000_000
TAGS = re.compile(r"<[^>]*>")
SPACES = re.compile(r"\s+")


def questions_of(path: Path) -> dict[str, str]:
    """Return the text of every question by its code as an export spells it, in lower case.

    A part of a question has the code `code[part]`. Errors: UnreadableError.
    """
    root = parsed(path)
    questions: dict[str, str] = {}
    codes: dict[str, str] = {}
    for row in rows(root, "questions"):
        codes[row["qid"]] = row["title"]
        questions.setdefault(row["title"].casefold(), plain(row["question"]))
    for row in rows(root, "subquestions"):
        parent = codes.get(row["parent_qid"])
        if parent is not None:
            whole = f"{questions[parent.casefold()]} {plain(row['question'])}".strip()
            questions.setdefault(f"{parent}[{row['title']}]".casefold(), whole)
    return questions


def parsed(path: Path) -> ElementTree.Element:
    """Return the root of a structure file. Raise UnreadableError when it is none."""
    mend = "Export the survey's structure (.lss) from LimeSurvey again."
    if path.stat().st_size > BYTES_AT_MOST:
        raise UnreadableError("the structure is larger than any questionnaire.", mend)
    content = path.read_bytes()
    # A structure has no entities of its own, and theirs can grow without end.
    if b"<!ENTITY" in content:
        raise UnreadableError("the structure declares entities, which LimeSurvey never does.", mend)
    try:
        root = ElementTree.fromstring(content)  # noqa: S314
    except ElementTree.ParseError as error:
        raise UnreadableError(
            "the structure is no well-formed XML.", mend, row=error.position[0]
        ) from None
    if root.find("questions") is None:
        raise UnreadableError("the file has no questions, so it is no survey structure.", mend)
    return root


def rows(root: ElementTree.Element, table: str) -> list[dict[str, str]]:
    """Return the rows of a table of the structure; an absent cell is an empty text."""
    needed = dict.fromkeys(("qid", "parent_qid", "title", "question"), "")
    return [
        needed | {cell.tag: cell.text or "" for cell in row}
        for row in root.iterfind(f"{table}/rows/row")
    ]


def plain(markup: str) -> str:
    """Return a text without its markup."""
    return SPACES.sub(" ", html.unescape(TAGS.sub(" ", markup))).strip()

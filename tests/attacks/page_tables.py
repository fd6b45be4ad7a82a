"""The tables of a page: of its download, and as it comes to the screen."""

from __future__ import annotations

import csv
import io
import itertools
import json
from collections.abc import Iterator
from typing import Any

from tests.attacks.payloads import Seen
from tests.attacks.shown_words import Shown


def csv_tables(seen: Seen) -> list[Shown]:
    """Return the tables of a page's download."""
    rows = [
        tuple(cell.removeprefix("'") for cell in row) for row in csv.reader(io.StringIO(seen.text))
    ]
    starts = [place for place, row in enumerate(rows) if not row and place + 1 < len(rows)]
    found = []
    for start, end in itertools.pairwise([*starts, len(rows)]):
        caption, columns, *body = [row for row in rows[start:end] if row]
        found.append(Shown(seen.address, caption[0], columns, tuple(body)))
    return found


def parts(node: Any, kind: str) -> Iterator[Any]:
    """Yield the components of a kind, wherever they are in a callback's answer."""
    if isinstance(node, dict):
        if node.get("type") == kind:
            yield node
            return
        for child in node.values():
            yield from parts(child, kind)
    elif isinstance(node, list):
        for child in node:
            yield from parts(child, kind)


def words(node: Any) -> str:
    """Return the text of a component."""
    if isinstance(node, dict):
        return words(node.get("props", {}).get("children"))
    if isinstance(node, list):
        return "".join(words(child) for child in node)
    return "" if node is None else str(node)


def json_tables(seen: Seen) -> list[Shown]:
    """Return the tables of a page as it comes to the screen."""
    found = []
    for table in parts(json.loads(seen.text), "Table"):
        lines = [
            tuple(words(cell) for cell in line["props"]["children"])
            for line in parts(table["props"]["children"], "Tr")
        ]
        caption = [words(one) for one in parts(table["props"]["children"], "Caption")]
        if not caption and "/methode " in seen.address:
            continue  # the method's own document, the same for everybody
        found.append(Shown(seen.address, caption[0], lines[0], tuple(lines[1:])))
    return found

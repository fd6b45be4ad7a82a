"""Reading a workbook back, and computing its formulas the way a spreadsheet does."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from xml.etree import ElementTree

NAME = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
# The few forms there are: sums of a column, cells, numbers and the four operations.
FORM = re.compile(r"(SUM\([A-Z]+\d+:[A-Z]+\d+\)|MIN\(1,|[A-Z]+\d+|\d+|[-+*/()])+")


@dataclass
class Sheet:
    """The cells of a sheet by address: texts, numbers, and formulas with their cached values."""

    texts: dict[str, str] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)
    formulas: dict[str, str] = field(default_factory=dict)

    def computed(self, cell: str) -> float:
        """Return the value of a cell, formulas computed anew."""
        if cell not in self.formulas:
            return self.numbers.get(cell, 0.0)
        formula = self.formulas[cell]
        assert FORM.fullmatch(formula), formula
        text = re.sub(r"SUM\(([A-Z]+)(\d+):[A-Z]+(\d+)\)", self.summed, formula)
        text = re.sub(r"\b[A-Z]\d+", lambda found: repr(self.computed(found[0])), text)
        return float(eval(text, {"__builtins__": {}, "MIN": min}))

    def summed(self, found: re.Match[str]) -> str:
        """Return the sum of a column as text."""
        rows = range(int(found[2]), int(found[3]) + 1)
        return repr(sum(self.computed(f"{found[1]}{row}") for row in rows))

    def column(self, letter: str) -> dict[int, str]:
        """Return the texts of a column by row."""
        return {int(at[1:]): text for at, text in self.texts.items() if at[0] == letter}


def read_workbook(content: bytes) -> list[Sheet]:
    """Return the sheets of a workbook."""
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        strings = ElementTree.fromstring(book.read("xl/sharedStrings.xml"))
        shared = ["".join(part.itertext()) for part in strings.iter(f"{NAME}si")]
        names = sorted(name for name in book.namelist() if "worksheets/sheet" in name)
        return [read_sheet(ElementTree.fromstring(book.read(name)), shared) for name in names]


def read_sheet(tree: ElementTree.Element, shared: list[str]) -> Sheet:
    """Return the cells of a sheet."""
    sheet = Sheet()
    for cell in tree.iter(f"{NAME}c"):
        at, value = cell.attrib["r"], cell.findtext(f"{NAME}v")
        formula = cell.findtext(f"{NAME}f")
        if cell.attrib.get("t") == "s" and value is not None:
            sheet.texts[at] = shared[int(value)]
        elif value is not None:
            sheet.numbers[at] = float(value)
        if formula is not None:
            sheet.formulas[at] = formula
    return sheet

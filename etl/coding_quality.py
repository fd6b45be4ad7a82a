"""How well coding by words does against people: precision, recall, and whether people agree."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from etl.coding import Coder
from etl.register_sheets import Cells, read_sheets
from warehouse.errors import RegiespiegelError, RegisterError
from warehouse.settings import Settings
from warehouse.stats.reliability import krippendorff_alpha

NEEDED = ("text", "aspect_id")
SECOND = "second_aspect_id"


class CodingError(RegiespiegelError):
    """A file of hand-coded answers cannot be used."""


@dataclass(frozen=True)
class Scored:
    """How an aspect is recognised. Precision: of those coded so, how many people code so too;
    recall: of those people code so, how many are found. NaN where there are none.
    """

    aspect_id: str
    by_people: int
    by_words: int
    both: int

    @property
    def precision(self) -> float:
        """Of those coded so by words, the share that people code so."""
        return self.both / self.by_words if self.by_words else float("nan")

    @property
    def recall(self) -> float:
        """Of those that people code so, the share found by words."""
        return self.both / self.by_people if self.by_people else float("nan")


@dataclass(frozen=True)
class Evaluation:
    """The scores per aspect, and Krippendorff's α between two coders; NaN without a second."""

    scores: tuple[Scored, ...]
    row_count: int
    twice_count: int
    alpha: float


def hand_coded(path: Path, settings: Settings) -> list[Cells]:
    """Return the rows of a file of hand-coded answers.

    Errors: CodingError naming sheet, line, column and mend; it never repeats a text.
    """
    try:
        sheets = read_sheets(path)
    except RegisterError as error:
        raise CodingError(str(error)) from None
    known = {aspect.aspect_id for aspect in settings.aspects}
    rows = []
    for sheet in sheets:
        missing = [name for name in NEEDED if name not in sheet.headers]
        if missing:
            listed = ", ".join(missing)
            raise CodingError(f"{sheet.place}: the columns {', '.join(NEEDED)} need: {listed}.")
        for line, cells in sheet.rows:
            for column in ("aspect_id", SECOND):
                if cells.get(column, "") not in known | {""}:
                    problem = f"column {column}: not an aspect of aspects.toml"
                    raise CodingError(f"{sheet.place}, line {line}: {problem}. Correct it.")
            rows.append(cells)
    return [cells for cells in rows if cells["aspect_id"]]


def evaluate(rows: Sequence[Cells], coder: Coder, settings: Settings) -> Evaluation:
    """Return how well words find the aspects that people gave these rows."""
    pairs = [(cells["aspect_id"], coder.code(cells["text"]).aspect_id) for cells in rows]
    aspects = [aspect.aspect_id for aspect in settings.aspects]
    scores = tuple(
        Scored(
            aspect,
            sum(people == aspect for people, _ in pairs),
            sum(words == aspect for _, words in pairs),
            pairs.count((aspect, aspect)),
        )
        for aspect in aspects
    )
    twice = [(c["aspect_id"], c[SECOND]) for c in rows if c.get(SECOND)]
    counts = [[pair.count(aspect) for aspect in aspects] for pair in twice]
    alpha = krippendorff_alpha(counts) if counts else float("nan")
    return Evaluation(scores, len(rows), len(twice), alpha)

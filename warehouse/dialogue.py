"""A dialogue: its questions, how answers are rated, and the columns of its three exports.

Round 1 gives answers; in round 2 participants rate answers of others; the third export says who was
shown what, because a score is only fair when showing was.
"""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from warehouse.instrument import Frozen, Scale, Side

Part = Literal["answers", "ratings", "exposures"]
PARTS: tuple[Part, ...] = ("answers", "ratings", "exposures")


class DialogueColumns(Frozen):
    """The columns of one export of a dialogue; what is not asked for, the export need not have.

    `time` sorts the ratings of one person for one answer: the last one counts. Without it the
    order of the file does.
    """

    participant: str
    answer: str
    side: str | None = None
    question: str | None = None
    round: str | None = None
    organisation: str | None = None
    time: str | None = None
    text: str | None = None
    aspect: str | None = None
    rating: str | None = None
    explanation: str | None = None
    place: str | None = None


class Question(Frozen):
    """One question of a dialogue, as it stands in the export."""

    question_id: str
    question_nl: str
    question_en: str


class Dialogue(Frozen):
    """A dialogue in two rounds. The fixed values serve exports that have no such column."""

    dialogue_id: str
    version: int
    title_nl: str
    title_en: str
    rating: Scale
    question: tuple[Question, ...]
    sides: Annotated[dict[str, Side], Field(default_factory=dict)]
    fixed_side: Side | None = None
    fixed_question: str | None = None
    answers: DialogueColumns
    ratings: DialogueColumns
    exposures: DialogueColumns | None = None

    @model_validator(mode="after")
    def ratings_have_a_place(self) -> Self:
        """Raise ValueError unless ratings are −3 … +3, or −1, 0, 1 at the ends and the middle."""
        scale = self.rating
        if (scale.lowest, scale.highest) not in ((-3, 3), (-1, 1)):
            raise ValueError("ratings go from -3 to 3, or from -1 to 1, in whole steps")
        return self

    def columns(self, part: Part) -> DialogueColumns:
        """Return the columns of a part. Raise ValueError when this dialogue has no such part."""
        found = {"answers": self.answers, "ratings": self.ratings, "exposures": self.exposures}
        columns = found[part]
        if columns is None:
            raise ValueError(f"dialogue {self.dialogue_id} has no export of its {part}")
        return columns

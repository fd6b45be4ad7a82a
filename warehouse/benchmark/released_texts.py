"""Which released texts may stand in a release, and in what company: none but the role.

A text stands where at least ten people of its side wrote on its question, from at least five
organisations. It has no organisation, time, respondent, grade or number of the export, and texts
stand in the order of a hash of what they say, so nothing of how they came in is left.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

import polars as pl

from warehouse.benchmark.scores import Row
from warehouse.moderation import ReleasedText
from warehouse.settings import DisclosurePolicy, Settings

Answer = tuple[str, str]


@dataclass(frozen=True)
class Texts:
    """The texts that may be shown: one per answer of a dialogue, and quotes."""

    by_answer: Mapping[Answer, ReleasedText]
    sides: Mapping[Answer, str]
    quotes: Sequence[ReleasedText]

    def answer_text(self, question_id: str, answer_id: str) -> ReleasedText | None:
        """Return the text of an answer, None where none may be shown."""
        return self.by_answer.get((question_id, answer_id))

    def answer_columns(self, question_id: str, answer_id: str) -> Row:
        """Return what is shown of an answer beside its figures."""
        text = self.answer_text(question_id, answer_id)
        if text is None:
            return {}
        return {
            "author_side": self.sides[question_id, answer_id],
            "aspect_id": text.aspect_id,
            "text": text.text,
        }

    def quote_rows(
        self, wave_id: str, listed: Collection[Answer], settings: Settings
    ) -> Iterator[Row]:
        """Yield the quotes of a wave: all texts but those that stand beside an answer's figures.

        The same words on one side stand once, and those of a listed answer not again.
        """
        told = {(key[0], self.by_answer[key].text) for key in listed if key in self.by_answer}
        pillars = {aspect.aspect_id: aspect.pillar_id for aspect in settings.aspects}
        found: dict[str, Row] = {}
        unlisted = [text for key, text in self.by_answer.items() if key not in listed]
        for text in (*self.quotes, *unlisted):
            if (text.question_id, text.text) in told:
                continue
            quote_id = hash_of(wave_id, text.question_id, text.side, text.text)
            found[quote_id] = {
                "wave_id": wave_id,
                "quote_id": quote_id,
                "source": text.source,
                "question_id": text.question_id,
                "author_side": text.side,
                "aspect_id": text.aspect_id,
                "pillar_id": pillars.get(text.aspect_id or ""),
                "kind": text.kind,
                "sphere": text.sphere,
                "stance": text.stance,
                "text": text.text,
            }
        yield from (found[quote_id] for quote_id in sorted(found))


def hash_of(*parts: str) -> str:
    """Return a number for a text that says nothing but the text."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]


def has_company(n: int, organisations: int, side: str, policy: DisclosurePolicy) -> bool:
    """Return whether enough people, of enough organisations, wrote for one of them to be shown.

    Where an export names no organisation at all nothing ties employees to one; hr representatives
    are few and known, so for them the organisations must be.
    """
    enough = organisations >= policy.benchmark_organisations_min
    unknown = side == "employee" and organisations == 0
    return n >= policy.persons_min and (enough or unknown)


def texts_to_show(
    totals: pl.DataFrame, released: Sequence[ReleasedText], settings: Settings
) -> Texts:
    """Return the released texts that have enough company."""
    voices = totals.filter(pl.col("part") == "voice")
    company = {
        (source, question, side): has_company(n, organisations, side, settings.disclosure)
        for source, question, side, n, organisations in voices.select(
            "source", "question_id", "side", "n", "organisation_count"
        ).iter_rows()
    }
    allowed = [t for t in released if company.get((t.source, t.question_id, t.side), False)]
    ordered = sorted(allowed, key=lambda t: hash_of(t.wave_id, t.question_id, t.side, t.text))
    by_answer: dict[Answer, ReleasedText] = {}
    for text in ordered:
        if text.source == "dialogue":
            by_answer.setdefault((text.question_id, text.answer_id), text)
    chosen = set(by_answer.values())
    quotes = [text for text in ordered if text not in chosen]
    return Texts(by_answer, author_sides(totals), quotes)


def author_sides(totals: pl.DataFrame) -> dict[Answer, str]:
    """Return who wrote each answer: `employee`, `hr`, or `both` for answers that were merged."""
    authors = totals.filter(pl.col("part") == "author")
    found: dict[Answer, str] = {}
    for question, answer, side in authors.select("question_id", "answer_id", "side").iter_rows():
        before = found.get((question, answer), side)
        found[question, answer] = side if before == side else "both"
    return found

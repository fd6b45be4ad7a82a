"""Coding of open answers: by the coder's own column where there is one, else by the words in it.

A code by words is a suggestion with a confidence; who moderates sees it and may say otherwise.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from warehouse.errors import ConfigurationError
from warehouse.instrument import Frozen
from warehouse.settings import Settings, read_toml

Dimension = Literal["kind", "sphere", "stance", "reason"]
Source = Literal["coder", "moderator", "lexicon", "none"]
DIMENSIONS: tuple[Dimension, ...] = ("kind", "sphere", "stance", "reason")
# What an answer is when no word says otherwise.
OTHERWISE: Mapping[Dimension, str | None] = {
    "kind": None,
    "sphere": "own",
    "stance": None,
    "reason": "anders",
}
STRONG, WEAK = 2, 1
Words = tuple[str, ...]


class AspectWords(Frozen):
    """The words of an aspect: `strong` ones count twice."""

    aspect_id: str
    strong: Words
    weak: Words


class LabelWords(Frozen):
    """The words of another code."""

    dimension: Dimension
    label: str
    words: Words


class CodingSettings(Frozen):
    """`coding.toml`."""

    aspect_words: tuple[AspectWords, ...]
    label_words: tuple[LabelWords, ...]


@dataclass(frozen=True)
class Coded:
    """An answer's codes. `confidence` (0-1) is of the aspect; without an aspect it is 0."""

    aspect_id: str | None
    confidence: float
    source: Source
    labels: Mapping[Dimension, str | None]


@dataclass(frozen=True)
class Weighed:
    """A code with the patterns that speak for it and what each counts."""

    code: str
    patterns: tuple[tuple[re.Pattern[str], int], ...]

    def weigh(self, text: str) -> tuple[int, int]:
        """Return how much of a text speaks for the code, and minus where that begins."""
        found = [(m, weight) for pattern, weight in self.patterns for m in pattern.finditer(text)]
        first = min((match.start() for match, _ in found), default=len(text))
        return sum(weight for _, weight in found), -first


@dataclass(frozen=True)
class Coder:
    """The words of `coding.toml`, made ready once for many answers."""

    aspects: tuple[Weighed, ...]
    labels: Mapping[Dimension, tuple[Weighed, ...]]

    def code(self, text: str, given: str | None = None) -> Coded:
        """Return the codes of an answer; `given` is the aspect in the coder's own column."""
        labels = {dimension: self.label(dimension, text) for dimension in DIMENSIONS}
        if given is not None:
            return Coded(given, 1.0, "coder", labels)
        weights = {one.code: one.weigh(text) for one in self.aspects}
        # Where two aspects weigh the same, the one that is named first is meant.
        best = max(weights, key=lambda code: weights[code])
        total = sum(weight for weight, _ in weights.values())
        if total == 0:
            return Coded(None, 0.0, "none", labels)
        return Coded(best, weights[best][0] / total, "lexicon", labels)

    def label(self, dimension: Dimension, text: str) -> str | None:
        """Return the label of a dimension with the most words, the first of equal ones."""
        weights = {one.code: one.weigh(text)[0] for one in self.labels[dimension]}
        best = max(weights, key=lambda code: weights[code])
        return best if weights[best] else OTHERWISE[dimension]


def pattern_of(words: Words) -> re.Pattern[str]:
    """Return the pattern of whole words in any case; `*` ends a word anyhow."""
    bodies = [re.escape(word).replace(r"\*", r"\w*").replace(r"\ ", r"\s+") for word in words]
    longest_first = sorted(bodies, key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(longest_first)})(?!\w)", re.IGNORECASE)


def coder_of(settings: CodingSettings) -> Coder:
    """Return the coder of these words."""
    return Coder(
        tuple(
            Weighed(one.aspect_id, ((pattern_of(one.strong), STRONG), (pattern_of(one.weak), WEAK)))
            for one in settings.aspect_words
        ),
        {
            dimension: tuple(
                Weighed(one.label, ((pattern_of(one.words), 1),))
                for one in settings.label_words
                if one.dimension == dimension
            )
            for dimension in DIMENSIONS
        },
    )


def load_coder(config: Path, settings: Settings) -> Coder:
    """Return the coder of `coding.toml`.

    Errors: ConfigurationError that names file, key and mend.
    """
    words = read_toml(config / "coding.toml", CodingSettings)
    known = {aspect.aspect_id for aspect in settings.aspects}
    strange = [one.aspect_id for one in words.aspect_words if one.aspect_id not in known]
    if strange:
        listed = ", ".join(sorted(known))
        place = f"{config / 'coding.toml'}: key aspect_id"
        raise ConfigurationError(f"{place}: {strange[0]!r} is not known. Use one of: {listed}.")
    return coder_of(words)

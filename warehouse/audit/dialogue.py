"""The dialogue and people's words: who is behind a score, what follows from what, what a text says.

Everything is worked out from the release's own rows and from who took part, by arithmetic of its
own. A score that is not what its parameters make it would be one more equation on raters; a text
that is not a function of its words could carry something about who wrote it.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from statistics import NormalDist
from typing import Any

import polars as pl

from warehouse.audit.reading import Tables
from warehouse.audit.report import Place, Trail
from warehouse.paths import Store
from warehouse.settings import DisclosurePolicy

Row = dict[str, Any]
SAME = 1e-6
Z90 = NormalDist().inv_cdf(0.90)
Z95 = NormalDist().inv_cdf(0.975)
# What a released text may stand with; anything else could say when or where it was said.
COLUMNS: Mapping[str, frozenset[str]] = {
    "quote": frozenset(
        (
            "wave_id",
            "quote_id",
            "source",
            "question_id",
            "author_side",
            "aspect_id",
            "pillar_id",
            "kind",
            "sphere",
            "stance",
            "text",
        )
    ),
    "dialogue_answer": frozenset(
        (
            "wave_id",
            "question_id",
            "answer_id",
            "position",
            "rater_side",
            "author_side",
            "aspect_id",
            "text",
            "rating_count",
            "mean_rating",
            "support",
            "support_low",
            "consensus",
            "polarisation",
            "spread_status",
            "is_divided",
            "wrote_count",
            "shift",
            "shift_low",
            "shift_high",
            "shift_status",
            "status",
        )
    ),
}
TELLING = re.compile(r"\S@\S|https?:|www\.|\d(?:[\s.-]?\d){5}|\b[1-9]\d{3}\s?[A-Z]{2}\b")


def read_voices(store: Store, waves: Iterable[str]) -> dict[str, list[list[Row]]]:
    """Return who took part in the dialogues of waves, one list of rows per time it was closed."""
    return {wave: [rows_in(p) for p in voice_files(store, wave)] for wave in waves}


def voice_files(store: Store, wave_id: str) -> list[Path]:
    """Return the files about a wave's dialogues."""
    return sorted(store.voices.glob(f"{wave_id}-*.parquet"))


def rows_in(path: Path) -> list[Row]:
    """Return a file's rows."""
    return list(pl.read_parquet(path).iter_rows(named=True))


def check_dialogue(
    tables: Tables,
    voices: Mapping[str, Sequence[Sequence[Row]]],
    policy: DisclosurePolicy,
    trail: Trail,
) -> None:
    """Try everything on the tables about dialogues and texts."""
    if "dialogue_answer" not in tables or "quote" not in tables:
        return
    for table, known in COLUMNS.items():
        for column in sorted(set(tables[table].columns) - known):
            trail.find(Place(), "unknown", f"column {table}.{column} is not known to the audit")
    answers = list(tables["dialogue_answer"].iter_rows(named=True))
    parameters = list(tables["dialogue_parameter"].iter_rows(named=True))
    for group in grouped(answers, ("wave_id", "question_id", "answer_id")).values():
        check_sides(group, policy, trail)
    by_raters = grouped(answers, ("wave_id", "question_id", "rater_side"))
    for row in parameters:
        key = tuple(row[name] for name in ("wave_id", "question_id", "rater_side"))
        check_scores(row, [one for one in by_raters.pop(key, []) if is_open(one)], trail)
    for (wave, *_), rows in by_raters.items():
        if any(is_open(row) for row in rows):
            trail.find(Place(str(wave)), "unexplained", "scores of a dialogue without parameters")
    check_texts(tables, voices, policy, trail)


def grouped(rows: Iterable[Row], names: Sequence[str]) -> dict[tuple[Any, ...], list[Row]]:
    """Return rows by the values of these columns."""
    found: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        found.setdefault(tuple(row[name] for name in names), []).append(row)
    return found


def is_open(row: Row, column: str = "status") -> bool:
    """Return whether a row's figures are published."""
    return bool(row[column] == "published")


def check_sides(rows: Sequence[Row], policy: DisclosurePolicy, trail: Trail) -> None:
    """Check that no figure of an answer, nor a difference of two, is one of too few raters."""
    place = Place(rows[0]["wave_id"], "", rows[0]["answer_id"])
    shown = {row["rater_side"]: row for row in rows if is_open(row)}
    trail.count("rated answers")
    for row in shown.values():
        check_raters(row, place, policy, trail)
    check_nested(shown, "rating_count", "mean_rating", place, trail)
    spread = {side: row for side, row in shown.items() if is_open(row, "spread_status")}
    check_nested(spread, "rating_count", "", place, trail)
    for row in spread.values():
        if row["rating_count"] < policy.distribution_persons_min:
            trail.find(place, "too few", "the spread of too few raters")


def check_raters(row: Row, place: Place, policy: DisclosurePolicy, trail: Trail) -> None:
    """Check that one row is about enough raters, and so are both sides of its shift."""
    n = row["rating_count"] or 0
    if n < policy.persons_min:
        trail.find(place, "too few", f"a score of {n} raters")
    needed = policy.homogeneity_width_min * 6 / 9
    if row["polarisation"] is not None and row["polarisation"] * 9 * n < needed**2 / 2 - SAME:
        trail.find(place, "homogeneous", "raters say nearly the same")
    if not is_open(row, "shift_status"):
        return
    parts = (row["wrote_count"], n - row["wrote_count"])
    if min(parts) < policy.persons_min:
        trail.find(place, "too few", f"a shift between {parts[0]} and {parts[1]} raters")


def check_nested(
    shown: Mapping[str, Row], count: str, mean: str, place: Place, trail: Trail
) -> None:
    """Check that the total beside a side tells of nobody, or of the other side that is shown."""
    total, sides = shown.get("total"), [shown[s] for s in ("employee", "hr") if s in shown]
    if total is None or not sides:
        return
    trail.count("totals beside sides")
    if sum(row[count] for row in sides) != total[count]:
        trail.find(place, "too few", "a total minus a side is a side that is not shown")
        return
    if not mean:
        return
    together = sum(row[count] * row[mean] for row in sides)
    if abs(together - total[count] * total[mean]) > SAME * total[count]:
        trail.find(place, "unexplained", "a total is not the sum of its sides")


def check_scores(parameter: Row, rows: Sequence[Row], trail: Trail) -> None:
    """Check that support follows from means, counts and parameters, and these from the rows."""
    place = Place(parameter["wave_id"], parameter["rater_side"], parameter["question_id"])
    if len(rows) != parameter["answer_count"]:
        trail.find(place, "unexplained", "parameters of other answers than those that are shown")
        return
    sigma2, tau2 = parameter["within_variance"], parameter["between_variance"]
    if sigma2 is None or tau2 is None:
        return
    check_within(sigma2, rows, place, trail)
    check_between(parameter, rows, place, trail)
    for row in rows:
        trail.count("values worked out again", 2)
        check_support(row, parameter, place, trail)
        check_shift(row, sigma2, place, trail)


def check_within(sigma2: float, rows: Sequence[Row], place: Place, trail: Trail) -> None:
    """Check the variance within answers against the spreads that are published."""
    freedom = sum(row["rating_count"] - 1 for row in rows)
    spread = [row for row in rows if is_open(row, "spread_status")]
    known = sum(9 * row["rating_count"] * row["polarisation"] for row in spread)
    most = known + sum(9 * row["rating_count"] for row in rows if row not in spread)
    slack = SAME * (1 + most)
    if not known - slack <= sigma2 * freedom <= most + slack:
        trail.find(place, "unexplained", "the variance within answers is not that of the answers")


def check_between(parameter: Row, rows: Sequence[Row], place: Place, trail: Trail) -> None:
    """Check that variance between answers and mean solve the equation of Paule and Mandel."""
    sigma2, tau2, mu = (parameter[n] for n in ("within_variance", "between_variance", "mean"))
    weights = [1 / (sigma2 / row["rating_count"] + tau2) for row in rows]
    means = [row["mean_rating"] for row in rows]
    expected = sum(w * m for w, m in zip(weights, means, strict=True)) / sum(weights)
    spread = sum(w * (m - mu) ** 2 for w, m in zip(weights, means, strict=True))
    solved = abs(spread - (len(rows) - 1)) <= 1e-4 * len(rows)
    if tau2 == 0:
        solved = spread <= len(rows) - 1 + 1e-4
    if not solved or abs(expected - mu) > SAME:
        trail.find(place, "unexplained", "the parameters are not those of the answers")


def check_support(row: Row, parameter: Row, place: Place, trail: Trail) -> None:
    """Check support and its lower bound."""
    sigma2, tau2, mu = (parameter[n] for n in ("within_variance", "between_variance", "mean"))
    n, mean = row["rating_count"], row["mean_rating"]
    if tau2 == 0:
        fits = abs(row["support"] - mu) <= SAME and row["support_low"] is None
    else:
        weight = n * tau2 / (sigma2 + n * tau2)
        support = mu + weight * (mean - mu)
        low = support - Z90 * (sigma2 * tau2 / (sigma2 + n * tau2)) ** 0.5
        fits = abs(row["support"] - support) <= SAME and abs(row["support_low"] - low) <= SAME
    if not fits:
        said = f"support of {row['answer_id']} does not follow from its ratings"
        trail.find(place, "unexplained", said)


def check_shift(row: Row, sigma2: float, place: Place, trail: Trail) -> None:
    """Check that the interval of a shift is that of its counts, and nobody's own spread."""
    if not is_open(row, "shift_status"):
        return
    wrote = row["wrote_count"]
    half = Z95 * (sigma2 * (1 / wrote + 1 / (row["rating_count"] - wrote))) ** 0.5
    middle = (row["shift_low"] + row["shift_high"]) / 2
    width = (row["shift_high"] - row["shift_low"]) / 2
    if abs(width - half) > SAME or abs(middle - row["shift"]) > SAME:
        trail.find(place, "unexplained", f"the shift of {row['answer_id']} has another interval")


def check_texts(
    tables: Tables,
    voices: Mapping[str, Sequence[Sequence[Row]]],
    policy: DisclosurePolicy,
    trail: Trail,
) -> None:
    """Check that every text has company, is known by its words alone, and names no one."""
    names = known_names(tables["organisation"])
    quotes = [row | {"origin": row["source"]} for row in tables["quote"].iter_rows(named=True)]
    answers = tables["dialogue_answer"].filter(pl.col("text").is_not_null())
    spoken = [row | {"origin": "dialogue"} for row in answers.iter_rows(named=True)]
    for row in quotes:
        parts = "\x1f".join(row[n] for n in ("wave_id", "question_id", "author_side", "text"))
        if row["quote_id"] != hashlib.sha256(parts.encode()).hexdigest()[:16]:
            trail.find(Place(row["wave_id"]), "order", "a text is numbered by more than its words")
    for row in (*quotes, *spoken):
        place = Place(row["wave_id"], row["author_side"] or "")
        trail.count("texts")
        if TELLING.search(row["text"]) or names.search(row["text"]):
            trail.find(place, "text", "a text says who or where somebody is")
        if not any(has_company(row, file, policy) for file in voices.get(row["wave_id"], [])):
            trail.find(place, "too few", "a text of a side of which too few people wrote")


def known_names(organisations: pl.DataFrame) -> re.Pattern[str]:
    """Return the pattern of the organisations' names."""
    names = sorted({name for name in organisations["name"].drop_nulls() if len(name) >= 4})
    return re.compile("|".join(map(re.escape, names)) or "(?!)", re.IGNORECASE)


def has_company(row: Row, voices: Sequence[Row], policy: DisclosurePolicy) -> bool:
    """Return whether enough people of enough organisations wrote where a text was written."""
    sides = ("employee", "hr") if row["author_side"] == "both" else (row["author_side"],)
    mine = [
        voice
        for voice in voices
        if voice["part"] == "voice"
        and (voice["source"], voice["question_id"]) == (row["origin"], row["question_id"])
        and voice["side"] in sides
    ]
    return any(
        voice["n"] >= policy.persons_min
        and (
            voice["organisation_count"] >= policy.benchmark_organisations_min
            or (voice["organisation_count"] == 0 and voice["side"] == "employee")
        )
        for voice in mine
    )

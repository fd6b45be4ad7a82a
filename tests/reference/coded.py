"""The rows of `coded_answer` and `coded_gap` (S24): who names which code of an open answer."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from tests.reference.atoms import base_atoms
from tests.reference.bands import merge_groups
from tests.reference.gaps import named, one_sided
from tests.reference.hr import first_groups
from tests.reference.intervals import newcombe, share_variance, wilson
from tests.reference.verdicts import Judged, chance, verdicts
from tests.reference.world import (
    HR_ORGANISATIONS,
    PEERS,
    PERSONS,
    SECTOR,
    Z90,
    Group,
    Row,
    Wave,
)

OWN_FOR_AN_INTERVAL = 10
HIGH, LOW = 8, 6
Rows = dict[tuple[Any, ...], Row]
Sums = dict[str, int]


@dataclass(frozen=True)
class Question:
    """A question with codes; `commissioner` are the codes of which the second sum is made.

    `grade_class` is of whom: everybody (`all`), or those with a high or a low grade.
    """

    item_id: str
    codes: Mapping[str, int]
    commissioner: frozenset[str]
    grade_class: str = "all"

    def counted(self) -> dict[str, set[int]]:
        """Return the answers that each code and each sum of codes counts, in their order."""
        found = {
            name: {self.codes[name]} for name in sorted(self.codes, key=self.codes.__getitem__)
        }
        if self.commissioner:
            theirs = {self.codes[name] for name in self.commissioner}
            found["own_influence"] = set(self.codes.values()) - theirs
            found["commissioner"] = theirs
        return found

    def includes(self, person: Row) -> bool:
        """Return whether a person is one of those it is about."""
        grade = person["answers"].get("grade")
        if self.grade_class == "all":
            return True
        return grade is not None and (grade >= HIGH if self.grade_class == "high" else grade <= LOW)


@dataclass(frozen=True)
class Cluster:
    """An atom of employees, or an organisation of hr: how many answered, and named each code."""

    band: str
    is_own: bool
    organisations: int
    n: int
    counts: Sums


@dataclass(frozen=True)
class Share:
    """How often a group names one code."""

    value: float
    effective: float


@dataclass(frozen=True)
class Named:
    """What a group names."""

    bands: Group
    n: int
    organisations: int
    shares: Mapping[str, Share]


def given(wave: Wave, side: str, question: Question) -> dict[str, list[int]]:
    """Return the codes that people of each organisation gave."""
    found: dict[str, list[int]] = defaultdict(list)
    for person in wave.rows:
        code = person["answers"].get(question.item_id)
        if person["side"] == side and code in question.codes.values() and question.includes(person):
            found[person["organisation_id"]].append(code)
    return found


def clusters_of(wave: Wave, side: str, question: Question) -> list[Cluster]:
    """Return the atoms of who took part, the sector rest left out; of hr the organisations."""
    said, counted = given(wave, side, question), question.counted()
    if side == "hr":
        return [
            Cluster(
                band, False, 1, 1, {c: int(bool(some & set(codes))) for c, some in counted.items()}
            )
            for name, codes in said.items()
            if (band := wave.band_of[name])
        ]
    atoms: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, label in base_atoms(wave).items():
        if label != SECTOR:
            atoms[label].append(name)
    found = []
    for (kind, _), members in atoms.items():
        codes = [code for name in members for code in said.get(name, [])]
        counts = {c: sum(code in some for code in codes) for c, some in counted.items()}
        band = wave.band_of[members[0]] or ""
        found.append(Cluster(band, kind == "own", len(members), len(codes), counts))
    return found


def may_be_shown(clusters: Sequence[Cluster], side: str, codes: Iterable[str]) -> bool:
    """Return whether a group is large, of several organisations, and of more than one opinion."""
    n = sum(one.n for one in clusters)
    if n < (HR_ORGANISATIONS if side == "hr" else PERSONS):
        return False
    if any(sum(one.counts[code] for one in clusters) == n for code in codes):
        return False
    if side == "hr":
        return True
    own = [one for one in clusters if one.is_own]
    several = not own or len(own) >= OWN_FOR_AN_INTERVAL
    enough = sum(one.organisations for one in clusters) >= PEERS
    return enough and several and all(2 * one.n <= n for one in own)


def shown_groups(
    wave: Wave, clusters: Sequence[Cluster], side: str, codes: Sequence[str]
) -> list[Group]:
    """Return the groups of bands that are shown: all that somebody answered in, or none."""

    def inside(group: Group) -> list[Cluster]:
        return [one for one in clusters if one.band in group]

    def size(group: Group) -> int:
        return sum(one.n for one in inside(group))

    def passes(group: Group) -> bool:
        return size(group) == 0 or may_be_shown(inside(group), side, codes)

    groups = [g for g in merge_groups(first_groups(wave, side), size, passes) if size(g)]
    return groups if all(passes(group) for group in groups) else []


def in_group(clusters: Sequence[Cluster], bands: Group, side: str, codes: Iterable[str]) -> Named:
    """Return what a group of bands names; answers of one atom are alike, so they count for less."""
    n = sum(one.n for one in clusters)
    filled = [one for one in clusters if one.n]
    k, shares = len(filled), {}
    for code in codes:
        p = sum(one.counts[code] for one in clusters) / n
        effective = float(n)
        if side == "employee" and k > 1 and 0 < p < 1:
            squares = sum((one.counts[code] - p * one.n) ** 2 for one in filled)
            variance = k / (k - 1) * squares / n**2
            # Atoms that all name it equally often leave nothing but rounding.
            if variance > 1e-18:
                effective = min(max(p * (1 - p) / variance, 1.0), n)
        shares[code] = Share(p, effective)
    return Named(bands, n, sum(one.organisations for one in clusters), shares)


def together(wave: Wave, groups: Sequence[Named], side: str, codes: Iterable[str]) -> Named:
    """Return the sector: groups by the people they employ; of hr every organisation counts once."""
    n, shares = sum(one.n for one in groups), {}
    heads = [sum(employed(wave, band) for band in one.bands) for one in groups]
    weights = [one.n / n for one in groups] if side == "hr" else [h / sum(heads) for h in heads]
    for code in codes:
        parts = [(w, one.shares[code], one.n) for w, one in zip(weights, groups, strict=True)]
        p = sum(w * share.value for w, share, _ in parts)
        if side == "hr":
            shares[code] = Share(p, n)
            continue
        variance = sum(w**2 * s.value * (1 - s.value) / s.effective for w, s, _ in parts)
        effective = 1 / sum(w**2 / count for w, _, count in parts)
        if 0 < p < 1 and variance > 0:
            effective = min(max(p * (1 - p) / variance, 1.0), n)
        shares[code] = Share(p, effective)
    return Named((), n, sum(one.organisations for one in groups), shares)


def employed(wave: Wave, band: str) -> int:
    """Return how many people the register counts in a band."""
    return sum(wave.headcounts[name] or 0 for name, b in wave.band_of.items() if b == band)


def coded_answers(wave: Wave, questions: Sequence[Question]) -> Rows:
    """Return the rows of `coded_answer` by side, group_kind, group_id, item, class and code."""
    rows: Rows = {}
    for question in questions:
        counted = question.counted()
        single = list(question.codes)
        for side in ("employee", "hr"):
            clusters = clusters_of(wave, side, question)
            groups = shown_groups(wave, clusters, side, single)
            found = [
                in_group([c for c in clusters if c.band in group], group, side, counted)
                for group in groups
            ]
            # One group of bands is the sector.
            shown = [*(found if len(found) > 1 else []), *(
                [together(wave, found, side, counted)] if found else [])]  # fmt: skip
            for one in shown:
                kind = "size_band" if one.bands else "sector"
                for place, code in enumerate(counted):
                    key = (
                        side,
                        kind,
                        "+".join(one.bands) or "sector",
                        question.item_id,
                        question.grade_class,
                        code,
                    )
                    rows[key] = answer_row(one, code, code in single) | {"position": place + 1}
            for code in () if shown else counted:
                key = (side, "sector", "sector", question.item_id, question.grade_class, code)
                rows[key] = {"share": None, "status": "too_few_organisations"}
    return rows


def answer_row(one: Named, code: str, is_single: bool) -> Row:
    """Return how often a group names a code."""
    share = one.shares[code]
    low, high = wilson(share.value, share.effective)
    return {
        "level": "code" if is_single else "sphere",
        "respondent_count": one.n,
        "organisation_count": one.organisations,
        "share": share.value,
        "effective_count": share.effective,
        "ci_low": low,
        "ci_high": high,
        "mention_state": named(low, high),
        "status": "published",
    }


def coded_gaps(answers: Rows) -> Rows:
    """Return the rows of `coded_gap` by group_kind, group_id, item, class and code."""
    rows: Rows = {}
    judged: dict[tuple[Any, ...], Judged] = {}
    for (side, *rest), ours in answers.items():
        theirs = answers.get(("hr", *rest))
        if side == "hr" or theirs is None or None in (ours["share"], theirs["share"]):
            continue
        key = tuple(rest)
        judged[key] = gap_of(ours, theirs, (*key[:-1], ours["level"]))
        low, high = judged[key].low, judged[key].high
        states = ours["mention_state"], theirs["mention_state"]
        rows[key] = {
            "level": ours["level"],
            "employee_share": ours["share"],
            "hr_share": theirs["share"],
            "difference": judged[key].difference,
            "ci_low": low,
            "ci_high": high,
            "one_sided": one_sided(*states, low, high),
            "status": "published",
        }
    words = verdicts(judged)
    return {key: row | words[key] for key, row in rows.items()}


def gap_of(ours: Row, theirs: Row, family: tuple[str, ...]) -> Judged:
    """Return employees minus hr, with Newcombe's interval and the p of a normal test."""
    pairs = [(row["share"], row["effective_count"]) for row in (ours, theirs)]
    difference = pairs[0][0] - pairs[1][0]
    se = math.sqrt(sum(share_variance(*pair) for pair in pairs))
    low, high = newcombe(*((share, *wilson(share, n)) for share, n in pairs))
    return Judged(difference, low, high, chance(difference, se), Z90 * se, 0.10, family)

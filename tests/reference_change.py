"""Tables change_part and trend_line again, in boring Python, from the people of a world.

It leans on `tests/reference.py` for atoms and groups and imports nothing of the product. Whether a
matched change may be shown is decided by trying everything in fractions.
"""

from __future__ import annotations

import datetime
import itertools
import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from scipy import stats

from tests import reference
from tests.reference import ALPHA, DELTA, ORDER, PEERS, Z90, Z95, Atom, Block, Group
from tests.warehouse.disclosure.exact import null_space

Row = dict[str, Any]
Rows = dict[tuple[Any, ...], Row]
PARTS = ("total", "matched", "composition", "within", "mix")
FEWEST = 5
FIELDWORK = {
    "2024": ("2024-09-16", "2024-11-01"),
    "2025": ("2025-09-15", "2025-10-31"),
    "2026": ("2026-09-07", "2026-10-16"),
}


@dataclass(frozen=True)
class Sides:
    """The blocks of one wave by side and item."""

    wave_id: str
    blocks: Mapping[tuple[str, str], Block]


def blocks_of(wave: reference.Wave) -> Sides:
    """Return every block of a wave that has atoms."""
    base, found = reference.base_atoms(wave), {}
    for item in wave.items:
        if "employee" in item.sides:
            found["employee", item.item_id] = reference.employee_block(wave, item, base)
        if "hr" in item.sides:
            found["hr", item.item_id] = Block(wave, item, reference.hr_atoms(wave, item))
    return Sides(wave.wave_id, {key: block for key, block in found.items() if block.atoms})


# --- Which matched changes may be shown ----------------------------------------------------------


def own_names(block: Block, bands: Group = ORDER) -> set[str]:
    """Return the organisations with an own result."""
    return {atom.name for atom in block.own(bands)}


def is_hidden(block: Block, sets: Sequence[set[str]]) -> bool:
    """Return whether no coalition solves anything from benchmarks, respondents and these sets."""
    groups = [own_names(block, group) for group in block.groups(block.organisations_pass)]
    names = sorted(own_names(block))
    if is_about_few([*groups, *sets], names):
        return False
    weighted = [*block.groups(block.respondents_pass), ORDER]
    return all(
        weighting_hides(block, bands, groups, sets)
        for bands in weighted
        if block.own(bands) and block.respondents_pass(bands)
    )


def is_about_few(sets: Sequence[set[str]], names: Sequence[str]) -> bool:
    """Return whether a combination of means is about fewer than five organisations.

    Every choice of classes of at most four together is tried: is there a combination that is 0
    for all others, and not for them?
    """
    classes: Counter[tuple[int, ...]] = Counter(
        tuple(int(name in members) for members in sets) for name in names
    )
    small = [row for row, size in classes.items() if size < FEWEST]
    for count in range(1, FEWEST):
        for chosen in itertools.combinations(small, count):
            if sum(classes[row] for row in chosen) >= FEWEST:
                continue
            others = [row for row in classes if row not in chosen]
            if any(
                sum(y * cell for y, cell in zip(vector, row, strict=True)) != 0
                for vector in null_space(others, len(sets))
                for row in chosen
            ):
                return True
    return False


def weighting_hides(
    block: Block, bands: Group, groups: Sequence[set[str]], sets: Sequence[set[str]]
) -> bool:
    """Return whether respondents of bands give nobody away, cells taken for published."""
    weight = dict(zip(block.atoms_named(), block.atom_weights(), strict=True))
    inside = own_names(block, bands)
    cells: dict[tuple[bool, ...], list[float]] = defaultdict(list)
    for name in sorted(inside):
        # A group that reaches outside the bands says nothing of those inside alone.
        told = [name in group and group <= inside for group in groups]
        cells[*told, *(name in members for members in sets)].append(weight[name])
    nowhere = cells.pop((False,) * (len(groups) + len(sets)), [])
    unlike = sum(len(cell) - max(map(cell.count, cell)) for cell in cells.values())
    if unlike + len(nowhere) < FEWEST:
        return False
    spread = {key: [abs(w - median(cell)) for w in cell] for key, cell in cells.items()}
    for key, cell in cells.items():
        others = [term for other, terms in spread.items() if other != key for term in terms]
        for multiple in {0.0, *cell}:
            if not reference.hidden(cell, others + nowhere, multiple):
                return False
    return reference.hidden(nowhere, [t for terms in spread.values() for t in terms], 0.0)


def shown_pairs(chain: Sequence[Block | None]) -> list[bool]:
    """Return which pairs of waves show a matched change, older ones first."""
    found: list[bool] = []
    joined: list[set[str]] = []
    for earlier, later in itertools.pairwise(chain):
        shown = False
        if earlier is not None and later is not None:
            before, after = own_names(earlier), own_names(later)
            left, come = before - after, after - before
            enough = len(before & after) >= PEERS
            enough &= all(not part or len(part) >= PEERS for part in (left, come))
            shown = enough and is_hidden(earlier, [*joined, left]) and is_hidden(later, [come])
        joined = [after - before] if shown else []
        found.append(shown)
    return found


# --- change_part ---------------------------------------------------------------------------------


@dataclass(frozen=True)
class Part:
    """A part of a change with its standard error, where it has one."""

    value: float
    counts: tuple[int, int]
    se: float | None = None


def mean_of(atoms: Sequence[Atom]) -> float:
    """Return the mean of organisations."""
    return sum(atom.mean for atom in atoms) / len(atoms)


def error_of(block: Block, atoms: Sequence[Atom]) -> float:
    """Return the sum of the sampling variances of organisations' means."""
    return sum(block.pooled_variance / atom.n for atom in atoms)


def parts_of(before: Block, after: Block, is_shown: bool) -> dict[str, Part | str]:
    """Return every part of a change, or why it is not there."""
    old, new = before.own(), after.own()
    if len(old) < PEERS or len(new) < PEERS:
        return dict.fromkeys(PARTS, "too_few_organisations")
    se = math.sqrt(error_of(before, old) / len(old) ** 2 + error_of(after, new) / len(new) ** 2)
    total = mean_of(new) - mean_of(old)
    found: dict[str, Part | str] = {"total": Part(total, (len(old), len(new)), se)}
    both = own_names(before) & own_names(after)
    if is_shown:
        stayed = [[atom for atom in part if atom.name in both] for part in (old, new)]
        matched = mean_of(stayed[1]) - mean_of(stayed[0])
        se = math.sqrt(error_of(before, stayed[0]) + error_of(after, stayed[1])) / len(both)
        found["matched"] = Part(matched, (len(both), len(both)), se)
        counts = (len(old) - len(both), len(new) - len(both))
        found["composition"] = Part(total - matched, counts)
    else:
        moved = [len(part) - len(both) for part in (old, new)]
        few = len(both) < PEERS or any(0 < count < PEERS for count in moved)
        status = "too_few_organisations" if few else "withheld_complement"
        found |= {"matched": status, "composition": status}
    return found | size_mix(before, after)


def size_mix(before: Block, after: Block) -> dict[str, Part | str]:
    """Return the change at the average mix of sizes, and that of the mix."""
    groups = reference.joined_groups(
        before.groups(before.organisations_pass), after.groups(after.organisations_pass)
    )
    sides = [(block, [block.own(group) for group in groups]) for block in (before, after)]
    used = [pair for pair in zip(sides[0][1], sides[1][1], strict=True) if any(pair)]
    if len(used) < 2:
        return {"within": "too_few_organisations", "mix": "too_few_organisations"}
    sizes = [sum(len(pair[side]) for pair in used) for side in (0, 1)]
    within = mix = spread = 0.0
    for old, new in used:
        first, second = len(old) / sizes[0], len(new) / sizes[1]
        low, high = mean_of(old or new), mean_of(new or old)
        within += (first + second) / 2 * (high - low)
        mix += (second - first) * (low + high) / 2
        if old and new:
            errors = error_of(before, old) / len(old) ** 2 + error_of(after, new) / len(new) ** 2
            spread += ((first + second) / 2) ** 2 * errors
    counts = (sizes[0], sizes[1])
    return {"within": Part(within, counts, math.sqrt(spread)), "mix": Part(mix, counts)}


def change_parts(waves: Sequence[reference.Wave]) -> Rows:
    """Return the rows that `change_part` must have, by wave_from, wave_to, item and part."""
    sides = [blocks_of(wave) for wave in waves]
    rows: Rows = {}
    judged: list[Row] = []
    for item in waves[0].items:
        chain = [side.blocks.get(("employee", item.item_id)) for side in sides]
        pairs = itertools.pairwise(zip(waves, chain, strict=True))
        for ((old, before), (new, after)), shown in zip(pairs, shown_pairs(chain), strict=True):
            if before is None or after is None:
                continue
            for name, part in parts_of(before, after, shown).items():
                key = (old.wave_id, new.wave_id, item.item_id, name)
                rows[key] = part_row(part)
                if isinstance(part, Part) and part.se is not None:
                    family = (new.wave_id, name, item.family)
                    judged.append(judgement(key, part.value, part.se, item, family))
    for key, said in corrected(judged).items():
        rows[key] |= said
    return rows


def part_row(part: Part | str) -> Row:
    """Return a row without verdict."""
    names = ("change", "ci_low", "ci_high", "earlier_count", "later_count", "q_value", "verdict")
    row: Row = dict.fromkeys(names)
    if isinstance(part, str):
        return row | {"status": part}
    row |= {"change": part.value, "status": "published"}
    if part.se is not None:
        half = Z95 * part.se
        row |= {"ci_low": part.value - half, "ci_high": part.value + half}
    return row | {"earlier_count": part.counts[0], "later_count": part.counts[1]}


def judgement(
    key: tuple[Any, ...], value: float, se: float, item: reference.Item, family: tuple[Any, ...]
) -> Row:
    """Return what a verdict needs."""
    p = math.erfc(abs(value) / se / math.sqrt(2)) if se > 0 else None
    return {"key": key, "difference": value, "se": se, "p": p, "kind": item.kind, "family": family}


def corrected(rows: Sequence[Row]) -> Rows:
    """Return q-value and verdict by key, corrected per family."""
    families: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for row in rows:
        families[row["family"]].append(row)
    found: Rows = {}
    for members in families.values():
        tested = [row for row in members if row["p"] is not None]
        adjusted = stats.false_discovery_control([row["p"] for row in tested]) if tested else []
        for row, q in zip(tested, adjusted, strict=True):
            row["q_value"] = float(q)
        for row in members:
            found[row["key"]] = {"q_value": row.get("q_value"), "verdict": said(row)}
    return found


def said(row: Row) -> str:
    """Return what a difference may be called."""
    difference, delta, q = row["difference"], DELTA[row["kind"]], row.get("q_value")
    is_printed_apart = abs(difference) > Z95 * row["se"]
    if q is not None and q < ALPHA and abs(difference) >= delta - 1e-9 and is_printed_apart:
        return "higher" if difference > 0 else "lower"
    half = Z90 * row["se"]
    inside = difference - half >= -delta and difference + half <= delta
    return "comparable" if inside else "not_demonstrable"


# --- trend_line ----------------------------------------------------------------------------------


def year_of(wave_id: str) -> float:
    """Return the middle of a wave's fieldwork in years."""
    days = [datetime.date.fromisoformat(text).toordinal() for text in FIELDWORK[wave_id]]
    return sum(days) / 2 / 365.25


def estimates(block: Block, side: str) -> Iterator[tuple[tuple[str, str], float, float]]:
    """Yield group, value and sampling variance of everything that is published of a block."""
    if side == "hr":
        for atom in block.atoms:
            yield ("size_band", atom.name), atom.mean, hr_variance(block, [atom])
        everything = [value for atom in block.atoms for value in atom.answers]
        mean = sum(everything) / len(everything)
        yield ("sector", "sector"), mean, hr_variance(block, block.atoms)
        return
    for atom in block.own():
        variance = share_variance(atom.mean, atom.n) if block.item.is_share else None
        yield ("organisation", atom.name), atom.mean, variance or block.pooled_variance / atom.n
    for group in block.groups(block.respondents_pass):
        if block.inside(group) and block.respondents_pass(group):
            yield ("size_band", "+".join(group)), *design(block, block.inside(group))
    if block.respondents_pass(ORDER):
        yield ("sector", "sector"), *design(block, block.atoms)


def share_variance(share: float, n: float) -> float:
    """Return the sampling variance of a share, with two answers of either sort added."""
    centre = (share * n + 2) / (n + 4)
    return centre * (1 - centre) / (n + 4)


def hr_variance(block: Block, atoms: Sequence[Atom]) -> float:
    """Return the sampling variance of a mean over organisations of hr's values."""
    values = [value for atom in atoms for value in atom.answers]
    if block.item.is_share:
        return share_variance(sum(values) / len(values), len(values))
    return float(reference.squared_deviations(values)) / (len(values) - 1) / len(values)


def design(block: Block, atoms: Sequence[Atom]) -> tuple[float, float]:
    """Return a design-based mean and its sampling variance."""
    if len(atoms) == 1:
        n, mean = atoms[0].n, atoms[0].mean
        if block.item.is_share:
            return mean, share_variance(mean, n)
        return mean, block.pooled_variance / n
    weights = block.weights(atoms)
    whole = sum(w * a.n for w, a in zip(weights, atoms, strict=True))
    mean = sum(w * sum(a.answers) for w, a in zip(weights, atoms, strict=True)) / whole
    parts: dict[str, list[float]] = defaultdict(list)
    for w, a in zip(weights, atoms, strict=True):
        parts[a.bands[0]].append(w * a.n * (a.mean - mean) / whole)
    strata = block.joined([parts[band] for band in ORDER if band in parts])
    variance = sum(map(reference.stratum_variance, strata))
    if not block.item.is_share:
        return mean, variance
    n = sum(atom.n for atom in atoms)
    effective = whole**2 / sum(w**2 * a.n for w, a in zip(weights, atoms, strict=True))
    if 0 < mean < 1 and variance > 0:
        effective = min(max(mean * (1 - mean) / variance, 1.0), n)
    return mean, share_variance(mean, effective)


def trend_lines(waves: Sequence[reference.Wave]) -> Rows:
    """Return the rows that `trend_line` must have, by side, group_kind, group_id and item.

    All waves are of one comparability class.
    """
    sides = [blocks_of(wave) for wave in waves]
    rows: Rows = {}
    judged: list[Row] = []
    keys = {key for side in sides for key in side.blocks}
    for side, item_id in sorted(keys):
        there = [one for one in sides if (side, item_id) in one.blocks]
        item, last = there[-1].blocks[side, item_id].item, there[-1].wave_id
        points: dict[tuple[str, str], list[tuple[str, float, float]]] = defaultdict(list)
        for one in there:
            for group, value, variance in estimates(one.blocks[side, item_id], side):
                points[group].append((one.wave_id, value, variance))
        for group, line in points.items():
            key = (side, *group, item_id)
            if len(line) < 3:
                if line[-1][0] == last:
                    rows[key] = missing_line(line)
                continue
            rows[key] = line_row(line)
            span = year_of(line[-1][0]) - year_of(line[0][0])
            change, se = rows[key]["slope_per_year"] * span, rows[key]["se"] * span
            family = (side, *group, item.family)
            judged.append(judgement(key, change, se, item, family))
    for key, words in corrected(judged).items():
        rows[key] |= words
    return rows


def missing_line(line: Sequence[tuple[str, float, float]]) -> Row:
    """Return the row of a group with too few waves."""
    ends = {"wave_from": line[0][0], "wave_to": line[-1][0]}
    return ends | {"slope_per_year": None, "wave_count": None, "status": "too_few_waves"}


def line_row(line: Sequence[tuple[str, float, float]]) -> Row:
    """Return a straight line through the points of a group; never five waves here."""
    points = [(year_of(wave), value, 1 / max(v, 1e-12)) for wave, value, v in line]
    weight = sum(w for *_, w in points)
    year, level = (sum(w * point[i] for *point, w in points) / weight for i in (0, 1))
    spread = sum(w * (t - year) ** 2 for t, _, w in points)
    slope = sum(w * (t - year) * (y - level) for t, y, w in points) / spread
    misfit = sum(w * (y - level - slope * (t - year)) ** 2 for t, y, w in points)
    se = 1 / math.sqrt(spread)
    return {
        "wave_from": line[0][0],
        "wave_to": line[-1][0],
        "wave_count": len(line),
        "slope_per_year": slope,
        "se": se,
        "ci_low": slope - Z95 * se,
        "ci_high": slope + Z95 * se,
        "p_value": math.erfc(abs(slope) / se / math.sqrt(2)),
        "misfit": misfit,
        "misfit_p": float(stats.chi2.sf(misfit, len(line) - 2)),
        "theil_sen_slope": None,
        "status": "published",
    }

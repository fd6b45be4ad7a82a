"""How each table of figures is explained."""

from __future__ import annotations

from dataclasses import dataclass

from warehouse.explain import estimates
from warehouse.explain.estimates import Estimate
from warehouse.explain.found import Found
from warehouse.explain.lines import (
    design_lines,
    equal_lines,
    line,
    organisation_rows,
    plain_lines,
)
from warehouse.explain.model import Input, Row
from warehouse.explain.source import ORGANISATION, Source, Totals


def chosen(totals: Totals, *names: str) -> dict[str, float]:
    """Return the parameters that a statistic uses, as far as they are given."""
    found = {name: totals.parameters.get(name) for name in (*names, "scale_min", "scale_max")}
    return {name: value for name, value in found.items() if value is not None}


def kind_of(totals: Totals, stem: str) -> str:
    """Return the statistic's name for means or shares."""
    return f"{stem}_{'share' if totals.is_share else 'mean'}"


@dataclass(frozen=True)
class Side:
    """One side of a figure: its estimate, its lines and the name of the statistic."""

    estimate: Estimate
    inputs: tuple[Input, ...]
    statistic: str
    names: tuple[str, ...] = ()


def group_side(source: Source, totals: Totals, group: tuple[str, str], role: str) -> Side:
    """Return the employees of a size band, a group of them or the sector."""
    rows = totals.atoms(*group)
    inputs = design_lines(source, totals, rows, role)
    stem = "own" if len(rows) == 1 else "group"
    names = ("pooled_variance", "pooled_df") if stem == "own" else ()
    return Side(estimates.design(totals, rows), inputs, kind_of(totals, stem), names)


def hr_side(source: Source, totals: Totals, group: tuple[str, str], role: str) -> Side:
    """Return the hr side of a group of bands or the sector."""
    rows = totals.atoms(*group)
    inputs = plain_lines(source, rows, role)
    return Side(estimates.hr(totals, rows), inputs, kind_of(totals, "hr"))


def own_side(totals: Totals, group: tuple[str, str], role: str) -> Side:
    """Return one organisation as a side of a difference."""
    row = totals.group(*group)
    inputs = (line(row, role, row["answer_count"]),)
    names = ("pooled_variance", "pooled_df")
    return Side(estimates.single(totals, row), inputs, kind_of(totals, "own"), names)


def atom_side(totals: Totals, group: tuple[str, str], role: str) -> Side:
    """Return one atom, or one category of a breakdown, as a figure by itself."""
    row = totals.group(*group)
    inputs = (line(row, role, row["answer_count"]),)
    if group[0] in (ORGANISATION, "size_band_rest"):
        names = ("pooled_variance", "pooled_df")
        return Side(estimates.single(totals, row), inputs, kind_of(totals, "own"), names)
    names = ("pooled_variance", "design_effect")
    return Side(estimates.category(totals, row), inputs, "breakdown", names)


def score_side(source: Source, totals: Totals, row: Row) -> Side:
    """Return the only side of a score."""
    group = (row["group_kind"], row["group_id"])
    if group[0] not in ("size_band", "sector"):
        return atom_side(totals, group, "group")
    side_of = hr_side if row["side"] == "hr" else group_side
    return side_of(source, totals, group, "group")


def score(source: Source, row: Row) -> Found | None:
    """Return what a score is computed from."""
    totals = source.totals(row["wave_id"], row["side"], row["item_id"])
    if totals is None:
        return None
    side = score_side(source, totals, row)
    interval = (side.estimate.low, side.estimate.high)
    return Found(side.statistic, side.inputs, interval, chosen(totals, *side.names))


def benchmark(source: Source, row: Row) -> Found | None:
    """Return what a mean of organisations is computed from."""
    totals = source.totals(row["wave_id"], row["side"], row["item_id"])
    if totals is None:
        return None
    rows = organisation_rows(totals, (row["group_kind"], row["group_id"]))
    inputs = equal_lines(source, rows, "group")
    interval = estimates.organisations_interval(totals, rows)
    parameters = {"k": float(len(rows))} | chosen(totals, "pooled_variance")
    return Found("mean_of_organisations", inputs, interval, parameters)


def comparison(source: Source, row: Row) -> Found | None:
    """Return what an organisation's difference from the others is computed from."""
    totals = source.totals(row["wave_id"], row["side"], row["item_id"])
    if totals is None:
        return None
    own = own_side(totals, (ORGANISATION, row["organisation_id"]), "own")
    rows = organisation_rows(totals, (row["against"], row["group_id"]))
    inputs = own.inputs + equal_lines(source, rows, "group")
    interval = estimates.comparison_interval(totals, rows, row["organisation_id"])
    parameters = {"k": float(len(rows))} | chosen(totals, "pooled_variance")
    return Found("comparison", inputs, interval, parameters, "leave_one_out")


def gap_sides(source: Source, row: Row) -> tuple[Side, Side, Totals] | None:
    """Return employees and hr of a gap, and the totals of the employees."""
    wave, item = row["wave_id"], row["item_id"]
    employees, hr = source.totals(wave, "employee", item), source.totals(wave, "hr", item)
    if employees is None or hr is None:
        return None
    kind = row["group_kind"]
    if kind == ORGANISATION:
        ours = own_side(employees, (kind, row["group_id"]), "employee")
    else:
        ours = group_side(source, employees, (kind, row["group_id"]), "employee")
    theirs = hr_side(source, hr, ("sector" if kind == "sector" else "size_band",
                                  row["hr_group_id"]), "hr")  # fmt: skip
    return ours, theirs, employees


def gap(source: Source, row: Row) -> Found | None:
    """Return what employees minus hr is computed from."""
    sides = gap_sides(source, row)
    if sides is None:
        return None
    ours, theirs, employees = sides
    interval = estimates.gap_interval(ours.estimate, theirs.estimate, employees.is_share)
    parameters = chosen(employees, *ours.names)
    return Found(kind_of(employees, "gap"), ours.inputs + theirs.inputs, interval, parameters,
                 "minus")  # fmt: skip


def trend_side(source: Source, row: Row, wave: str, role: str) -> tuple[Side, Totals] | None:
    """Return one wave of a change."""
    totals = source.totals(wave, row["side"], row["item_id"])
    if totals is None:
        return None
    group = (row["group_kind"], row["group_id"])
    if group[0] == ORGANISATION:
        return own_side(totals, group, role), totals
    side_of = hr_side if row["side"] == "hr" else group_side
    return side_of(source, totals, group, role), totals


def trend(source: Source, row: Row) -> Found | None:
    """Return what a change between two waves is computed from."""
    later = trend_side(source, row, row["wave_to"], "later")
    earlier = trend_side(source, row, row["wave_from"], "earlier")
    if later is None or earlier is None:
        return None
    (after, totals), (before, totals_before) = later, earlier
    interval = estimates.difference_interval(after.estimate, before.estimate, totals.is_share)
    parameters = {
        f"{name}, {wave}": value
        for wave, one, names in (
            (row["wave_from"], totals_before, before.names),
            (row["wave_to"], totals, after.names),
        )
        for name, value in chosen(one, *names).items()
    }
    return Found("trend", after.inputs + before.inputs, interval, parameters, "minus")


def response(_: Source, row: Row) -> Found | None:
    """Return what a response rate is computed from."""
    if row["response_rate"] is None:
        return None
    counted = Input(
        role="group",
        group_kind=row["group_kind"],
        group_id=row["group_id"],
        organisation_count=row["organisation_count"],
        answer_count=row["respondent_count"],
        weight=float(row["invited"]),
        weighted_sum=float(row["respondent_count"]),
    )
    return Found("response_rate", (counted,), form="rate")

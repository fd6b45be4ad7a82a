"""From frozen totals to the rows of every released table."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import polars as pl

from warehouse.benchmark.bands import band_rows
from warehouse.benchmark.blocks import Block, Frame, WaveTotals, wave_blocks
from warehouse.benchmark.breakdowns import breakdown_scores, sensitivity_rows
from warehouse.benchmark.categories import category_differences
from warehouse.benchmark.change_parts import change_parts, put_matched
from warehouse.benchmark.codebook import codebook_rows
from warehouse.benchmark.coded import coded_tables
from warehouse.benchmark.comparisons import comparisons
from warehouse.benchmark.composites import composite_tables
from warehouse.benchmark.dialogue import NOTHING_SAID, Spoken, spoken_rows
from warehouse.benchmark.facts import (
    Participants,
    distribution_rows,
    item_rows,
    organisation_rows,
    responses,
    vocabulary,
    wave_row,
)
from warehouse.benchmark.findings import findings
from warehouse.benchmark.gaps import gaps
from warehouse.benchmark.history import history_rows, predecessor_rows
from warehouse.benchmark.orders import order_agreements
from warehouse.benchmark.places import place_rows
from warehouse.benchmark.precision import (
    indicative_scores,
    representativeness_row,
    sector_precisions,
)
from warehouse.benchmark.provenance import parameters, protected_totals
from warehouse.benchmark.scores import (
    Row,
    atom_scores,
    band_group_rows,
    benchmarks,
    gradient_row,
    group_scores,
    withheld_scores,
)
from warehouse.benchmark.trend_lines import trend_lines
from warehouse.benchmark.trends import trends
from warehouse.register import Event

Rows = dict[str, list[Row]]
Blocks = dict[tuple[str, str], Block]


@dataclass(frozen=True)
class FrozenWave:
    """A closed wave: its register and questionnaire, atom totals, and who took part."""

    frame: Frame
    totals: pl.DataFrame
    participants: Participants
    events: tuple[Event, ...] = ()
    spoken: Spoken = NOTHING_SAID


def add(rows: Rows, table: str, new: Iterable[Row]) -> None:
    """Append rows to a table."""
    rows.setdefault(table, []).extend(new)


def add_block(rows: Rows, block: Block, totals: WaveTotals, participants: Participants) -> None:
    """Append the rows that one item of one side gives by itself."""
    add(rows, "score", group_scores(block))
    add(rows, "band_group", band_group_rows(block))
    add(rows, "protected_total", protected_totals(totals, block))
    add(rows, "parameter", parameters(block))
    if block.side == "hr":
        return
    add(rows, "score", atom_scores(block))
    add(rows, "score", withheld_scores(block, dict(participants)))
    add(rows, "benchmark", benchmarks(block))
    add(rows, "score", breakdown_scores(totals, block))
    add(rows, "sensitivity", sensitivity_rows(totals, block))
    add(rows, "size_gradient", [gradient_row(block)])
    add(rows, "distribution", distribution_rows(totals, block))
    for table, new in place_rows(block).items():
        add(rows, table, new)


def own_result_ids(blocks: Blocks) -> set[str]:
    """Return the organisations with an own grade."""
    block = blocks.get(("employee", "grade"))
    return set() if block is None else {str(name) for name in block.ids[block.own]}


def add_wave(rows: Rows, wave: FrozenWave, position: int) -> Blocks:
    """Append the rows of one wave and return its blocks."""
    frame, alpha = wave.frame, wave.frame.settings.method.alpha
    totals = WaveTotals(wave.totals)
    blocks = wave_blocks(totals, frame)
    has_hr = any(side == "hr" for side, _ in blocks)
    add(rows, "wave", [wave_row(frame, position, wave.participants, has_hr)])
    add(rows, "organisation", organisation_rows(frame))
    add(rows, "response", responses(frame, wave.participants, own_result_ids(blocks)))
    for block in blocks.values():
        add_block(rows, block, totals, wave.participants)
    employees = [block for (side, _), block in blocks.items() if side == "employee"]
    add(rows, "comparison", comparisons(employees, alpha))
    items = [item.item_id for item in frame.instrument.numeric_items]
    found = gaps(blocks, items, alpha)
    add(rows, "gap", found)
    add(rows, "band_difference", band_rows(rows, frame.wave.wave_id, frame.settings))
    mine = (row for row in rows["score"] if row["wave_id"] == frame.wave.wave_id)
    together = composite_tables(frame.instrument, mine, found, frame.settings.method)
    for table, new in (together | coded_tables(wave.spoken.totals, frame)).items():
        add(rows, table, new)
    add(rows, "order_agreement", order_agreements(frame, found, alpha))
    add(rows, "category_difference", category_differences(totals, employees, alpha))
    add(rows, "representativeness", [representativeness_row(frame, wave.participants)])
    add(rows, "sector_precision", sector_precisions(employees, wave.participants))
    return blocks


def released_rows(waves: Sequence[FrozenWave]) -> Rows:
    """Return the rows of every released table but `release` and `delivery`.

    Shape: table name → rows as dicts; a column that is absent is NULL.
    """
    frames = [wave.frame for wave in waves]
    rows: Rows = vocabulary(frames[0].settings) | codebook_rows(frames)
    rows["item"] = item_rows(frames)
    everything: list[Blocks] = []
    alpha = frames[0].settings.method.alpha
    for position, wave in enumerate(waves, 1):
        blocks = add_wave(rows, wave, position)
        if everything:
            add(rows, "trend", trends(everything[-1], blocks, alpha))
        everything.append(blocks)
        for table, new in spoken_rows(wave.spoken, wave.frame.settings).items():
            add(rows, table, new)
    add(rows, "trend_line", trend_lines(everything, alpha))
    add(rows, "change_part", change_parts(frames, everything, alpha))
    put_matched(rows.get("trend", []), rows["change_part"])
    add(rows, "indicative_score", indicative_scores(rows, frames[0]))
    events = waves[-1].events
    add(rows, "organisation_event", history_rows(frames, events))
    add(rows, "predecessor", predecessor_rows(frames, everything, events))
    add(rows, "finding", findings(rows, frames[0].settings))
    return rows

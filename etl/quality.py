"""Answers that look careless: flagged beside the facts, never silently taken away.

Flags are bits of one number, so that a person may have several. Who both sped and gave one answer
throughout is refused, as a rule of its own; every other flagged answer counts, and the release says
what it would have been without.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from math import ceil

from etl.reasons import REASONS
from etl.validate import Checking
from warehouse.ledger import quoted
from warehouse.quality import FLAGS, QualityPolicy

CARELESS = f"""
    INSERT INTO violation
    SELECT flagged.row + $first_row, '', 'sped_and_gave_one_answer',
        {quoted(REASONS["sped_and_gave_one_answer"])}, ''
    FROM flagged
    WHERE flagged.flags & {FLAGS["straight_lining"]} > 0 AND flagged.flags & {FLAGS["speeding"]} > 0
"""
REFUSE = """
    UPDATE coded SET is_accepted = false
    WHERE is_accepted AND rowid + $first_row IN (SELECT row_number FROM violation)
"""
WRITE = """
    UPDATE coded SET quality_flag = flagged.flags
    FROM flagged WHERE coded.rowid = flagged.row
"""


def flag_rows(checking: Checking, policy: QualityPolicy) -> dict[str, int]:
    """Return how often each flag was raised, after writing `quality_flag` in `coded`.

    A check whose column the export does not have is left out of the result.
    """
    checks = {
        name: condition
        for name, condition in conditions(checking, policy).items()
        if condition is not None
    }
    connection = checking.connection
    raised = [f"CASE WHEN {sql} THEN {FLAGS[name]} ELSE 0 END" for name, sql in checks.items()]
    source, flags = source_sql(checking, policy), " + ".join(raised) or "0"
    connection.execute(f"""CREATE TABLE flagged AS
        SELECT row, flags FROM (SELECT rowid AS row, {flags} AS flags FROM {source})
        WHERE flags > 0""")
    first_row = {"first_row": checking.table.first_row}
    connection.execute(WRITE)
    connection.execute(CARELESS, first_row)
    connection.execute(REFUSE, first_row)
    return {name: count_of(checking, name) for name in checks}


def count_of(checking: Checking, name: str) -> int:
    """Return how many rows have a flag."""
    query = f"SELECT count(*) FROM flagged WHERE flags & {FLAGS[name]} > 0"
    return int(checking.connection.execute(query).fetchall()[0][0])


def conditions(checking: Checking, policy: QualityPolicy) -> dict[str, str | None]:
    """Return the SQL condition of each flag; None where the export cannot tell."""
    layout = checking.layout
    return {
        "straight_lining": straight_sql(checking, policy),
        "speeding": None if layout.duration is None else speeding_sql(checking, policy),
        "repeated": None if layout.submitted is None else "coalesce(is_repeated, false)",
    }


def source_sql(checking: Checking, policy: QualityPolicy) -> str:
    """Return the rows to look at: accepted, with what the conditions need of other rows."""
    if checking.layout.submitted is None:
        return "coded WHERE is_accepted"
    count = len(checking.instrument.item)
    same = ", ".join(["organisation_id", "side", *(f"answer_{index}" for index in range(count))])
    minutes = f"INTERVAL {policy.repeated_within_minutes} MINUTE"
    return f"""(SELECT rowid, *,
        submitted_at - lag(submitted_at) OVER alike <= {minutes} AS is_repeated
        FROM coded WHERE is_accepted
        WINDOW alike AS (PARTITION BY {same} ORDER BY submitted_at NULLS LAST, rowid))"""


def raw_sql(checking: Checking, index: int) -> str:
    """Return the SQL of an answer as it was given, before a reverse-coded item was turned round."""
    item = checking.instrument.item[index]
    scale = checking.instrument.scale_of(item)
    turned = f"({scale.lowest + scale.highest} - answer_{index})"
    return turned if item.reverse else f"answer_{index}"


def straight_sql(checking: Checking, policy: QualityPolicy) -> str | None:
    """Return the condition that a grid was answered with one answer; None without a grid.

    The longest run of equal answers spans at least `run_share_min` of the grid, and the answers to
    its reverse-keyed items do not vary (to the whole grid, where fewer than two are).
    """
    grids = checking.instrument.grids(policy.grid_items_min)
    found = [f"({grid_sql(checking, grid, policy.run_share_min)})" for grid in grids]
    return " OR ".join(found) or None


def grid_sql(checking: Checking, grid: Sequence[int], run_share_min: float) -> str:
    """Return the condition for one grid.

    Every run of the required length covers the middle, so nearly all rows are done after the first
    comparison. No answer ends a run, and a reverse-keyed item must have one.
    """
    answers = [raw_sql(checking, index) for index in grid]
    equal = [f"{a} = {b}" for a, b in itertools.pairwise(answers)]
    steps = ceil(run_share_min * len(grid)) - 1
    last = len(equal) - steps
    middle = equal[last:steps]
    windows = [equal[start:last] + equal[steps : start + steps] for start in range(last + 1)]
    parts = [*middle, "(" + " OR ".join(" AND ".join(w) or "true" for w in windows) + ")"]
    reverse = [a for a, i in zip(answers, grid, strict=True) if checking.instrument.item[i].reverse]
    unvaried = reverse if len(reverse) > 1 else answers
    parts += [f"{unvaried[0]} = {other}" for other in unvaried[1:]]
    return f"coalesce({' AND '.join(parts)}, false)"


def speeding_sql(checking: Checking, policy: QualityPolicy) -> str:
    """Return the condition that a questionnaire was filled in faster than it can be read."""
    coded = [i for i, item in enumerate(checking.instrument.item) if item.kind != "text"]
    answered = " + ".join(f"(answer_{index} IS NOT NULL)::INTEGER" for index in coded)
    usual = "(SELECT median(duration_seconds) FROM coded WHERE is_accepted)"
    return f"""coalesce(duration_seconds < {policy.seconds_per_item_min} * ({answered})
        OR duration_seconds < {policy.median_duration_share_min} * {usual}, false)"""

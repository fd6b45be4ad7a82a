"""What an export would do under an instrument, without a store and without landing anything."""

from __future__ import annotations

import datetime
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from etl.draft import draft_instrument
from etl.errors import DeliveryError
from etl.explain import explain
from etl.land import staged
from etl.long import name_lines
from etl.lss import questions_of
from etl.pipeline import check, counted, refusal, rule_counts
from etl.quality import flag_rows
from etl.read import read_table
from etl.report import LoadReport, examples_of
from warehouse.instrument import Instrument
from warehouse.ledger import Delivery
from warehouse.settings import Settings


def preview(
    path: Path, instrument: Instrument, members: Collection[str], settings: Settings
) -> LoadReport:
    """Return what loading a file would report; nothing of it is kept.

    Errors: DeliveryError when the file cannot be read or misses a column.
    """
    require_file(path)
    now = datetime.datetime.now(datetime.UTC)
    key = ("", path.name, path.stem, "", instrument.instrument_id, now)
    with staged() as stage:
        checking = check(path, path.name, stage, instrument, members)
        explain(checking, [])
        flags = flag_rows(checking, settings.quality)
        if instrument.columns.is_long:
            name_lines(stage.connection, checking.table)
        draft = counted(stage.connection, Delivery(*key, 0, 0, 0, "landed", None, None, None))
        rules, examples = rule_counts(stage.connection), examples_of(stage.connection)
    if draft.row_count == 0:
        raise DeliveryError("there are no rows below the header.", "Export the file again.")
    reason = refusal(draft, settings.general.refused_share_max)
    if reason is not None:
        refused = replace(draft, state="refused", accepted_count=0, reason=reason)
        return LoadReport(refused, "refused", rules, examples)
    return LoadReport(draft, "checked", rules, examples, flag_counts=flags)


def draft(path: Path, instrument_id: str, structure: Path | None = None) -> str:
    """Return a drafted instrument for an export, with LimeSurvey's questions where they are given.

    Errors: DeliveryError when a file cannot be read.
    """
    require_file(path)
    questions = {} if structure is None else questions_of(structure)
    with staged() as stage:
        table = read_table(path, stage.directory, path.name)
        return draft_instrument(stage.connection, table, instrument_id, questions)


def require_file(path: Path) -> None:
    """Raise DeliveryError when there is no such file."""
    if not path.is_file():
        raise DeliveryError(f"{path}: there is no such file.", "Check the name.")

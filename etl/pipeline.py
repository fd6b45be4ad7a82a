"""How a delivery becomes facts. Read this first.

    hash → known? → keep raw → read → recode → validate → land → ledger

Everything before the ledger's transaction can be thrown away: a run that is killed leaves files
nobody refers to, and the next run removes them. A delivery is taken as a whole or not at all.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import replace
from pathlib import Path

import duckdb

from etl.columns import layout_of
from etl.dialogue import check_dialogue, spoken_facts_sql
from etl.dialogue_cells import Heard
from etl.errors import DeliveryError, LandingError
from etl.explain import explain
from etl.land import Stage, facts_sql, hash_of, keep_raw, land_facts, land_refused, staged
from etl.long import name_lines, widened
from etl.quality import flag_rows
from etl.read import read_failure, read_table
from etl.report import Example, LoadReport, examples_of
from etl.report_file import write_report
from etl.target import (
    Choice,
    Spoken,
    Target,
    asked_by,
    instrument_called,
    members_of,
    other_facts,
    require_open,
)
from etl.validate import Checking, code_rows
from warehouse.instrument import Instrument
from warehouse.ledger import Content, Delivery, open_ledger, remove_orphans
from warehouse.paths import Store
from warehouse.register import Register
from warehouse.settings import Settings

__all__ = ["Example", "LoadReport", "load_file", "load_files"]

Progress = Callable[[Path], None]
VERSION = re.compile(r"_v\d+$", re.IGNORECASE)


def load_file(
    path: Path,
    store: Store,
    settings: Settings,
    *,
    wave_id: str | None = None,
    instrument: Instrument | Spoken | None = None,
    register: Register | None = None,
    now: datetime.datetime | None = None,
) -> LoadReport:
    """Return what became of one export: landed, unchanged or refused.

    Wave and instrument follow from the file's name (settings.toml) unless they are given.
    Errors: DeliveryError when there is no such file; everything else is told in the report.
    """
    choice = Choice(wave_id, instrument, register, now)
    return next(iter(load_chosen([path], store, settings, choice)))


def load_files(
    paths: Iterable[Path],
    store: Store,
    settings: Settings,
    *,
    wave_id: str | None = None,
    instrument_id: str | None = None,
    register: Register | None = None,
    progress: Progress | None = None,
) -> list[LoadReport]:
    """Return what became of each export, in the order given; `progress` is told after each.

    Errors: DeliveryError for a file or an instrument that does not exist.
    """
    instrument = None if instrument_id is None else instrument_called(instrument_id, settings)
    choice = Choice(wave_id, instrument, register)
    return load_chosen(paths, store, settings, choice, progress)


def load_chosen(
    paths: Iterable[Path],
    store: Store,
    settings: Settings,
    choice: Choice,
    progress: Progress | None = None,
) -> list[LoadReport]:
    """Return what became of each export; the views over the facts are renewed at the end."""
    reports = []
    with open_ledger(store) as ledger:
        remove_orphans(store, ledger)
        target = Target(store, settings, ledger, choice)
        for path in paths:
            report = offer(path, target)
            if report.outcome != "unchanged":
                write_report(report, store)
            reports.append(report)
            if progress is not None:
                progress(path)
        ledger.create_views()
    return reports


def offer(path: Path, target: Target) -> LoadReport:
    """Return what became of one export, after writing it in the ledger.

    A refused file is tried again each time it is offered: the register may be mended since.
    """
    if not path.is_file():
        raise DeliveryError(f"{path}: there is no such file.", "Check the name.")
    delivery_id = hash_of(path)
    known = target.ledger.find(delivery_id)
    if known is not None and known.state != "refused":
        return LoadReport(known, "unchanged", offered=path.name)
    draft = new_delivery(path, delivery_id, target)
    try:
        report = take(path, draft, target)
    except DeliveryError as error:
        report = LoadReport(replace(draft, reason=str(error)), "refused")
    except (OSError, duckdb.IOException, duckdb.OutOfMemoryException) as error:
        raise LandingError(unwritten(path, target.store, error)) from None
    target.ledger.record(report.delivery)
    return report


def unwritten(path: Path, store: Store, error: Exception) -> str:
    """Return what to do when the store, not the file, stands in the way."""
    cause = error.strerror if isinstance(error, OSError) else "disk or memory is full"
    return (
        f"{path.name}: not taken, because {store.private} cannot be written ({cause}). "
        "Make room or correct the rights, and load the file again; nothing is half done."
    )


def new_delivery(path: Path, delivery_id: str, target: Target) -> Delivery:
    """Return a delivery of which nothing is known yet but its name: so far it is refused."""
    return Delivery(
        delivery_id=delivery_id,
        file_name=path.name,
        series=VERSION.sub("", path.stem),
        wave_id=target.choice.wave_id or "",
        instrument_id="" if target.choice.instrument is None else id_of(target.choice.instrument),
        loaded_at=target.choice.now or datetime.datetime.now(datetime.UTC),
        row_count=0,
        accepted_count=0,
        refused_count=0,
        state="refused",
        facts_file=None,
        refused_file=None,
        reason=None,
    )


def take(path: Path, draft: Delivery, target: Target) -> LoadReport:
    """Return the report of a delivery that was read, coded, checked and landed.

    Errors: DeliveryError when the file cannot be taken at all.
    """
    with keep_raw(path, target.store, draft.delivery_id) as raw:
        wave_id, asked = asked_by(path.name, target)
        draft = replace(
            draft, wave_id=wave_id, instrument_id=id_of(asked), content=content_of(asked)
        )
        try:
            require_open(wave_id, target.ledger)
            return judged(raw, path.name, asked, draft, target)
        except DeliveryError as error:
            return LoadReport(replace(draft, reason=str(error)), "refused")


def judged(
    raw: Path, file_name: str, asked: Instrument | Spoken, draft: Delivery, target: Target
) -> LoadReport:
    """Return the report of a delivery as its instrument or dialogue judges it.

    Errors: DeliveryError when the file cannot be taken at all.
    """
    members = members_of(draft.wave_id, asked, target)
    flags: dict[str, int] = {}
    with staged(target.store) as stage:
        if isinstance(asked, Spoken):
            check_dialogue(raw, file_name, stage, Heard(asked.dialogue, asked.part, members))
            facts = spoken_facts_sql(asked.part)
        else:
            checking = check(raw, file_name, stage, asked, members)
            explain(checking, other_facts(draft, target))
            flags = flag_rows(checking, target.settings.quality)
            if asked.columns.is_long:
                name_lines(stage.connection, checking.table)
            facts = facts_sql(checking)
        report = landed(stage.connection, facts, draft, target)
        return replace(report, flag_counts=flags)


def id_of(asked: Instrument | Spoken) -> str:
    """Return the id of an instrument or a dialogue."""
    return asked.dialogue.dialogue_id if isinstance(asked, Spoken) else asked.instrument_id


def content_of(asked: Instrument | Spoken) -> Content:
    """Return what the ledger calls the content of a delivery."""
    return asked.part if isinstance(asked, Spoken) else "survey"


def check(
    raw: Path, file_name: str, stage: Stage, instrument: Instrument, members: Collection[str]
) -> Checking:
    """Return an export in the stage's tables, every cell coded and every row judged by itself.

    Errors: DeliveryError when it cannot be read or has no rows.
    """
    table = read_table(raw, stage.directory, file_name, instrument.table)
    if instrument.columns.is_long:
        table = widened(stage.connection, table, instrument)
    layout = layout_of(table.headers, instrument)
    checking = Checking(stage.connection, table, layout, instrument, members)
    try:
        code_rows(checking)
    except duckdb.InvalidInputException as error:
        raise read_failure(error) from None
    return checking


def landed(
    connection: duckdb.DuckDBPyConnection, facts: str, draft: Delivery, target: Target
) -> LoadReport:
    """Return the report of a checked delivery, its files written, not yet in the ledger.

    `facts` is the query of what is landed.
    Errors: DeliveryError when it has no rows.
    """
    draft = counted(connection, draft)
    if draft.row_count == 0:
        raise DeliveryError("there are no rows below the header.", "Export the file again.")
    rules = rule_counts(connection)
    examples = examples_of(connection)
    refused_file = land_refused(connection, target.store) if rules else None
    draft = replace(draft, refused_file=refused_file)
    reason = refusal(draft, target.settings.general.refused_share_max)
    if reason is not None:
        return LoadReport(
            replace(draft, accepted_count=0, reason=reason), "refused", rules, examples
        )
    facts_file = land_facts(connection, facts, target.store)
    return LoadReport(
        replace(draft, state="landed", facts_file=facts_file), "landed", rules, examples
    )


def counted(connection: duckdb.DuckDBPyConnection, draft: Delivery) -> Delivery:
    """Return the delivery with its rows counted; empty lines are no rows."""
    query = """SELECT count(*) FILTER (NOT is_blank),
        (SELECT count(DISTINCT row_number) FROM violation) FROM coded"""
    row_count, refused = connection.execute(query).fetchall()[0]
    return replace(
        draft, row_count=row_count, accepted_count=row_count - refused, refused_count=refused
    )


def rule_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, int]:
    """Return how often each rule was broken, the most frequent first."""
    query = "SELECT rule, count(*) FROM violation GROUP BY rule ORDER BY count(*) DESC, rule"
    return dict(connection.execute(query).fetchall())


def refusal(draft: Delivery, share_max: float) -> str | None:
    """Return why a delivery is refused as a whole, None when enough of it is right."""
    share = draft.refused_count / draft.row_count
    if share <= share_max:
        return None
    return (
        f"{draft.refused_count} of {draft.row_count} rows break a rule ({share:.0%}; at most "
        f"{share_max:.0%} may), so nothing was taken. Mend the rows, or the instrument or register "
        "they are judged by, and offer the file again."
    )

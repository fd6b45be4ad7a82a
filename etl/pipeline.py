"""How a delivery becomes facts. Read this first.

    hash → known? → keep raw → read → recode → validate → land → ledger

Everything before the ledger's transaction can be thrown away: a run that is killed leaves files
nobody refers to, and the next run removes them. A delivery is taken as a whole or not at all.
"""

from __future__ import annotations

import datetime
import fnmatch
import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from etl.columns import layout_of
from etl.errors import DeliveryError, UnknownWaveError, UnreadableError
from etl.explain import explain
from etl.land import Stage, hash_of, keep_raw, land_facts, land_refused, staged
from etl.read import read_table
from etl.report import Example, LoadReport, examples_of
from etl.validate import Checking, code_rows
from warehouse.instrument import Instrument
from warehouse.ledger import Delivery, Ledger, facts_path, open_ledger, remove_orphans
from warehouse.paths import Store
from warehouse.register import Register, read_register
from warehouse.settings import Settings

__all__ = ["Example", "LoadReport", "load_file", "load_files"]

Progress = Callable[[Path], None]
VERSION = re.compile(r"_v\d+$", re.IGNORECASE)


@dataclass(frozen=True)
class Choice:
    """What the caller says about the files, instead of what their names say."""

    wave_id: str | None = None
    instrument: Instrument | None = None
    register: Register | None = None
    now: datetime.datetime | None = None


@dataclass(frozen=True)
class Target:
    """Where deliveries go and by which rules."""

    store: Store
    settings: Settings
    ledger: Ledger
    choice: Choice


def load_file(
    path: Path,
    store: Store,
    settings: Settings,
    *,
    wave_id: str | None = None,
    instrument: Instrument | None = None,
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
            reports.append(offer(path, target))
            if progress is not None:
                progress(path)
        ledger.create_views()
    return reports


def instrument_called(instrument_id: str, settings: Settings) -> Instrument:
    """Return an instrument by its id. Raise UnknownWaveError naming those that exist."""
    if instrument_id not in settings.instruments:
        known = ", ".join(sorted(settings.instruments))
        raise UnknownWaveError(f"no instrument {instrument_id!r}.", f"Use one of: {known}.")
    return settings.instruments[instrument_id]


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
    target.ledger.record(report.delivery)
    return report


def new_delivery(path: Path, delivery_id: str, target: Target) -> Delivery:
    """Return a delivery of which nothing is known yet but its name: so far it is refused."""
    return Delivery(
        delivery_id=delivery_id,
        file_name=path.name,
        series=VERSION.sub("", path.stem),
        wave_id=target.choice.wave_id or "",
        instrument_id=target.choice.instrument.instrument_id if target.choice.instrument else "",
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
    raw = keep_raw(path, target.store, draft.delivery_id)
    wave_id, instrument = asked_by(path.name, target)
    draft = replace(draft, wave_id=wave_id, instrument_id=instrument.instrument_id)
    try:
        require_open(wave_id, target.ledger)
        members = members_of(wave_id, instrument, target)
        with staged(target.store) as stage:
            checking = check(raw, path.name, stage, instrument, members)
            explain(checking, other_facts(draft, target))
            return landed(checking, draft, target)
    except DeliveryError as error:
        return LoadReport(replace(draft, reason=str(error)), "refused")


def asked_by(file_name: str, target: Target) -> tuple[str, Instrument]:
    """Return the wave and the instrument of a file: as given, else by its name.

    Errors: UnknownWaveError when no pattern of settings.toml fits.
    """
    patterns = target.settings.general.delivery_pattern
    pattern = next((p for p in patterns if fnmatch.fnmatch(file_name, p.glob)), None)
    wave_id = target.choice.wave_id or (pattern.wave_id if pattern else None)
    if wave_id is None:
        globs = ", ".join(p.glob for p in patterns)
        raise UnknownWaveError(
            f"the name fits no delivery_pattern of settings.toml ({globs}).",
            "Rename the file, add a pattern, or name the wave yourself.",
        )
    if target.choice.instrument is not None:
        return wave_id, target.choice.instrument
    if pattern is not None and pattern.wave_id == wave_id:
        return wave_id, target.settings.instruments[pattern.instrument_id]
    return wave_id, target.settings.instrument_of(wave_id)


def require_open(wave_id: str, ledger: Ledger) -> None:
    """Raise DeliveryError when a wave no longer takes deliveries."""
    state = ledger.wave_state(wave_id).state
    if state == "closed":
        mend = "Open the wave again before loading it, or leave this file out."
        raise DeliveryError(f"wave {wave_id} is closed: its totals are fixed.", mend)
    if state == "released":
        mend = f"Withdraw the release first (`regiespiegel wave withdraw {wave_id}`)."
        raise DeliveryError(f"wave {wave_id} is released: its figures never change.", mend)


def members_of(wave_id: str, instrument: Instrument, target: Target) -> Collection[str]:
    """Return the organisations of a wave; none are needed when the instrument fixes one."""
    if instrument.fixed_organisation is not None:
        return frozenset()
    register = target.choice.register or read_register(target.store.register)
    members = register.members(wave_id, target.settings.size_bands)
    return frozenset(member.organisation_id.strip().upper() for member in members)


def check(
    raw: Path, file_name: str, stage: Stage, instrument: Instrument, members: Collection[str]
) -> Checking:
    """Return an export in the stage's tables, every cell coded and every row judged by itself.

    Errors: DeliveryError when it cannot be read or has no rows.
    """
    table = read_table(raw, stage.directory, file_name)
    layout = layout_of(table.headers, instrument)
    checking = Checking(stage.connection, table, layout, instrument, members)
    try:
        code_rows(checking)
    except duckdb.InvalidInputException as error:
        raise read_failure(error) from None
    return checking


def read_failure(error: duckdb.Error) -> DeliveryError:
    """Return what the strict reader stumbled over, without the line it quotes."""
    text = str(error)
    line = re.search(r"CSV Error on Line: (\d+)", text)
    widths = re.search(r"Expected Number of Columns: (\d+) Found: (\d+)", text)
    problem = "the file is not well-formed CSV."
    if widths:
        problem = f"the header has {widths[1]} columns, this line has {widths[2]}."
    elif "unterminated quote" in text:
        problem = "a quote is opened here and never closed."
    mend = "Mend the line or export the file again; it may be cut off."
    return UnreadableError(problem, mend, row=int(line[1]) if line else None)


def other_facts(draft: Delivery, target: Target) -> list[Path]:
    """Return the facts of the wave's other series, in which nobody may stand again."""
    return [
        facts_path(target.store, delivery)
        for delivery in target.ledger.active(draft.wave_id)
        if delivery.series != draft.series
    ]


def landed(checking: Checking, draft: Delivery, target: Target) -> LoadReport:
    """Return the report of a checked delivery, its files written, not yet in the ledger.

    Errors: DeliveryError when it has no rows.
    """
    draft = counted(checking, draft)
    if draft.row_count == 0:
        raise DeliveryError("there are no rows below the header.", "Export the file again.")
    rules = rule_counts(checking)
    examples = examples_of(checking.connection)
    refused_file = land_refused(checking, target.store) if rules else None
    draft = replace(draft, refused_file=refused_file)
    reason = refusal(draft, target.settings.general.refused_share_max)
    if reason is not None:
        return LoadReport(
            replace(draft, accepted_count=0, reason=reason), "refused", rules, examples
        )
    facts_file = land_facts(checking, target.store)
    return LoadReport(
        replace(draft, state="landed", facts_file=facts_file), "landed", rules, examples
    )


def counted(checking: Checking, draft: Delivery) -> Delivery:
    """Return the delivery with its rows counted; empty lines are no rows."""
    query = """SELECT count(*) FILTER (NOT is_blank),
        (SELECT count(DISTINCT row_number) FROM violation) FROM coded"""
    row_count, refused = checking.connection.execute(query).fetchall()[0]
    return replace(
        draft, row_count=row_count, accepted_count=row_count - refused, refused_count=refused
    )


def rule_counts(checking: Checking) -> dict[str, int]:
    """Return how often each rule was broken, the most frequent first."""
    query = "SELECT rule, count(*) FROM violation GROUP BY rule ORDER BY count(*) DESC, rule"
    return dict(checking.connection.execute(query).fetchall())


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

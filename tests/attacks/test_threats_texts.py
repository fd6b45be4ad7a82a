"""T10: not a word that somebody wrote leaves the trust boundary.

No release holds quotes yet, so the rule is simple: nothing of what was planted in explanations,
dialogues and wrong cells is in a released or status file, export, payload, log, or in the workbook
that goes back to the bureau.
"""

from __future__ import annotations

import datetime
import hashlib
import io
from dataclasses import dataclass
from pathlib import Path

import duckdb
import polars as pl
import pytest
import xlsxwriter
from rich.console import Console

from etl.refresh import Work, refresh
from etl.refresh_settings import load_refresh_settings
from etl.report import render_report
from etl.runlog import json_teller
from etl.webhook import payload as told
from tests.attacks.payloads import ANALYST, Account, Choices, collect, director, serve
from tests.attacks.planted import STEM, files_below, insides, planted, traces, write_planted
from tests.attacks.worlds import Steward
from tests.builders import CONFIG, build_world, project_settings, write_register
from warehouse.audit.report import AuditReport
from warehouse.audit.run import audit_release, summary
from warehouse.paths import Store
from warehouse.release import current_release

WAVE = "2024"
NOW = datetime.datetime(2025, 3, 1, 12, tzinfo=datetime.UTC)


@dataclass(frozen=True)
class Published:
    """A store after refreshes that took, refused and published, and what was said meanwhile."""

    store: Store
    said: str

    def audit(self) -> AuditReport:
        """Return the audit of the live release."""
        live = current_release(self.store)
        assert live is not None
        return audit_release(self.store, live, project_settings())


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Published:
    """Return a store in which every text is planted."""
    store = Store(tmp_path_factory.mktemp("texts"))
    world = build_world(51, waves=(WAVE,), scale=0.3)
    write_register(world, store)
    write_planted(world, store.inbox)
    log = io.StringIO()
    quick = load_refresh_settings(CONFIG).model_copy(update={"settle_seconds": 0})
    work = Work(store, project_settings(), quick, lambda: NOW, lambda _: None, json_teller(log))
    run = refresh(work)
    assert (run.refused_count, run.release_id is not None) == (1, True), run
    reports = Steward(store).load(
        [path for path in files_below(store.inbox) if path.suffix == ".csv"]
    )
    terminal = Console(file=log, width=200)
    for report in reports:
        terminal.print(render_report(report))
    log.write(str(told(run)))
    return Published(store, log.getvalue())


def test_the_texts_are_there_where_only_the_operator_comes(published: Published) -> None:
    """Otherwise nothing below could fail."""
    quotes = [
        cell
        for path in files_below(published.store.facts)
        for frame in [pl.read_parquet(path)]
        for name in frame.columns
        if frame[name].dtype == pl.String
        for cell in frame[name].drop_nulls()
        if STEM in cell
    ]
    assert len(quotes) > 100
    assert any("zegt" in quote for quote in quotes)


def test_no_word_is_in_a_published_file(published: Published, tmp_path: Path) -> None:
    files = files_below(published.store.published)
    assert {path.parent.name for path in files} >= {"releases", "status"}
    assert traces((path.read_bytes() for path in files), tmp_path) == []


@pytest.mark.parametrize("account", [ANALYST, None], ids=["analyst", "director"])
def test_no_word_is_sent_to_anybody(
    published: Published, tmp_path: Path, account: Account | None
) -> None:
    app = serve(published.store)
    who = account or director("ORGGIANT")
    payload = collect(app, who, Choices((WAVE,), ("nl", "en")))
    assert len(payload.seen) > 40
    assert traces((one.content for one in payload.seen), tmp_path) == []


def test_no_word_is_in_the_workbooks_for_the_bureau(published: Published, tmp_path: Path) -> None:
    files = files_below(published.store.reports)
    assert len(files) >= 1
    assert traces((path.read_bytes() for path in files), tmp_path) == []


def test_no_word_is_said_in_logs_messages_or_the_audit(
    published: Published, tmp_path: Path
) -> None:
    said = "\n".join([published.said, *summary(published.audit())])
    assert "refused" in said
    assert traces([said.encode()], tmp_path) == []


def test_a_word_would_be_found_wherever_it_is_packed(published: Published, tmp_path: Path) -> None:
    """The same search on a released file, an archive and a workbook in which one is written."""
    live = published.store.releases / f"{current_release(published.store)}.duckdb"
    copy = tmp_path / "copy.duckdb"
    copy.write_bytes(live.read_bytes())
    with duckdb.connect(str(copy)) as connection:
        connection.execute("UPDATE wave SET name_nl = ?", [planted(1)])
    book = io.BytesIO()
    with xlsxwriter.Workbook(book, {"in_memory": True}) as workbook:
        workbook.add_worksheet().write_string(0, 0, planted(2))
    for content in (copy.read_bytes(), book.getvalue(), planted(3).upper().encode()):
        assert traces([content], tmp_path)


def test_the_name_of_a_file_confirms_no_answer_in_it(published: Published, tmp_path: Path) -> None:
    """Who knows all of a file but one answer tries the ten there can be, until the hash fits."""
    raw = [path.read_bytes() for path in files_below(published.store.deliveries)]
    content = next(part for part in raw if b";7;" in part)
    place = content.index(b";7;")
    guesses = [content[: place + 1] + str(n).encode() + content[place + 2 :] for n in range(1, 11)]
    names = {hashlib.sha256(guess).hexdigest() for guess in guesses}
    assert names & {path.name for path in files_below(published.store.deliveries)}
    for path in files_below(published.store.published):
        for inside in insides(path.read_bytes(), tmp_path):
            assert not [name for name in names if name.encode() in inside], path

"""The page of deliveries: for staff only, alive between releases, plain about what went wrong."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from flask.testing import FlaskClient

from dashboard.access.scope import Scope
from dashboard.app import create_app
from dashboard.context import Context
from dashboard.ledger import PublicLedger
from dashboard.pages.catalogue import build_page
from dashboard.pages.deliveries import waiting
from dashboard.pages.model import AsReported, Page, Section
from dashboard.snapshot import Snapshots, StatusFiles
from dashboard.state import PATHS
from tests.dashboard.built.browsing import SECRET, ask, csrf_of, with_token
from tests.dashboard.status_builder import REASON, publish_status_file, run, usual
from warehouse.paths import Store
from warehouse.settings import Settings

ADDRESS = PATHS["deliveries"]
STAFF, DIRECTOR = Scope("sector_staff", None), Scope("hr_director", "ORG-LARGE")
SignIn = Callable[[str], FlaskClient]


@pytest.fixture
def living(tmp_path: Path, store: Store) -> Store:
    """A store of its own, with the release of the session's store and a status file."""
    living = Store(tmp_path)
    shutil.copytree(store.published, living.published)
    publish_status_file(living, "first")
    return living


@pytest.fixture
def context(living: Store, settings: Settings) -> Context:
    """What the dashboard shares."""
    return Context(Snapshots(living), settings, True, StatusFiles(living))


@pytest.fixture
def enter(living: Store, settings: Settings) -> SignIn:
    """Sign in to that store."""
    app = create_app(living, settings, demo=True, secret=SECRET)

    def signed_in(account: str) -> FlaskClient:
        client = app.server.test_client()
        client.post("/sign-in", data={"csrf": csrf_of(client), "account": account})
        return with_token(client)

    return signed_in


def page_of(context: Context, language: str = "nl") -> Page:
    """Return the page as staff see it."""
    return build_page(context.view(ADDRESS, f"?lang={language}", STAFF))


def section(page: Page, heading: str) -> Section:
    """Return the one section with a heading."""
    [found] = [one for one in page.sections if one.heading == heading]
    return found


def rows_of(page: Page, heading: str) -> dict[str, tuple[str, ...]]:
    """Return the rows of a section's table by their first cell."""
    table = section(page, heading).table
    assert table is not None
    return {row[0]: row for row in table.rows}


def with_runs(living: Store, *runs: dict[str, Any]) -> None:
    """Publish a status with these refreshes."""
    publish_status_file(living, f"runs-{len(list(living.status.iterdir()))}", {"load_run": runs})


def test_the_finding_says_how_it_went_and_what_waits(context: Context) -> None:
    assert page_of(context).finding == (
        "De laatste verversing is gelukt en weigerde een of meer leveringen; "
        "2 leveringen wachten op u."
    )
    assert page_of(context, "en").finding.endswith("2 deliveries wait for you.")


@pytest.mark.parametrize(
    ("outcome", "words"),
    [
        ("done", "De laatste verversing is gelukt; 2 leveringen wachten op u."),
        ("failed", "De laatste verversing is mislukt; 2 leveringen wachten op u."),
        ("interrupted", "De laatste verversing is afgebroken; 2 leveringen wachten op u."),
        ("running", "De laatste verversing is nog niet klaar; 2 leveringen wachten op u."),
    ],
)
def test_what_went_wrong_is_said_in_words(
    living: Store, context: Context, outcome: str, words: str
) -> None:
    with_runs(living, run(1, "done"), run(2, outcome, message="The disk is full."))
    page = page_of(context)
    assert page.finding == words
    first = page.sections[0]
    assert first.is_alert == (outcome != "done")
    assert AsReported("The disk is full.") in first.sentences
    if first.is_alert:
        assert first.heading == "Let op: de laatste verversing kwam niet tot het einde"
        assert "laatste goede publicatie" in first.sentences[-1] or outcome == "running"


def test_an_interrupted_refresh_is_told_after_the_next_went_well(
    living: Store, context: Context
) -> None:
    with_runs(living, run(3, "interrupted"), run(4, "done"))
    page = page_of(context)
    assert any("Verversing 3" in s and "afgebroken" in s for s in page.sections[0].sentences)
    rows = rows_of(page, "Hoe de verversingen gingen")
    assert [row[1] for row in rows.values()] == ["✓\u00a0gelukt", "✕\u00a0afgebroken"]


def test_before_any_refresh_the_page_says_what_to_do(living: Store, context: Context) -> None:
    publish_status_file(living, "empty", dict.fromkeys(usual(), ()))
    page = page_of(context)
    assert page.finding == "Er is nog niet ververst; er wacht geen levering op u."
    assert "regiespiegel refresh" in page.sections[0].sentences[0]
    for heading in ("Leveringen", "Wat er is gepubliceerd", "Respons tijdens het veldwerk"):
        assert section(page, heading).sentences[0].startswith("Er is ")


def test_without_a_status_file_the_page_says_so(store: Store, settings: Settings) -> None:
    for files in (None, StatusFiles(store)):
        page = page_of(Context(Snapshots(store), settings, True, files))
        assert page.finding == "Er is nog geen stand van de leveringen."
        assert "regiespiegel refresh" in page.sections[0].sentences[0]


def test_only_what_a_steward_can_still_mend_waits(living: Store) -> None:
    status = StatusFiles(living).latest()
    assert status is not None
    # Not `2026-oost`, which its second version mended, nor `2025-laat`, whose wave is frozen.
    names = [row["file_name"] for row in waiting(PublicLedger(status, STAFF))]
    assert names == ["=cmd.csv", "2026-west.csv"]


def test_a_file_that_came_after_its_wave_was_released_is_named(context: Context) -> None:
    sentences = page_of(context).sections[0].sentences
    assert [s for s in sentences if "2025-laat.csv kwam te laat" in s]
    assert not [s for s in sentences if "2026-west" in s]


def test_deliveries_show_rows_state_reason_and_release(context: Context) -> None:
    page = page_of(context)
    rows = rows_of(page, "Leveringen: meting 2026")
    assert rows["2026-noord.csv"][1:] == (
        "✓\u00a0genomen", "vragenlijst", "1.200", "1.197", "3",
        "24\u00a0nov\u00a02026, 03:00", "–", "–",
    )  # fmt: skip
    assert rows["2026-west.csv"][1] == "✕\u00a0geweigerd"
    assert rows["2026-west.csv"][4] == "0"
    assert rows["2026-west.csv"][-1] == "the file is encrypted"
    earlier = rows_of(page, "Leveringen: meting 2025")
    assert earlier["2025-noord.csv"][7] == "release-wrong"[:8]
    assert "=cmd.csv" in rows_of(page, "Leveringen: zonder meting")


def test_a_withdrawn_publication_says_why(context: Context) -> None:
    table = section(page_of(context), "Wat er is gepubliceerd").table
    assert table is not None
    live, wrong = table.rows
    assert live[3] == "✓ is nu te zien"
    assert "teruggetrokken op" in wrong[3]
    assert wrong[-1] == REASON


def test_response_shows_groups_and_why_one_is_hidden(context: Context) -> None:
    page = page_of(context)
    rows = rows_of(page, "Respons tijdens het veldwerk: meting 2026")
    assert rows["Hele sector"][1:] == ("8.642", "4.321", "12", "50\u00a0%")
    hidden = next(row for name, row in rows.items() if name.startswith("10–49"))
    assert hidden[1:] == ("–", "▨ afgeschermd om mensen te beschermen", "–", "–")
    assert len(rows) == 3  # the organisation is not among them


def test_a_director_gets_what_an_unknown_address_gives(enter: SignIn) -> None:
    director, analyst = enter("large"), enter("analyst")
    assert "2026-west.csv" in ask(analyst, ADDRESS)
    assert ask(director, ADDRESS) == ask(director, "/there-is-no-such-page")
    answers = [director.get(f"/download/{name}.csv") for name in ("deliveries", "no-such-page")]
    assert [answer.status_code for answer in answers] == [404, 404]
    assert answers[0].data == answers[1].data
    assert "2026-west" not in director.get(ADDRESS).text
    assert "Wat is er binnengekomen?" not in ask(director, "/")
    assert "Wat is er binnengekomen?" in ask(analyst, "/")


def test_a_director_gets_no_row_of_the_ledger(living: Store) -> None:
    status = StatusFiles(living).latest()
    assert status is not None
    staff, director = PublicLedger(status, STAFF), PublicLedger(status, DIRECTOR)
    for name in ("runs", "deliveries", "waves", "publications"):
        assert getattr(staff, name)()
        assert getattr(director, name)() == ()
    assert staff.response("2026")
    assert director.response("2026") == {}


@pytest.mark.parametrize("account", ["large", "analyst"])
def test_the_source_line_says_when_it_was_refreshed(enter: SignIn, account: str) -> None:
    text = ask(enter(account), "/")
    assert "Laatste verversing: 24\u00a0nov\u00a02026, 03:20." in text


def test_a_file_name_is_no_formula_in_the_download(enter: SignIn) -> None:
    text = enter("analyst").get("/download/deliveries.csv?lang=nl").get_data(as_text=True)
    cells = [cell for line in text.splitlines() for cell in line.lstrip("\ufeff").split(";")]
    assert "'=cmd.csv" in cells
    assert not [cell for cell in cells if re.match(r"[=+@]", cell)]


def test_a_new_status_is_noticed_between_releases(living: Store, enter: SignIn) -> None:
    client = enter("analyst")
    assert "is mislukt" not in ask(client, ADDRESS)
    with_runs(living, run(1, "done"), run(2, "failed"))
    assert "is mislukt" in ask(client, ADDRESS)


@pytest.mark.parametrize("content", ["", "nowhere\n", "../first\n", "\x00"])
def test_a_broken_status_keeps_the_last_good_one(living: Store, content: str) -> None:
    files = StatusFiles(living)
    good = files.latest()
    living.status_pointer.write_text(content, encoding="utf-8")
    assert good is not None
    assert files.latest() is good


@pytest.mark.parametrize(
    "query", ["select * from read_csv('/etc/passwd')", "create table x (a int)"]
)
def test_a_status_file_is_opened_locked_down(living: Store, query: str) -> None:
    status = StatusFiles(living).latest()
    assert status is not None
    with pytest.raises(duckdb.Error):
        status.rows(query)

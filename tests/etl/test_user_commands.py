"""`user …` and `trail …` as an operator gives them."""

from __future__ import annotations

import csv
import datetime
import json
import re
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from accounts.errors import AccountError, TrailError
from accounts.links import use_link
from accounts.people import find_account
from accounts.settings import AccessSettings
from accounts.store import open_accounts
from accounts.tokens import find_token
from etl.cli import app
from warehouse.errors import RegiespiegelError
from warehouse.paths import Store

PHRASE = "vier paarse fietsen in de regen"


@pytest.fixture
def run(tmp_path: Path):  # type: ignore[no-untyped-def]
    """Give a command on an empty store; what a person would see refused is raised."""

    def give(*words: str) -> Result:
        result = CliRunner().invoke(app, [*words, "--data", str(tmp_path)])
        if isinstance(result.exception, RegiespiegelError):
            raise result.exception
        assert result.exit_code == 0, result.output
        return result

    return give


@pytest.fixture
def an(run):  # type: ignore[no-untyped-def]
    """Add a director of ORG-A."""
    run("user", "add", "An@zorg.nl", "--name", "An", "--role", "hr_director",
        "--organisation", "ORG-A")  # fmt: skip
    return "an@zorg.nl"


def now() -> datetime.datetime:
    """Return this moment."""
    return datetime.datetime.now(datetime.UTC)


def events(root: Path) -> list[str]:
    """Return the events in the trail, oldest first."""
    with closing(sqlite3.connect(root / "app" / "accounts.sqlite")) as connection:
        query = "select event, actor from trail_entry order by number"
        rows = connection.execute(query).fetchall()
    assert all(actor.startswith("operator:") for _, actor in rows)
    return [event for event, _ in rows]


def test_an_invitation_sets_a_password(run, an: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    said = run("user", "invite", an, "--address", "https://spiegel.example/").stdout.strip()
    found = re.fullmatch(r"https://spiegel\.example/link/(\S{43})", said)
    assert found
    store = open_accounts(Store(tmp_path), {})
    with store.writing() as session:
        assert use_link(session, found[1], PHRASE, AccessSettings(), now()) is not None
    store.close()
    assert "password" in run("user", "list").output
    assert events(tmp_path) == ["account_added", "invited"]
    assert found[1] not in (tmp_path / "app" / "accounts.sqlite").read_bytes().decode("latin-1")


def test_every_act_is_in_the_trail(run, an: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("user", "grant", an, "ORG-B")
    run("user", "revoke", an, "ORG-B")
    run("user", "reset", an)
    run("user", "drop-code", an)
    token = run("user", "token", an, "--name", "x", "--scope", "sector").stdout.strip()
    run("user", "disable", an)
    run("user", "enable", an)
    run("user", "role", an, "steward")
    run("user", "remove", an)
    assert events(tmp_path) == [
        "account_added", "organisation_granted", "grant_revoked", "reset_made",
        "second_factor_removed", "token_made", "account_disabled", "account_enabled",
        "role_changed", "account_removed",
    ]  # fmt: skip
    assert token.startswith("rsp_")
    with closing(sqlite3.connect(tmp_path / "app" / "accounts.sqlite")) as accounts:
        details = [row[0] for row in accounts.execute("select detail from trail_entry")]
    ids = {json.loads(detail)["account"] for detail in details}
    assert len(ids) == 1  # every act names whom it was about
    assert not [detail for detail in details if "@" in detail]  # once removed, nobody is named
    with pytest.raises(AccountError, match="no account"):
        run("user", "disable", an)


def test_a_refused_act_leaves_no_trace(run, an: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(AccountError):
        run("user", "add", an, "--name", "An", "--role", "steward")
    assert events(tmp_path) == ["account_added"]


def test_a_grant_is_for_an_organisation_of_the_register(run, an: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    room = tmp_path / "register"
    room.mkdir()
    (room / "organisations.csv").write_text(
        "organisation_id,name,valid_from,valid_to,event,successor_id\nORG-C,C,2020-01-01,,,\n"
    )
    (room / "headcounts.csv").write_text(
        "organisation_id,wave_id,name,headcount,employees_invited\n"
    )
    run("user", "grant", an, "ORG-C")
    with pytest.raises(AccountError, match="register"):
        run("user", "grant", an, "ORG-X")


def test_tokens_are_made_shown_and_revoked(run, an: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    options = ("--name", "excel", "--scope", "own", "--organisation", "ORG-A", "--days", "5")
    key = run("user", "token", an, *options).stdout.strip()
    store = open_accounts(Store(tmp_path), {})
    with store.reading() as session:
        token = find_token(session, key, now())
    assert token is not None
    assert key not in run("user", "tokens").output
    run("user", "revoke-token", token.token_id)
    with store.reading() as session:
        assert find_token(session, key, now()) is None
        assert find_account(session, an).grants == ("ORG-A",)
    store.close()
    assert "revoked" in run("user", "tokens").output


def test_the_trail_is_verified_and_exported(run, an: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    run("user", "token", an, "--name", "=1+1", "--scope", "sector")
    head = run("trail", "verify").stdout.strip().split()[-1]
    run("trail", "export", str(tmp_path / "trail.csv"))
    with (tmp_path / "trail.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert [row["event"] for row in rows] == ["account_added", "token_made"]
    assert rows[-1]["entry_hash"] == head
    assert not [cell for row in rows for cell in row.values() if cell.startswith(("=", "+", "@"))]
    run("trail", "verify", "--head", head)
    assert events(tmp_path)[-1] == "trail_exported"
    with pytest.raises(TrailError, match="head"):
        run("trail", "verify", "--head", "0" * 63 + "1")


def test_a_changed_trail_is_refused(run, an: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    with closing(sqlite3.connect(tmp_path / "app" / "accounts.sqlite")) as connection:
        connection.execute("drop trigger trail_fixed")
        connection.execute("update trail_entry set actor = 'nobody'")
        connection.commit()
    for verb in (["verify"], ["export", str(tmp_path / "trail.csv")], ["prune"]):
        if verb == ["prune"]:
            with closing(sqlite3.connect(tmp_path / "app" / "accounts.sqlite")) as connection:
                connection.execute("update trail_entry set moment = '2020-01-01'")
                connection.commit()
        with pytest.raises(TrailError, match="Entry 1"):
            run("trail", *verb)
    assert not (tmp_path / "trail.csv").exists()


def test_what_is_young_is_not_pruned(run, an: str, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    assert run("trail", "prune").stdout.startswith("0 entries")
    assert events(tmp_path) == ["account_added", "trail_pruned"]

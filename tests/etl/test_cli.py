"""The command line as an operator uses it: what it says, and its exit status."""

from __future__ import annotations

import io
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from rich.console import Console

from etl import cli
from etl.simulate.statements import HOW_MANY
from warehouse.paths import Store
from warehouse.publishing import waves_in
from warehouse.release import current_release
from warehouse.statements import standing_statements, statements_path

ORGANISATIONS = "70"


@dataclass(frozen=True)
class Outcome:
    """What a command printed and how it ended."""

    text: str
    status: int


def run(monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> Outcome:
    """Return the outcome of `regiespiegel arguments`, in this process."""
    said = io.StringIO()
    monkeypatch.setattr(cli, "console", Console(file=said, width=200))
    monkeypatch.setattr(sys, "argv", ["regiespiegel", *map(str, arguments)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    return Outcome(said.getvalue(), int(ended.value.code or 0))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Return a store the demonstration made."""
    root = tmp_path_factory.mktemp("cli") / "data"
    with pytest.MonkeyPatch.context() as patch:
        outcome = run(patch, "demo", "--data", root, "--organisations", ORGANISATIONS, "--no-serve")
    assert outcome.status == 0, outcome.text
    return Store(root)


def test_a_second_demonstration_starts_from_what_is_there(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = current_release(store)
    outcome = run(monkeypatch, "demo", "--data", store.root, "--no-serve")
    assert outcome.status == 0
    assert outcome.text.strip() == f"Release {before} is current."


def test_the_same_file_again_changes_nothing_and_is_no_failure(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    export = next(store.inbox.glob("2026-medewerkers-bureau-oost*"))
    outcome = run(monkeypatch, "load", export, "--data", store.root)
    assert outcome.status == 0
    assert "already" in outcome.text


def test_a_refused_file_says_why_and_fails(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    late = tmp_path / "2026-medewerkers-laat.csv"
    original = next(store.inbox.glob("2026-medewerkers-bureau-oost*"))
    late.write_bytes(original.read_bytes() + b"\n")
    outcome = run(monkeypatch, "load", late, "--data", store.root)
    assert outcome.status == 1
    assert late.name in outcome.text
    assert "released" in outcome.text


def test_one_refused_file_does_not_hold_up_the_others(
    store: Store, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    broken = tmp_path / "2026-medewerkers-stuk.csv"
    broken.write_bytes(b"\x00\x01\x02")
    good = next(store.inbox.glob("2026-medewerkers-bureau-oost*"))
    outcome = run(monkeypatch, "load", broken, good, "--data", store.root)
    assert outcome.status == 1
    assert broken.name in outcome.text
    assert good.name in outcome.text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("wave", "close", "1999"), "1999"),
        (("wave", "release", "1999"), "1999"),
        (("wave", "open", "2026"), "released"),
        (("load", "no-such-file.csv"), "no-such-file.csv"),
    ],
)
def test_a_refusal_is_one_sentence_and_exit_status_one(
    store: Store, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    outcome = run(monkeypatch, *arguments, "--data", store.root)
    assert outcome.status == 1
    assert said in outcome.text
    assert "Traceback" not in outcome.text


def test_every_wave_is_listed_with_its_state(
    store: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(monkeypatch, "wave", "list", "--data", store.root).status == 0
    listed = capsys.readouterr().out
    for wave in ("2023", "2024", "2025", "2026"):
        assert wave in listed
    assert listed.count("released") == 4


def test_a_few_large_organisations_of_the_demonstration_say_something_as_employers(
    store: Store,
) -> None:
    statements = standing_statements(statements_path(store))
    assert 1 <= len(statements) <= HOW_MANY
    assert {one.wave_id for one in statements} == {"2026"}
    assert statements[0].shown_to == "organisation_and_fund"
    assert all(dict(one.answers).get("grade") for one in statements)


def test_doctor_names_the_current_release(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome = run(monkeypatch, "doctor", "--data", store.root)
    assert outcome.status == 0
    assert f"Release {current_release(store)} is current." in outcome.text
    assert "Register: " in outcome.text


def test_an_empty_store_is_told_what_it_lacks(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outcome = run(monkeypatch, "doctor", "--data", tmp_path / "empty")
    assert outcome.status == 1
    assert "register" in outcome.text.lower()


def test_a_wave_is_taken_back_with_a_reason_and_the_others_come_back(
    store: Store, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """The last test of this store: it changes what is released."""
    refused = run(monkeypatch, "wave", "withdraw", "2026", "--reason", " ", "--data", store.root)
    assert refused.status == 1
    assert "Say why" in refused.text
    reason = ("--reason", "wrong export", "--data", store.root)
    assert run(monkeypatch, "wave", "withdraw", "2026", *reason).status == 0
    said = " ".join(capfd.readouterr().err.split())
    live = current_release(store)
    assert f"Wave 2026 was withdrawn. Release {live} is current." in said
    assert "Kept on disk, no longer shown:" in said
    assert waves_in(store.releases / f"{live}.duckdb") == ("2023", "2024", "2025")


def test_what_may_not_be_read_is_named_and_is_no_traceback(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def closed(_path: Path) -> None:
        raise PermissionError(13, "Permission denied", "register/organisations.csv")

    monkeypatch.setattr(cli, "read_register", closed)
    outcome = run(monkeypatch, "doctor", "--data", tmp_path)
    assert outcome.status == 1
    assert "register/organisations.csv: Permission denied." in outcome.text
    assert "Traceback" not in outcome.text

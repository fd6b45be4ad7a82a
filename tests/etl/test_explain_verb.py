"""`regiespiegel explain`: what it prints, writes and refuses."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from tests.builders import Released, build_world, release_world
from tests.etl.test_cli import Outcome, run
from warehouse.paths import Store

Bundle = tuple[Store, Released]
WAVE = ("--wave", "2026", "--item", "grade")


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> Bundle:
    """Return a store with a release of two waves."""
    root = tmp_path_factory.mktemp("explain")
    world = build_world(21, waves=("2025", "2026"), scale=0.6).without("ORGGIANT")
    return Store(root), release_world(world, root)


def ask(monkeypatch: pytest.MonkeyPatch, bundle: Bundle, *arguments: str | Path) -> Outcome:
    """Return the outcome of `regiespiegel explain`."""
    return run(monkeypatch, "explain", *arguments, "--data", bundle[0].root)


def own(bundle: Bundle) -> str:
    """Return an organisation with an own grade in both waves."""
    rows = bundle[1].tables["trend"]
    found = (r for r in rows if r["item_id"] == "grade" and r["group_kind"] == "organisation")
    return str(next(found)["group_id"])


@pytest.mark.parametrize("table", ["score", "comparison", "gap", "trend", "response"])
def test_released_and_recomputed_are_the_same_line(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], table: str
) -> None:
    outcome = ask(monkeypatch, bundle, table, *WAVE, "--group", f"organisation:{own(bundle)}")
    assert outcome.status == 0, outcome.text
    lines = dict(line.split(maxsplit=1) for line in capsys.readouterr().out.splitlines()[1:4])
    assert lines["released"] == lines["recomputed"]
    assert "docs/methods.md" in lines["formula"]


@pytest.mark.parametrize("table", ["comparison", "gap", "trend"])
def test_a_difference_says_by_which_rule_it_is_called_what_it_is(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], table: str
) -> None:
    ask(monkeypatch, bundle, table, *WAVE, "--group", f"organisation:{own(bundle)}")
    said = printed(capsys)["verdict"]
    assert said.split(".")[0] in ("higher", "lower", "comparable", "not_demonstrable")
    assert "an interval that leaves 0 out" in said


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, str]:
    """Return the first lines that were printed, by their first word."""
    lines = capsys.readouterr().out.splitlines()[1:]
    return dict(line.split(maxsplit=1) for line in lines if " " in line)


@pytest.mark.parametrize("table", ["expected_range", "organisation_place", "distribution"])
def test_what_stands_beside_a_result_is_the_same_line_too(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], table: str
) -> None:
    key = {"wave_id": "2026", "item_id": "grade", "status": "published"}
    row = next(row for row in bundle[1].tables[table] if key.items() <= row.items()
               and row.get("group_kind", "organisation") == "organisation")  # fmt: skip
    group = row.get("organisation_id", row.get("group_id"))
    more = ("--key", f"answer={row['answer']}") if "answer" in row else ()
    outcome = ask(monkeypatch, bundle, table, *WAVE, "--group", f"organisation:{group}", *more)
    assert outcome.status == 0, outcome.text
    lines = printed(capsys)
    assert lines["released"] == lines["recomputed"]


def test_the_other_figures_of_a_row_are_recomputed_beside_it(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert ask(monkeypatch, bundle, "benchmark", *WAVE).status == 0
    said = printed(capsys)["median:"]
    released, recomputed = (part.split()[-1] for part in said.split(";"))
    assert released == recomputed


def test_what_cannot_be_recomputed_says_why(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    key = ("--key", "name=pooled_variance")
    assert ask(monkeypatch, bundle, "parameter", *WAVE, *key).status == 0
    lines = printed(capsys)
    assert lines["recomputed"] == "–"
    assert "is protected" in lines["note"]


def test_the_totals_are_written_as_a_file(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    path = tmp_path / "totals.csv"
    arguments = ("benchmark", *WAVE, "--csv", path, "--release", bundle[1].release_id)
    assert ask(monkeypatch, bundle, *arguments).status == 0
    with path.open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["role"] == "group"]
    means = [float(row["total"]) / int(row["answer_count"]) for row in rows]
    key = {"wave_id": "2026", "item_id": "grade", "group_kind": "sector"}
    found = next(row for row in bundle[1].tables["benchmark"] if key.items() <= row.items())
    assert sum(means) / len(means) == pytest.approx(found["mean_of_organisations"], abs=1e-12)


def test_a_hidden_figure_is_said_to_be_hidden(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = bundle[1].score(group_kind="organisation", item_id="grade", wave_id="2026")
    name = next(row["group_id"] for row in rows if row["status"] == "withheld_small")
    assert ask(monkeypatch, bundle, "score", *WAVE, "--group", f"organisation:{name}").status == 0
    said = capsys.readouterr().out
    assert "Withheld to protect people" in said
    assert "released" not in said


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("mood", *WAVE), "band_difference, benchmark"),
        (("score", "--wave", "1999", "--item", "grade"), "2025, 2026"),
        (("score", "--wave", "2026", "--item", "mood"), "aspect_trust"),
        (("score", *WAVE, "--group", "organisation:NOBODY"), "ORG"),
        (("score", *WAVE, "--release", "../../private"), "there is no release"),
    ],
)
def test_what_is_unknown_is_refused_with_what_there_is(
    bundle: Bundle, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], said: str
) -> None:
    outcome = ask(monkeypatch, bundle, *arguments)
    assert outcome.status == 1
    assert said in outcome.text
    assert "Traceback" not in outcome.text


def test_before_the_first_release_it_says_what_to_do(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    outcome = run(monkeypatch, "explain", "score", *WAVE, "--data", tmp_path)
    assert outcome.status == 1
    assert "nothing was released yet" in outcome.text

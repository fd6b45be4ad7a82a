"""`coding evaluate`: precision, recall and α by hand, on a small file."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from etl import cli
from etl.coding import load_coder
from etl.coding_quality import CodingError, evaluate, hand_coded
from tests.etl.builders import CONFIG, write
from tests.warehouse.stats.fixture_f1 import close
from warehouse.settings import load_settings

SETTINGS = load_settings(CONFIG)
ROWS = """text,aspect_id,second_aspect_id
De werkdruk is hoog,workload,workload
Te veel caseload,workload,work_life_balance
Een goede sfeer,enjoyment_and_engagement,enjoyment_and_engagement
Altijd maar rennen,workload,workload
Minder werkdruk door vertrouwen,trust,
Koffie,,
"""


def test_precision_recall_and_agreement(tmp_path: Path) -> None:
    rows = hand_coded(write(tmp_path / "coded.csv", ROWS), SETTINGS)
    found = evaluate(rows, load_coder(CONFIG, SETTINGS), SETTINGS)
    scores = {score.aspect_id: score for score in found.scores}
    # Words say workload of three, two of them rightly; people of three, one without a word for it.
    workload = scores["workload"]
    assert (workload.by_people, workload.by_words, workload.both) == (3, 3, 2)
    assert workload.precision == close(2 / 3)
    assert workload.recall == close(2 / 3)
    assert scores["trust"].recall == 0
    assert (found.row_count, found.twice_count) == (5, 4)
    # Four pairs, one apart: observed 2; eight values 5, 1 and 2: expected (64 − 30)/7.
    assert found.alpha == close(1 - 2 / (34 / 7))


def test_the_command_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(tmp_path / "coded.csv", ROWS)
    monkeypatch.setattr(sys, "argv", ["regiespiegel", "coding", "evaluate", str(path)])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert ended.value.code in (0, None)
    said = capsys.readouterr().out
    assert "5 answers coded by hand" in said
    assert "workload                   precision  67 %  recall  67 %  (3 by people)" in said
    assert "α of 4 coded twice: 0.59" in said


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("text\nDruk\n", "need: aspect_id"),
        ("text,aspect_id\nGEHEIM,pressure\n", "line 2: column aspect_id"),
    ],
)
def test_a_wrong_file_is_refused_without_its_texts(
    tmp_path: Path, text: str, expected: str
) -> None:
    with pytest.raises(CodingError, match=expected) as error:
        hand_coded(write(tmp_path / "coded.csv", text), SETTINGS)
    assert "GEHEIM" not in str(error.value)

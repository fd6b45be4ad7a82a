"""A delivery lands once, whole, and in the ledger last."""

from __future__ import annotations

import errno
from hashlib import sha256
from pathlib import Path

import pytest

from etl.errors import DeliveryError, LandingError
from etl.pipeline import load_files
from etl.report import summary
from tests.etl.builders import NOW, World, csv_text, good_rows, register, rows_of, write
from warehouse.ledger import WaveState, open_ledger


def test_rows_land_as_integers_in_steps(world: World) -> None:
    row = {"respondent_id": "R1", "organisatie_id": " org1\xa0", "rol": "Medewerker"}
    answers = {"cijfer": "7,5", "mening": " MEE EENS ", "weg": "mee eens", "a": "ja", "b": "0"}
    report = world.offer([row | answers | {"uit": " Goed zo \xa0"}])
    assert world.facts(report) == [
        {
            "row_number": 2,
            "respondent_id": "R1",
            "organisation_id": "ORG1",
            "side": "employee",
            "grade": 15,
            "opinion": 3,
            "obstacle": 1,
            "top_a": 1,
            "top_b": 0,
            "top_c": None,
            "quote": "Goed zo",
            "quality_flag": None,
        }
    ]


@pytest.mark.parametrize(
    ("column", "text", "item_id", "expected"),
    [
        ("cijfer", "7.0", "grade", 14),
        ("cijfer", "99", "grade", None),
        ("cijfer", "99,0", "grade", None),
        ("cijfer", "10", "grade", 20),
        ("mening", "weet niet", "opinion", None),
        ("mening", "N.v.t.", "opinion", 8),
        ("mening", "2", "opinion", 2),
        ("weg", "n.v.t.", "obstacle", 8),
        ("weg", "1", "obstacle", 3),
        ("a", "\ufeffja", "top_a", 1),
    ],
)
def test_a_cell_becomes_its_code(
    world: World, column: str, text: str, item_id: str, expected: int | None
) -> None:
    report = world.offer(rows_of(1, **{"cijfer": "7", "weg": "2"} | {column: text}))
    assert [row[item_id] for row in world.facts(report)] == [expected]


def test_the_ledger_tells_what_happened(world: World) -> None:
    path = write(world.root / "2026-x_v2.csv", csv_text(good_rows([{"cijfer": "11"}])))
    delivery = world.load(path).delivery
    assert delivery.delivery_id == sha256(path.read_bytes()).hexdigest()
    assert (delivery.series, delivery.state, delivery.loaded_at) == ("2026-x", "landed", NOW)
    assert (delivery.row_count, delivery.accepted_count, delivery.refused_count) == (21, 20, 1)
    with open_ledger(world.store) as ledger:
        assert ledger.find(delivery.delivery_id) == delivery
    assert (world.store.deliveries / delivery.delivery_id).read_bytes() == path.read_bytes()


def test_files_are_named_by_their_content(world: World) -> None:
    delivery = world.offer(good_rows([{"cijfer": "11"}])).delivery
    for room, name in (
        (world.store.facts, delivery.facts_file),
        (world.store.refused, delivery.refused_file),
    ):
        assert [path.name for path in room.iterdir()] == [name]
        assert name == sha256((room / str(name)).read_bytes()).hexdigest() + ".parquet"


def test_loading_twice_changes_nothing(world: World) -> None:
    first = world.offer(rows_of(3))
    before = sorted(world.store.private.rglob("*.parquet"))
    again = world.offer(rows_of(3), name="copy.csv")
    assert (again.outcome, again.delivery) == ("unchanged", first.delivery)
    assert summary(again) == "copy.csv: unchanged, already landed in wave 2026 as f.csv."
    assert sorted(world.store.private.rglob("*.parquet")) == before
    assert world.query("SELECT count(*) FROM respondent") == [(3,)]


def test_a_corrected_delivery_supersedes_the_old_one(world: World) -> None:
    old = world.offer(rows_of(3), name="bureau.csv").delivery
    new = world.offer(rows_of(4), name="bureau_v2.csv").delivery
    states = dict(world.query("SELECT delivery_id, state FROM delivery"))
    assert states == {old.delivery_id: "superseded", new.delivery_id: "landed"}
    assert (world.store.facts / str(old.facts_file)).exists()
    assert world.query("SELECT count(*) FROM respondent") == [(4,)]


def test_a_superseded_delivery_does_not_come_back(world: World) -> None:
    world.offer(rows_of(3), name="bureau.csv")
    world.offer(rows_of(4), name="bureau_v2.csv")
    assert world.offer(rows_of(3), name="bureau.csv").delivery.state == "superseded"
    assert world.query("SELECT count(*) FROM respondent") == [(4,)]


def test_the_views_show_answers_long(world: World) -> None:
    delivery = world.offer(rows_of(1, a="ja")).delivery
    key = f"{delivery.delivery_id}:2"
    person = ("2026", "employee", "ORG1", key)
    assert world.query("FROM respondent") == [person]
    assert sorted(world.query("FROM answer")) == [
        (*person, "grade", 14),
        (*person, "opinion", 3),
        (*person, "top_a", 1),
    ]


def test_two_deliveries_with_the_same_rows_in_two_waves_both_count(world: World) -> None:
    world.instrument = world.instrument.model_copy(update={"fixed_organisation": "ORG1"})
    world.load(write(world.root / "a.csv", csv_text(rows_of(2))), wave_id="2025")
    world.load(write(world.root / "b.csv", csv_text(rows_of(2), ",")), wave_id="2026")
    counts = "SELECT wave_id, count(*) FROM respondent GROUP BY ALL ORDER BY ALL"
    assert world.query(counts) == [("2025", 2), ("2026", 2)]


@pytest.mark.parametrize(("state", "mend"), [("closed", "wave open"), ("released", "never change")])
def test_a_wave_that_is_not_open_takes_nothing(world: World, state: str, mend: str) -> None:
    with open_ledger(world.store) as ledger:
        ledger.set_wave_state(WaveState("2026", state, NOW, None, None))  # type: ignore[arg-type]
    report = world.offer(rows_of(3))
    assert (report.outcome, report.delivery.state) == ("refused", "refused")
    assert mend in str(report.delivery.reason)
    assert list(world.store.facts.iterdir()) == []


def test_too_many_refused_rows_refuse_the_whole_and_stay_on_record(world: World) -> None:
    report = world.offer(good_rows([{"cijfer": "11"}] * 3))
    assert (report.outcome, report.delivery.accepted_count) == ("refused", 0)
    assert "3 of 23 rows" in str(report.delivery.reason)
    assert len(world.refused(report)) == 3
    assert world.query("SELECT count(*) FROM respondent") == [(0,)]


def test_exactly_the_largest_share_still_lands(world: World) -> None:
    assert world.offer(good_rows([{"cijfer": "11"}] * 2, count=18)).outcome == "landed"


def test_a_refused_file_lands_once_the_register_is_mended(world: World) -> None:
    rows = rows_of(3, organisatie_id="ORG3")
    assert world.offer(rows).outcome == "refused"
    world.register = register("ORG3")
    assert world.offer(rows).outcome == "landed"
    assert world.query("SELECT state FROM delivery") == [("landed",)]
    assert list(world.store.refused.iterdir()) != []
    world.offer(rows)
    assert list(world.store.refused.iterdir()) == []


def test_the_name_tells_wave_and_instrument(world: World) -> None:
    path = write(world.root / "2024-x.csv", "a;b\n1;2\n")
    report = load_files([path], world.store, world.settings, register=world.register)[0]
    assert (report.delivery.wave_id, report.delivery.instrument_id) == ("2024", "eigen_regie_2024")
    assert "organisatie_id" in str(report.delivery.reason)


def test_a_name_that_fits_no_pattern_is_refused_and_recorded(world: World) -> None:
    path = write(world.root / "export.csv", "a;b\n1;2\n")
    report = load_files([path], world.store, world.settings, register=world.register)[0]
    assert "2024-*" in str(report.delivery.reason)
    with open_ledger(world.store) as ledger:
        assert ledger.deliveries() == [report.delivery]


def test_one_bad_file_does_not_stop_the_others(world: World) -> None:
    good = write(world.root / "2024-good.csv", "x\n")
    told: list[str] = []
    reports = load_files(
        [good, write(world.root / "other.csv", "x\n1\n")],
        world.store,
        world.settings,
        register=world.register,
        progress=lambda path: told.append(path.name),
    )
    assert told == ["2024-good.csv", "other.csv"]
    assert [report.outcome for report in reports] == ["refused", "refused"]


def test_a_file_that_does_not_exist_is_said_so(world: World) -> None:
    with pytest.raises(DeliveryError, match="no such file"):
        world.load(world.root / "nothing.csv")


@pytest.mark.parametrize("room", ["facts", "refused", "deliveries"])
def test_a_full_disk_takes_nothing_and_the_next_run_completes(
    world: World, monkeypatch: pytest.MonkeyPatch, room: str
) -> None:
    rows = good_rows([{"cijfer": "11"}])

    def full(path: Path) -> None:
        if room in (path.name, path.parent.name):
            raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as disk:
        disk.setattr("etl.land.sync", full)
        with pytest.raises(LandingError, match="No space left"):
            world.offer(rows)
    assert world.query("SELECT count(*) FROM delivery") == [(0,)]
    report = world.offer(rows)
    assert report.outcome == "landed"
    assert [path.name for path in world.store.facts.iterdir()] == [report.delivery.facts_file]


def test_what_a_crash_left_is_gone_after_the_next_run(world: World) -> None:
    first = world.offer(rows_of(3)).delivery
    private = world.store.private
    left = [
        write(private / "facts" / ".new-1", b"half"),
        write(private / "facts" / f"{'0' * 64}.parquet", b"nobody knows me"),
        write(private / "refused" / f"{'1' * 64}.parquet", b"nor me"),
        write(private / "deliveries" / ".new-1", b"half"),
        write(private / ".stage-dead" / "text.csv", b"half"),
    ]
    raw = write(private / "deliveries" / ("2" * 64), b"raw stays")
    world.offer(rows_of(3))
    assert not any(path.exists() for path in left)
    assert raw.exists()
    assert (private / "facts" / str(first.facts_file)).exists()

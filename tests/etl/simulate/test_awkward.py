"""Every awkward case of the product's list is really in the files."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from etl.simulate.quotes import NAMED_QUOTE

WAVES = ("2023", "2024", "2025", "2026")
BOM = b"\xef\xbb\xbf"


@pytest.fixture(params=["world", "small_world"])
def any_world(request):
    return request.getfixturevalue(request.param)


@pytest.mark.parametrize("wave_id", ["2024", "2025", "2026"])
@pytest.mark.parametrize(
    ("name", "count"), [("nine_answers", 9), ("ten_answers", 10), ("eleven_answers", 11)]
)
def test_exactly_nine_ten_and_eleven_answers_all_graded(any_world, wave_id, name, count):
    answers = any_world.answers_of(wave_id, name)
    assert len(answers) == count
    assert None not in {any_world.grade(row) for row in answers}


@pytest.mark.parametrize(("wave_id", "grade"), [("2024", 8), ("2025", 10)])
def test_everybody_gave_the_same_grade(any_world, wave_id, grade):
    answers = any_world.answers_of(wave_id, "unanimous")
    grades = {any_world.grade(row) for row in answers} - {None}
    assert (len(answers) >= 10, grades) == (True, {grade})


def test_a_merger_starts_a_new_organisation_in_the_next_wave(any_world):
    organisations = {row.organisation_id: row for row in any_world.register.organisations}
    ids = any_world.report.special_ids
    for name in ("merging", "merging_too"):
        row = organisations[ids[name]]
        assert (row.event, row.successor_id) == ("merger", ids["successor"])
        assert len(any_world.answers_of("2024", name)) >= 10
        assert any_world.member("2025", name) is None
        assert not any_world.answers_of("2025", name)
    assert any_world.member("2024", "successor") is None
    assert len(any_world.answers_of("2025", "successor")) >= 10


def test_a_rename_keeps_the_key(any_world):
    before, after = (any_world.member(wave_id, "renamed") for wave_id in ("2024", "2025"))
    assert before.organisation_id == after.organisation_id
    assert before.name != after.name
    assert len(any_world.answers_of("2025", "renamed")) >= 10


def test_an_organisation_changes_band(any_world):
    bands = [any_world.member(wave_id, "growing").size_band_id for wave_id in WAVES]
    assert bands == ["10-49", "10-49", "50-99", "50-99"]
    assert all(len(any_world.answers_of(wave_id, "growing")) >= 10 for wave_id in WAVES[1:])


def test_an_organisation_without_headcount_answers(any_world):
    member = any_world.member("2025", "without_headcount")
    assert (member.headcount, member.size_band_id) == (None, None)
    assert len(any_world.answers_of("2025", "without_headcount")) >= 10


def test_two_giants_and_one_holds_most_of_its_band(any_world):
    giants = [any_world.member("2023", name) for name in ("giant", "second_giant")]
    assert all(giant.headcount > 3000 for giant in giants)
    members = any_world.register.members("2023", any_world.settings.size_bands)
    band = {m.organisation_id for m in members if m.size_band_id == giants[0].size_band_id}
    rows = [row for row in any_world.employees("2023") if row["organisatie_id"] in band]
    assert 2 * len(any_world.answers_of("2023", "giant")) > len(rows)


@pytest.mark.parametrize("wave_id", WAVES)
def test_a_respondent_stands_twice_in_a_file(any_world, wave_id):
    twice = [
        respondent_id
        for path in any_world.files(wave_id)
        for respondent_id, count in Counter(
            row["respondent_id"] for row in any_world.read(path)
        ).items()
        if count > 1
    ]
    assert twice


@pytest.mark.parametrize("wave_id", WAVES)
def test_no_respondent_stands_in_two_files(any_world, wave_id):
    ids = [{row["respondent_id"] for row in any_world.read(p)} for p in any_world.files(wave_id)]
    assert len(set.union(*ids)) == sum(map(len, ids))


@pytest.mark.parametrize("wave_id", WAVES)
def test_grades_off_the_scale(world, wave_id):
    assert {0, 11} <= {world.grade(row) for row in world.rows(wave_id)}


def test_an_hr_representative_of_an_unknown_organisation(any_world):
    known = {row.organisation_id for row in any_world.register.organisations}
    for wave_id in WAVES[1:]:
        strangers = [r for r in any_world.rows(wave_id) if r["organisatie_id"] not in known]
        assert [row["rol"] for row in strangers] == ["hr-vertegenwoordiger"]


@pytest.mark.parametrize("wave_id", WAVES)
def test_refused_rows_stay_well_below_a_tenth_of_each_file(any_world, wave_id):
    good = {row["respondent_id"] for row in any_world.good_rows(wave_id)}
    for path in any_world.files(wave_id):
        rows = any_world.read(path)
        bad = len(rows) - len(good & {row["respondent_id"] for row in rows})
        assert bad / len(rows) < 0.06, path.name


def test_a_quote_with_a_name_in_it(any_world):
    quotes = Counter(row["toelichting"] for row in any_world.rows("2024"))
    assert quotes[NAMED_QUOTE] >= 1


def test_a_corrected_delivery_sorts_after_what_it_corrects(any_world):
    inbox = any_world.directory / "inbox"
    names = sorted(path.name for path in inbox.iterdir())
    first, second = "2024-medewerkers-bureau-oost.csv", "2024-medewerkers-bureau-oost_v2.csv"
    assert names.index(first) < names.index(second)
    before = {row["respondent_id"]: row for row in any_world.read(inbox / first)}
    after = {row["respondent_id"]: row for row in any_world.read(inbox / second)}
    assert before.keys() < after.keys()
    assert any(before[key]["rapportcijfer"] != after[key]["rapportcijfer"] for key in before)


def test_the_same_export_was_sent_twice(any_world):
    inbox = any_world.directory / "inbox"
    original = inbox / "2025-medewerkers-en-hr-bureau-west.xlsx"
    assert original.read_bytes() == original.with_stem(original.stem + "_kopie").read_bytes()


def test_late_exports_wait_outside_the_inbox(any_world):
    late = any_world.directory / "late"
    rows = any_world.read(late / "2024-medewerkers-bureau-laat.csv")
    known = {row["respondent_id"] for row in any_world.rows("2024")}
    assert len(rows) >= 10
    assert not known & {row["respondent_id"] for row in rows}
    corrected = any_world.read(late / "2024-medewerkers-bureau-noord_v2.csv")
    assert {row["respondent_id"] for row in corrected} < known


def test_three_formats(any_world):
    inbox = any_world.directory / "inbox"
    semicolon = (inbox / "2025-medewerkers-bureau-noord.csv").read_bytes()
    with pytest.raises(UnicodeDecodeError):
        semicolon.decode("utf-8")
    text = semicolon.decode("cp1252")
    assert ";7,0;" in text
    assert ";mee eens;" in text
    comma = (inbox / "2025-medewerkers-bureau-oost.csv").read_bytes()
    assert comma.startswith(BOM)
    assert re.search(rb",medewerker,\d+,7,", comma)
    assert (inbox / "2025-hr-bureau-zuid.xlsx").read_bytes().startswith(b"PK")


def test_columns_are_those_of_the_instrument(world):
    for wave_id in WAVES:
        instrument = world.settings.instrument_of(wave_id)
        keys = ["respondent_id", "organisatie_id", "rol"]
        items = [item.column for item in instrument.item]
        for path in world.files(wave_id):
            # Workbooks come from bureaus that do not time people.
            clock = [] if path.suffix == ".xlsx" else ["duur_seconden"]
            assert list(world.read(path)[0]) == keys + clock + items


def test_every_cell_is_one_the_instrument_knows(world):
    for wave_id in WAVES:
        instrument = world.settings.instrument_of(wave_id)
        rows = world.good_rows(wave_id)
        for item in instrument.coded_items:
            scale = instrument.scale_of(item)
            known = {*scale.missing, *scale.labels, *scale.not_applicable}
            codes = [*range(scale.lowest, scale.highest + 1), *scale.not_applicable.values()]
            known |= {str(code) for code in codes} | {f"{code},0" for code in codes}
            assert {row[item.column] for row in rows} <= known, item.item_id

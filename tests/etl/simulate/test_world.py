"""The sector as a whole: reproducible, complete, and fit for the register it comes with."""

from __future__ import annotations

import hashlib
from collections import Counter
from pathlib import Path

import pytest

from etl.simulate import facts, simulate_sector
from warehouse.settings import load_settings

CONFIG = Path(__file__).parents[3] / "config"
WAVES = ("2023", "2024", "2025", "2026")


def digests(directory: Path) -> dict[str, str]:
    return {
        str(path.relative_to(directory)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    }


def simulate_again(directory: Path, **arguments: int):
    return simulate_sector(directory, load_settings(CONFIG), **arguments)


def test_same_seed_gives_the_same_bytes(small_world, tmp_path):
    simulate_again(tmp_path, organisations=40)
    assert digests(tmp_path) == digests(small_world.directory)


def test_another_seed_gives_another_sector(small_world, tmp_path):
    simulate_again(tmp_path, organisations=40, seed=7)
    ours, theirs = digests(small_world.directory), digests(tmp_path)
    assert all(ours[name] != theirs[name] for name in ours.keys() & theirs.keys())


def test_a_wave_less_changes_nothing_in_the_others(small_world, tmp_path):
    settings = load_settings(CONFIG)
    shorter = settings.model_copy(update={"waves": settings.waves[:3]})
    simulate_sector(tmp_path, shorter, organisations=40)
    inbox = {k: v for k, v in digests(small_world.directory).items() if k.startswith("inbox/202")}
    expected = {k: v for k, v in inbox.items() if not k.startswith("inbox/2026")}
    assert {k: v for k, v in digests(tmp_path).items() if k.startswith("inbox/")} == expected


def test_2024_has_524_participants_and_2023_about_1700(world):
    rows = world.good_rows("2024")
    assert Counter(row["rol"] for row in rows) == {"medewerker": 452, "hr-vertegenwoordiger": 72}
    assert len({row["organisatie_id"] for row in world.employees("2024")}) == pytest.approx(
        45, abs=3
    )
    hr = {row["organisatie_id"] for row in rows if row["rol"] != "medewerker"}
    assert len(hr) == facts.PILOT_HR_ORGANISATIONS
    assert len(world.good_rows("2023")) == pytest.approx(1700, rel=0.06)


@pytest.mark.parametrize("wave_id", WAVES)
def test_report_counts_what_a_careful_reader_accepts(world, small_world, wave_id):
    for each in (world, small_world):
        counts = Counter(row["rol"] for row in each.good_rows(wave_id))
        assert counts["medewerker"] == each.report.employee_counts[wave_id]
        assert counts["hr-vertegenwoordiger"] == each.report.hr_counts[wave_id]


@pytest.mark.parametrize("wave_id", WAVES)
def test_answers_never_exceed_invitations_nor_headcount(world, wave_id):
    counts = Counter(row["organisatie_id"] for row in world.employees(wave_id))
    for member in world.register.members(wave_id, world.settings.size_bands):
        answers = counts[member.organisation_id]
        assert answers <= (member.employees_invited or 0)
        assert member.headcount is None or (member.employees_invited or 0) <= member.headcount


def own_organisations(world, wave_id: str) -> Counter[str | None]:
    counts = Counter(row["organisatie_id"] for row in world.employees(wave_id))
    members = world.register.members(wave_id, world.settings.size_bands)
    return Counter(m.size_band_id for m in members if counts[m.organisation_id] >= 10)


def test_2024_has_at_least_five_own_results_in_four_bands(world):
    own = own_organisations(world, "2024")
    assert set(own) == {"10-49", "50-99", "100-249", "250+"}
    assert min(own.values()) >= 5


@pytest.mark.parametrize("wave_id", ["2025", "2026"])
def test_full_waves_have_hundreds_of_own_results(world, wave_id):
    assert own_organisations(world, wave_id).total() >= 260
    rows = world.good_rows(wave_id)
    hr = {row["organisatie_id"] for row in rows if row["rol"] != "medewerker"}
    assert len(hr) >= 200


def test_names_are_unique_and_ids_regular(world):
    organisations = world.register.organisations
    assert len({row.name for row in organisations}) == len(organisations) == 542
    assert all(row.organisation_id[:2] == "SW" for row in organisations)


def test_respondents_enlarge_the_full_waves_only(tmp_path, small_world):
    heard: list[float] = []
    report = simulate_sector(
        tmp_path,
        small_world.settings,
        organisations=40,
        respondents=20_000,
        progress=lambda what, share: heard.append(share),
    )
    assert report.respondent_count == pytest.approx(20_000, rel=0.02)
    assert report.employee_counts["2024"] == small_world.report.employee_counts["2024"]
    assert heard == sorted(heard)
    assert heard[-1] == 1.0


def test_too_small_a_sector_is_refused(tmp_path):
    with pytest.raises(ValueError, match="at least"):
        simulate_again(tmp_path, organisations=5)

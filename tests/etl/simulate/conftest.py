"""One sector for all tests of the simulation, read back from its files with plain tools."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import fastexcel
import pytest

from etl.simulate import SimulationReport, simulate_sector
from warehouse.register import Member, Register, read_register
from warehouse.settings import Settings, load_settings

CONFIG = Path(__file__).parents[3] / "config"
Row = dict[str, str]


def read_cells(path: Path) -> list[Row]:
    """Return an export as rows of text, read without any help of the product."""
    if path.suffix == ".xlsx":
        sheet = fastexcel.read_excel(path).load_sheet(0, dtypes="string").to_polars()
        return [{key: cell or "" for key, cell in row.items()} for row in sheet.to_dicts()]
    raw = path.read_bytes()
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252")
    separator = ";" if text.partition("\n")[0].count(";") else ","
    return list(csv.DictReader(io.StringIO(text), delimiter=separator))


@dataclass(frozen=True)
class World:
    """A simulated sector on disk."""

    directory: Path
    settings: Settings
    report: SimulationReport
    register: Register

    @staticmethod
    def grade(row: Row) -> int | None:
        """Return the grade of a row, None when it was not given."""
        return read_grade(row)

    @staticmethod
    def read(path: Path) -> list[Row]:
        """Return an export as rows of text."""
        return read_cells(path)

    def files(self, wave_id: str) -> list[Path]:
        """Return the deliveries that count: corrections, not what they correct; no copies."""
        series = {
            path.stem.removesuffix("_v2"): path
            for path in sorted((self.directory / "inbox").glob(f"{wave_id}-*"))
            if not path.stem.endswith("_kopie") and "dialoog" not in path.stem
        }
        return list(series.values())

    def rows(self, wave_id: str) -> list[Row]:
        """Return every row of a wave, the bad ones too."""
        return [row for path in self.files(wave_id) for row in read_cells(path)]

    def good_rows(self, wave_id: str) -> list[Row]:
        """Return the rows a careful reader would accept, one per respondent."""
        members = self.register.members(wave_id, self.settings.size_bands)
        known = {member.organisation_id for member in members}
        good = {
            row["respondent_id"]: row
            for row in self.rows(wave_id)
            if row["organisatie_id"] in known and read_grade(row) not in (0, 11)
        }
        return list(good.values())

    def answers_of(self, wave_id: str, special: str) -> list[Row]:
        """Return the accepted employees of a special organisation."""
        organisation_id = self.report.special_ids[special]
        return [row for row in self.employees(wave_id) if row["organisatie_id"] == organisation_id]

    def member(self, wave_id: str, special: str) -> Member | None:
        """Return a special organisation as the register had it at a wave."""
        organisation_id = self.report.special_ids[special]
        members = self.register.members(wave_id, self.settings.size_bands)
        return next((m for m in members if m.organisation_id == organisation_id), None)

    def employees(self, wave_id: str) -> list[Row]:
        """Return the accepted employees of a wave."""
        return [row for row in self.good_rows(wave_id) if row["rol"] == "medewerker"]


def read_grade(row: Row) -> int | None:
    """Return the grade of a row, None when it was not given."""
    cell = row["rapportcijfer"].removesuffix(",0")
    return None if cell in ("", "99", "weet niet") else int(cell)


def simulate(directory: Path, **arguments: int) -> World:
    """Return a sector just written."""
    settings = load_settings(CONFIG)
    report = simulate_sector(directory, settings, **arguments)
    return World(directory, settings, report, read_register(directory / "register"))


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return the sector as it is by default."""
    return simulate(tmp_path_factory.mktemp("sector"))


@pytest.fixture(scope="session")
def small_world(tmp_path_factory: pytest.TempPathFactory) -> World:
    """Return a sector of forty organisations."""
    return simulate(tmp_path_factory.mktemp("small"), organisations=40)

"""Small deliveries, written to disk and loaded by the real pipeline."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from etl.pipeline import LoadReport, load_file
from etl.target import Spoken
from warehouse.instrument import Instrument
from warehouse.ledger import open_ledger
from warehouse.paths import Store
from warehouse.register import Headcount, Organisation, Register
from warehouse.settings import Settings, load_settings

CONFIG = Path(__file__).resolve().parents[2] / "config"
NOW = datetime.datetime(2026, 10, 1, 12, tzinfo=datetime.UTC)
HEADERS = (
    "respondent_id",
    "organisatie_id",
    "rol",
    "cijfer",
    "mening",
    "weg",
    "a",
    "b",
    "c",
    "uit",
)


def item(item_id: str, column: str, kind: str, scale: str | None, **more: Any) -> dict[str, Any]:
    """Return an item of an instrument, named after itself."""
    names = dict.fromkeys(("name_nl", "name_en", "question_nl", "question_en"), item_id)
    both = {"sides": ["employee", "hr"], "item_id": item_id, "column": column, "kind": kind}
    return names | both | {"scale": scale} | more


def instrument(**changes: Any) -> Instrument:
    """Return an instrument with one item of every sort."""
    mark = {"minimum": 1, "maximum": 10, "step": 0.5, "unit": "grade", "missing": ["", "99"]}
    labels = {"mee oneens": 1, "neutraal": 2, "mee eens": 3}
    opinion = {"minimum": 1, "maximum": 3, "step": 1, "unit": "likert", "labels": labels}
    mention = {"minimum": 0, "maximum": 1, "step": 1, "unit": "share"}
    choice = {"scale": "mention", "kind": "mention", "choice_group": "top"}
    names = dict.fromkeys(("name_nl", "name_en", "question_nl", "question_en"), "top")
    content: dict[str, Any] = {
        "instrument_id": "small",
        "version": 1,
        "comparability_class": "small",
        "title_nl": "Klein",
        "title_en": "Small",
        "columns": {"respondent": "respondent_id", "organisation": "organisatie_id", "side": "rol"},
        "sides": {"medewerker": "employee", "hr-vertegenwoordiger": "hr"},
        "scales": {
            "mark": mark,
            "opinion": opinion | {"missing": ["", "weet niet"], "not_applicable": {"n.v.t.": 8}},
            "mention": mention | {"labels": {"nee": 0, "ja": 1}},
        },
        "choice_group": [{"choice_group_id": "top", "choices_max": 2} | names],
        "item": [
            item("grade", "cijfer", "grade", "mark"),
            item("opinion", "mening", "likert", "opinion", sides=["employee"]),
            item("obstacle", "weg", "likert", "opinion", reverse=True),
            *(item(f"top_{name}", name, **choice) for name in "abc"),
            item("quote", "uit", "text", None),
        ],
    }
    return Instrument.model_validate(content | changes)


def register(*organisation_ids: str, wave_id: str = "2026") -> Register:
    """Return a register of these organisations at one wave."""
    ids = organisation_ids or ("ORG1", "ORG2")
    return Register(
        tuple(Organisation(organisation_id=i, name=i, valid_from=wave_id) for i in ids),
        tuple(Headcount(organisation_id=i, wave_id=wave_id, name=i, headcount=50) for i in ids),
    )


def settings(**general: Any) -> Settings:
    """Return the project's own settings, with changes to `settings.toml`."""
    found = load_settings(CONFIG)
    return found.model_copy(update={"general": found.general.model_copy(update=general)})


def rows_of(count: int, **changes: str) -> list[dict[str, str]]:
    """Return rows of people with nothing wrong, R1, R2, …, with the same changes to each."""
    plain = {"organisatie_id": "ORG1", "rol": "medewerker", "cijfer": "7", "mening": "mee eens"}
    return [plain | {"respondent_id": f"R{n}"} | changes for n in range(1, count + 1)]


def good_rows(bad: Sequence[Mapping[str, str]], count: int = 20) -> list[dict[str, str]]:
    """Return the bad rows (partial: the rest is right) and after them enough good ones."""
    start = [rows_of(1, respondent_id=f"X{n}")[0] | dict(row) for n, row in enumerate(bad, 1)]
    return start + rows_of(count)


def csv_text(rows: Sequence[Mapping[str, str]], delimiter: str = ";") -> str:
    """Return rows as CSV with the headers of `instrument()`."""
    lines = [delimiter.join(HEADERS)]
    lines += [delimiter.join(row.get(name, "") for name in HEADERS) for row in rows]
    return "\n".join(lines) + "\n"


def write(path: Path, content: str | bytes) -> Path:
    """Write a file and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def write_workbook(path: Path, rows: Sequence[Sequence[Any]]) -> Path:
    """Write rows, the header first, as the first sheet of a workbook."""
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)
    return path


class World:
    """A store in a temporary directory and the loader in front of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.store = Store(root / "data")
        self.settings = settings()
        self.instrument: Instrument | Spoken = instrument()
        self.register = register()

    def load(self, path: Path, wave_id: str = "2026") -> LoadReport:
        """Return what became of a file."""
        return load_file(
            path,
            self.store,
            self.settings,
            wave_id=wave_id,
            instrument=self.instrument,
            register=self.register,
            now=NOW,
        )

    def offer(self, rows: Sequence[Mapping[str, str]], name: str = "f.csv") -> LoadReport:
        """Return what became of these rows, written as CSV."""
        return self.load(write(self.root / "inbox" / name, csv_text(rows)))

    def facts(self, report: LoadReport) -> list[dict[str, Any]]:
        """Return the landed rows."""
        return rows_in(self.store.facts / str(report.delivery.facts_file))

    def refused(self, report: LoadReport) -> list[dict[str, Any]]:
        """Return the violations kept on disk."""
        return rows_in(self.store.refused / str(report.delivery.refused_file))

    def query(self, sql: str) -> list[tuple[Any, ...]]:
        """Return what SQL says of the warehouse."""
        with open_ledger(self.store) as ledger:
            return ledger.connection.execute(sql).fetchall()


def rows_in(path: Path) -> list[dict[str, Any]]:
    """Return a Parquet file as dicts."""
    with duckdb.connect() as connection:
        return connection.sql(f"FROM read_parquet('{path}')").pl().to_dicts()

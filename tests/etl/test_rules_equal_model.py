"""The SQL rules and the pydantic model say the same of every row."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from etl.columns import layout_of
from etl.contract import row_model
from etl.explain import named_cells
from etl.land import staged
from etl.read import read_table
from etl.validate import Checking, code_rows, raw_positions
from tests.etl.builders import HEADERS, csv_text, instrument, write
from warehouse.instrument import Item
from warehouse.paths import Store

Judged = tuple[bool, list[object], dict[str, str]]

INSTRUMENT = instrument()
MEMBERS = frozenset({"ORG1", "ORG2"})
NUMBERS = st.one_of(
    st.integers(-3, 25).map(str),
    st.decimals(-2, 12, places=1).map(lambda number: str(number).replace(".", ",")),
    st.decimals(-2, 12, places=2).map(str),
    st.sampled_from(["007", "+7", "7.", ".5", "1_0", "0x7", "٧", "1e1", "inf", "99,00", "7 "]),
)
WORDS = st.sampled_from(
    ["", " ", "\xa0", "99", "weet niet", "Weet Niet", "N.V.T.", "ja", "NEE", "mee eens", "neutraal"]
)
NOISE = st.text(st.characters(codec="utf-8", exclude_characters=';"\r\n\0'), max_size=6)
CELLS = {
    "respondent_id": st.one_of(st.sampled_from(["R1", " R2 ", "", "\xa0"]), NOISE),
    "organisatie_id": st.sampled_from(["ORG1", "org2 ", "ORG9", ""]),
    "rol": st.sampled_from(["medewerker", "MEDEWERKER", "hr-vertegenwoordiger", "", "x"]),
}
ROW = st.fixed_dictionaries(
    {name: CELLS.get(name, st.one_of(WORDS, NUMBERS, WORDS, NOISE)) for name in HEADERS}
)
# Rows with few faults, so that accepted ones come up as often as refused ones.
LIKELY = st.fixed_dictionaries(
    {
        "respondent_id": st.just("R1"),
        "organisatie_id": st.just("ORG1"),
        "rol": st.sampled_from(["medewerker", "hr-vertegenwoordiger"]),
        "cijfer": NUMBERS,
        "mening": st.sampled_from(["", "3", "n.v.t."]),
        "a": st.sampled_from(["", "ja", "1"]),
        "b": st.sampled_from(["", "ja"]),
        "c": st.sampled_from(["", "ja", "nee"]),
    }
)


def judged(rows: list[dict[str, str]], root: Path) -> list[Judged]:
    """Return for each row whether SQL accepts it, its codes, and its cells for the model."""
    store = Store(root)
    store.create()
    path = write(root / "f.csv", csv_text(rows))
    with staged(store) as stage:
        table = read_table(path, stage.directory)
        layout = layout_of(table.headers, INSTRUMENT)
        checking = Checking(stage.connection, table, layout, INSTRUMENT, MEMBERS)
        code_rows(checking)
        names = [HEADERS[p] for p in raw_positions(layout) if p is not None]
        found = stage.connection.execute(
            "SELECT is_accepted, COLUMNS('answer_.*') FROM coded ORDER BY rowid"
        ).fetchall()
        return [
            (ok, list(codes), named_cells(checking, [row.get(name, "") for name in names]))
            for (ok, *codes), row in zip(found, rows, strict=True)
        ]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.one_of(ROW, LIKELY), min_size=1, max_size=40))
def test_sql_and_model_agree_on_every_row(rows: list[dict[str, str]]) -> None:
    model = row_model(INSTRUMENT, MEMBERS)
    with tempfile.TemporaryDirectory() as root:
        for accepted, codes, cells in judged(rows, Path(root)):
            try:
                valid = model.model_validate(cells)
            except ValidationError:
                assert not accepted, cells
                continue
            assert accepted, cells
            assert codes == answers(valid.model_dump(by_alias=True), INSTRUMENT.item)


def answers(row: dict[str, object], items: tuple[Item, ...]) -> list[object]:
    """Return the model's answers in the order of the instrument."""
    return [row[item.item_id] for item in items]

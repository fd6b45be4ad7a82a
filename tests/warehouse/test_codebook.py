"""The released questionnaire is the file in `config/`, item by item and label by label."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest

from tests.builders import CONFIG, INSTRUMENT, project_settings
from warehouse.benchmark.blocks import Frame
from warehouse.benchmark.codebook import codebook_rows, tables_of
from warehouse.benchmark.facts import vocabulary
from warehouse.tables import BY_NAME

Row = dict[str, Any]


@pytest.fixture(scope="module")
def written() -> Row:
    """Return the questionnaire as plain TOML."""
    return tomllib.loads((CONFIG / "instruments" / f"{INSTRUMENT}.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def rows() -> dict[str, list[Row]]:
    """Return the rows of the waves that asked it, twice the same questionnaire among them."""
    settings = project_settings()
    frames = [
        Frame(settings.wave(wave), settings.instrument_of(wave), [], settings)
        for wave in ("2023", "2025", "2026")
    ]
    return codebook_rows(frames)


def mine(rows: list[Row]) -> list[Row]:
    """Return the rows of the questionnaire."""
    return [row for row in rows if row["instrument_id"] == INSTRUMENT]


def test_every_item_stands_once_with_its_column_and_sides(
    rows: dict[str, list[Row]], written: Row
) -> None:
    items = mine(rows["instrument_item"])
    assert [row["item_id"] for row in items] == [item["item_id"] for item in written["item"]]
    for row, item in zip(items, written["item"], strict=True):
        assert row["column_name"] == item["column"]
        assert row["scale_id"] == item.get("scale")
        assert row["is_reversed"] == item.get("reverse", False)
        assert row["is_asked_hr"] == ("hr" in item["sides"])
        assert row["aspect_id"] == item.get("aspect_id")
        assert row["question_nl"] == item["question_nl"]


def test_every_text_of_every_scale_stands_with_what_it_means(
    rows: dict[str, list[Row]], written: Row
) -> None:
    found = {
        (row["scale_id"], row["meaning"], row["text"], row["code"])
        for row in mine(rows["scale_code"])
    }
    expected = set()
    for name, scale in written["scales"].items():
        expected |= {(name, "answer", *pair) for pair in scale.get("labels", {}).items()}
        expected |= {(name, "missing", text, None) for text in scale["missing"]}
        for key, meaning in (("not_applicable", "not_applicable"), ("category_ids", "category")):
            expected |= {(name, meaning, *pair) for pair in scale.get(key, {}).items()}
    assert found == expected
    assert ("yes_no", "not_applicable", "niet aangeboden", 8) in found


def test_an_instrument_says_its_version_class_and_columns(
    rows: dict[str, list[Row]], written: Row
) -> None:
    [row] = mine(rows["instrument"])
    assert row["version"] == written["version"]
    assert row["comparability_class"] == written["comparability_class"]
    assert row["organisation_column"] == written["columns"]["organisation"]
    assert {(one["text"], one["side"]) for one in mine(rows["instrument_side"])} == set(
        written["sides"].items()
    )


def test_a_column_that_an_export_lacks_is_null() -> None:
    instrument = project_settings().instruments[INSTRUMENT]
    fixed = instrument.model_copy(update={"fixed_side": "hr", "fixed_organisation": "ORG-1"})
    [row] = tables_of(fixed)["instrument"]
    assert row["organisation_column"] is None
    assert row["side_column"] is None
    assert "ORG-1" not in row.values()


def test_the_mapping_says_which_part_is_ours() -> None:
    found = vocabulary(project_settings())
    assumed = {row["aspect_id"] for row in found["aspect"] if row["is_assumed"]}
    assert "trust" in assumed
    assert "workload" not in assumed
    assert [row["scheme_id"] for row in found["scheme"] if row["is_optional"]] == [
        "generation_scheme"
    ]
    assert len(found["facet"]) == 4


def test_rows_have_the_columns_of_the_contract(rows: dict[str, list[Row]]) -> None:
    for name, found in rows.items():
        assert {key for row in found for key in row} == set(BY_NAME[name].names), name

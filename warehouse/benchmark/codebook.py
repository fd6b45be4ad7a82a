"""The questionnaires as they were asked: every item, scale, label and column of an export."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from warehouse.benchmark.blocks import Frame
from warehouse.benchmark.scores import Row
from warehouse.instrument import ChoiceGroup, Instrument, Item, Scale


def codebook_rows(frames: Sequence[Frame]) -> dict[str, list[Row]]:
    """Return the rows of every table that describes the questionnaires of some waves.

    Shape: an instrument stands once, whichever waves asked it.
    """
    instruments = {frame.instrument.instrument_id: frame.instrument for frame in frames}
    rows: dict[str, list[Row]] = {}
    for instrument in instruments.values():
        for table, new in tables_of(instrument).items():
            key: Row = {"instrument_id": instrument.instrument_id}
            rows.setdefault(table, []).extend(key | row for row in new)
    return rows


def tables_of(instrument: Instrument) -> dict[str, list[Row]]:
    """Return the rows of one questionnaire, by table and without its id."""
    scales = instrument.scales.items()
    sides: list[Row] = [{"text": text, "side": side} for text, side in instrument.sides.items()]
    return {
        "instrument": [instrument_row(instrument)],
        "instrument_side": sides,
        "instrument_scale": [scale_row(name, scale) for name, scale in scales],
        "scale_code": [row for name, scale in scales for row in code_rows(name, scale)],
        "choice_group": [choice_group_row(group) for group in instrument.choice_group],
        "instrument_item": [item_row(item, place) for place, item in enumerate(instrument.item, 1)],
    }


def instrument_row(instrument: Instrument) -> Row:
    """Return what a questionnaire is, and the columns its export needs beside the answers."""
    columns = instrument.columns
    return {
        "version": instrument.version,
        "comparability_class": instrument.comparability_class,
        "title_nl": instrument.title_nl,
        "title_en": instrument.title_en,
        "respondent_column": columns.respondent,
        "organisation_column": None if instrument.fixed_organisation else columns.organisation,
        "side_column": None if instrument.fixed_side else columns.side,
        "fixed_side": instrument.fixed_side,
    }


def scale_row(name: str, scale: Scale) -> Row:
    """Return the ends and the step of a scale."""
    return {
        "scale_id": name,
        "unit": scale.unit,
        "scale_min": float(scale.minimum),
        "scale_max": float(scale.maximum),
        "step": scale.step,
    }


def codes(scale: Scale) -> Iterator[tuple[str, str, int | None]]:
    """Yield meaning, text and number of everything a scale gives a meaning to."""
    yield from (("answer", text, code) for text, code in scale.labels.items())
    yield from (("missing", text, None) for text in scale.missing)
    yield from (("not_applicable", text, code) for text, code in scale.not_applicable.items())
    yield from (("category", name, code) for name, code in scale.category_ids.items())


def code_rows(name: str, scale: Scale) -> Iterator[Row]:
    """Yield the codes of a scale."""
    for position, (meaning, text, code) in enumerate(codes(scale), 1):
        yield {
            "scale_id": name,
            "position": position,
            "meaning": meaning,
            "text": text,
            "code": code,
        }


def choice_group_row(group: ChoiceGroup) -> Row:
    """Return a question with options."""
    return group.model_dump()


def item_row(item: Item, position: int) -> Row:
    """Return a question as it was asked, and where its answers stand."""
    kept = ("item_id", "kind", "aspect_id", "scheme_id", "facet_id", "stance")
    words = ("name_nl", "name_en", "question_nl", "question_en")
    return {name: getattr(item, name) for name in (*kept, *words)} | {
        "position": position,
        "column_name": item.column,
        "scale_id": item.scale,
        "is_reversed": item.reverse,
        "is_asked_employee": "employee" in item.sides,
        "is_asked_hr": "hr" in item.sides,
        "choice_group_id": item.choice_group,
    }

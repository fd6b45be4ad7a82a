"""The questionnaire of a wave in tables: mapping, scales, and what an export must hold."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.grouped import Row
from dashboard.pages.model import Section, Table, View

Cells = tuple[str, ...]
SIDES = ("employee", "hr")
MEANINGS = ("answer", "missing", "not_applicable", "category")


def sides_of(view: View, item: Row) -> str:
    """Return who was asked a question of the instrument, in words."""
    sides = [side for side in SIDES if item[f"is_asked_{side}"]]
    return view.say.listed([view.say(f"codebook_side_{side}") for side in sides])


def aspect_section(view: View, items: tuple[Row, ...]) -> Section:
    """Return which pillar each aspect rests on, who says so, and the questions about it."""
    say, reader = view.say, view.reader
    pillars = {row["pillar_id"]: say.name(row) for row in reader.described("pillar")}
    rows = []
    for aspect in reader.described("aspect"):
        about = [say.name(item) for item in items if item["aspect_id"] == aspect["aspect_id"]]
        whose = say("codebook_assumed" if aspect.get("is_assumed") else "codebook_source")
        count = say.count(len(about))
        rows.append((say.name(aspect), pillars[aspect["pillar_id"]], whose, count))
    heads = tuple(say(f"codebook_head_{name}") for name in ("aspect", "pillar", "whose", "count"))
    table = Table(say("codebook_aspects_caption"), heads, tuple(rows), is_wordy=True)
    return Section(say("codebook_aspects"), table=table, notes=(say("codebook_assumed_note"),))


def scheme_section(view: View, items: tuple[Row, ...]) -> Section | None:
    """Return who was asked each facet of each scheme, None where there were no such questions."""
    say, reader = view.say, view.reader
    asked = {(item["scheme_id"], item["facet_id"]): item for item in items if item["scheme_id"]}
    if not asked:
        return None
    facets = reader.described("facet")
    rows = []
    for scheme in reader.described("scheme"):
        found = [asked.get((scheme["scheme_id"], facet["facet_id"])) for facet in facets]
        cells = (sides_of(view, item) if item else say("status_not_asked") for item in found)
        optional = say("codebook_optional" if scheme["is_optional"] else "codebook_always")
        rows.append((say.name(scheme), *cells, optional))
    heads = (say("codebook_head_scheme"), *(say.name(facet) for facet in facets))
    heads = (*heads, say("codebook_head_offer"))
    table = Table(say("codebook_schemes_caption"), heads, tuple(rows), is_wordy=True)
    return Section(say("codebook_schemes"), table=table)


def codes(view: View, scale: Row, meaning: str) -> str:
    """Return the texts of a scale with one meaning, with the number each stands for."""
    say = view.say
    found = []
    for code in view.reader.instrument_rows("scale_code"):
        if (code["scale_id"], code["meaning"]) == (scale["scale_id"], meaning):
            text = code["text"] or say("codebook_empty_cell")
            found.append(text if code["code"] is None else f"{code['code']} = {text}")
    return "; ".join(found) or say("dash")


def scale_row(view: View, scale: Row) -> Cells:
    """Return a scale: ends, step, and what each text of an export stands for."""
    say = view.say
    low, high, step = (
        say.number(scale[part], 0 if float(scale[part]).is_integer() else 2)
        for part in ("scale_min", "scale_max", "step")
    )
    ends = say("codebook_scale", low=low, high=high)
    return (scale["scale_id"], ends, step, *(codes(view, scale, name) for name in MEANINGS))


def scale_section(view: View) -> Section:
    """Return the scales of the questionnaire."""
    say = view.say
    names = ("scale", "ends", "step", *MEANINGS)
    heads = tuple(say(f"codebook_head_{name}") for name in names)
    rows = tuple(
        scale_row(view, scale) for scale in view.reader.instrument_rows("instrument_scale")
    )
    table = Table(say("codebook_scales_caption"), heads, rows, is_wordy=True)
    notes = (say("codebook_scales_note"),)
    return Section(say("codebook_scales"), table=table, notes=notes, is_folded=True)


def side_words(view: View) -> str:
    """Return which text of the side's column means which side."""
    say = view.say
    return "; ".join(
        f"{row['text']} = {say('codebook_side_' + row['side'])}"
        for row in view.reader.instrument_rows("instrument_side")
    )


def key_columns(view: View, instrument: Row) -> Iterator[Cells]:
    """Yield the columns of an export that are no answers; one that is not there is not needed."""
    say, dash = view.say, view.say("dash")
    for name in ("respondent", "organisation", "side"):
        column = instrument[f"{name}_column"]
        if column is None:
            continue
        words = side_words(view) if name == "side" else dash
        yield column or say("codebook_no_name"), say(f"codebook_column_{name}"), dash, words


def column_row(view: View, item: Row) -> Cells:
    """Return the column of a question: what it asks, its id, and its scale."""
    say = view.say
    scale = item["scale_id"] or say("codebook_free_text")
    if item["is_reversed"]:
        scale = say("codebook_reversed", scale=scale)
    return item["column_name"], say.name(item), item["item_id"], scale


def column_section(view: View, instrument: Row, items: tuple[Row, ...]) -> Section:
    """Return every column that an export of this questionnaire needs."""
    say = view.say
    names = ("column", "subject", "item_id", "scale")
    heads = tuple(say(f"codebook_head_{name}") for name in names)
    rows = (*key_columns(view, instrument), *(column_row(view, item) for item in items))
    table = Table(say("codebook_columns_caption"), heads, rows, is_wordy=True)
    notes = (say("codebook_columns_note"),)
    return Section(say("codebook_columns"), table=table, notes=notes, is_folded=True)


def instrument_section(view: View, instrument: Row) -> Section:
    """Return which version of which questionnaire this is, and what it may be compared with."""
    say = view.say
    klass = instrument["comparability_class"]
    alike = [w["wave_id"] for w in view.reader.waves if w["comparability_class"] == klass]
    about = say(
        "codebook_instrument",
        title=instrument[f"title_{say.language}"],
        id=instrument["instrument_id"],
        version=str(instrument["version"]),
    )
    compared = say("codebook_class", name=klass, waves=say.listed(alike))
    groups = [
        say(
            "codebook_choices",
            question=row[f"question_{say.language}"],
            max=str(row["choices_max"]),
        )
        for row in view.reader.instrument_rows("choice_group")
    ]
    return Section(say("codebook_which"), (about, compared, *groups))


def instrument_sections(view: View) -> Iterator[Section]:
    """Yield the questionnaire's sections; none for a release from before it held them."""
    found, items = (view.reader.instrument_rows(t) for t in ("instrument", "instrument_item"))
    if not found:
        return
    yield instrument_section(view, found[0])
    yield aspect_section(view, items)
    schemes = scheme_section(view, items)
    if schemes is not None:
        yield schemes
    yield scale_section(view)
    yield column_section(view, found[0], items)

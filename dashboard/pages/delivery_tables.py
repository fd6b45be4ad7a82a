"""The tables of the public ledger: response, waves, deliveries, refreshes, publications."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from dashboard.grouped import Row
from dashboard.ledger import PublicLedger
from dashboard.pages.model import AsReported, Section, Table, View
from dashboard.pages.parts import count_cell, status_words
from dashboard.sentences import band_name, published

Cells = tuple[str, ...]
SHORT = 8  # characters of a release's id that are enough to tell it by


def heads(view: View, *names: str) -> Cells:
    """Return the heads of columns."""
    return tuple(view.say(f"head_{name}") for name in names)


def day(view: View, text: str | None) -> str:
    """Return a day, a dash where there is none."""
    return view.say.day(text) if text else view.say("dash")


def moment(view: View, text: str | None) -> str:
    """Return a moment, a dash where there is none."""
    return view.say.moment(text) if text else view.say("dash")


def reported(view: View, text: str | None) -> str:
    """Return what the command line reported, a dash where it said nothing."""
    return AsReported(text) if text else view.say("dash")


def short(view: View, release_id: str | None) -> str:
    """Return a release's id as the source line has it, a dash where there is none."""
    return release_id[:SHORT] if release_id else view.say("dash")


def wave_names(view: View, ledger: PublicLedger) -> dict[str, str]:
    """Return the names of the waves; a delivery of no wave has the name that says so."""
    names = {wave["wave_id"]: view.say.name(wave) for wave in ledger.waves()}
    return names | {"": view.say("wave_unknown")}


def compact(view: View, caption: str, columns: Cells, rows: Sequence[Cells]) -> Table:
    """Return a table, without its last column where that would say nothing in any row."""
    if rows and all(row[-1] == view.say("dash") for row in rows):
        columns, rows = columns[:-1], [row[:-1] for row in rows]
    return Table(caption, columns, tuple(rows), is_wordy=True)


def waiting_table(view: View, rows: Sequence[Row]) -> Table:
    """Return the deliveries that wait for a steward."""
    columns = heads(view, "file", "wave", "loaded_at", "reason")
    cells = tuple(
        (
            row["file_name"],
            row["wave_id"] or view.say("wave_unknown"),
            moment(view, row["loaded_at"]),
            reported(view, row["reason"]),
        )
        for row in rows
    )
    return Table(view.say("waiting_caption"), columns, cells, is_wordy=True)


def response_row(view: View, name: str, row: Row) -> Cells:
    """Return the response of a group; where it is hidden, why."""
    say = view.say
    if not published(row):
        dash = say("dash")
        return name, count_cell(view, row, "invited"), status_words(view, row["status"]), dash, dash
    rate = say("dash") if row["response_rate"] is None else say.share(row["response_rate"])
    counts = (count_cell(view, row, f"{column}_count") for column in ("respondent", "organisation"))
    return name, count_cell(view, row, "invited"), *counts, rate


def response_table(view: View, rows: dict[tuple[str, str], Row]) -> Table:
    """Return the response of the sector and its size bands."""
    names = {("sector", "sector"): view.say("sector")}
    for band in view.reader.bands:
        names["size_band", band["size_band_id"]] = band_name(view, band["size_band_id"])
    columns = heads(view, "group", "invited", "took_part", "organisations", "rate")
    found = ((name, rows[key]) for key, name in names.items() if key in rows)
    cells = tuple(response_row(view, name, row) for name, row in found)
    return Table(view.say("fieldwork_caption"), columns, cells, is_wordy=True)


def response_sections(view: View, ledger: PublicLedger) -> Iterator[Section]:
    """Yield the response of each wave in fieldwork, or that there is none."""
    say = view.say
    found = [(wave, ledger.response(wave["wave_id"])) for wave in ledger.waves()]
    found = [(wave, rows) for wave, rows in found if rows]
    if not found:
        yield Section(say("fieldwork_head"), (say("fieldwork_none"),))
    for wave, rows in found:
        heading = say("fieldwork_head_wave", wave=say.inner(say.name(wave)))
        notes = (say("fieldwork_note"),)
        yield Section(heading, table=response_table(view, rows), notes=notes)


def wave_section(view: View, ledger: PublicLedger) -> Section:
    """Return how far every wave is."""
    say = view.say
    columns = heads(view, "wave", "state", "fieldwork", "release_date", "closed_at", "released_at")
    cells = tuple(
        (
            say.name(wave),
            say(f"wave_{wave['state']}"),
            say("days", low=day(view, wave["fieldwork_start"]),
                high=day(view, wave["fieldwork_end"])),
            day(view, wave["release_date"]),
            moment(view, wave["closed_at"]),
            moment(view, wave["released_at"]),
        )
        for wave in ledger.waves()
    )  # fmt: skip
    return Section(
        say("progress_head"), table=Table(say("progress_caption"), columns, cells, is_wordy=True)
    )


def entered(view: View, delivery: Row, publications: Iterable[Row]) -> str:
    """Return the first release with a delivery's rows: a wave's totals never change after it.

    `publications` are newest first.
    """
    dash = view.say("dash")
    if delivery["state"] != "landed":
        return dash
    holding = [p for p in publications if delivery["wave_id"] in p["wave_ids"].split(",")]
    return short(view, holding[-1]["release_id"]) if holding else dash


def delivery_row(view: View, row: Row, publications: Sequence[Row]) -> Cells:
    """Return a delivery."""
    say = view.say
    taken = (
        0 if row["state"] in ("refused", "forgotten") else row["row_count"] - row["refused_count"]
    )
    return (
        row["file_name"],
        say(f"delivery_{row['state']}"),
        say(f"content_{row['content']}"),
        say.count(row["row_count"]),
        say.count(taken),
        say.count(row["refused_count"]),
        moment(view, row["loaded_at"]),
        entered(view, row, publications),
        reported(view, row["reason"]),
    )


def delivery_sections(view: View, ledger: PublicLedger) -> Iterator[Section]:
    """Yield the deliveries of each wave, the last wave first, or that there are none."""
    say, publications = view.say, ledger.publications()
    columns = heads(
        view, "file", "state", "content", "rows", "taken", "refused", "loaded_at", "release",
        "reason",
    )  # fmt: skip
    by_wave: dict[str, list[Row]] = {}
    for row in ledger.deliveries():
        by_wave.setdefault(row["wave_id"], []).append(row)
    names = wave_names(view, ledger)
    order = [*reversed(names), *sorted(set(by_wave) - set(names))]
    if not by_wave:
        yield Section(say("deliveries_head"), (say("deliveries_none"),))
    there = [wave for wave in order if wave in by_wave]
    for wave in there:
        cells = [delivery_row(view, row, publications) for row in by_wave[wave]]
        heading = say("deliveries_head_wave", wave=say.inner(names.get(wave, wave)))
        table = compact(view, say("deliveries_caption"), columns, cells)
        is_superseded = any(row["state"] == "superseded" for row in by_wave[wave])
        notes = (say("superseded_note"),) * is_superseded
        yield Section(heading, table=table, notes=notes, is_tucked=wave != there[0])


def run_row(view: View, run: Row) -> Cells:
    """Return a refresh; its first cell says which and when."""
    say = view.say
    counts = (say.count(run[f"{name}_count"]) for name in ("landed", "refused", "unchanged"))
    return (
        say("run_name", number=str(run["number"]), at=say.moment(run["started_at"])),
        say(f"run_{run['outcome']}"),
        *counts,
        say.count(run["waiting_count"]),
        moment(view, run["ended_at"]),
        short(view, run["release_id"]),
        reported(view, run["message"]),
    )


def run_section(view: View, runs: Sequence[Row]) -> Section:
    """Return the latest refreshes, newest first, or that there were none."""
    say = view.say
    if not runs:
        return Section(say("runs_head"), (say("runs_none"),))
    columns = heads(
        view, "run", "outcome", "landed", "refused", "unchanged", "waiting", "ended_at", "release",
        "message",
    )  # fmt: skip
    cells = [run_row(view, run) for run in runs]
    return Section(say("runs_head"), table=compact(view, say("runs_caption"), columns, cells))


def publication_row(view: View, row: Row, is_live: bool) -> Cells:
    """Return a publication: what became of it, and why where it was taken back."""
    say = view.say
    state = say("publication_live" if is_live else "publication_replaced")
    if row["withdrawn_at"]:
        at, wave = say.moment(row["withdrawn_at"]), row["withdrawn_wave_id"]
        state = say("publication_withdrawn", at=at, wave=wave)
    waves = say.listed(row["wave_ids"].split(","))
    return (
        row["release_id"][:SHORT],
        waves,
        say.moment(row["published_at"]),
        state,
        row["reason"] or say("dash"),
    )


def publication_section(view: View, ledger: PublicLedger) -> Section:
    """Return what was published, newest first, withdrawn ones too."""
    say, rows = view.say, ledger.publications()
    if not rows:
        return Section(say("publications_head"), (say("publications_none"),))
    live = next((row["number"] for row in rows if not row["withdrawn_at"]), None)
    columns = heads(view, "release", "waves", "published_at", "state", "why")
    cells = [publication_row(view, row, row["number"] == live) for row in rows]
    table = compact(view, say("publications_caption"), columns, cells)
    return Section(say("publications_head"), table=table)

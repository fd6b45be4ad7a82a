"""The audit of a released file: what is tried, in order, and the report of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl

from warehouse.audit.bands import check_band_differences
from warehouse.audit.blocks import Block, Scale, Sector, block_of, ever_own, moved_on
from warehouse.audit.breakdowns import attack_breakdowns, breakdown_of
from warehouse.audit.budget import attack_budget
from warehouse.audit.categories import check_category_differences
from warehouse.audit.change_parts import check_change_parts
from warehouse.audit.coded import check_coded_answers
from warehouse.audit.composites import check_composites
from warehouse.audit.contract import GROUP_KINDS, check_contract, check_withheld
from warehouse.audit.derived import World, check_derived
from warehouse.audit.dialogue import check_dialogue, read_voices
from warehouse.audit.distributions import attack_distributions
from warehouse.audit.effects import check_every_effect
from warehouse.audit.families import check_words
from warehouse.audit.findings import check_findings
from warehouse.audit.hr_values import attack_hr_values
from warehouse.audit.mentions import check_mentions
from warehouse.audit.movers import Movers, attack_movers, outside_movers
from warehouse.audit.orders import check_orders
from warehouse.audit.organisations import attack_organisations
from warehouse.audit.people import attack_people
from warehouse.audit.places import check_places
from warehouse.audit.precision import check_precision
from warehouse.audit.reading import Structure, Tables, keyed, read_structure, read_tables, union_of
from warehouse.audit.report import AuditReport, Place, Trail
from warehouse.audit.schemes import check_scheme_answers
from warehouse.audit.sensitivity import attack_sensitivity
from warehouse.audit.spreads import attack_spreads
from warehouse.audit.totals import check_totals
from warehouse.audit.trend_lines import check_trend_lines
from warehouse.errors import DisclosureError, ReleaseError
from warehouse.paths import Store
from warehouse.settings import DisclosurePolicy, Method, Settings

FINDINGS_SHOWN = 3


def audit_release(store: Store, release_id: str, settings: Settings) -> AuditReport:
    """Return what breaking a kept release was tried with, and what was found.

    Errors: ReleaseError when there is no such release.
    """
    path = store.releases / f"{release_id}.duckdb"
    if not path.exists():
        raise ReleaseError(f"{path}: there is no such release. `published/releases/` has all.")
    return audit_file(store, path, release_id, settings)


def audit_file(store: Store, path: Path, release_id: str, settings: Settings) -> AuditReport:
    """Return what breaking a released file was tried with, and what was found.

    Values are those of the file and of every other released file about the same waves, withdrawn
    ones included; structure is that of `private/structure/`.
    """
    trail = Trail()
    tables = read_tables(path)
    check_contract(tables, trail)
    check_withheld(tables, trail)
    outside: list[Movers] = []
    for other in sorted(store.releases.glob("*.duckdb")):
        if other.stem != release_id and not other.name.startswith("building-"):
            theirs = read_tables(other)
            trail.count("other releases")
            check_contract(theirs, trail)
            check_withheld(theirs, trail)
            outside += outside_movers(tables, theirs, trail)
            tables = union_of(tables, theirs, other.stem, trail)
    structures = read_structures(store, tables, trail)
    world = attack_tables(tables, structures, settings.disclosure, trail, outside)
    check_summaries(world, settings.method, trail)
    voices = read_voices(store, tables["wave"]["wave_id"])
    check_dialogue(tables, voices, settings.disclosure, trail)
    check_mentions(tables, settings.disclosure, settings.method, trail)
    check_findings(tables, trail)
    check_words(tables, trail)
    check_scheme_answers(world, trail)
    return AuditReport(release_id, dict(trail.tried), tuple(trail.findings))


# Tables that stand beside the scores of the same wave, side and item.
BESIDE = ("benchmark", "distribution", "sensitivity", "size_gradient")


def require_safe(report: AuditReport) -> None:
    """Raise DisclosureError with the first findings when an audit found anything."""
    if report.is_safe:
        return
    first = "\n".join(str(finding) for finding in report.findings[:FINDINGS_SHOWN])
    said = f"The audit found {len(report.findings)} ways into release {report.release_id}"
    raise DisclosureError(f"{said}; nothing was published.\n{first}")


def read_structures(store: Store, tables: Tables, trail: Trail) -> dict[tuple[str, str], Structure]:
    """Return the structure of each released wave by (wave_id, side).

    A wave that was closed more than once has several files; the one that fits the published
    counts of who took part and of organisations' answers is meant.
    """
    found: dict[tuple[str, str], Structure] = {}
    for wave_id in tables["wave"]["wave_id"].to_list():
        files = [read_structure(path) for path in sorted(store.structure.glob(f"{wave_id}-*"))]
        fitting = [parts for parts in files if (wave_id, "employee") in parts]
        if not fitting:
            trail.find(Place(wave_id), "unexplained", "there is no structure of this wave")
            continue
        best = np.argmin([misfits(tables["score"], wave_id, parts) for parts in fitting])
        found |= fitting[int(best)]
    return found


def misfits(scores: pl.DataFrame, wave_id: str, parts: Mapping[tuple[str, str], Structure]) -> int:
    """Return how many published counts of single organisations a structure does not have."""
    rows = scores.filter(
        (pl.col("wave_id") == wave_id)
        & (pl.col("group_kind") == "organisation")
        & (pl.col("status") == "published")
    )
    structure = parts[wave_id, "employee"]
    return sum(
        item not in structure.n
        or organisation not in structure.position
        or structure.n[item][structure.position[organisation]] != people
        for organisation, item, people in rows.select(
            "group_id", "item_id", "respondent_count"
        ).iter_rows()
    )


def attack_tables(
    tables: Tables,
    structures: Mapping[tuple[str, str], Structure],
    policy: DisclosurePolicy,
    trail: Trail,
    outside: Sequence[Movers] = (),
) -> World:
    """Try everything on tables: block by block, then what is made of blocks; return it all.

    `outside` is what other releases say of who left or joined, against waves not in the tables.
    """
    sectors = {
        wave: sector_of(tables, wave, policy, structures.get((wave, "employee")))
        for wave in tables["wave"]["wave_id"]
    }
    check_kinds(tables["score"], trail)
    parts = keyed(tables["score"])
    beside = {name: keyed(tables[name]) if name in tables else {} for name in BESIDE}
    blocks: dict[tuple[str, str, str], Block] = {}
    for key, scores in parts.items():
        place = Place(*(str(part) for part in key))
        structure = structures.get((place.wave_id, place.side))
        sector = sectors.get(place.wave_id)
        if structure is None or sector is None or place.item_id not in structure.n:
            trail.find(place, "unexplained", "the structure has no such wave, side or item")
            continue
        block = block_of(place, scores, structure, sector, trail)
        blocks[place] = block
        attack_block(block, scores, {name: beside[name].get(key) for name in beside}, trail)
    for name, frames in beside.items():
        for key in frames.keys() - parts.keys():
            place = Place(*(str(part) for part in key))
            trail.find(place, "unexplained", f"table {name} without scores")
    check_totals(tables, trail)
    attack_spreads(tables, policy, trail)
    attack_hr_values(tables, policy, trail)
    world = World(tables, sectors, structures, blocks)
    check_derived(world, trail)
    check_change_parts(world, trail)
    check_trend_lines(world, trail)
    attack_movers(world, outside, trail)
    check_places(world, trail)
    check_every_effect(world, trail)
    return world


def check_summaries(world: World, method: Method, trail: Trail) -> None:
    """Check the tables that are made of published figures with parameters of the method."""
    check_orders(world, method.alpha, trail)
    check_category_differences(world, method, trail)
    check_precision(world, method, trail)
    check_coded_answers(world, method, trail)
    check_composites(world, method, trail)
    check_band_differences(world, method, trail)


def attack_block(
    block: Block, scores: pl.DataFrame, beside: Mapping[str, pl.DataFrame | None], trail: Trail
) -> None:
    """Try everything on one wave, side and item."""
    trail.count("blocks")
    distributions, benchmarks = beside["distribution"], beside["benchmark"]
    more = [] if distributions is None else attack_distributions(block, distributions, trail)
    attack_people(block, more, trail)
    if beside["sensitivity"] is not None:
        attack_sensitivity(block, scores, beside["sensitivity"], trail)
    attack_breakdowns(block, scores, trail)
    if block.place.side == "employee":
        shown = scores.clear() if benchmarks is None else benchmarks
        attack_organisations(block, shown, trail)
        attack_budget(block, shown, beside["size_gradient"], trail)
    elif benchmarks is not None:
        trail.find(block.place, "unexplained", "a benchmark of hr representatives")


def check_kinds(scores: pl.DataFrame, trail: Trail) -> None:
    """Find kinds of groups of which the audit does not know who is in them."""
    for kind in scores["group_kind"].unique().to_list():
        if kind not in GROUP_KINDS and breakdown_of(kind) is None:
            trail.find(Place(), "unknown", f"group_kind {kind} is not known to the audit")


def sector_of(
    tables: Tables, wave_id: str, policy: DisclosurePolicy, structure: Structure | None
) -> Sector:
    """Return what every reader knows of a wave."""
    members = tables["organisation"].filter(pl.col("wave_id") == wave_id)
    bands = tuple(tables["size_band"].sort("position")["size_band_id"].to_list())
    rows = list(members.select("organisation_id", "size_band_id", "headcount").iter_rows())
    band_heads = dict.fromkeys(bands, 0.0)
    for _, band, heads in rows:
        if band is not None and heads is not None:
            band_heads[band] += heads
    sector = Sector(
        wave_id=wave_id,
        bands=bands,
        heads={name: float("nan") if heads is None else heads for name, _, heads in rows},
        band_of={name: band or "" for name, band, _ in rows},
        band_heads=band_heads,
        scales=scales_of(tables["item"].iter_rows(named=True)),
        policy=policy,
    )
    if structure is None:
        return sector
    mine = (pl.col("wave_id") == wave_id) & (pl.col("side") == "employee")
    scores = tables["score"].filter(mine)
    return replace(sector, moved=moved_on(scores, structure, sector), ever_own=ever_own(scores))


def scales_of(items: Iterable[Mapping[str, object]]) -> dict[str, Scale]:
    """Return the scale of each item."""
    return {
        str(item["item_id"]): Scale(
            str(item["kind"]), float(str(item["scale_min"])), float(str(item["scale_max"]))
        )
        for item in items
    }


def summary(report: AuditReport) -> Sequence[str]:
    """Return a report line by line: what was tried, then what was found."""
    tried = [f"{what}: {count}" for what, count in sorted(report.tried.items())]
    found = [str(finding) for finding in report.findings]
    said = "Nothing was found." if report.is_safe else f"{len(found)} findings:"
    return [f"Release {report.release_id}", "Tried:", *tried, said, *found]

"""T1, T2, T6 and T9 from a released file alone: what subtracting published figures gives back.

The attacker has every released row, the register's headcounts (they are in the release) and a
pocket calculator. Nothing here looks at the answers except to know whom to look for.
"""

from __future__ import annotations

from collections import defaultdict
from pathlib import Path

import pytest

from tests.builders import Released, Row, World, build_world, numeric_items, release_world
from warehouse.tables import BY_NAME

Key = tuple[str, str, str]
BANDS = ("0-9", "10-49", "50-99", "100-249", "250+")


@pytest.fixture(scope="module")
def world() -> World:
    """Return a sector with small, withheld and unknown organisations.

    Without the giant: beside it no respondent-level figure is published, and nothing is attacked.
    """
    return build_world(31).without("ORGGIANT")


@pytest.fixture(scope="module")
def released(world: World, tmp_path_factory: pytest.TempPathFactory) -> Released:
    """Return its release."""
    return release_world(world, tmp_path_factory.mktemp("differencing"))


def published_atoms(released: Released) -> dict[str, list[Row]]:
    """Return the employees' organisations and rests of each item, with their size band."""
    bands = {row["organisation_id"]: row["size_band_id"] for row in released.tables["organisation"]}
    found: dict[str, list[Row]] = defaultdict(list)
    for row in released.score(side="employee", status="published"):
        if row["group_kind"] in ("organisation", "size_band_rest"):
            band = bands.get(row["group_id"], row["group_id"])
            found[row["item_id"]].append(row | {"band": band})
    return found


def published_groups(released: Released) -> list[Row]:
    """Return the employees' size bands and sector, with the bands of each."""
    return [
        row | {"bands": bands_in(row["group_id"])}
        for row in released.score(side="employee", status="published")
        if row["group_kind"] in ("size_band", "sector")
    ]


def bands_in(group: str) -> set[str]:
    """Return the size bands of a group's id."""
    if group == "sector":
        return set(BANDS)
    # `250+` ends with the sign that joins bands.
    return set(group.replace("250+", "250p").split("+")) - {"250p"} | (
        {"250+"} if group.endswith("250+") else set()
    )


def test_no_published_figure_stands_on_fewer_than_ten(released: Released) -> None:
    rows = released.score(status="published")
    assert min(row["respondent_count"] for row in rows) == 10
    rests = released.score(group_kind="size_band_rest")
    assert len(rests) > 100
    assert all(row["organisation_count"] >= 2 for row in rests)


def test_a_group_minus_its_published_parts_leaves_nobody(released: Released) -> None:
    atoms = published_atoms(released)
    groups = published_groups(released)
    assert len(groups) > 100
    for group in groups:
        inside = [a for a in atoms[group["item_id"]] if a["band"] in group["bands"]]
        for column in ("respondent_count", "organisation_count"):
            assert group[column] == sum(atom[column] for atom in inside), (group, column)


def design_weights(atoms: list[Row], released: Released) -> list[float] | None:
    """Return what an attacker works out as the weight of each atom's mean in a group.

    None where the members of a rest cannot be named: some of the band are in the sector rest.
    """
    heads: dict[str, int] = {}
    band_heads: dict[str, int] = defaultdict(int)
    by_band: dict[str, list[str]] = defaultdict(list)
    for row in released.tables["organisation"]:
        heads[row["organisation_id"]] = row["headcount"] or 0
        band_heads[row["size_band_id"]] += row["headcount"] or 0
        by_band[row["size_band_id"]].append(row["organisation_id"])
    own = {atom["group_id"] for atom in atoms if atom["group_kind"] == "organisation"}
    took_part = {
        row["group_id"]
        for row in released.tables["response"]
        if row["group_kind"] == "organisation" and row["respondent_count"]
    }
    people = []
    for atom in atoms:
        if atom["group_kind"] == "organisation":
            people.append(heads[atom["group_id"]])
        else:
            rest = [name for name in by_band[atom["band"]] if name in took_part - own]
            if len(rest) != atom["organisation_count"]:
                return None
            people.append(sum(heads[name] for name in rest))
    covered: dict[str, int] = defaultdict(int)
    for atom, count in zip(atoms, people, strict=True):
        covered[atom["band"]] += count
    return [
        count * band_heads[atom["band"]] / covered[atom["band"]]
        for atom, count in zip(atoms, people, strict=True)
    ]


def test_a_group_is_the_weighted_mean_of_its_published_parts_and_of_nothing_else(
    released: Released,
) -> None:
    """With every term known, an equation has no unknown left to solve for."""
    atoms, checked = published_atoms(released), 0
    for group in published_groups(released):
        inside = [a for a in atoms[group["item_id"]] if a["band"] in group["bands"]]
        weights = design_weights(inside, released)
        if weights is None:
            continue
        mean = sum(w * a["value"] for w, a in zip(weights, inside, strict=True)) / sum(weights)
        assert mean == pytest.approx(group["value"], abs=1e-9), group
        checked += 1
    assert checked > 50


def test_withheld_rows_are_empty_in_every_table(released: Released) -> None:
    free = {"status", "group_id", "group_kind", "item_id", "wave_id", "side", "organisation_id"}
    free |= {"wave_from", "wave_to", "against", "answer", "position", "hr_group_id", "level"}
    hidden = 0
    for name, rows in released.tables.items():
        for row in rows:
            if "status" in row and row["status"] != "published":
                hidden += 1
                filled = {column for column, cell in row.items() if cell is not None}
                assert filled <= free | set(BY_NAME[name].key), row
    assert hidden > 500


def test_an_organisation_that_is_withheld_is_in_no_other_table(released: Released) -> None:
    hidden: dict[str, set[str]] = defaultdict(set)
    for row in released.score(group_kind="organisation", side="employee"):
        if row["status"] != "published":
            hidden[row["item_id"]].add(row["group_id"])
    assert sum(map(len, hidden.values())) > 500
    for table, column in (("comparison", "organisation_id"), ("gap", "group_id")):
        for row in released.tables[table]:
            assert row[column] not in hidden[row["item_id"]], (table, row)
    for row in released.tables["distribution"]:
        assert row["group_id"] not in hidden[row["item_id"]], row


def test_hr_is_never_told_of_an_organisation_or_of_fewer_than_ten(released: Released) -> None:
    rows = released.score(side="hr")
    assert {row["group_kind"] for row in rows} == {"size_band", "sector"}
    shown = [row for row in rows if row["status"] == "published"]
    assert len(shown) > 50
    assert all(row["organisation_count"] >= 10 for row in shown)
    by_item = defaultdict(list)
    for row in shown:
        by_item[row["item_id"], row["group_kind"]].append(row["organisation_count"])
    for (item, kind), counts in by_item.items():
        if kind == "sector":
            assert counts == [sum(by_item[item, "size_band"])], item


def test_answers_of_an_organisation_without_headcount_are_in_no_figure(
    world: World, released: Released, tmp_path: Path
) -> None:
    """The sector minus its bands would be that organisation."""
    turned = {item.item_id: item for item in numeric_items() if not item.is_share}

    def reversed_answers(answers: Row) -> Row:
        return answers | {
            name: item.lowest + item.highest - answers[name]
            for name, item in turned.items()
            if answers.get(name) is not None
        }

    people = [
        person | {"answers": reversed_answers(person["answers"])}
        if person["organisation_id"] == "ORGNOHEADS"
        else person
        for person in world.people["2025"]
    ]
    assert people != world.people["2025"]
    other = release_world(world.with_people("2025", people), tmp_path)
    assert other.release_id == released.release_id

"""T5 and T8: what directors work out together of an organisation that is not theirs.

They see the figures of bands and sector and the rest of each band, their own results, and the
headcounts of everybody. What has to stay hidden is the mean of another organisation.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from pathlib import Path

import pytest

from tests.builders import Released, Row, World, build_world, release_world

BAND, COMMON, ODD = "50-99", 60, 95


def own_counts(released: Released) -> dict[tuple[str, str], int]:
    """Return how many organisations have an own result, per item and published group of bands."""
    bands = {row["organisation_id"]: row["size_band_id"] for row in released.tables["organisation"]}
    groups: dict[tuple[str, str, str], str] = {}
    for row in released.tables["band_group"]:
        if row["side"] == "employee":
            groups[row["purpose"], row["item_id"], row["size_band_id"]] = row["group_id"]
    counts: dict[tuple[str, str], int] = defaultdict(int)
    for row in released.score(group_kind="organisation", status="published"):
        item, band = row["item_id"], bands[row["group_id"]]
        counts[item, "sector"] += 1
        for group in {groups[purpose, item, band] for purpose in ("respondents", "organisations")}:
            counts[item, group] += 1
    return counts


@pytest.fixture(scope="module", params=(0.15, 0.5, 1.0))
def released(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Released:
    """Return the releases of a small, a middling and a large sector."""
    world = build_world(41, scale=request.param)
    return release_world(world, tmp_path_factory.mktemp("collusion"))


def test_a_mean_of_organisations_stands_on_five_or_more(released: Released) -> None:
    counts = own_counts(released)
    for row in released.tables["benchmark"]:
        k = counts[row["item_id"], row["group_id"]]
        assert row["organisation_count"] == (k if row["status"] == "published" else None)
        assert (row["status"] == "published") == (k >= 5), row


def test_a_comparison_is_with_four_or_more_others(released: Released) -> None:
    counts = own_counts(released)
    for row in released.tables["comparison"]:
        assert counts[row["item_id"], row["group_id"]] >= 5, row


def test_respondents_of_bands_stand_on_no_own_results_or_on_ten(released: Released) -> None:
    counts = own_counts(released)
    for row in released.score(side="employee", group_kind="size_band", status="published"):
        k = counts[row["item_id"], row["group_id"]]
        assert k == 0 or k >= 10, row
    for row in released.tables["benchmark"]:
        if row["respondent_mean"] is not None and row["group_kind"] == "size_band":
            assert row["organisation_count"] >= 10, row


def test_respondents_of_the_sector_stand_on_no_own_results_or_on_ten(tmp_path: Path) -> None:
    """Beside the mean of five to nine organisations it is a second equation on the same ones."""
    world = build_world(42, scale=0.15)
    # A giant would hold more than half of the sector, which is another reason to withhold it.
    people = [row for row in world.people["2025"] if row["organisation_id"] != "ORGGIANT"]
    released = release_world(world.with_people("2025", people), tmp_path)
    counts = own_counts(released)
    assert any(5 <= counts[item, "sector"] < 10 for item, _ in list(counts))
    for row in released.score(side="employee", group_kind="sector", status="published"):
        k = counts[row["item_id"], "sector"]
        assert k == 0 or k >= 10, (row["item_id"], k)


def with_one_odd_headcount(world: World) -> World:
    """Return a world in which all organisations of a band but one are equally large."""
    names = sorted(row["organisation_id"] for row in world.register if in_band(row))
    heads = dict.fromkeys(names, COMMON) | {odd_name(world): ODD}
    register = [
        row | {"headcount": heads.get(row["organisation_id"], row["headcount"])}
        for row in world.register
    ]
    return replace(world, register=register)


def in_band(row: Row) -> bool:
    """Return whether an organisation is in the band under attack."""
    return row["headcount"] is not None and 50 <= row["headcount"] <= 99


def odd_name(world: World) -> str:
    """Return the organisation of the band with the largest response: surely an own result."""
    names = {row["organisation_id"] for row in world.register if in_band(row)}
    people = [row["organisation_id"] for row in world.people["2025"] if row["side"] == "employee"]
    return max(sorted(names), key=people.count)


def test_two_weightings_of_a_band_do_not_single_out_the_one_odd_headcount(tmp_path: Path) -> None:
    """No coalition is needed: the respondent mean minus the mean of organisations is one term."""
    world = with_one_odd_headcount(build_world(43, scale=2.0))
    released = release_world(world, tmp_path)
    target = odd_name(world)
    truth = released.score(group_kind="organisation", group_id=target, item_id="grade")[0]
    assert truth["status"] == "published"
    recovered = recover_odd_one(released)
    assert recovered is None or abs(recovered - truth["value"]) > 0.5, (recovered, truth["value"])


def recover_odd_one(released: Released) -> float | None:
    """Return the odd organisation's grade from the figures of the band, None where they are not."""
    key = {"side": "employee", "group_id": BAND, "item_id": "grade"}
    group = released.score(group_kind="size_band", **key)
    rest = released.score(group_kind="size_band_rest", **key)
    peers = [
        row
        for row in released.tables["benchmark"]
        if row["group_id"] == BAND and row["item_id"] == "grade"
    ]
    if not group or group[0]["value"] is None or not peers or peers[0]["status"] != "published":
        return None
    k, mean = peers[0]["organisation_count"], peers[0]["mean_of_organisations"]
    rest_heads = rest[0]["organisation_count"] * COMMON if rest else 0
    rest_sum = rest_heads * rest[0]["value"] if rest else 0.0
    own_heads = (k - 1) * COMMON + ODD
    own_sum = group[0]["value"] * (own_heads + rest_heads) - rest_sum
    return float((own_sum - COMMON * k * mean) / (ODD - COMMON))

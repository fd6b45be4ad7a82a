"""A plausible released file, written from the contract with a seeded generator.

Every organisation's grade is a number that no other row holds, so a test can see whose it is.
"""

from __future__ import annotations

import math
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any

import duckdb

from warehouse.benchmark.facts import vocabulary
from warehouse.benchmark.findings import findings
from warehouse.paths import Store
from warehouse.settings import Settings
from warehouse.tables import BY_NAME, TABLES

BANDS = ("0-9", "10-49", "50-99", "100-249", "250+")
WAVES = ("2023", "2024", "2025", "2026")
MERGED = {"100-249": "100-249+250+", "250+": "100-249+250+"}
HIDDEN: Mapping[str, None] = dict.fromkeys(
    ("respondent_count", "organisation_count", "value", "ci_low", "ci_high")
)
# id: band, headcount, answers; organisations that tests and demonstration accounts ask for.
ORGANISATIONS = {
    "ORG-LARGE": ("250+", 400, 180),
    "ORG-MID": ("50-99", 70, 31),
    "ORG-TEN": ("10-49", 24, 10),
    "ORG-BELOW": ("10-49", 15, 6),
    "ORG-TINY": ("0-9", 7, 4),
    "ORG-OTHER": ("50-99", 80, 40),
    "ORG-HELD": ("10-49", 30, 12),
    "ORG-FLAT": ("100-249", 140, 20),
}
STATUS = {
    "ORG-BELOW": "withheld_small",
    "ORG-TINY": "withheld_small",
    "ORG-HELD": "withheld_complement",
    "ORG-FLAT": "withheld_homogeneous",
}
Row = dict[str, Any]

CATEGORIES = (
    ("under_35", "jonger dan 35"),
    ("35_to_54", "35 tot en met 54"),
    ("retired", "met pensioen"),
)


def sentinel(organisation: str, wave: str) -> float:
    """Return the grade that only this organisation has at this wave."""
    place = list(ORGANISATIONS).index(organisation)
    return round(6.0529 + place * 0.3111 + WAVES.index(wave) * 0.0137, 4)


@dataclass
class Builder:
    """Rows of every released table."""

    settings: Settings
    seed: int = 1
    rows: dict[str, list[Row]] = field(default_factory=lambda: {t.name: [] for t in TABLES})

    def __post_init__(self) -> None:
        """Start the generator."""
        self.random = random.Random(self.seed)

    def add(self, table: str, **values: Any) -> None:
        """Add a row; columns that are not given are NULL."""
        self.rows[table].append({name: values.get(name) for name in BY_NAME[table].names})

    def spread(self, value: float, half: float) -> Row:
        """Return a value with its interval."""
        return {"value": value, "ci_low": value - half, "ci_high": value + half}


def items(settings: Settings) -> Iterator[Row]:
    """Yield the questions: grade, aspects, autonomy, priorities."""
    yield {"item_id": "grade", "kind": "grade", "unit": "grade", "name_nl": "Rapportcijfer",
           "name_en": "Grade"}  # fmt: skip
    for kind, prefix, unit in (("likert", "aspect_", "likert"), ("mention", "priority_", "share")):
        for aspect in settings.aspects:
            names = {"name_nl": aspect.name_nl, "name_en": aspect.name_en}
            ids = {"item_id": prefix + aspect.aspect_id, "aspect_id": aspect.aspect_id}
            yield {**ids, "kind": kind, "unit": unit, **names}
    for scheme in settings.schemes:
        for facet in settings.facets:
            item_id = f"scheme_{scheme.scheme_id}_{facet.facet_id}"
            names = {
                n: f"{getattr(scheme, n)}: {getattr(facet, n)}" for n in ("name_nl", "name_en")
            }
            ids = {"scheme_id": scheme.scheme_id, "facet_id": facet.facet_id}
            yield {"item_id": item_id, "kind": "yes_no", "unit": "share", **ids, **names}
    yield {"item_id": "autonomy_control_hours", "kind": "likert", "unit": "likert",
           "name_nl": "Controle: uren", "name_en": "Control: hours"}  # fmt: skip


def asked(item: Row, wave: str) -> bool:
    """Return whether an item was asked: 2023 had the grade and five aspects."""
    return wave != "2023" or item["item_id"] == "grade" or item["item_id"].startswith("aspect_w")


def typical(builder: Builder, item: Row) -> float:
    """Return a plausible value of an item."""
    low, high = {"grade": (7.2, 7.9), "likert": (2.8, 4.1), "share": (0.12, 0.34)}[item["unit"]]
    return builder.random.uniform(low, high)


def add_dimensions(builder: Builder) -> None:
    """Add waves, bands, aspects, items and organisations."""
    settings = builder.settings
    for place, wave in enumerate(settings.waves, start=1):
        builder.add(
            "wave", wave_id=wave.wave_id, position=place, instrument_id=wave.instrument_id,
            comparability_class=wave.comparability_class, name_nl=wave.name_nl,
            name_en=wave.name_en, has_hr=wave.wave_id != "2023", respondent_count=4000 + place,
            organisation_count=300 + place,
        )  # fmt: skip
    for place, band in enumerate(settings.size_bands.size_band, start=1):
        values = band.model_dump(exclude={"own_results"})
        builder.add("size_band", position=place, **values)
    for place, item in enumerate(items(settings), start=1):
        builder.add("item", position=place, **item)
    add_categories(builder)
    for table, rows in vocabulary(settings).items():
        for row in rows if table != "size_band" else ():
            builder.add(table, **row)
    for wave in WAVES:
        for organisation, (band, headcount, _) in ORGANISATIONS.items():
            builder.add("organisation", wave_id=wave, organisation_id=organisation,
                        name=f"Stichting {organisation}", size_band_id=band,
                        headcount=headcount)  # fmt: skip


# What happened to whom, by wave; the merged one is no organisation any longer.
EVENTS = (
    ("2025", "ORG-MID", "rename", "ORG-MID", "Stichting Vroeger"),
    ("2025", "ORG-OTHER", "size_band", "ORG-OTHER", "10-49"),
    ("2026", "ORG-LARGE", "merger", "ORG-GONE", "Stichting Opgegaan"),
)


def add_events(builder: Builder) -> None:
    """Add what happened to organisations."""
    for wave, organisation, event, related, before in EVENTS:
        builder.add("organisation_event", wave_id=wave, organisation_id=organisation, event=event,
                    related_id=related, before=before)  # fmt: skip


def add_organisation(builder: Builder, wave: str, organisation: str, item: Row) -> None:
    """Add an organisation's own score, or that it is hidden, and what it is compared with."""
    band, _, answers = ORGANISATIONS[organisation]
    item_id, status = item["item_id"], STATUS.get(organisation, "published")
    key = {"wave_id": wave, "side": "employee", "group_kind": "organisation"}
    key |= {"group_id": organisation, "item_id": item_id}
    if status != "published":
        builder.add("score", **key, status=status)
        return
    value = sentinel(organisation, wave) if item_id == "grade" else typical(builder, item)
    half = 0.05 if item["unit"] == "share" else 0.3
    counts = {"respondent_count": answers, "organisation_count": 1}
    builder.add("score", **key, **counts, **builder.spread(value, half), status=status)
    verdict = builder.random.choice(("higher", "lower", "comparable", "not_demonstrable"))
    for against in ("size_band", "sector"):
        builder.add("comparison", wave_id=wave, side="employee", item_id=item_id,
                    organisation_id=organisation, against=against,
                    group_id=band if against == "size_band" else "sector", difference=0.42,
                    ci_low=0.1, ci_high=0.74, q_value=0.02, verdict=verdict, position="middle",
                    status="published")  # fmt: skip
    if item_id == "grade":
        builder.add("expected_range", wave_id=wave, side="employee", item_id=item_id,
                    organisation_id=organisation, expected_value=7.31, range_low=6.32,
                    range_high=8.3, outer_low=5.75, outer_high=8.87,
                    place="usual" if 6.32 <= value <= 8.3 else "unusual",
                    status="published")  # fmt: skip
        add_place(builder, wave, organisation, value)
    if item_id == "aspect_workload":
        builder.add("expected_range", wave_id=wave, side="employee", item_id=item_id,
                    organisation_id=organisation,
                    expected_value=8.3 - 0.33 * math.log10(ORGANISATIONS[organisation][1]),
                    range_low=2.0, range_high=4.0, outer_low=1.0, outer_high=5.0, place="usual",
                    status="published")  # fmt: skip
    if wave != "2023":
        add_gap(builder, wave, ("organisation", organisation, band), item, value)


def add_place(builder: Builder, wave: str, organisation: str, value: float) -> None:
    """Add where an organisation's grade lies among all, which is for staff."""
    z = (value - 7.1) / 0.4
    place = "usual" if abs(z) < 1.96 else "unusual" if abs(z) < 3.09 else "very_unusual"
    builder.add("organisation_place", wave_id=wave, side="employee", item_id="grade",
                organisation_id=organisation, funnel_z=2 * z, funnel_z_adjusted=z, place=place,
                estimate=value, estimate_low=value - 0.3, estimate_high=value + 0.3,
                constrained_estimate=value, rank_low=1, rank_high=8,
                status="published")  # fmt: skip


def add_gap(
    builder: Builder, wave: str, group: tuple[str, str, str], item: Row, value: float
) -> None:
    """Add employees beside hr; the aspect `workload` is named by employees only."""
    kind, group_id, hr_group = group
    is_sided = item["item_id"] == "priority_workload"
    hr = 0.02 if is_sided else typical(builder, item)
    states = {}
    if item["kind"] == "mention":
        hr_state = "rarely_named" if is_sided else builder.random.choice(("named", "uncertain"))
        states = {"employee_mention_state": "named", "hr_mention_state": hr_state}
    verdict = builder.random.choice(("higher", "lower", "comparable", "not_demonstrable"))
    builder.add("gap", wave_id=wave, group_kind=kind, group_id=group_id, item_id=item["item_id"],
                hr_group_id=hr_group, employee_value=value, hr_value=hr, difference=value - hr,
                ci_low=value - hr - 0.2, ci_high=value - hr + 0.2, q_value=0.03, verdict=verdict,
                one_sided="employee" if is_sided else None, status="published",
                **states)  # fmt: skip


def add_group(builder: Builder, wave: str, kind: str, group: str, item: Row) -> None:
    """Add a group's scores of both sides, its benchmark and its gap."""
    half = 0.04 if item["unit"] == "share" else 0.12
    value = typical(builder, item)
    key = {"wave_id": wave, "group_kind": kind, "group_id": group, "item_id": item["item_id"]}
    counts = {"respondent_count": 500, "organisation_count": 40}
    builder.add("score", **key, side="employee", **counts, **builder.spread(value, half),
                status="published")  # fmt: skip
    if kind != "size_band_rest":
        add_benchmark(builder, key, value)
    if wave != "2023" and kind != "size_band_rest":
        hr = builder.spread(typical(builder, item), 3 * half)
        builder.add("score", **key, side="hr", **counts, **hr, status="published")
        add_gap(builder, wave, (kind, group, group), item, value)


def add_benchmark(builder: Builder, key: Row, value: float) -> None:
    """Add a benchmark; the smallest band has none, the largest no quartiles."""
    if key["group_id"] == "0-9":
        builder.add("benchmark", **key, side="employee", status="too_few_organisations")
        return
    quartiles = {}
    if key["group_id"] not in ("250+", "100-249+250+"):
        quartiles = {"lower_quartile": value * 0.97, "upper_quartile": value * 1.03}
    builder.add("benchmark", **key, side="employee", organisation_count=24,
                mean_of_organisations=value, mean_ci_low=value - 0.05, mean_ci_high=value + 0.05,
                **quartiles, status="published")  # fmt: skip


def group_of(wave: str, side: str, purpose: str, band: str) -> str:
    """Return the published group of a band: hr of 2024 goes together in the largest bands."""
    return (
        MERGED.get(band, band) if (wave, side, purpose) == ("2024", "hr", "respondents") else band
    )


def add_wave(builder: Builder, wave: str) -> None:
    """Add everything of a wave."""
    for item in (item for item in items(builder.settings) if asked(item, wave)):
        for organisation in ORGANISATIONS:
            add_organisation(builder, wave, organisation, item)
        groups = [*BANDS, "100-249+250+"] if wave == "2024" else list(BANDS)
        for group in groups:
            add_group(builder, wave, "size_band", group, item)
        for band in BANDS[:2]:
            add_group(builder, wave, "size_band_rest", band, item)
        add_group(builder, wave, "sector", "sector", item)
        sides = {"employee": ("respondents", "organisations"), "hr": ("respondents",)}
        for side, purposes in sides.items():
            for purpose in purposes:
                for band in BANDS:
                    builder.add("band_group", wave_id=wave, side=side, item_id=item["item_id"],
                                purpose=purpose, size_band_id=band,
                                group_id=group_of(wave, side, purpose, band))  # fmt: skip
        if item["unit"] == "likert":
            add_ages(builder, wave, item)
    builder.add("parameter", wave_id=wave, side="employee", item_id="grade",
                name="pooled_variance", value=1.7)  # fmt: skip
    builder.add("sector_spread", wave_id=wave, side="employee", item_id="grade",
                organisation_count=60, funnel_centre=7.1, over_dispersion=2.0,
                funnel_variance=0.1, between_variance=0.08, constraint_factor=1.2,
                status="published")  # fmt: skip
    for item_id in ("grade", "aspect_workload"):
        builder.add(
            "size_gradient", wave_id=wave, side="employee", item_id=item_id,
                slope_per_tenfold=-0.33, ci_low=-0.41, ci_high=-0.25, p_value=0.0001,
                intercept=8.3, unit_count=60, verdict="lower", status="published")  # fmt: skip
    add_response(builder, wave)


def add_ages(builder: Builder, wave: str, item: Row) -> None:
    """Add the age groups of the sector and of one size band, which lacks the oldest."""
    groups = [("sector_age", "", CATEGORIES), ("size_band_age", "50-99|", CATEGORIES[:2])]
    for kind, before, categories in groups:
        for category, _ in categories:
            builder.add("score", wave_id=wave, side="employee", group_kind=kind,
                        group_id=before + category, item_id=item["item_id"], respondent_count=120,
                        organisation_count=30, status="published",
                        **builder.spread(typical(builder, item), 0.1))  # fmt: skip


def add_categories(builder: Builder) -> None:
    """Add the categories of age, with the export's words, to every questionnaire."""
    for instrument in dict.fromkeys(wave.instrument_id for wave in builder.settings.waves):
        codes = [("answer", text) for _, text in CATEGORIES]
        codes += [("category", category) for category, _ in CATEGORIES]
        for place, (meaning, text) in enumerate(codes, start=1):
            builder.add("scale_code", instrument_id=instrument, scale_id="age", position=place,
                        meaning=meaning, text=text, code=(place - 1) % 3 + 1)  # fmt: skip


def add_response(builder: Builder, wave: str) -> None:
    """Add how many took part."""
    groups = [("sector", "sector", 9000, 4000)]
    groups += [("organisation", o, n, answers) for o, (_, n, answers) in ORGANISATIONS.items()]
    for kind, group, invited, count in groups:
        builder.add("response", wave_id=wave, group_kind=kind, group_id=group, invited=invited,
                    respondent_count=count, organisation_count=1, own_result_count=1,
                    response_rate=count / invited, status="published")  # fmt: skip


def add_trends(builder: Builder) -> None:
    """Add changes between consecutive waves; the first crosses a break."""
    own = [("organisation", o) for o in ORGANISATIONS if o not in STATUS]
    for old, new in pairwise(WAVES):
        for kind, group in [*own, ("sector", "sector"), ("size_band", "50-99")]:
            key = {"wave_from": old, "wave_to": new, "group_kind": kind, "group_id": group}
            key |= {"side": "employee", "item_id": "grade"}
            if old == "2023":
                builder.add("trend", **key, status="not_comparable")
                continue
            verdict = builder.random.choice(("higher", "comparable", "not_demonstrable"))
            builder.add("trend", **key, change=0.1234, ci_low=-0.1, ci_high=0.35,
                        matched_change=0.2 if kind == "sector" else None, verdict=verdict,
                        status="published")  # fmt: skip


def add_change_parts(builder: Builder) -> None:
    """Add what the sector's change is made of; of the last pair the matched part is held back."""
    values = {"total": 0.25, "matched": 0.16, "composition": 0.09, "within": 0.2, "mix": 0.05}
    for old, new in pairwise(WAVES):
        for part, change in values.items():
            key = {"wave_from": old, "wave_to": new, "side": "employee", "group_kind": "sector"}
            key |= {"group_id": "sector", "item_id": "grade", "part": part}
            if old == "2023":
                builder.add("change_part", **key, status="not_comparable")
                continue
            if new == "2026" and part in ("matched", "composition"):
                builder.add("change_part", **key, status="withheld_complement")
                continue
            judged = {"ci_low": change - 0.1, "ci_high": change + 0.1, "q_value": 0.01,
                      "verdict": "not_demonstrable"}  # fmt: skip
            builder.add("change_part", **key, change=change, earlier_count=41, later_count=43,
                        **judged if part not in ("composition", "mix") else {},
                        status="published")  # fmt: skip


def add_trend_lines(builder: Builder) -> None:
    """Add the line of each published group through the three comparable waves; one has two."""
    own = [("organisation", o) for o in ORGANISATIONS if o not in STATUS]
    for kind, group in [*own, ("sector", "sector")]:
        key = {"wave_from": "2024", "wave_to": "2026", "side": "employee", "group_kind": kind}
        key |= {"group_id": group, "item_id": "grade"}
        if group == "ORG-TEN":
            builder.add("trend_line", **key | {"wave_from": "2025"}, status="too_few_waves")
            continue
        builder.add("trend_line", **key, wave_count=3, slope_per_year=0.1789, ci_low=0.06,
                    ci_high=0.29, p_value=0.002, q_value=0.01, verdict="higher", misfit=5.2,
                    misfit_p=0.02 if group == "ORG-LARGE" else 0.4,
                    status="published")  # fmt: skip


DIALOGUE_WAVE = "2024"
SAID = ("Minder werkdruk, meer tijd.", "Meer vertrouwen.", None)


def add_dialogue(builder: Builder) -> None:
    """Add a dialogue of three answers (one not released, one that divides) and two quotes."""
    key = {"wave_id": DIALOGUE_WAVE, "question_id": "dialoog_2024:V1"}
    question = builder.settings.dialogues["dialoog_2024"].question[0]
    builder.add("dialogue_question", **key, question_nl=question.question_nl,
                question_en=question.question_en, employee_count=452, hr_count=72, answer_count=20,
                listed_count=3, text_count=2, exposure_p=0.4, exposure_ratio=0.91,
                shown_per_rater=8.0, status="published")  # fmt: skip
    for place, text in enumerate(SAID, start=1):
        told = {"text": text, "author_side": "both", "aspect_id": "workload"} if text else {}
        for side in ("employee", "hr", "total"):
            row = {"answer_id": f"A{place:03d}", "position": place, "rater_side": side, **told}
            if side == "hr" and place == 2:
                builder.add("dialogue_answer", **key, **row, status="withheld_small")
                continue
            builder.add("dialogue_answer", **key, **row, rating_count=81, mean_rating=1.2,
                        support=1.1, support_low=0.9, consensus=0.4, polarisation=0.2,
                        spread_status="published", is_divided=place == 3, shift_status="no_data",
                        status="published")  # fmt: skip
    for aspect, second in (("workload", 0.15), ("trust", 0.5)):
        low, high = (-0.05, 0.05) if second < 0.2 else (0.2, 0.4)
        builder.add("dialogue_mention", **key, aspect_id=aspect, first_count=400, second_count=100,
                    first_share=0.15, second_share=second, shift=second - 0.15, ci_low=low,
                    ci_high=high, q_value=0.3 if second < 0.2 else 0.001,
                    verdict="comparable" if second < 0.2 else "higher",
                    status="published")  # fmt: skip
    quotes = (("employee", "Ik deel mijn week zelf in.", "enabler", "own"),
              ("hr", "De financiering is onzeker.", "barrier", "commissioner"))  # fmt: skip
    for side, text, kind, sphere in quotes:
        builder.add("quote", wave_id=DIALOGUE_WAVE, quote_id=side, source="explanation",
                    question_id="quote", author_side=side, text=text, kind=kind,
                    sphere=sphere)  # fmt: skip


def add_scheme_answers(builder: Builder) -> None:
    """Add whom schemes apply to; hr's is hidden for one of them."""
    for scheme in builder.settings.schemes:
        for side in ("employee", "hr"):
            key = {"wave_id": DIALOGUE_WAVE, "side": side, "scheme_id": scheme.scheme_id}
            if side == "employee" and scheme.optional:
                for group in ("0-9+10-49", "50-99+100-249+250+"):
                    builder.add("scheme_answer", **key, group_kind="size_band", group_id=group,
                                respondent_count=200, organisation_count=20, answered_share=0.7,
                                not_offered_share=0.25, not_eligible_share=0.05,
                                status="published")  # fmt: skip
            key |= {"group_kind": "sector", "group_id": "sector"}
            if side == "hr" and scheme.optional:
                builder.add("scheme_answer", **key, status="too_few_organisations")
                continue
            builder.add("scheme_answer", **key, respondent_count=400, organisation_count=40,
                        answered_share=0.7, not_offered_share=0.2, not_eligible_share=0.1,
                        status="published")  # fmt: skip


CODED = {
    "enabler": ("all", ("training", "autonomy_at_work", "strict_commissioner")),
    "barrier": ("all", ("few_skills", "strict_commissioner", "own_influence", "commissioner")),
    "reason": ("high", ("own_schedule", "workload")),
}


def add_coded(builder: Builder) -> None:
    """Add what open answers name: both sides, hr hidden for the reasons; and space and control."""
    for item, (grade_class, codes) in CODED.items():
        for place, code in enumerate(codes, start=1):
            level = "sphere" if code in ("own_influence", "commissioner") else "code"
            asked = {"item_id": item, "grade_class": grade_class, "code": code, "level": level}
            key = {"wave_id": DIALOGUE_WAVE, "group_kind": "sector", "group_id": "sector", **asked}
            shares = {"employee": 0.1 * place, "hr": 0.4}
            for side, share in shares.items():
                if side == "hr" and item == "reason":
                    builder.add("coded_answer", **key, side=side, position=place,
                                status="too_few_organisations")  # fmt: skip
                    continue
                builder.add("coded_answer", **key, side=side, position=place, share=share,
                            respondent_count=400, organisation_count=40, effective_count=380.0,
                            ci_low=share - 0.04, ci_high=share + 0.04, mention_state="named",
                            status="published")  # fmt: skip
            if item != "reason":
                builder.add("coded_gap", **key, employee_share=shares["employee"], hr_share=0.4,
                            difference=shares["employee"] - 0.4, ci_low=-0.4, ci_high=-0.2,
                            q_value=0.01, verdict="lower" if place == 1 else "not_demonstrable",
                            status="published")  # fmt: skip
    for name in ("autonomy_space", "autonomy_control", "scheme_awareness"):
        key = {"wave_id": DIALOGUE_WAVE, "group_kind": "sector", "group_id": "sector"}
        ours, theirs = (0.6, 0.8) if name == "scheme_awareness" else (3.8, 3.6)
        for side, value in (("employee", ours), ("hr", theirs)):
            builder.add("composite", **key, side=side, composite_id=name, item_count=2,
                        **builder.spread(value, 0.05), status="published")  # fmt: skip
        builder.add("composite_gap", **key, composite_id=name, item_count=2, employee_value=ours,
                    hr_value=theirs, difference=ours - theirs, ci_low=round(ours - theirs - 0.1, 6),
                    ci_high=round(ours - theirs + 0.1, 6), q_value=0.001,
                    verdict="lower" if ours < theirs else "comparable",
                    status="published")  # fmt: skip


def add_findings(builder: Builder) -> None:
    """Add what stands out in the rows so far, as a release does."""
    for row in findings(builder.rows, builder.settings):
        builder.add("finding", **row)


def write_release(store: Store, settings: Settings, release_id: str, seed: int = 1) -> None:
    """Write a release and make it current, the way a release is published."""
    builder = Builder(settings, seed)
    builder.add("release", release_id=release_id, created_at="2026-11-24T03:33:31+00:00",
                method_version="1.0", code_version="0.1.0", is_synthetic=True)  # fmt: skip
    add_dimensions(builder)
    for wave in WAVES:
        add_wave(builder, wave)
    add_events(builder)
    add_trends(builder)
    add_change_parts(builder)
    add_trend_lines(builder)
    add_dialogue(builder)
    add_scheme_answers(builder)
    add_coded(builder)
    add_findings(builder)
    store.create()
    write_file(store.releases / f"{release_id}.duckdb", builder.rows)
    draft = store.published / "CURRENT.new"
    draft.write_text(f"{release_id}\n", encoding="utf-8")
    draft.replace(store.current)


def write_file(path: Path, rows: Mapping[str, list[Row]]) -> None:
    """Write the tables to a DuckDB file."""
    with duckdb.connect(str(path)) as connection:
        for table in TABLES:
            connection.execute(table.ddl)
            marks = f"({', '.join('?' for _ in table.names)})"
            values = [[row[name] for name in table.names] for row in rows[table.name]]
            # Row by row took most of the time of every test that needs a release.
            for start in range(0, len(values), 200):
                some = values[start : start + 200]
                places = ", ".join(marks for _ in some)
                given = [value for row in some for value in row]
                connection.execute(f"insert into {table.name} values {places}", given)

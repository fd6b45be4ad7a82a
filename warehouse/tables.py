"""The contract of a released file: every table and column, its type, key, unit and meaning.

DDL, the data dictionary and the tests derive from this module. A hidden value is NULL and its
`status` says why; it is never zero.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

STATUSES: Final = (
    "published",
    "withheld_small",
    "withheld_complement",
    "withheld_homogeneous",
    "too_few_organisations",
    "low_precision",
    "not_asked",
    "not_offered",
    "not_comparable",
    "no_data",
)
GROUP_KINDS: Final = (
    "organisation",
    "size_band",
    "size_band_rest",
    "sector",
    "sector_age",
    "size_band_age",
)
SIDES: Final = ("employee", "hr")
KINDS: Final = ("grade", "likert", "mention", "yes_no", "category", "attribute", "text")
UNITS: Final = ("grade", "likert", "share", "category")
CODE_MEANINGS: Final = ("answer", "missing", "not_applicable", "category")
VERDICTS: Final = ("higher", "lower", "comparable", "not_demonstrable", "too_few")
POSITIONS: Final = ("lower_quarter", "middle", "upper_quarter", "indistinct")
MENTION_STATES: Final = ("named", "rarely_named", "uncertain", "hidden")


@dataclass(frozen=True)
class Column:
    """One column: DuckDB type, unit, meaning, and its `values` where only a few may stand in it."""

    name: str
    type: str
    meaning: str
    unit: str = ""
    values: tuple[str, ...] = ()


@dataclass(frozen=True)
class Table:
    """One table: a row per `grain`, unique on `key`."""

    name: str
    grain: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    in_hash: bool = True

    @property
    def ddl(self) -> str:
        """The `create table` statement."""
        columns = ", ".join(f"{column.name} {column.type}" for column in self.columns)
        return f"create table {self.name} ({columns})"

    @property
    def names(self) -> tuple[str, ...]:
        """The column names, in order."""
        return tuple(column.name for column in self.columns)


WAVE = Column("wave_id", "varchar", "The wave (meting).")
SIDE = Column("side", "varchar", "`employee` or `hr`.", values=SIDES)
ITEM = Column("item_id", "varchar", "The question.")
INSTRUMENT = Column("instrument_id", "varchar", "The questionnaire.")
SCALE = Column("scale_id", "varchar", "The scale, by its name in the instrument.")
ORGANISATION = Column("organisation_id", "varchar", "The organisation.")
GROUP_KIND = Column(
    "group_kind",
    "varchar",
    "Kind of group; see GROUP_KINDS, and `sector_` or `size_band_` with any breakdown's id.",
)
GROUP = Column(
    "group_id",
    "varchar",
    "Organisation id, size band (merged bands joined by +), or `sector`; of a breakdown the "
    "category (`under_35`), in a size band after it (`50-99|under_35`).",
)
STATUS = Column(
    "status",
    "varchar",
    "`published`, or why the values are NULL; see STATUSES.",
    values=STATUSES,
)
LOW = Column("ci_low", "double", "Lower bound of the 95 % interval.", "unit of the item")
HIGH = Column("ci_high", "double", "Upper bound of the 95 % interval.", "unit of the item")
VERDICT = Column(
    "verdict", "varchar", "What the difference may be called; see VERDICTS.", values=VERDICTS
)
NAME_NL = Column("name_nl", "varchar", "Name in Dutch.")
NAME_EN = Column("name_en", "varchar", "Name in English.")
POSITION = Column("position", "integer", "Order on screen, from 1.")


def value(name: str, meaning: str) -> Column:
    """Return a column in the unit of the item."""
    return Column(name, "double", meaning, "unit of the item")


def count(name: str, meaning: str) -> Column:
    """Return a counting column."""
    return Column(name, "bigint", meaning, "count")


def mention_state(name: str) -> Column:
    """Return the column of what a side says of an aspect."""
    meaning = "See MENTION_STATES; mention items only."
    return Column(name, "varchar", meaning, values=MENTION_STATES)


TABLES: Final = (
    Table(
        "release",
        "the release",
        ("release_id",),
        (
            Column("release_id", "varchar", "Hash of the sorted contents."),
            Column("created_at", "varchar", "When it was built, ISO 8601 UTC."),
            Column("method_version", "varchar", "Version of the method page."),
            Column("code_version", "varchar", "Version of the product."),
            Column("is_synthetic", "boolean", "True for the demonstration sector."),
        ),
        in_hash=False,
    ),
    Table(
        "wave",
        "a released wave",
        ("wave_id",),
        (
            WAVE,
            POSITION,
            INSTRUMENT,
            Column("comparability_class", "varchar", "Waves of one class may be compared."),
            NAME_NL,
            NAME_EN,
            Column("fieldwork_start", "varchar", "First day, ISO 8601."),
            Column("fieldwork_end", "varchar", "Last day, ISO 8601."),
            Column("has_hr", "boolean", "True when hr representatives took part."),
            count("respondent_count", "Employees who took part."),
            count("organisation_count", "Organisations whose employees took part."),
        ),
    ),
    Table(
        "organisation",
        "an organisation at a wave",
        ("wave_id", "organisation_id"),
        (
            WAVE,
            ORGANISATION,
            Column("name", "varchar", "Name at that wave."),
            Column("size_band_id", "varchar", "Size band at that wave; NULL: unknown headcount."),
            count("headcount", "Employees at that wave; NULL: unknown."),
        ),
    ),
    Table(
        "size_band",
        "a size band",
        ("size_band_id",),
        (
            Column("size_band_id", "varchar", "The band."),
            POSITION,
            count("headcount_min", "Smallest headcount."),
            count("headcount_max", "Largest headcount; NULL: open."),
            NAME_NL,
            NAME_EN,
        ),
    ),
    Table(
        "band_group",
        "a size band in one wave, side, item and purpose",
        ("wave_id", "side", "item_id", "purpose", "size_band_id"),
        (
            WAVE,
            SIDE,
            ITEM,
            Column(
                "purpose",
                "varchar",
                "`respondents` (score, gap) or `organisations` (benchmark, comparison).",
                values=("respondents", "organisations"),
            ),
            Column("size_band_id", "varchar", "The band asked for."),
            Column("group_id", "varchar", "The published group it belongs to."),
        ),
    ),
    Table(
        "pillar",
        "a pillar",
        ("pillar_id",),
        (Column("pillar_id", "varchar", "The pillar."), POSITION, NAME_NL, NAME_EN),
    ),
    Table(
        "aspect",
        "an aspect",
        ("aspect_id",),
        (
            Column("aspect_id", "varchar", "The aspect."),
            Column("pillar_id", "varchar", "The pillar it rests on."),
            Column("is_assumed", "boolean", "True where the mapping to the pillar is ours."),
            POSITION,
            NAME_NL,
            NAME_EN,
        ),
    ),
    Table(
        "scheme",
        "a scheme of the cao",
        ("scheme_id",),
        (
            Column("scheme_id", "varchar", "The scheme."),
            Column("is_optional", "boolean", "True where an employer may not offer it."),
            POSITION,
            NAME_NL,
            NAME_EN,
        ),
    ),
    Table(
        "facet",
        "a question asked about each scheme",
        ("facet_id",),
        (Column("facet_id", "varchar", "The facet."), POSITION, NAME_NL, NAME_EN),
    ),
    Table(
        "instrument",
        "a questionnaire of a released wave",
        ("instrument_id",),
        (
            INSTRUMENT,
            Column("version", "bigint", "Version of the questionnaire's file."),
            Column("comparability_class", "varchar", "The class of waves that it serves."),
            Column("title_nl", "varchar", "Title in Dutch."),
            Column("title_en", "varchar", "Title in English."),
            Column("respondent_column", "varchar", "Column that tells respondents apart."),
            Column(
                "organisation_column",
                "varchar",
                "Column with the organisation; NULL: one organisation, named by the instrument.",
            ),
            Column("side_column", "varchar", "Column with the side; NULL: see fixed_side."),
            Column("fixed_side", "varchar", "The side of everybody; NULL: a column.", values=SIDES),
        ),
    ),
    Table(
        "instrument_side",
        "a text in the side's column of an instrument's export",
        ("instrument_id", "text"),
        (INSTRUMENT, Column("text", "varchar", "The text in the export."), SIDE),
    ),
    Table(
        "instrument_scale",
        "a scale of an instrument",
        ("instrument_id", "scale_id"),
        (
            INSTRUMENT,
            SCALE,
            Column("unit", "varchar", "grade, likert, share or category.", values=UNITS),
            Column("scale_min", "double", "Lowest answer.", "unit of the scale"),
            Column("scale_max", "double", "Highest answer.", "unit of the scale"),
            Column("step", "double", "Distance between two answers.", "unit of the scale"),
        ),
    ),
    Table(
        "scale_code",
        "a text that an export may hold on a scale, or a category's id",
        ("instrument_id", "scale_id", "position"),
        (
            INSTRUMENT,
            SCALE,
            POSITION,
            Column(
                "meaning",
                "varchar",
                "answer (a label), missing (no answer), not_applicable (kept, never counted) or "
                "category (the id that figures are published under).",
                values=CODE_MEANINGS,
            ),
            Column("text", "varchar", "The text; empty: the empty cell."),
            Column("code", "bigint", "The number it stands for; NULL: none."),
        ),
    ),
    Table(
        "choice_group",
        "a question of which several options may be chosen",
        ("instrument_id", "choice_group_id"),
        (
            INSTRUMENT,
            Column("choice_group_id", "varchar", "The question."),
            Column("choices_max", "bigint", "How many options may be chosen.", "count"),
            NAME_NL,
            NAME_EN,
            Column("question_nl", "varchar", "The question in Dutch."),
            Column("question_en", "varchar", "The question in English."),
        ),
    ),
    Table(
        "instrument_item",
        "a question of an instrument, whether or not a figure is published of it",
        ("instrument_id", "item_id"),
        (
            INSTRUMENT,
            ITEM,
            POSITION,
            Column("column_name", "varchar", "The column of the export it stands in."),
            Column("kind", "varchar", f"{', '.join(KINDS[:-1])} or {KINDS[-1]}.", values=KINDS),
            Column("scale_id", "varchar", "Its scale; NULL: free text."),
            Column("is_reversed", "boolean", "True where a high answer is a low value."),
            Column("is_asked_employee", "boolean", "True when employees are asked it."),
            Column("is_asked_hr", "boolean", "True when hr representatives are asked it."),
            Column("choice_group_id", "varchar", "The question of which it is an option."),
            Column("aspect_id", "varchar", "The aspect, where it has one."),
            Column("scheme_id", "varchar", "The scheme, for the cao grid."),
            Column("facet_id", "varchar", "The facet, for the cao grid."),
            NAME_NL,
            NAME_EN,
            Column("question_nl", "varchar", "The question in Dutch."),
            Column("question_en", "varchar", "The question in English."),
        ),
    ),
    Table(
        "item",
        "a question with a published mean or share",
        ("item_id",),
        (
            ITEM,
            Column("kind", "varchar", "grade, likert, mention or yes_no.", values=KINDS[:4]),
            Column("aspect_id", "varchar", "The aspect, where it has one."),
            Column("pillar_id", "varchar", "The pillar, where it has one."),
            Column("scheme_id", "varchar", "The scheme, for the cao grid."),
            Column("facet_id", "varchar", "The facet, for the cao grid."),
            Column("unit", "varchar", "grade, likert or share.", values=UNITS[:3]),
            Column("scale_min", "double", "Lowest answer.", "unit of the item"),
            Column("scale_max", "double", "Highest answer.", "unit of the item"),
            POSITION,
            NAME_NL,
            NAME_EN,
            Column("question_nl", "varchar", "The question in Dutch."),
            Column("question_en", "varchar", "The question in English."),
        ),
    ),
    Table(
        "score",
        "a group's mean or share of an item",
        ("wave_id", "side", "group_kind", "group_id", "item_id"),
        (
            WAVE,
            SIDE,
            GROUP_KIND,
            GROUP,
            ITEM,
            count("respondent_count", "Answers to this item (hr: organisations); NULL if hidden."),
            count("organisation_count", "Organisations behind it; NULL if hidden."),
            value("value", "Mean, or share for a mention or yes/no item."),
            LOW,
            HIGH,
            STATUS,
        ),
    ),
    Table(
        "distribution",
        "an answer category (or class of answers) of a group",
        ("wave_id", "side", "group_kind", "group_id", "item_id", "answer"),
        (
            WAVE,
            SIDE,
            GROUP_KIND,
            GROUP,
            ITEM,
            Column("answer", "varchar", "Answer, or class such as `1-5`, in scale units."),
            POSITION,
            Column("share", "double", "Share of the answers.", "share 0-1"),
            STATUS,
        ),
    ),
    Table(
        "benchmark",
        "a group of organisations for an item",
        ("wave_id", "side", "item_id", "group_kind", "group_id"),
        (
            WAVE,
            SIDE,
            ITEM,
            GROUP_KIND,
            GROUP,
            count("organisation_count", "Organisations with an own result."),
            value("mean_of_organisations", "Mean of the organisations' means."),
            value("mean_ci_low", "Lower bound of its interval."),
            value("mean_ci_high", "Upper bound of its interval."),
            value("median", "Harrell-Davis median of constrained empirical-Bayes values."),
            value("lower_quartile", "First quartile of the same values."),
            value("upper_quartile", "Third quartile of the same values."),
            value("respondent_mean", "Design-based mean of respondents."),
            value("respondent_ci_low", "Lower bound of its interval."),
            value("respondent_ci_high", "Upper bound of its interval."),
            STATUS,
        ),
    ),
    Table(
        "comparison",
        "an organisation's item against a group without itself",
        ("wave_id", "side", "item_id", "organisation_id", "against"),
        (
            WAVE,
            SIDE,
            ITEM,
            ORGANISATION,
            Column(
                "against", "varchar", "`size_band` or `sector`.", values=("size_band", "sector")
            ),
            GROUP,
            value("difference", "Own minus the mean of the other organisations."),
            LOW,
            HIGH,
            Column("q_value", "double", "Benjamini-Hochberg adjusted p."),
            VERDICT,
            Column(
                "position",
                "varchar",
                "Place among peers in words; see POSITIONS.",
                values=POSITIONS,
            ),
            STATUS,
        ),
    ),
    Table(
        "gap",
        "employees minus hr for a group and an item",
        ("wave_id", "group_kind", "group_id", "item_id"),
        (
            WAVE,
            Column(
                "group_kind",
                "varchar",
                "`organisation` (own employees beside the band's hr), `size_band` or `sector`.",
                values=GROUP_KINDS,
            ),
            GROUP,
            ITEM,
            Column("hr_group_id", "varchar", "The group whose hr side it is."),
            value("employee_value", "Value of the employees."),
            value("hr_value", "Value of hr, the organisation as unit."),
            value("difference", "Employees minus hr."),
            LOW,
            HIGH,
            Column("q_value", "double", "Benjamini-Hochberg adjusted p."),
            VERDICT,
            mention_state("employee_mention_state"),
            mention_state("hr_mention_state"),
            Column(
                "one_sided",
                "varchar",
                "`employee` or `hr` when only that side names it.",
                values=SIDES,
            ),
            STATUS,
        ),
    ),
    Table(
        "sensitivity",
        "what a grade would be without the answers that look careless",
        ("wave_id", "side", "item_id"),
        (
            WAVE,
            SIDE,
            ITEM,
            count("answer_count", "Answers in the groups of the size bands."),
            count("flagged_count", "Those with a quality flag."),
            value("difference", "Mean of the other answers minus the mean of all."),
            Column("is_large", "boolean", "Whether it is more than `sensitivity_max`."),
            STATUS,
        ),
    ),
    Table(
        "size_gradient",
        "an item's slope over organisation size",
        ("wave_id", "side", "item_id"),
        (
            WAVE,
            SIDE,
            ITEM,
            value("slope_per_tenfold", "Change when headcount is ten times as large."),
            LOW,
            HIGH,
            Column("p_value", "double", "Two-sided p of the slope."),
            value("intercept", "Expected value at headcount 1."),
            count("unit_count", "Own results and rest groups in the regression."),
            VERDICT,
            STATUS,
        ),
    ),
    Table(
        "trend",
        "a group's change of an item between two consecutive waves",
        ("wave_from", "wave_to", "side", "group_kind", "group_id", "item_id"),
        (
            Column("wave_from", "varchar", "The earlier wave."),
            Column("wave_to", "varchar", "The later wave."),
            SIDE,
            GROUP_KIND,
            GROUP,
            ITEM,
            value("change", "Later minus earlier."),
            LOW,
            HIGH,
            value("matched_change", "Change among organisations in both waves."),
            VERDICT,
            STATUS,
        ),
    ),
    Table(
        "organisation_event",
        "what happened to an organisation, at the first wave at which it holds",
        ("wave_id", "organisation_id", "event", "related_id"),
        (
            WAVE,
            ORGANISATION,
            Column("event", "varchar", "merger, split, rename, exit or size_band."),
            Column(
                "related_id",
                "varchar",
                "The organisation it came from (merger, split), or the organisation itself.",
            ),
            Column("before", "varchar", "The name or size band before; NULL: neither changed."),
        ),
    ),
    Table(
        "predecessor",
        "an item of the organisations that merged into one, at a wave before the merger",
        ("wave_id", "side", "organisation_id", "item_id"),
        (
            WAVE,
            SIDE,
            Column("organisation_id", "varchar", "The organisation they became."),
            ITEM,
            Column("predecessor_ids", "varchar", "The organisations they were, joined by +."),
            value("value", "Headcount-weighted mean, if every one had an own result."),
            LOW,
            HIGH,
            STATUS,
        ),
    ),
    Table(
        "response",
        "a group's response at a wave (employees)",
        ("wave_id", "group_kind", "group_id"),
        (
            WAVE,
            GROUP_KIND,
            GROUP,
            count("invited", "Employees invited."),
            count("respondent_count", "Employees who took part."),
            count("organisation_count", "Organisations with at least one employee taking part."),
            count("own_result_count", "Organisations with an own grade."),
            Column("response_rate", "double", "Took part / invited.", "share 0-1"),
            STATUS,
        ),
    ),
    Table(
        "protected_total",
        "a group whose totals other figures are computed from",
        ("wave_id", "side", "item_id", "group_kind", "group_id"),
        (
            WAVE,
            SIDE,
            ITEM,
            GROUP_KIND,
            GROUP,
            Column(
                "size_band_id",
                "varchar",
                "The band (hr and categories: group of bands) it lies in; NULL: the sector.",
            ),
            count("organisation_count", "Organisations behind it."),
            count("headcount", "Employees of those organisations; NULL: not used."),
            count("answer_count", "Answers to this item (hr: organisations)."),
            value("total", "Sum of the answers."),
            Column(
                "total_squares",
                "double",
                "Sum of the squared values of hr organisations; NULL: not given (employees, "
                "shares).",
                "square of the unit of the item",
            ),
        ),
    ),
    Table(
        "parameter",
        "a constant of the sector that intervals rest on",
        ("wave_id", "side", "item_id", "name"),
        (
            WAVE,
            SIDE,
            ITEM,
            Column(
                "name",
                "varchar",
                "`pooled_variance` and `pooled_df` (S1b), `design_effect` (of breakdowns), "
                "`scale_min`, `scale_max`. A spread of too few organisations is not given.",
            ),
            Column("value", "double", "Its value.", "as its name says"),
        ),
    ),
    Table(
        "delivery",
        "a delivery of the ledger (its public part)",
        ("delivery_id",),
        (
            Column("delivery_id", "varchar", "SHA-256 of the file."),
            WAVE,
            Column("file_name", "varchar", "Name of the file."),
            Column("loaded_at", "varchar", "When, ISO 8601 UTC."),
            count("row_count", "Rows in the file."),
            count("refused_count", "Rows refused."),
            Column("state", "varchar", "landed, superseded or refused."),
        ),
        in_hash=False,
    ),
)

BY_NAME: Final = {table.name: table for table in TABLES}


def data_dictionary() -> str:
    """Return docs/data-dictionary.md: every released table and column."""
    lines = ["# Data dictionary of a release", ""]
    lines += ["Generated from `warehouse/tables.py`; a test compares.", ""]
    for table in TABLES:
        lines += [f"## {table.name}", ""]
        lines += [f"One row per {table.grain}. Key: {', '.join(table.key)}.", ""]
        lines += ["| column | type | unit | meaning |", "|---|---|---|---|"]
        lines += [f"| {c.name} | {c.type} | {c.unit} | {c.meaning} |" for c in table.columns]
        lines.append("")
    return "\n".join(lines)

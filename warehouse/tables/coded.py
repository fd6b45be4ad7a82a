"""Tables of a release about open answers as codes, and means of several questions together."""

from __future__ import annotations

from typing import Final

from warehouse.tables.columns import (
    GROUP,
    GROUP_KIND,
    ITEM,
    POSITION,
    SIDE,
    SIDES,
    STATUS,
    VERDICT,
    WAVE,
    Column,
    Table,
    count,
    mention_state,
)

CLASSES: Final = ("all", "high", "low")
LEVELS: Final = ("code", "sphere")
COMPOSITES: Final = (
    "scheme_awareness",
    "scheme_understanding",
    "autonomy_space",
    "autonomy_control",
    "autonomy_balance",
)
CLASS: Final = Column(
    "grade_class",
    "varchar",
    "Of whom: `all` who answered, or those with a high or a low grade.",
    values=CLASSES,
)
CODE: Final = Column(
    "code",
    "varchar",
    "The code (a category of the question's scale), or own_influence or commissioner.",
)
LEVEL: Final = Column(
    "level", "varchar", "A code, or the sum of the codes of a sphere.", values=LEVELS
)
COMPOSITE: Final = Column("composite_id", "varchar", "What is taken together.", values=COMPOSITES)
SHARE: Final = "share 0-1"


def share(name: str, meaning: str) -> Column:
    """Return a column with a share."""
    return Column(name, "double", meaning, SHARE)


def apart(name: str, meaning: str) -> Column:
    """Return a column with a difference of shares."""
    return Column(name, "double", meaning, "difference of shares, −1 to 1")


def measure(name: str, meaning: str) -> Column:
    """Return a column in the unit of what is taken together."""
    return Column(name, "double", meaning, "unit of the items")


TABLES: Final = (
    Table(
        "coded_answer",
        "a code of an open answer as one side of a group names it",
        ("wave_id", "side", "group_kind", "group_id", "item_id", "grade_class", "code"),
        (
            WAVE,
            SIDE,
            GROUP_KIND,
            GROUP,
            ITEM,
            CLASS,
            CODE,
            LEVEL,
            POSITION,
            count("respondent_count", "Answers to the question (hr: organisations)."),
            count("organisation_count", "Organisations that took part."),
            share("share", "Named it, of who answered; sector: bands by their headcount."),
            Column("effective_count", "double", "Answers its interval counts on.", "count"),
            share("ci_low", "Lower bound of the 95 % interval."),
            share("ci_high", "Upper bound of the 95 % interval."),
            mention_state("mention_state"),
            STATUS,
        ),
    ),
    Table(
        "coded_gap",
        "a code of an open answer: employees minus hr of a group",
        ("wave_id", "group_kind", "group_id", "item_id", "grade_class", "code"),
        (
            WAVE,
            GROUP_KIND,
            GROUP,
            ITEM,
            CLASS,
            CODE,
            LEVEL,
            share("employee_share", "Share of the employees."),
            share("hr_share", "Share of the hr organisations."),
            apart("difference", "Employees minus hr."),
            apart("ci_low", "Lower bound of the 95 % interval."),
            apart("ci_high", "Upper bound of the 95 % interval."),
            Column("q_value", "double", "Benjamini-Hochberg adjusted p, over the codes."),
            VERDICT,
            Column("one_sided", "varchar", "The side that alone names it.", values=SIDES),
            STATUS,
        ),
    ),
    Table(
        "composite",
        "the mean of several questions as one side of a group sees them",
        ("wave_id", "side", "group_kind", "group_id", "composite_id"),
        (
            WAVE,
            SIDE,
            GROUP_KIND,
            GROUP,
            COMPOSITE,
            count("item_count", "Questions that are taken together."),
            measure("value", "Mean of their published values; a balance: space minus control."),
            measure("ci_low", "Mean of their lower bounds: right, or too wide."),
            measure("ci_high", "Mean of their upper bounds: right, or too wide."),
            STATUS,
        ),
    ),
    Table(
        "composite_gap",
        "the mean of several questions: employees minus hr of a group",
        ("wave_id", "group_kind", "group_id", "composite_id"),
        (
            WAVE,
            GROUP_KIND,
            GROUP,
            COMPOSITE,
            count("item_count", "Questions that are taken together."),
            measure("employee_value", "Value of the employees."),
            measure("hr_value", "Value of hr, the organisation as unit."),
            measure("difference", "Employees minus hr."),
            measure("ci_low", "Mean of the lower bounds of the questions' gaps."),
            measure("ci_high", "Mean of the upper bounds of the questions' gaps."),
            Column("q_value", "double", "Benjamini-Hochberg adjusted p, over what is together."),
            VERDICT,
            STATUS,
        ),
    ),
)

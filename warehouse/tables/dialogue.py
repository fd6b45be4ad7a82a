"""Tables of a release about the dialogue, and people's own words."""

from __future__ import annotations

from typing import Final

from warehouse.tables.columns import (
    POSITION,
    SIDES,
    STANCES,
    STATUS,
    STATUSES,
    VERDICT,
    WAVE,
    Column,
    Table,
    count,
)

RATERS: Final = (*SIDES, "total")
AUTHORS: Final = (*SIDES, "both")
TEXT_SOURCES: Final = ("dialogue", "comment", "explanation")
TEXT_KINDS: Final = ("enabler", "barrier", "intervention")
SPHERES: Final = ("own", "commissioner")
DIFFERENCE: Final = "difference of shares, −1 to 1"
QUESTION: Final = Column("question_id", "varchar", "Dialogue and question, or the question's item.")
ASPECT: Final = Column("aspect_id", "varchar", "The aspect it is coded to; NULL: none.")
TEXT: Final = Column(
    "text", "varchar", "The released text, redacted and moderated; NULL: none was released."
)
RATER_SIDE: Final = Column(
    "rater_side", "varchar", "Whose ratings: `employee`, `hr`, or `total`.", values=RATERS
)


def rating(name: str, meaning: str) -> Column:
    """Return a column in rating points."""
    return Column(name, "double", meaning, "rating point (−3 to +3)")


def status(name: str, meaning: str) -> Column:
    """Return a column that says why other columns are NULL."""
    return Column(name, "varchar", meaning, values=STATUSES)


TABLES: Final = (
    Table(
        "dialogue_question",
        "a question of a dialogue",
        ("wave_id", "question_id"),
        (
            WAVE,
            QUESTION,
            Column("title_nl", "varchar", "Title of the dialogue in Dutch."),
            Column("title_en", "varchar", "Title of the dialogue in English."),
            Column("question_nl", "varchar", "The question in Dutch."),
            Column("question_en", "varchar", "The question in English."),
            count("employee_count", "Employees who wrote, saw or rated."),
            count("hr_count", "Hr representatives who wrote, saw or rated."),
            count("answer_count", "Different answers given in round 1."),
            count("listed_count", "Answers with a score that may be shown."),
            count("text_count", "Listed answers of which the text was released."),
            Column("shown_per_rater", "double", "Answers shown to a rater, on average.", "count"),
            Column("exposure_statistic", "double", "Chi-square that all were shown equally often."),
            Column("exposure_df", "double", "Its degrees of freedom."),
            Column("exposure_p", "double", "Its p."),
            Column("exposure_ratio", "double", "Least shown over most shown.", "share 0-1"),
            STATUS,
        ),
    ),
    Table(
        "dialogue_answer",
        "an answer of a dialogue as one group of raters saw it",
        ("wave_id", "question_id", "answer_id", "rater_side"),
        (
            WAVE,
            QUESTION,
            Column("answer_id", "varchar", "Number of the answer in this release."),
            POSITION,
            RATER_SIDE,
            Column("author_side", "varchar", "Who wrote it; `both`: merged.", values=AUTHORS),
            ASPECT,
            TEXT,
            count("rating_count", "Ratings, own answers left out; NULL if hidden."),
            rating("mean_rating", "Mean of the ratings."),
            rating("support", "Support: the mean drawn towards that of all answers."),
            rating("support_low", "Its lower bound (90 %, one side); NULL: no order."),
            Column("consensus", "double", "Van der Eijk's A: −1 two camps, 1 all alike."),
            Column("polarisation", "double", "Variance of the ratings over 9.", "share 0-1"),
            status("spread_status", "Why consensus and polarisation are NULL."),
            Column("is_divided", "boolean", "True where raters fall into two camps."),
            count("wrote_count", "Of the ratings, those of people who wrote in round 1."),
            rating("shift", "Mean of who is new minus mean of who wrote in round 1."),
            rating("shift_low", "Lower bound of its 95 % interval."),
            rating("shift_high", "Upper bound of its 95 % interval."),
            status("shift_status", "Why the shift is NULL."),
            STATUS,
        ),
    ),
    Table(
        "dialogue_parameter",
        "the constants that support rests on, of a question and a group of raters",
        ("wave_id", "question_id", "rater_side"),
        (
            WAVE,
            QUESTION,
            RATER_SIDE,
            count("answer_count", "Answers they are computed from: those shown for these raters."),
            Column("within_variance", "double", "Variance of ratings within answers.", "points²"),
            Column("between_variance", "double", "Variance between answers.", "points²"),
            rating("mean", "Mean over answers."),
        ),
    ),
    Table(
        "dialogue_mention",
        "an aspect as both rounds of a dialogue name it",
        ("wave_id", "question_id", "aspect_id"),
        (
            WAVE,
            QUESTION,
            ASPECT,
            count("first_count", "People whose answer in round 1 is coded to an aspect."),
            count("second_count", "The same in round 2."),
            Column("first_share", "double", "Of those, who named it in round 1.", "share 0-1"),
            Column("second_share", "double", "Of those, who named it in round 2.", "share 0-1"),
            Column("shift", "double", "Round 2 minus round 1.", DIFFERENCE),
            Column("ci_low", "double", "Lower bound of the 95 % interval.", DIFFERENCE),
            Column("ci_high", "double", "Upper bound of the 95 % interval.", DIFFERENCE),
            Column("q_value", "double", "Benjamini-Hochberg adjusted p, over aspects."),
            VERDICT,
            STATUS,
        ),
    ),
    Table(
        "quote",
        "a released text that is no listed answer",
        ("wave_id", "quote_id"),
        (
            WAVE,
            Column("quote_id", "varchar", "Hash of the text; the order of texts is its order."),
            Column(
                "source",
                "varchar",
                "dialogue (another wording), comment (on an answer) or explanation (of a grade).",
                values=TEXT_SOURCES,
            ),
            QUESTION,
            Column("author_side", "varchar", "Who wrote it.", values=SIDES),
            ASPECT,
            Column("pillar_id", "varchar", "The pillar of the aspect."),
            Column("kind", "varchar", "What it is about; NULL: not known.", values=TEXT_KINDS),
            Column("sphere", "varchar", "Own influence, or commissioner.", values=SPHERES),
            Column("stance", "varchar", "Space or control; NULL: neither.", values=STANCES),
            TEXT,
        ),
    ),
)

"""From the text in a cell to an integer number of steps: once as SQL, once for a single cell.

`answer_sql` codes all rows at full speed; `decode` says the same of one cell and raises with a
reason. A property test keeps the two equal (tests/etl/test_rules_equal_model.py).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from etl.mangled import mangled_texts, may_be_mangled, undated, undated_sql
from etl.reasons import CellError, not_a_code_reason, off_scale_reason
from warehouse.instrument import Scale
from warehouse.ledger import quoted

# What a facts column can never hold, so that one SMALLINT column carries code and complaint.
NOT_A_CODE = -32768
OFF_SCALE = -32767
BLANKS = " \t\r\n\xa0\ufeff"
NUMBER = r"[+-]?[0-9]{1,9}([.,][0-9]{1,9})?"
STEP_TOLERANCE = 1e-6
SPELLED_AT_MOST = 24


def normalised(text: str) -> str:
    """Return a text without blanks around it, in lower case."""
    return text.strip(BLANKS).lower()


def trimmed_sql(cell: str) -> str:
    """Return the SQL of a cell without blanks around it; an absent cell is an empty text.

    A cell that starts and ends with a plain visible character is left alone: that test costs a
    quarter of the trimming.
    """
    visible = "BETWEEN 33 AND 126"
    plain = f"unicode({cell}) {visible} AND unicode(right({cell}, 1)) {visible}"
    return f"CASE WHEN {plain} THEN {cell} ELSE trim(coalesce({cell}, ''), {quoted(BLANKS)}) END"


def texts_of(scale: Scale, *, reverse: bool) -> dict[str, int | None]:
    """Return the code of every text the scale names; None is a missing answer."""
    codes = spelled_numbers(scale, reverse=reverse)
    codes |= {
        normalised(label): flipped(round(value / scale.step), scale, reverse=reverse)
        for label, value in scale.labels.items()
    }
    codes |= {normalised(label): code for label, code in scale.not_applicable.items()}
    return codes | {normalised(label): None for label in scale.missing}


def all_texts_of(scale: Scale, *, reverse: bool) -> dict[str, int | None]:
    """Return the code of every text the scale names, and of what a spreadsheet made of its labels.

    Missing: None for a text the scale calls missing.
    """
    texts = texts_of(scale, reverse=reverse)
    answered = {text: code for text, code in texts.items() if code is not None}
    return mangled_texts(scale, answered) | texts


def spelled_numbers(scale: Scale, *, reverse: bool) -> dict[str, int | None]:
    """Return the plain spellings of a short scale's numbers, with point and with comma.

    Nearly every cell is one of these: comparing whole texts is ten times as fast as parsing.
    """
    answers = range(scale.lowest, scale.highest + 1)
    if len(answers) > SPELLED_AT_MOST:
        return {}
    points = {f"{steps * scale.step:g}": steps for steps in answers}
    both = points | {text.replace(".", ","): steps for text, steps in points.items()}
    return {text: flipped(steps, scale, reverse=reverse) for text, steps in both.items()}


def numbers_of(texts: Iterable[str]) -> list[float]:
    """Return the texts that are numbers, as numbers: `99` also stands for `99.0`."""
    found = (normalised(text) for text in texts)
    return sorted({float(text.replace(",", ".")) for text in found if re.fullmatch(NUMBER, text)})


def flipped(steps: int, scale: Scale, *, reverse: bool) -> int:
    """Return the answer with a reverse-coded item turned round."""
    return scale.lowest + scale.highest - steps if reverse else steps


def decode(text: str, scale: Scale, *, reverse: bool = False) -> int | None:
    """Return the answer in steps of the scale.

    Missing: None for a text the scale calls missing.
    Errors: CellError with the rule and a reason that does not quote the cell.
    """
    texts = all_texts_of(scale, reverse=reverse)
    plain = normalised(text)
    if may_be_mangled(scale):
        plain = undated(plain)
    if plain in texts:
        return texts[plain]
    if not re.fullmatch(NUMBER, plain):
        raise CellError("not_a_number_or_label", not_a_code_reason(scale))
    value = float(plain.replace(",", "."))
    if value in numbers_of(scale.missing):
        return None
    if value in scale.not_applicable.values():
        return int(value)
    if not is_on_scale(value, scale):
        raise CellError("off_scale", off_scale_reason(scale))
    return flipped(round(value / scale.step), scale, reverse=reverse)


def is_on_scale(value: float, scale: Scale) -> bool:
    """Return whether a number is a whole step between the ends of the scale."""
    steps = value / scale.step
    whole = abs(steps - round(steps)) < STEP_TOLERANCE
    return whole and scale.lowest <= round(steps) <= scale.highest


def answer_sql(cell: str, scale: Scale, *, reverse: bool) -> str:
    """Return the SQL of the answer in a raw cell: most are spelled as the scale spells them.

    Every branch is SMALLINT: one of another type would have all the cells cast.
    Missing: NULL. Errors: NOT_A_CODE and OFF_SCALE stand in for an answer there is no code for.
    """
    codes = texts_of(scale, reverse=reverse)
    empty = f" WHEN {cell} IS NULL THEN {literal(codes[''])}" if "" in codes else ""
    unfamiliar = unfamiliar_sql(cell, scale, reverse=reverse)
    return f"CASE{named_sql(cell, codes)}{empty} ELSE {unfamiliar} END"


def named_sql(text: str, codes: Mapping[str, int | None]) -> str:
    """Return the branches of a CASE that give every text its code."""
    found = (f" WHEN {text} = {quoted(name)} THEN {literal(code)}" for name, code in codes.items())
    return "".join(found)


def literal(code: int | None) -> str:
    """Return a code as an SQL literal."""
    return f"{'NULL' if code is None else f'({code})'}::SMALLINT"


def unfamiliar_sql(cell: str, scale: Scale, *, reverse: bool) -> str:
    """Return the SQL of the answer in a cell that is spelled otherwise.

    The lambdas name the normalised text and its number, so that each is worked out once; a layer of
    the query for each would be worked out for every cell of the export.
    """
    plain = f"lower({trimmed_sql(cell)})"
    text = undated_sql(plain) if may_be_mangled(scale) else plain
    named = named_sql("txt", all_texts_of(scale, reverse=reverse))
    number = f"replace(txt, ',', '.')::DOUBLE / {scale.step}"
    answer = number_sql("num", scale, reverse=reverse)
    return f"""list_transform([{text}], lambda txt: CASE{named}
        WHEN regexp_full_match(txt, {quoted(NUMBER)})
        THEN list_transform([{number}], lambda num: ({answer})::SMALLINT)[1]
        ELSE {literal(NOT_A_CODE)} END)[1]"""


def number_sql(steps: str, scale: Scale, *, reverse: bool) -> str:
    """Return the SQL of the answer a number of steps stands for."""
    whole = f"round({steps})"
    answer = f"{scale.lowest + scale.highest} - {whole}" if reverse else whole
    absent = ", ".join(str(number / scale.step) for number in numbers_of(scale.missing))
    codes = ", ".join(str(code / scale.step) for code in scale.not_applicable.values())
    return f"""CASE WHEN {steps} IN ({absent or "NULL"}) THEN NULL
        WHEN {steps} IN ({codes or "NULL"}) THEN {steps} * {scale.step}
        WHEN abs({steps} - {whole}) < {STEP_TOLERANCE}
            AND {whole} BETWEEN {scale.lowest} AND {scale.highest} THEN {answer}
        ELSE {OFF_SCALE} END"""

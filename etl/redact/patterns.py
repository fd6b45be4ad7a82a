"""What a pattern recognises: addresses, numbers with a check digit, dates."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from etl.redact.spans import Kind, Span

AT = r"\s?(?:@|\(at\)|\[at\]|\bapenstaartje\b)\s?"
DOT = r"(?:\.|\s?(?:\(dot\)|\[dot\]|\(punt\)|\[punt\])\s?|\spunt\s)"
TOP = r"(?:nl|com|org|net|eu|be|de|info|nu|frl|amsterdam|gov|edu|io|nieuws)"
MONTH = (
    r"(?:jan(?:uari)?|feb(?:ruari)?|maart|mrt|apr(?:il)?|mei|juni?|juli?|aug(?:ustus)?|"
    r"sep(?:t(?:ember)?)?|okt(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"
)
# Two letters after four digits that are words, not the end of a postcode.
WORDS: Final = frozenset((
    "al", "de", "en", "er", "in", "is", "ik", "je", "ja", "km", "na", "nu", "of", "om",
    "op", "te", "uw", "we", "ze", "zo", "me", "ga", "ma", "pa", "eu", "mm", "cm", "kg",
))  # fmt: skip
NOT_A_POSTCODE: Final = frozenset(("SA", "SD", "SS"))
STREET = (
    r"(?:straat|laan|weg|plein|kade|gracht|singel|dijk|steeg|hof|pad|plantsoen|park|dreef|ring|wal|"
    r"markt|haven|kamp|veld|erf|oord|burg|str\.)"
)
PATTERNS: Final[tuple[tuple[Kind, re.Pattern[str]], ...]] = (
    ("email", re.compile(rf"[\w.+'-]+{AT}[\w-]+(?:{DOT}[\w-]+)+", re.IGNORECASE)),
    ("url", re.compile(r"(?:https?://|www\.)[^\s<>\"')\]]+", re.IGNORECASE)),
    ("url", re.compile(rf"\b[a-z0-9][\w-]*(?:\.[\w-]+)*\.{TOP}\b(?:/[^\s)]*)?", re.IGNORECASE)),
    ("phone", re.compile(r"(?<![\w+])(?:\+|00)31(?:[\s./()-]{0,3}\d){9,10}(?!\d)")),
    ("phone", re.compile(r"(?<![\w+])\(?0(?:[\s./()-]{0,3}\d){9}(?!\d)")),
    ("phone", re.compile(r"(?<![\w+])0[89]00(?:[\s.-]?\d){4,7}(?!\d)")),
    ("phone", re.compile(r"(?<!\w)\+[1-9](?:[\s./()-]{0,3}\d){7,14}(?!\d)")),
    (
        "kvk",
        re.compile(
            r"\bk\.?\s?v\.?\s?k\.?[\s-]?(?:nummer|nr\.?|no\.?|inschrijving)?[\s:#]{0,3}(?:is\s)?"
            r"\d(?:[\s.]?\d){7}(?:(?:[\s.]?\d){4})?(?!\d)",
            re.IGNORECASE,
        ),
    ),
    ("address", re.compile(rf"\b[A-Z][\w'-]*{STREET}\s+\d+(?:\s?[a-zA-Z]\b)?(?:-\d+)?")),
    ("address", re.compile(rf"\b[a-z'-]{{3,}}{STREET}\s+\d+(?:\s?[a-zA-Z]\b)?")),
    ("date", re.compile(r"(?<!\d)\d{1,2}\s?[-/.]\s?\d{1,2}\s?[-/.]\s?(?:\d{4}|\d{2})(?!\d)")),
    ("date", re.compile(r"(?<!\d)(?:19|20)\d{2}[-/.]\d{1,2}[-/.]\d{1,2}(?!\d)")),
    (
        "date",
        re.compile(
            rf"(?<!\d)\d{{1,2}}(?:e|ste|de)?\s+{MONTH}(?!\w)(?:\s+'?\d{{2,4}})?", re.IGNORECASE
        ),
    ),
    ("date", re.compile(rf"\b{MONTH}\s+(?:'\d{{2}}|(?:19|20)\d{{2}})(?!\d)", re.IGNORECASE)),
    ("number", re.compile(r"(?<!\d)\d(?:[\s.-]?\d){5,}(?!\d)")),
)
IBAN: Final = re.compile(r"\b[a-z]{2}\d{2}(?:[\s.-]?[a-z0-9]){11,30}\b", re.IGNORECASE)
# Of a Dutch account number half is enough: the letters are the bank's, the figures the person's.
IBAN_PART: Final = re.compile(
    r"\bnl[\s.-]?\d{2}[\s.-]?[a-z]{4}(?:[\s.-]?\d){2,10}(?!\d)", re.IGNORECASE
)
BSN: Final = re.compile(r"(?<!\d)\d(?:[\s.-]?\d){7,8}(?!\d)")
POSTCODE: Final = re.compile(r"(?<!\d)[1-9]\d{3}(\s?)([a-z]{2})(?!\w)", re.IGNORECASE)


def iban_holds(text: str) -> bool:
    """Return whether an account number has the right check digits (ISO 13616, mod 97).

    Source: ISO 7064, MOD 97-10.
    """
    bare = re.sub(r"[\s.-]", "", text).upper()
    if not re.fullmatch(r"[A-Z]{2}\d{2}[A-Z0-9]{11,30}", bare):
        return False
    digits = "".join(str(int(sign, 36)) for sign in bare[4:] + bare[:4])
    return int(digits) % 97 == 1


def bsn_holds(text: str) -> bool:
    """Return whether eight or nine figures pass the eleven-test of a citizen service number."""
    digits = [int(sign) for sign in re.sub(r"\D", "", text).zfill(9)]
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(weight * digit for weight, digit in zip(weights, digits, strict=True))
    return any(digits) and total % 11 == 0


def iban_spans(text: str) -> Iterator[Span]:
    """Yield account numbers; of what follows one, as much is left as the check digits allow."""
    for match in IBAN.finditer(text):
        ends = range(match.end(), match.start() + 14, -1)
        end = next((e for e in ends if iban_holds(text[match.start() : e])), None)
        if end is not None:
            yield Span(match.start(), end, "iban")
    for match in IBAN_PART.finditer(text):
        yield Span(match.start(), match.end(), "iban")


def postcode_spans(text: str) -> Iterator[Span]:
    """Yield postcodes: two letters, apart and in lower case only where they are no word."""
    for match in POSTCODE.finditer(text):
        gap, letters = match.groups()
        is_word = bool(gap) and letters.lower() in WORDS and not letters.isupper()
        if not is_word and letters.upper() not in NOT_A_POSTCODE:
            yield Span(match.start(), match.end(), "postcode")


def pattern_spans(text: str) -> Iterator[Span]:
    """Yield everything in a text that a pattern recognises. Spans may overlap."""
    yield from iban_spans(text)
    yield from postcode_spans(text)
    for match in BSN.finditer(text):
        if bsn_holds(match[0]):
            yield Span(match.start(), match.end(), "bsn")
    for kind, pattern in PATTERNS:
        for match in pattern.finditer(text):
            yield Span(match.start(), match.end(), kind)

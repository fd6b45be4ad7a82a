"""Passwords: argon2id, long enough, not a known one; an unknown account takes as long as a known.

**Source** NIST SP 800-63B 5.1.1: length and a list of known passwords, no rules of composition.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from accounts.errors import AccountError

LONGEST = 128
SPACES = re.compile(r"\s{2,}")
# The words of this product are the first that somebody would try.
OBVIOUS = ("regiespiegel", "eigenregie", "wachtwoord", "welkom")


@cache
def hasher() -> PasswordHasher:
    """Return the hasher: argon2id with the parameters of RFC 9106 for memory-bound servers."""
    return PasswordHasher()


@cache
def nobody() -> str:
    """Return the hash that a sign-in without account is compared with, to take as long."""
    return hasher().hash("nobody has this password")


@cache
def known_passwords() -> frozenset[str]:
    """Return some tens of thousands of passwords that attackers try first."""
    from zxcvbn.frequency_lists import FREQUENCY_LISTS

    return frozenset(FREQUENCY_LISTS["passwords"])


def normal(password: str) -> str:
    """Return a password as it is compared, whatever way its accents were typed."""
    return unicodedata.normalize("NFKC", password)


def check_password(password: str, shortest: int, about: tuple[str, ...] = ()) -> None:
    """Raise AccountError for a password that is too short, too long or easily guessed.

    `about` are words of the account itself: its address and name.
    """
    password = normal(password)
    # Several spaces count as one, and none is changed in what is kept.
    if len(SPACES.sub(" ", password)) < shortest or len(password) > LONGEST:
        raise AccountError(f"A password has {shortest} to {LONGEST} characters.")
    folded = password.casefold()
    core = folded.strip("0123456789!?.#@*-_ ")
    words = {word.casefold() for word in (*about, *OBVIOUS) if word}
    is_poor = folded.isdigit() or len(set(folded)) < 5
    if is_poor or {folded, core} & (known_passwords() | words):
        raise AccountError("This password is easily guessed. Choose another, for example a phrase.")


def hash_password(password: str) -> str:
    """Return what is kept of a password."""
    return hasher().hash(normal(password))


def is_password(kept: str | None, password: str) -> bool:
    """Return whether a password fits a hash. Without a hash it takes as long, and does not."""
    try:
        fits = hasher().verify(kept or nobody(), normal(password)[: LONGEST + 1])
    except (VerificationError, InvalidHashError):
        return False
    return fits and kept is not None

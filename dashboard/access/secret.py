"""The key that signs the session cookie."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from warehouse.errors import ConfigurationError

SHORTEST = 32
# A key made by chance has many different characters and none of these words.
DIFFERENT = 12
TYPED = ("secret", "changeme", "regiespiegel", "password", "wachtwoord", "example", "0123456789")
MAKE = 'python -c "import secrets; print(secrets.token_urlsafe(48))"'


def demo_secret(path: Path) -> str:
    """Return the key kept at `path`, made at first use, readable by its owner only.

    Several workers may start at once: each writes its own file and one of them gets the name.
    """
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = path.with_name(f".secret-{os.getpid()}-{secrets.token_hex(4)}")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write(secrets.token_urlsafe(48))
        try:
            path.hardlink_to(draft)
        except FileExistsError:
            pass
        finally:
            draft.unlink()
    return path.read_text(encoding="utf-8").strip()


def given_secret(environment: Mapping[str, str]) -> str:
    """Return the key that the environment gives, itself or as a file; empty when it gives none."""
    file = environment.get("REGIESPIEGEL_SECRET_FILE", "")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    return environment.get("REGIESPIEGEL_SECRET", "").strip()


def find_secret(environment: Mapping[str, str], demo_file: Path, is_demo: bool) -> str:
    """Return the key that signs sessions; a demonstration keeps one of its own at `demo_file`.

    Errors: ConfigurationError that says how to mend it: without a key, and in production with one
    that is short, guessable or the demonstration's.
    """
    given = given_secret(environment)
    if given:
        check_strength(given)
        if not is_demo and demo_file.exists() and given == demo_secret(demo_file):
            raise ConfigurationError(
                "REGIESPIEGEL_SECRET is the key of a demonstration. Make another: " + MAKE
            )
        return given
    if not is_demo:
        raise ConfigurationError(
            "The dashboard needs a key to sign sessions: set REGIESPIEGEL_SECRET or "
            "REGIESPIEGEL_SECRET_FILE. All processes that serve one address need the same key."
        )
    return demo_secret(demo_file)


def check_strength(given: str) -> None:
    """Raise ConfigurationError for a key that is short, or that somebody typed."""
    if len(given) < SHORTEST:
        raise ConfigurationError(
            f"REGIESPIEGEL_SECRET has {len(given)} characters; give at least {SHORTEST}, such as: "
            + MAKE
        )
    if len(set(given)) < DIFFERENT or any(word in given.lower() for word in TYPED):
        raise ConfigurationError(
            "REGIESPIEGEL_SECRET is easily guessed. Make one by chance: " + MAKE
        )

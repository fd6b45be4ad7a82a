"""The key that signs the session cookie."""

from __future__ import annotations

import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from warehouse.errors import ConfigurationError

SHORTEST = 32


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


def find_secret(environment: Mapping[str, str], demo_file: Path | None) -> str:
    """Return the key that signs sessions; a demonstration may keep one of its own.

    Errors: ConfigurationError that says how to mend it.
    """
    given = given_secret(environment)
    if given:
        if len(given) < SHORTEST:
            raise ConfigurationError(
                f"REGIESPIEGEL_SECRET has {len(given)} characters; give at least {SHORTEST}, "
                'such as: python -c "import secrets; print(secrets.token_urlsafe(48))"'
            )
        return given
    if demo_file is None:
        raise ConfigurationError(
            "The dashboard needs a key to sign sessions: set REGIESPIEGEL_SECRET or "
            "REGIESPIEGEL_SECRET_FILE. All processes that serve one address need the same key."
        )
    return demo_secret(demo_file)

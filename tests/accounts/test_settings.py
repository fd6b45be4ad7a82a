"""`access.toml`: delivered as documented, and wrong providers refused."""

from __future__ import annotations

from pathlib import Path

import pytest

from accounts.settings import AccessSettings, Provider, load_access_settings
from warehouse.errors import ConfigurationError

CONFIG = Path(__file__).resolve().parents[2] / "config"
PROVIDER = """[[provider]]
provider_id = "entra"
name = "Microsoft"
issuer = "https://login.example/tenant"
client_id = "abc"
"""


def loaded(room: Path, content: str) -> AccessSettings:
    """Return a file's settings."""
    (room / "access.toml").write_text(content)
    return load_access_settings(room)


def test_the_delivered_file_is_the_defaults(tmp_path: Path) -> None:
    assert load_access_settings(CONFIG) == AccessSettings() == load_access_settings(tmp_path)


@pytest.mark.parametrize(
    "content",
    [
        "unknown = 1",
        "password_length_min = 8",
        "trail_days = 1",
        "session_hours = 13",
        "session_idle_minutes = 31",
        "token_days_max = 4000",
        'api_limit = "many"',
        'export_limit = "0/minute"',
        'sign_in_limit = ""',
        PROVIDER + 'role_claim = "roles"',
        PROVIDER + 'organisation_claim = "org"',
        PROVIDER + 'algorithms = ["HS256"]',
        PROVIDER + 'algorithms = ["none"]',
        PROVIDER.replace("https://", "http://"),
        PROVIDER + PROVIDER,
        PROVIDER + 'role_claim = "r"\nrole_values = {boss = "root"}',
    ],
)
def test_what_may_not_be_set_is_refused(tmp_path: Path, content: str) -> None:
    with pytest.raises(ConfigurationError, match=r"access\.toml"):
        loaded(tmp_path, content)


def test_a_secret_comes_from_the_environment_or_a_file(tmp_path: Path) -> None:
    line = 'secret_variable = "REGIESPIEGEL_ENTRA"\n'
    provider: Provider = loaded(tmp_path, PROVIDER + line).provider[0]
    file = tmp_path / "secret"
    file.write_text("from a file\n")
    assert provider.secret({"REGIESPIEGEL_ENTRA": "plain"}) == "plain"
    assert provider.secret({"REGIESPIEGEL_ENTRA_FILE": str(file)}) == "from a file"
    with pytest.raises(ConfigurationError, match="REGIESPIEGEL_ENTRA"):
        provider.secret({})

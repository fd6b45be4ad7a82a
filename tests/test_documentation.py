"""What is not documented fails: settings, commands, options, variables, tables, and dead links."""

from __future__ import annotations

import importlib
import re
import tomllib
import typing
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel

from accounts import dictionary
from accounts import settings as access_settings
from dashboard import methods
from etl import coding, refresh_settings
from etl.redact import settings as redaction
from warehouse import dialogue, instrument, quality, register, settings, status_tables, tables

ROOT = Path(__file__).resolve().parents[1]
OPERATIONS = ROOT / "docs" / "operations.md"
SECURITY = ROOT / "docs" / "security.md"
COMPOSE = ROOT / "docker-compose.yml"
CONFIGURATION: dict[str, type[BaseModel]] = {
    "settings.toml": settings.General,
    "disclosure.toml": settings.DisclosurePolicy,
    "method.toml": settings.Method,
    "quality.toml": quality.QualityPolicy,
    "size_bands.toml": settings.SizeBands,
    "waves.toml": settings.Waves,
    "aspects.toml": settings.Aspects,
    "schemes.toml": settings.Schemes,
    "interventions.toml": settings.Interventions,
    "instruments/*.toml": instrument.Instrument,
    "dialogues/*.toml": dialogue.Dialogue,
    "refresh.toml": refresh_settings.RefreshSettings,
    "access.toml": access_settings.AccessSettings,
    "redaction.toml": redaction.RedactionSettings,
    "coding.toml": coding.CodingSettings,
}
REGISTER: dict[str, type[BaseModel]] = {
    "organisations.csv": register.Organisation,
    "headcounts.csv": register.Headcount,
    "events.csv": register.Event,
    "schemes.csv": register.SchemeOffer,
    "reviews.csv": register.Review,
    "names.csv": register.KnownName,
}
Command = tuple[str, Any]


def text(path: Path) -> str:
    """Return a document."""
    return path.read_text(encoding="utf-8")


def models_in(annotation: object) -> Iterator[type[BaseModel]]:
    """Yield the models a field's type is made of."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in typing.get_args(annotation):
        yield from models_in(part)


def keys_of(model: type[BaseModel]) -> set[str]:
    """Return every key of a model, nested ones included."""
    keys = set(model.model_fields)
    for field in model.model_fields.values():
        for nested in models_in(field.annotation):
            keys |= keys_of(nested)
    return keys


def section(document: str, heading: str) -> str:
    """Return what stands under a third-level heading."""
    found = re.search(
        rf"^### {re.escape(heading)}\n(.*?)(?=^##|\Z)", document, flags=re.MULTILINE | re.DOTALL
    )
    assert found, f"docs/operations.md has no section '### {heading}'"
    return found[1]


def first_cells(part: str) -> set[str]:
    """Return every name in code style in the first column of a part's tables."""
    rows = re.findall(r"^\| (`.*?) \|", part, flags=re.MULTILINE)
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row)}


def defaults(part: str) -> dict[str, str]:
    """Return key and last cell of each row of a part's table."""
    rows = re.findall(r"^\| `([^`]+)` \|.*\| ([^|]*?) ?\|$", part, flags=re.MULTILINE)
    return {key: cell.strip() for key, cell in rows}


def scalars(content: Mapping[str, Any]) -> Iterator[tuple[str, object]]:
    """Yield the plain values of a TOML file, tables looked into, lists left out."""
    for key, value in content.items():
        if isinstance(value, Mapping):
            yield from scalars(value)
        elif not isinstance(value, list):
            yield key, value


@pytest.mark.parametrize("name", CONFIGURATION)
def test_every_setting_is_documented_and_every_documented_setting_exists(name: str) -> None:
    assert first_cells(section(text(OPERATIONS), name)) == keys_of(CONFIGURATION[name])


def test_every_configuration_file_is_documented() -> None:
    files = {path.name for path in (ROOT / "config").glob("*.toml")}
    assert files == {name for name in CONFIGURATION if "/" not in name}


@pytest.mark.parametrize(
    "name",
    [
        "settings.toml",
        "disclosure.toml",
        "method.toml",
        "quality.toml",
        "refresh.toml",
        "access.toml",
    ],
)
def test_documented_defaults_are_the_delivered_ones(name: str) -> None:
    written = defaults(section(text(OPERATIONS), name))
    content = tomllib.loads(text(ROOT / "config" / name))
    assert {key: written[key] for key, _ in scalars(content)} == {
        key: str(value) for key, value in scalars(content)
    }


@pytest.mark.parametrize("name", REGISTER)
def test_every_column_of_the_register_is_documented(name: str) -> None:
    table = re.search(rf"^\| `{name}` \|.*?\n\n", text(OPERATIONS), re.MULTILINE | re.DOTALL)
    assert table, f"docs/operations.md has no table of {name}"
    assert first_cells(table[0]) - {name} == set(REGISTER[name].model_fields)


def test_the_data_dictionary_is_the_contract() -> None:
    made = "python -c \"from warehouse.tables import data_dictionary as d; print(d(), end='')\""
    written = text(ROOT / "docs" / "data-dictionary.md")
    assert written == tables.data_dictionary(), f"write it anew: {made} > docs/data-dictionary.md"


def test_the_dictionary_of_the_operation_is_the_contract() -> None:
    made = (
        'python -c "from warehouse.status_tables import operations_dictionary as d; '
        "print(d(), end='')\""
    )
    written = text(ROOT / "docs" / "operations-dictionary.md")
    expected = status_tables.operations_dictionary()
    assert written == expected, f"write it anew: {made} > docs/operations-dictionary.md"


def test_the_dictionary_of_the_accounts_is_the_schema() -> None:
    made = (
        "python -c \"from accounts.dictionary import accounts_dictionary as d; print(d(), end='')\""
    )
    written = text(ROOT / "docs" / "accounts-dictionary.md")
    expected = dictionary.accounts_dictionary()
    assert written == expected, f"write it anew: {made} > docs/accounts-dictionary.md"


def commands(command: Any, name: str) -> Iterator[Command]:
    """Yield every command of the command line with its full name."""
    inner = getattr(command, "commands", None)
    if inner is None:
        yield name, command
        return
    for verb, nested in inner.items():
        yield from commands(nested, f"{name} {verb}")


@pytest.fixture(scope="module")
def command_line() -> list[Command]:
    """The commands as typer makes them."""
    typer = importlib.import_module("typer")
    app = importlib.import_module("etl.cli").app
    return list(commands(typer.main.get_command(app), "regiespiegel"))


def test_every_command_is_documented(command_line: list[Command]) -> None:
    document = text(OPERATIONS)
    assert command_line
    assert [name for name, _ in command_line if f"| `{name}" not in document] == []


def test_every_option_is_documented(command_line: list[Command]) -> None:
    document = text(OPERATIONS)
    options = {
        (name, option)
        for name, command in command_line
        for parameter in command.params
        for option in (*parameter.opts, *parameter.secondary_opts)
        if option.startswith("--")
    }
    missing = {pair for pair in options if not re.search(rf"`{pair[1]}\b", document)}
    assert missing == set()


def environment_variables() -> set[str]:
    """Return every environment variable the product or its containers read."""
    packages = (ROOT / name for name in ("accounts", "etl", "warehouse", "dashboard"))
    files = [path for package in packages for path in package.rglob("*.py")]
    files += [ROOT / "Dockerfile", COMPOSE, ROOT / "Makefile"]
    pattern = r"REGIESPIEGEL_[A-Z_]*[A-Z]"
    return {name for path in files for name in re.findall(pattern, text(path))}


def test_every_environment_variable_is_documented() -> None:
    document = text(OPERATIONS)
    assert {name for name in environment_variables() if f"| `{name}` |" not in document} == set()


def test_the_dashboards_container_cannot_reach_private_data() -> None:
    service = re.search(r"^  dashboard:\n(.*?)^  \w+:\n", text(COMPOSE), re.MULTILINE | re.DOTALL)
    assert service
    mounts = service[1].split("target: ")[1:]
    reachable = {mount.split()[0]: mount for mount in mounts}
    assert set(reachable) == {"/data/published", "/data/app"}
    assert "read_only: true" in reachable["/data/published"]


def test_the_container_runs_as_nobody_special_from_the_lock() -> None:
    recipe = text(ROOT / "Dockerfile")
    assert re.search(r"^USER regiespiegel$", recipe, re.MULTILINE)
    assert "--require-hashes" in recipe
    assert "dashboard.wsgi:server" in recipe
    assert not re.search(r"CMD.*--preload", recipe)


def test_the_method_page_has_its_documents_wherever_the_dashboard_runs() -> None:
    shipped = tomllib.loads(text(ROOT / "pyproject.toml"))["tool"]["setuptools"]["data-files"]
    files = {f"docs/{name}" for name in methods.FILES.values()}
    assert set(shipped["share/regiespiegel/docs"]) == files
    [copied] = re.findall(r"^COPY (.*) docs/$", text(ROOT / "Dockerfile"), flags=re.MULTILINE)
    assert set(copied.split()) == files
    assert {f"!{name}" for name in files} <= set(text(ROOT / ".dockerignore").splitlines())


def documents() -> list[Path]:
    """Return every page of documentation."""
    return [*sorted(ROOT.glob("*.md")), *sorted((ROOT / "docs").rglob("*.md"))]


def test_links_lead_somewhere() -> None:
    dead = [
        f"{path.relative_to(ROOT)}: {target}"
        for path in documents()
        for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", text(path))
        if "://" not in target and not (path.parent / target).exists()
    ]
    assert dead == []


def test_modules_and_tests_that_security_leans_on_exist() -> None:
    named = set(
        re.findall(r"`((?:tests|accounts|etl|warehouse|dashboard)/[\w./-]*)`", text(SECURITY))
    )
    assert named
    assert {name for name in named if not (ROOT / name).exists()} == set()

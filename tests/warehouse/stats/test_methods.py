"""Every statistic names its section of docs/methods.md, and that section exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
MODULES = sorted(path.name for path in (ROOT / "warehouse" / "stats").glob("*.py"))


def sections() -> set[str]:
    """Return the names of the sections of the methods, as links know them."""
    text = (ROOT / "docs" / "methods.md").read_text(encoding="utf-8")
    return set(re.findall(r'^<a id="([a-z0-9-]+)"></a>\n\n### ', text, flags=re.MULTILINE))


@pytest.mark.parametrize("module", MODULES)
def test_every_named_section_exists(module: str) -> None:
    code = (ROOT / "warehouse" / "stats" / module).read_text(encoding="utf-8")
    named = set(re.findall(r"methods\.md#([a-z0-9-]+)", code))
    assert named <= sections()


@pytest.mark.parametrize("module", [name for name in MODULES if name[0] not in "_t"])
def test_every_public_statistic_has_a_source(module: str) -> None:
    code = (ROOT / "warehouse" / "stats" / module).read_text(encoding="utf-8")
    bodies = re.findall(r"^def ([a-z]\w*)\((.*?)(?=^def |^class |\Z)", code, re.M | re.S)
    assert bodies
    statistics = [(name, body) for name, body in bodies if '"""Raise' not in body]
    assert [name for name, body in statistics if "Source: methods.md#" not in body] == []

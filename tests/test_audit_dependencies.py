"""The audit of dependencies: what is red, what is well, and that nothing passes in silence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests import audit_dependencies as audit

HASH = "--hash=sha256:" + "0" * 64
ROOT = Path(__file__).resolve().parents[1]


def answer(count: int, *ids: str) -> str:
    """Return what uv prints, as it was seen with a service that knows of these."""
    found = [
        {"dependency": {"name": "flask", "version": "1.0"}, "display_id": one, "summary": "bad",
         "fix_versions": ["2.0"]} for one in ids
    ]  # fmt: skip
    summary = {"audited_packages": count, "vulnerabilities": len(ids), "adverse_statuses": 0}
    return json.dumps({"summary": summary, "vulnerabilities": found, "adverse_statuses": []})


def test_a_whole_and_clean_answer_is_well() -> None:
    assert audit.verdict(0, answer(3), "", 3) == audit.Verdict(
        True, "3 locked versions, no known vulnerability."
    )


@pytest.mark.parametrize(
    ("code", "told", "count", "said"),
    [
        (1, answer(3, "PYSEC-1"), 3, "flask 1.0: PYSEC-1 bad (mended in: 2.0)"),
        (0, answer(3, "PYSEC-1"), 3, "PYSEC-1"),
        (0, answer(2), 3, "2 of 3"),
        (2, "", 3, "NOT AUDITED: no name"),
        (0, "", 3, "NOT AUDITED"),
        (1, "", 3, "NOT AUDITED"),
    ],
)
def test_anything_else_is_not(code: int, told: str, count: int, said: str) -> None:
    found = audit.verdict(code, told, "no name", count)
    assert not found.is_well
    assert said in found.said


@pytest.mark.parametrize("line", ["flask==1.0", f"flask>=1.0 {HASH}", f"flask {HASH}"])
def test_a_version_without_pin_or_hash_is_refused(line: str) -> None:
    with pytest.raises(ValueError, match="pinned and hashed"):
        audit.locked(line)


def test_what_is_installed_otherwise_is_named() -> None:
    lock = f"a==1 {HASH}\nb-c==2 ; python_version < '3' {HASH}\nd.e==3 \\\n  {HASH}\n"
    wanted = audit.wanted_here(audit.locked(lock))
    assert wanted == {"a": "1", "d-e": "3"}
    assert audit.differences(wanted, {"a": "1", "d-e": "3", "else": "9"}) == []
    assert audit.differences(wanted, {"a": "2"}) == [
        "a: locked 1, installed 2", "d-e: locked 3, installed nowhere",
    ]  # fmt: skip


def test_uv_is_asked_about_every_version_of_the_lock() -> None:
    pins = audit.locked((ROOT / audit.DEVELOPMENT).read_text(encoding="utf-8"))
    script = audit.as_script(pins)
    assert script.count("==") >= len(pins) > 90
    assert all(json.dumps(str(pin)) in script for pin in pins)


@pytest.mark.parametrize(
    ("found", "required", "code", "said"),
    [
        (audit.Verdict(True, "clean"), "", 0, "clean"),
        (audit.Verdict(False, "PYSEC-1"), "", 1, "THERE ARE KNOWN VULNERABILITIES"),
        (audit.Verdict(False, "NOT AUDITED: no name"), "", 0, "WERE NOT AUDITED"),
        (audit.Verdict(False, "NOT AUDITED: no name"), "required", 1, "WERE NOT AUDITED"),
    ],
)
def test_what_could_not_be_asked_is_said_aloud(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    found: audit.Verdict, required: str, code: int, said: str,
) -> None:  # fmt: skip
    def answered(*_asked: Any) -> audit.Verdict:
        return found

    monkeypatch.setattr(audit, "ask_about", answered)
    monkeypatch.setenv("AUDIT", required)
    assert audit.main() == code
    assert said in capsys.readouterr().out


def test_the_last_step_of_everything_is_the_audit() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.split("test-all:")[1].split("\n\n")[0]
    assert recipe.rstrip().endswith("$(AUDIT)")

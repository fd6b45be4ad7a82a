"""Whether what is locked is what runs, and whether anything of it has a known vulnerability.

`make audit-dependencies`, the last step of `make test-all`. The first part needs no network. The
second asks OSV, by `uv audit`, about exactly the versions of the lock; where that cannot be
reached it says so in capitals, and with AUDIT=required that is a failure.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib.metadata import distributions
from pathlib import Path
from typing import Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from uv import find_uv_bin

ROOT: Final = Path(__file__).resolve().parents[1]
RUNTIME, DEVELOPMENT = "requirements.lock", "requirements-dev.lock"
# What makes an environment, and the product itself: in no lock.
NOT_LOCKED: Final = frozenset({"pip", "setuptools", "wheel", "regiespiegel"})
COMPLETE, FOUND, UNREACHABLE = 0, 1, 2  # what uv answers with


@dataclass(frozen=True)
class Verdict:
    """What an audit came to: whether it is well, and what to say."""

    is_well: bool
    said: str


def locked(text: str) -> list[Requirement]:
    """Return the pins of a lock file. Raise ValueError for one without a hash, or no pin."""
    found = []
    for line in text.replace("\\\n", " ").splitlines():
        pin, mark, _ = line.partition("--hash=sha256:")
        requirement = Requirement(pin.strip())
        specifiers = list(requirement.specifier)
        if not mark or [one.operator for one in specifiers] != ["=="]:
            raise ValueError(f"{line} is not pinned and hashed")
        found.append(requirement)
    return found


def version_of(requirement: Requirement) -> str:
    """Return the version that a pin is of."""
    return next(iter(requirement.specifier)).version


def wanted_here(pins: list[Requirement]) -> dict[str, str]:
    """Return the version of each package that the lock wants on this machine."""
    here = [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]
    return {canonicalize_name(pin.name): version_of(pin) for pin in here}


def differences(wanted: Mapping[str, str], installed: Mapping[str, str]) -> list[str]:
    """Return which locked packages are absent or of another version, sorted."""
    return [
        f"{name}: locked {version}, installed {installed.get(name, 'nowhere')}"
        for name, version in sorted(wanted.items())
        if version != installed.get(name)
    ]


def as_script(pins: list[Requirement]) -> str:
    """Return an empty script that depends on exactly these pins: what `uv audit` can be asked."""
    names = [f"#   {json.dumps(str(pin))}," for pin in pins]
    head = ["# /// script", '# requires-python = ">=3.11"', "# dependencies = ["]
    return "\n".join([*head, *names, "# ]", "# ///", ""])


def ask_about(pins: list[Requirement], service: str = "") -> Verdict:
    """Return what is known against these pins; `service` is asked instead of OSV."""
    with tempfile.TemporaryDirectory(prefix="regiespiegel-audit-") as room:
        script = Path(room) / "locked.py"
        script.write_text(as_script(pins), encoding="utf-8")
        command = [find_uv_bin(), "audit", "--script", str(script), "--output-format", "json"]
        command += ["--preview-features", "audit,json-output"]
        command += ["--service-url", service] if service else []
        done = subprocess.run(command, cwd=room, capture_output=True, text=True, check=False)
    return verdict(done.returncode, done.stdout, done.stderr, len(pins))


def verdict(code: int, answer: str, complaint: str, count: int) -> Verdict:
    """Return what an answer of uv means. Anything but a whole, clean answer is not well."""
    if code == UNREACHABLE or not answer.strip():
        return Verdict(False, f"NOT AUDITED: {complaint.strip()[-600:]}")
    told = json.loads(answer)
    audited = told["summary"]["audited_packages"]
    if code == COMPLETE and audited == count and not told["vulnerabilities"]:
        return Verdict(True, f"{audited} locked versions, no known vulnerability.")
    lines = [
        f"{one['dependency']['name']} {one['dependency']['version']}: {one['display_id']} "
        f"{one['summary']} (mended in: {', '.join(one['fix_versions']) or 'nothing yet'})"
        for one in told["vulnerabilities"]
    ]
    lines += [str(one) for one in told["adverse_statuses"]]
    head = f"{audited} of {count} locked versions were audited; found {len(lines)}:"
    return Verdict(False, "\n".join([head, *lines]))


def main(service: str = "") -> int:
    """Return 0 when all is well, or when it could not be asked and need not be."""
    pins = locked((ROOT / DEVELOPMENT).read_text(encoding="utf-8"))
    runtime = {str(pin) for pin in locked((ROOT / RUNTIME).read_text(encoding="utf-8"))}
    installed = {canonicalize_name(one.name): one.version for one in distributions()}
    wanted = wanted_here(pins)
    wrong = differences(wanted, installed)
    wrong += [f"{pin}: not in {DEVELOPMENT}" for pin in sorted(runtime - {str(p) for p in pins})]
    if wrong:
        print("What is installed is not what is locked:", *wrong, sep="\n  ")
        return 1
    print(f"{len(pins)} versions are locked, by hash, and installed as locked.")
    if unlocked := sorted(set(installed) - set(wanted) - NOT_LOCKED):
        print("Beside them, in no lock and not audited:", ", ".join(unlocked))
    found = ask_about(pins, service)
    if found.is_well:
        print(found.said)
        return 0
    is_unasked = found.said.startswith("NOT AUDITED")
    stars = "*" * 74
    print(stars, "THE DEPENDENCIES WERE NOT AUDITED FOR KNOWN VULNERABILITIES." if is_unasked
          else "THERE ARE KNOWN VULNERABILITIES.", found.said, stars, sep="\n")  # fmt: skip
    return 0 if is_unasked and os.environ.get("AUDIT") != "required" else 1


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:2]))

"""What holds for every test: hypothesis profiles, and no skips where CI=true."""

from __future__ import annotations

import os
import shutil
from collections.abc import Generator

import pytest
from hypothesis import HealthCheck, settings

from tests.shared_data import SHARED

# A shared machine has slow moments; a test that takes long is seen in its duration.
TOLERANT = {"deadline": None, "suppress_health_check": [HealthCheck.too_slow]}
settings.register_profile("local", **TOLERANT)
# What CI refuses, everybody must be able to repeat: the same examples on every run.
settings.register_profile("ci", derandomize=True, print_blob=True, **TOLERANT)
settings.register_profile("thorough", max_examples=1000, **TOLERANT)


def is_ci() -> bool:
    """Return whether nothing may be skipped."""
    return os.environ.get("CI") == "true"


def pytest_configure(config: pytest.Config) -> None:
    """Choose the hypothesis profile, unless the command line did."""
    if not config.getoption("--hypothesis-profile", default=None):
        settings.load_profile("ci" if is_ci() else "local")


def pytest_report_header() -> list[str]:
    """Say what may be skipped on this machine."""
    browser = shutil.which("chromium") or "ABSENT, browser tests cannot run"
    data = "present" if SHARED.is_dir() else "ABSENT, tests on real data cannot run"
    skips = "a failure (CI=true)" if is_ci() else "allowed"
    return [f"chromium: {browser}", f"../shared: {data}", f"skips: {skips}"]


def refuse_skip(report: pytest.TestReport | pytest.CollectReport) -> None:
    """Turn a skip into a failure with its reason; an expected failure is no skip."""
    if report.skipped and not hasattr(report, "wasxfail"):
        reason = report.longrepr[2] if isinstance(report.longrepr, tuple) else report.longrepr
        report.outcome = "failed"
        report.longrepr = f"Nothing may be skipped under CI=true. {reason}"


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Refuse a skipped test under CI=true."""
    report = yield
    if is_ci():
        refuse_skip(report)
    return report


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Refuse a module that skips itself under CI=true."""
    report = yield
    if is_ci():
        refuse_skip(report)
    return report


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests found that is worth reading when they pass: properties named `share`."""
    for report in terminalreporter.stats.get("passed", []):
        for name, value in report.user_properties:
            if name == "share":
                terminalreporter.write_line(f"{report.nodeid.split('::')[-1]}: {value}")

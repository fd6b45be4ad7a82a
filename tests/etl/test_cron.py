"""Cron expressions mean what they mean everywhere, weekdays included."""

from __future__ import annotations

import datetime

import pytest

from etl.cron import trigger_of, weekday_names

MONDAY = datetime.datetime(2026, 6, 1, tzinfo=datetime.UTC)


def fires(expression: str, days: int = 14) -> list[str]:
    """Return the moments of an expression in two weeks from a Monday."""
    trigger, found, moment = trigger_of(expression, "UTC"), [], None
    start = MONDAY
    while True:
        moment = trigger.get_next_fire_time(moment, start)
        if moment is None or moment >= MONDAY + datetime.timedelta(days=days):
            return found
        found.append(moment.strftime("%a %d %H:%M"))
        start = moment


def test_sunday_is_nought_and_seven() -> None:
    expected = ["Sun 07 06:15", "Sun 14 06:15"]
    for weekday in ("0", "7", "sun", "SUN"):
        assert fires(f"15 6 * * {weekday}") == expected


def test_one_to_five_is_monday_to_friday() -> None:
    assert [day[:3] for day in fires("0 6 * * 1-5", 7)] == ["Mon", "Tue", "Wed", "Thu", "Fri"]


@pytest.mark.parametrize(
    ("field", "names"),
    [
        ("*", "*"),
        ("5-7", "sun,fri,sat"),
        ("fri-sun", "sun,fri,sat"),
        ("*/2", "sun,tue,thu,sat"),
        ("1-5/2", "mon,wed,fri"),
        ("0,3", "sun,wed"),
        ("0-6", "sun,mon,tue,wed,thu,fri,sat"),
    ],
)
def test_weekdays_are_named(field: str, names: str) -> None:
    assert weekday_names(field) == names


def test_the_time_is_that_of_the_zone_also_in_summer() -> None:
    trigger = trigger_of("0 6 * * *", "Europe/Amsterdam")
    moment = trigger.get_next_fire_time(None, MONDAY)
    assert moment is not None
    assert moment.astimezone(datetime.UTC).hour == 4


@pytest.mark.parametrize(
    "expression",
    [
        "",
        "* * * *",
        "61 * * * *",
        "* * * * 8",
        "* * * * 5-2",
        "* * * * x",
        "0 6 1 * 1",
        "* * * * */0",
    ],
)
def test_what_is_no_cron_expression_is_refused(expression: str) -> None:
    with pytest.raises(ValueError, match=r"expression|weekday|range"):
        trigger_of(expression, "UTC")

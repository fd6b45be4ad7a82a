"""Cron expressions as everybody writes them, for a scheduler that counts weekdays differently."""

from __future__ import annotations

from apscheduler.triggers.cron import CronTrigger

# APScheduler 3 calls Monday 0, cron calls Sunday 0 (and 7): names mean the same to both.
NAMES = ("sun", "mon", "tue", "wed", "thu", "fri", "sat")


def trigger_of(expression: str, time_zone: str) -> CronTrigger:
    """Return the trigger of a cron expression of five fields.

    Errors: ValueError saying which expression is wrong, and how.
    """
    fields = expression.split()
    if len(fields) != 5:
        raise ValueError(f"{expression!r}: a cron expression has five fields, not {len(fields)}")
    minute, hour, day, month, weekday = fields
    if day != "*" and weekday != "*":
        # Cron runs when either fits, APScheduler when both do: better said than guessed.
        raise ValueError(f"{expression!r}: give a day of the month or a weekday, not both")
    try:
        return CronTrigger(
            minute=minute,
            hour=hour,
            day=day,
            month=month.lower(),
            day_of_week=weekday_names(weekday.lower()),
            timezone=time_zone,
        )
    except ValueError as error:
        raise ValueError(f"{expression!r}: {error}") from None


def weekday_names(field: str) -> str:
    """Return the weekdays of a cron field by name; `*` stays as it is."""
    if field == "*":
        return field
    days = sorted({day % 7 for part in field.split(",") for day in weekdays_of(part)})
    return ",".join(NAMES[day] for day in days)


def weekdays_of(part: str) -> range:
    """Return the days, Sunday being 0 and 7, of a number, name, range or step."""
    whole, _, step = part.partition("/")
    first, is_range, last = whole.partition("-")
    if first == "*":
        low, high = 0, 6
    else:
        low = weekday_of(first)
        high = weekday_of(last) if is_range else (6 if step else low)
    high = 7 if is_range and high == 0 and low > 0 else high
    if high < low or (step and not (step.isdigit() and int(step))):
        raise ValueError(f"{part!r} is no range of weekdays")
    return range(low, high + 1, int(step or 1))


def weekday_of(text: str) -> int:
    """Return the number of a weekday, Sunday being 0."""
    if text.isdigit() and int(text) <= 7:
        return int(text)
    if text in NAMES:
        return NAMES.index(text)
    raise ValueError(f"{text!r} is no weekday")

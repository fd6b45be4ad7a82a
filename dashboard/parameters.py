"""The parameters in force, by the name they have in `config/`."""

from __future__ import annotations

from typing import Final

from pydantic import BaseModel

from dashboard.texts import Texts
from warehouse.settings import Settings

Value = int | float | str
# Read as per cent; p-values and sizes of differences are not.
SHARES: Final = (
    "confidence_level", "named_floor", "rarely_ceiling", "smallest_difference.share",
    "largest_share_max", "hysteresis_share", "run_share_min", "median_duration_share_min",
    "headcount_change_max", "indicative_rate_min", "hr_representatives_share_max",
)  # fmt: skip


def scalars(model: BaseModel, prefix: str = "") -> dict[str, Value]:
    """Return the plain values of settings, nested ones with a dotted name."""
    found: dict[str, Value] = {}
    for name in type(model).model_fields:
        value = getattr(model, name)
        if isinstance(value, BaseModel):
            found |= scalars(value, f"{name}.")
        elif isinstance(value, int | float | str):
            found[prefix + name] = value
    return found


def parameters(settings: Settings) -> dict[str, Value]:
    """Return what the published figures depend on: disclosure, method, size bands, quality."""
    hysteresis = {"hysteresis_share": settings.size_bands.hysteresis_share}
    groups = (settings.disclosure, settings.method, settings.quality)
    first, second, last = (scalars(group) for group in groups)
    return first | second | hysteresis | last


def written(value: Value, say: Texts) -> str:
    """Return a parameter's value as a reader writes it, with all its decimals."""
    if isinstance(value, str):
        return value
    text = f"{value:.10g}"
    return say.number(value, len(text.partition(".")[2]))


def in_words(name: str, value: Value, say: Texts) -> str:
    """Return a parameter's value with its unit where that is a share."""
    if name in SHARES and not isinstance(value, str):
        return say.percent(value)
    return written(value, say)

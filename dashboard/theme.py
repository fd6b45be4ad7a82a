"""Tokens of the visual language: colour says who speaks, form says which group."""

from __future__ import annotations

from typing import Any, Final

# Both colours and the slate pass 3:1 on white and on the dark ground: one set for both themes.
EMPLOYEE: Final = "#0072B2"
HR: Final = "#D55E00"
NEUTRAL: Final = "#64748b"
FAINT: Final = "rgba(100,116,139,0.22)"
SIDES: Final = {"employee": EMPLOYEE, "hr": HR}
WINDOWS: Final = {"grade": (5.0, 9.0), "likert": (1.0, 5.0), "share": (0.0, 0.6)}

MANTINE: Final[dict[str, Any]] = {
    "fontFamily": "system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif",
    "primaryColor": "blue",
    "defaultRadius": 8,
    "black": "#0f172a",
    "respectReducedMotion": True,
}

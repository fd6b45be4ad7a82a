"""Tokens of the visual language: colour says who speaks, form says which group."""

from __future__ import annotations

from typing import Final

# Colours of a light page and of a picture; the style sheet gives a dark page its own pair.
EMPLOYEE: Final = "#0072B2"
OWN_PALE: Final = "rgba(0,114,178,0.3)"
HR: Final = "#D55E00"
NEUTRAL: Final = "#475569"
INK: Final = "#0f172a"
MUTED: Final = "#64748b"
FAINT: Final = "rgba(100,116,139,0.22)"
GAP_SOLID: Final = "rgba(71,85,105,0.45)"
GAP_PALE: Final = "rgba(100,116,139,0.14)"
SIDES: Final = {"employee": EMPLOYEE, "hr": HR}
WINDOWS: Final = {
    "support": (-3.0, 3.0),
    "grade": (5.0, 9.0),
    "likert": (1.0, 5.0),
    "share": (0.0, 0.6),
}
SCALES: Final = {
    "support": (-3.0, 3.0),
    "grade": (1.0, 10.0),
    "likert": (1.0, 5.0),
    "share": (0.0, 1.0),
}

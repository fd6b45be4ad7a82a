"""Ids of components that callbacks and scripts know."""

from __future__ import annotations

from typing import Final

ADDRESS: Final = "address"
SHELL: Final = "shell"
BURGER: Final = "burger"
HEADER: Final = "header"
NAVIGATION: Final = "navigation"
PAGE: Final = "page"
SKIP: Final = "skip"

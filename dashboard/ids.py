"""Ids of components that callbacks read or write."""

from typing import Final

ADDRESS: Final = "address"
HEADER: Final = "header"
NAVBAR: Final = "navbar"
MAIN: Final = "main"
SHELL: Final = "shell"
BURGER: Final = "burger"

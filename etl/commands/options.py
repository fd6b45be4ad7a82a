"""Options that several verbs share."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

DataOption = Annotated[
    Path, typer.Option("--data", envvar="REGIESPIEGEL_DATA", help="The data directory.")
]
ConfigOption = Annotated[
    Path,
    typer.Option("--config", envvar="REGIESPIEGEL_CONFIG", help="The configuration directory."),
]
DEFAULT_DATA = Path("data")
DEFAULT_CONFIG = Path(__file__).resolve().parents[2] / "config"

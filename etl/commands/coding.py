"""`coding evaluate`: how well coding by words does against people."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated

import typer

from etl.coding import load_coder
from etl.coding_quality import evaluate, hand_coded
from etl.commands.options import DEFAULT_CONFIG, ConfigOption
from warehouse.settings import load_settings

coding_app = typer.Typer(help="Coding of open answers.", no_args_is_help=True)


@coding_app.callback()
def coding() -> None:
    """Keep `coding` a group of commands although it has one so far."""


def share(value: float) -> str:
    """Return a share as whole per cent, a dash where there is none."""
    return "–" if math.isnan(value) else f"{100 * value:.0f} %"


@coding_app.command("evaluate")
def coding_evaluate(
    file: Annotated[Path, typer.Argument(help="CSV file or workbook of hand-coded answers.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Say per aspect how well the words of coding.toml find what people coded."""
    settings = load_settings(config)
    found = evaluate(hand_coded(file, settings), load_coder(config, settings), settings)
    typer.echo(f"{found.row_count} answers coded by hand")
    for score in found.scores:
        figures = f"precision {share(score.precision):>5}  recall {share(score.recall):>5}"
        typer.echo(f"{score.aspect_id:26} {figures}  ({score.by_people} by people)")
    if found.twice_count:
        typer.echo(f"Krippendorff's α of {found.twice_count} coded twice: {found.alpha:.2f}")

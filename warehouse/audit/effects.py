"""Attack on effect sizes: each must follow from the published comparison and the own answers."""

from __future__ import annotations

import math
from collections.abc import Mapping

import numpy as np
import polars as pl

from warehouse.audit.blocks import Block
from warehouse.audit.derived import World
from warehouse.audit.places import by_place, constants, hold, hold_words, positions, published
from warehouse.audit.placing import Z95, Figures
from warehouse.audit.reading import Floats
from warehouse.audit.report import Trail

WITH_SPREAD = ("grade", "likert")
COLUMNS = ("effect_size", "effect_low", "effect_high", "effect")


def check_every_effect(world: World, trail: Trail) -> None:
    """Check the effect sizes of every comparison of a release that has them."""
    spreads = {place: constants(found) for place, found in by_place(world, "parameter").items()}
    for place, rows in by_place(world, "comparison").items():
        if "effect_size" in rows.columns and place in world.blocks:
            check_effects(world.blocks[place], rows, spreads.get(place, {}), trail)


def check_effects(
    block: Block, rows: pl.DataFrame, known: Mapping[str, float], trail: Trail
) -> None:
    """Check effect sizes against the published comparison, its interval and the own answers."""
    shown = published(rows).filter(pl.any_horizontal(pl.col(COLUMNS).is_not_null()))
    if not shown.height:
        return
    variance, df = known.get("pooled_variance", np.nan), known.get("pooled_df", np.nan)
    picked, are_own = positions(block, shown, "effect", trail)
    if block.scale.kind not in WITH_SPREAD or not variance > 0:
        trail.find(block.place, "unexplained", "effects of an item that has no spread of answers")
    elif are_own:
        n = block.n[block.own][picked].astype(np.float64)
        se = ((shown["ci_high"] - shown["ci_low"]) / (2 * Z95)).to_numpy()
        expected = hedges(shown["difference"].to_numpy(), se, n, variance, df)
        hold(block, shown, expected, "effect", trail)
        words = effect_words(expected["effect_size"])
        hold_words(block, shown["effect"], words, "effect", trail)


def hedges(difference: Floats, se: Floats, n: Floats, variance: float, df: float) -> Figures:
    """Return Hedges g (S5) of comparisons that have a published standard error.

    Beside the own n, the others count as many answers as that standard error says.
    """
    factor = math.exp(math.lgamma(df / 2) - math.lgamma((df - 1) / 2)) / math.sqrt(df / 2)
    g = factor * difference / math.sqrt(variance)
    inverse = se**2 / variance
    others = 1 / (inverse - 1 / n)
    half = Z95 * np.sqrt(inverse + g**2 / (2 * (n + others)))
    return {"effect_size": g, "effect_low": g - half, "effect_high": g + half}


def effect_words(g: Floats) -> list[str]:
    """Return the word of each effect."""
    words = ((0.2, "none"), (0.5, "small"), (0.8, "medium"))
    return [next((word for least, word in words if abs(one) < least), "large") for one in g]

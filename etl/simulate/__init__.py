"""The demonstration sector: synthetic, seeded, written as the files a real sector would send."""

from __future__ import annotations

from etl.simulate.world import SimulationReport, simulate_sector

__all__ = ["SimulationReport", "simulate_sector"]

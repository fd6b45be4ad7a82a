"""How long a release takes beside a named reference in the same run.

Reference: DuckDB counting every answer of the same facts once, grouped by wave, side, organisation,
item and answer: the least any aggregation must do. Machines differ; the ratio is what to watch.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from etl.pipeline import load_files
from etl.simulate import simulate_sector
from warehouse.ledger import Ledger, open_ledger
from warehouse.paths import Store
from warehouse.register import Register, read_register
from warehouse.release import build_release
from warehouse.settings import Settings, load_settings
from warehouse.waves import close_wave

REFERENCE = """
    select wave_id, side, organisation_id, item_id, answer, count(*) as n
    from answer group by all order by all
"""


def seconds(work: Callable[[], object]) -> float:
    """Return how long a piece of work took."""
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def measure(ledger: Ledger, store: Store, settings: Settings, register: Register) -> None:
    """Print the time of each stage, and the whole as a ratio of the reference."""
    waves = [wave.wave_id for wave in settings.waves if ledger.active(wave.wave_id)]
    ledger.create_views()
    reference = seconds(lambda: ledger.connection.execute(REFERENCE).fetchall())
    closing = seconds(
        lambda: [close_wave(ledger, store, wave, settings, register) for wave in waves]
    )
    building = seconds(lambda: build_release(ledger, store, waves, settings, register))
    again = seconds(lambda: build_release(ledger, store, waves, settings, register))
    whole = closing + building
    print(f"reference (one grouped count): {reference:.2f} s")
    print(f"counts and atoms: {closing:.2f} s ({closing / whole:.0%})")
    print(f"statistics and release: {building:.2f} s ({building / whole:.0%}); again {again:.2f} s")
    print(f"whole: {whole:.2f} s, {whole / reference:.1f} x the reference (limit: 30 s)")


def main() -> None:
    """Build the demonstration sector once and measure."""
    settings = load_settings(Path(__file__).parents[2] / "config")
    with tempfile.TemporaryDirectory() as directory:
        store = Store(Path(directory))
        simulate_sector(store.root, settings)
        store.create()
        register = read_register(store.register)
        loading = seconds(lambda: load_files(sorted(store.inbox.iterdir()), store, settings))
        print(f"load: {loading:.2f} s")
        with open_ledger(store) as ledger:
            measure(ledger, store, settings, register)


if __name__ == "__main__":
    main()

"""The pages of every size band, made in the background when a release is opened.

What a band's organisations have in common is remembered then, so that nobody is the first to wait
for it: at the start of a process, and after a new release. What is made here is sent to nobody.
"""

from __future__ import annotations

import atexit
import gc
import logging
from collections.abc import Iterator
from functools import cache, partial
from typing import Final

from dashboard.access.scope import Scope
from dashboard.background import ENDING, begin
from dashboard.components.sheet import sheet
from dashboard.context import Context
from dashboard.pages.catalogue import build_page
from dashboard.snapshot import NothingReleasedError, Snapshot
from dashboard.state import PATHS

LOG = logging.getLogger("dashboard")
SELDOM: Final = (20_000, 10, 10)  # new objects before the youngest, and then the older, are seen
PAUSE: Final = 0.01  # seconds between pages, for who asks meanwhile
# An organisation with a result of its own and one without, of every band of the last wave.
EXAMPLES: Final = """
    select min(o.organisation_id) as organisation_id
    from organisation o left join score s on s.wave_id = o.wave_id and s.side = 'employee'
        and s.group_kind = 'organisation' and s.group_id = o.organisation_id
        and s.item_id = 'grade' and s.status = 'published'
    where o.wave_id = (select wave_id from wave order by position desc limit 1)
    group by o.size_band_id, s.group_id is null
"""


def examples(snapshot: Snapshot) -> Iterator[Scope]:
    """Yield the scopes that a release's pages are made for."""
    for row in snapshot.asked(EXAMPLES):
        yield Scope("hr_director", row["organisation_id"])


def warm(context: Context) -> None:
    """Make every page of the live release once for every kind of organisation."""
    try:
        snapshot = context.snapshots.current()
        for scope in examples(snapshot):
            for page, path in PATHS.items():
                if context.snapshots.current() is not snapshot:
                    return  # a newer one, which is made by another thread
                if scope.may_open(page):
                    view = context.view(path, "", scope)
                    sheet(build_page(view), view)
                    if ENDING.wait(PAUSE):
                        return
    except NothingReleasedError:
        return
    except Exception as error:  # who asks for that page is told what is wrong with it
        LOG.warning("pages were not made beforehand: %s", type(error).__name__, exc_info=error)


@cache
def let_go_at_the_end() -> None:
    """Look through everything again when the process ends: what is left then is called a leak."""
    atexit.register(gc.unfreeze)


def settle() -> None:
    """Look for garbage no more in what stands now: it stays, and looking holds up a reader.

    A page is some ten thousand objects that go when it is sent: looking after every seven hundred
    finds nothing.
    """
    gc.set_threshold(*SELDOM)
    gc.freeze()
    let_go_at_the_end()


def warm_and_settle(context: Context) -> None:
    """Make the pages of the live release, which stay as long as it does."""
    warm(context)
    settle()


def in_background(context: Context) -> None:
    """Begin to make the pages of the live release."""
    begin(partial(warm_and_settle, context))

"""Page state and its address: everything a view needs but the scope stands in the URL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from urllib.parse import parse_qs, urlencode

PAGES = {
    "/": "overview",
    "/onder-de-drempel": "floor",
    "/vergelijken": "compare",
    "/grootteklassen": "size_bands",
    "/aspecten": "aspects",
    "/perceptiekloof": "gap",
    "/trends": "trends",
    "/opvallend": "findings",
    "/cao-regelingen": "schemes",
    "/dialoog": "dialogue",
    "/goede-gesprek": "conversation",
    "/sectormonitor": "monitor",
    "/vragenlijst": "codebook",
    "/leveringen": "deliveries",
    "/publicaties": "publications",
    "/methode": "method",
    "/anonimiteit": "anonymity",
}
PATHS = {page: path for path, page in PAGES.items()}
FIRST_PAGE = "overview"
LANGUAGES = ("nl", "en")
GROUPS = ("sector", "band")
WITH_GROUPS = ("aspects", "findings", "schemes")
PILLARS = ("all", "direction", "room", "backing")
WITH_PILLARS = ("aspects",)
SORTS = ("size", "subject", "group")
WITH_SORTS = ("monitor",)
# Pages about all waves at once.
OF_ALL_WAVES = ("deliveries", "publications")
LONGEST = 500
GUIDE = "/download/goede-gesprek.pdf"
SECTOR_TABLES = "/download/sectortabellen.zip"


@dataclass(frozen=True)
class State:
    """A view: page, wave, language, the group whose two sides are shown, pillar, order."""

    page: str
    wave_id: str
    language: str
    group: str = GROUPS[0]
    pillar: str = PILLARS[0]
    sort: str = SORTS[0]

    @property
    def address(self) -> str:
        """The address that gives this view again."""
        return f"{PATHS[self.page]}?{self.query}"

    @property
    def query(self) -> str:
        """The part of the address after the question mark."""
        return query_of(self)

    def on(self, page: str) -> State:
        """Return the same view on another page."""
        return replace(self, page=page)


# A page holds tens of links, and every page the same.
@lru_cache(maxsize=4096)
def query_of(state: State) -> str:
    """Return the part of the address of a view after the question mark."""
    parts = {"wave": state.wave_id, "lang": state.language}
    if state.page in WITH_GROUPS and state.group != GROUPS[0]:
        parts["group"] = state.group
    if state.page in WITH_PILLARS and state.pillar != PILLARS[0]:
        parts["pillar"] = state.pillar
    if state.page in WITH_SORTS and state.sort != SORTS[0]:
        parts["sort"] = state.sort
    return urlencode(parts)


def text_of(value: object) -> str:
    """Return what a browser sent if it is a short text, else nothing."""
    return value if isinstance(value, str) and len(value) <= LONGEST else ""


def choose(asked: str, options: tuple[str, ...], default: str) -> str:
    """Return what was asked if it is an option, else the default."""
    return asked if asked in options else default


def read_state(path: object, search: object, waves: tuple[str, ...]) -> State:
    """Return the view an address asks for; what is unknown becomes the default.

    Everything here was chosen by a browser, so each part is checked against a list.
    """
    return state_of(text_of(path), text_of(search), waves)


@lru_cache(maxsize=1024)
def state_of(path: str, search: str, waves: tuple[str, ...]) -> State:
    """Return the view that two short texts ask for.

    What a page has no choice of is no part of its view: each view is made and kept once.
    """
    asked = {key: values[0] for key, values in parse_qs(search.removeprefix("?")).items()}
    page = PAGES.get("/" + path.strip("/"), FIRST_PAGE)
    group, pillar, sort = (
        asked.get(name, "") if page in pages else ""
        for name, pages in (("group", WITH_GROUPS), ("pillar", WITH_PILLARS), ("sort", WITH_SORTS))
    )
    return State(
        page=page,
        wave_id=choose(asked.get("wave", ""), waves, waves[-1]),
        language=choose(asked.get("lang", ""), LANGUAGES, LANGUAGES[0]),
        group=choose(group, GROUPS, GROUPS[0]),
        pillar=choose(pillar, PILLARS, PILLARS[0]),
        sort=choose(sort, SORTS, SORTS[0]),
    )

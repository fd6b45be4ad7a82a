"""Page state and its address: everything a view needs but the scope stands in the URL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

PAGES = {
    "/": "overview",
    "/vergelijken": "compare",
    "/grootteklassen": "size_bands",
    "/aspecten": "aspects",
    "/perceptiekloof": "gap",
    "/trends": "trends",
    "/opvallend": "findings",
    "/cao-regelingen": "schemes",
    "/dialoog": "dialogue",
    "/goede-gesprek": "conversation",
    "/vragenlijst": "codebook",
    "/leveringen": "deliveries",
    "/methode": "method",
    "/anonimiteit": "anonymity",
}
PATHS = {page: path for path, page in PAGES.items()}
FIRST_PAGE = "overview"
LANGUAGES = ("nl", "en")
GROUPS = ("sector", "band")
WITH_GROUPS = ("aspects", "findings", "schemes")
# Pages about all waves at once.
OF_ALL_WAVES = ("deliveries",)
LONGEST = 500
GUIDE = "/download/goede-gesprek.pdf"
SECTOR_TABLES = "/download/sectortabellen.zip"


@dataclass(frozen=True)
class State:
    """A view: page, wave, language, and the group whose two sides are shown."""

    page: str
    wave_id: str
    language: str
    group: str = GROUPS[0]

    @property
    def address(self) -> str:
        """The address that gives this view again."""
        return f"{PATHS[self.page]}?{self.query}"

    @property
    def query(self) -> str:
        """The part of the address after the question mark."""
        parts = {"wave": self.wave_id, "lang": self.language}
        if self.page in WITH_GROUPS and self.group != GROUPS[0]:
            parts["group"] = self.group
        return urlencode(parts)

    def on(self, page: str) -> State:
        """Return the same view on another page."""
        return replace(self, page=page)


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
    asked = {key: values[0] for key, values in parse_qs(text_of(search).removeprefix("?")).items()}
    return State(
        page=PAGES.get("/" + text_of(path).strip("/"), FIRST_PAGE),
        wave_id=choose(asked.get("wave", ""), waves, waves[-1]),
        language=choose(asked.get("lang", ""), LANGUAGES, LANGUAGES[0]),
        group=choose(asked.get("group", ""), GROUPS, GROUPS[0]),
    )

"""Page state and its address: everything a view needs but the scope stands in the URL."""

from __future__ import annotations

from dataclasses import dataclass, replace
from urllib.parse import parse_qs, urlencode

PAGES = {
    "/": "overview",
    "/grootteklassen": "size_bands",
    "/aspecten": "aspects",
    "/perceptiekloof": "gap",
    "/trends": "trends",
    "/methode": "method",
    "/anonimiteit": "anonymity",
}
PATHS = {page: path for path, page in PAGES.items()}
LANGUAGES = ("nl", "en")
LONGEST = 500


@dataclass(frozen=True)
class State:
    """A view: page, wave and language."""

    page: str
    wave_id: str
    language: str

    @property
    def address(self) -> str:
        """The address that gives this view again."""
        query = urlencode({"wave": self.wave_id, "lang": self.language})
        return f"{PATHS[self.page]}?{query}"

    def on(self, page: str) -> State:
        """Return the same view on another page."""
        return replace(self, page=page)


def text_of(value: object) -> str:
    """Return what a browser sent if it is a short text, else nothing."""
    return value if isinstance(value, str) and len(value) <= LONGEST else ""


def read_state(path: object, search: object, waves: tuple[str, ...]) -> State:
    """Return the view an address asks for; what is unknown becomes the default.

    Everything here was chosen by a browser, so each part is checked against a list.
    """
    asked = parse_qs(text_of(search).removeprefix("?"))
    wave = asked.get("wave", [""])[0]
    language = asked.get("lang", [""])[0]
    page = PAGES.get("/" + text_of(path).strip("/"), "overview")
    return State(
        page=page,
        wave_id=wave if wave in waves else waves[-1],
        language=language if language in LANGUAGES else LANGUAGES[0],
    )

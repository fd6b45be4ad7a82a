"""What a page says, before it is drawn: one value object for screen, phone and download."""

from __future__ import annotations

from dataclasses import dataclass, field

from dashboard.access.scope import Scope
from dashboard.figures.base import Figure
from dashboard.queries import Reader
from dashboard.state import State
from dashboard.texts import Texts
from warehouse.settings import Settings


@dataclass(frozen=True)
class View:
    """Everything a page is built from."""

    state: State
    reader: Reader
    say: Texts
    settings: Settings

    @property
    def scope(self) -> Scope:
        """Whose view it is."""
        return self.reader.scope


@dataclass(frozen=True)
class Table:
    """A table: caption, column heads, rows of texts; the first cell of a row is its head."""

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True)
class Chart:
    """A picture: its figure, one sentence that says what it shows, and its key (glyph, words)."""

    figure: Figure
    summary: str
    key: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Section:
    """A part of a page: heading, chart, sentences, table, notes.

    `is_folded` keeps the table closed where a page has several of the same kind.
    """

    heading: str = ""
    sentences: tuple[str, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    notes: tuple[str, ...] = ()
    is_prose: bool = False
    is_folded: bool = False


@dataclass(frozen=True)
class Page:
    """A page: its question, its finding as a sentence, one line of context, and its parts."""

    question: str
    finding: str
    context: str
    sections: tuple[Section, ...] = field(default_factory=tuple)
    reading: tuple[str, ...] = ()

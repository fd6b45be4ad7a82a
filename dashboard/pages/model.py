"""What a page says, before it is drawn: one value object for screen, phone and download."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final, TypeVar

from dashboard.access.scope import Scope
from dashboard.figures.base import Figure
from dashboard.ledger import PublicLedger
from dashboard.prose import Block
from dashboard.queries import Reader
from dashboard.snapshot import Snapshots
from dashboard.state import State
from dashboard.statements import SeenStatements
from dashboard.texts import Texts
from warehouse.settings import Settings

# Everybody of a size band, and nobody's own figures.
NOBODY: Final = Scope("hr_director", None)
Made = TypeVar("Made")


@dataclass(frozen=True)
class View:
    """Everything a page is built from."""

    state: State
    reader: Reader
    say: Texts
    settings: Settings
    ledger: PublicLedger | None = None
    releases: Snapshots | None = None
    statements: SeenStatements | None = None

    @property
    def scope(self) -> Scope:
        """Whose view it is."""
        return self.reader.scope

    @property
    def of_nobody(self) -> View:
        """The same view of nobody, which gets no organisation's rows or words."""
        reader = replace(self.reader, scope=NOBODY)
        return replace(self, reader=reader, ledger=None, statements=None)

    def shared(self, name: str, band: str | None, make: Callable[[View, str | None], Made]) -> Made:
        """Return what everybody of a size band is shown alike, made once per release and view.

        It is made from a view of nobody, which gets no organisation's rows: it cannot hold any.
        """
        if self.scope.is_staff:
            return make(self, band)
        key = ("shared", name, self.state, band)
        return self.reader.snapshot.remember(key, lambda: make(self.of_nobody, band))

    def shared_sections(
        self, name: str, band: str | None, make: Callable[[View, str | None], list[Section]]
    ) -> list[Section]:
        """Return sections that everybody of a size band is shown alike, as `shared` does.

        They are drawn once too.
        """
        if self.scope.is_staff:
            return make(self, band)
        return self.shared(name, band, lambda view, band: [kept(one) for one in make(view, band)])


class AsReported(str):
    """A text as the command line reported it: in English, whatever the page's language."""

    __slots__ = ()


class AsWritten(str):
    """A text as somebody wrote it: in Dutch, whatever the page's language."""

    __slots__ = ()


class ToFillIn(str):
    """A question that people answer on paper: a line to write on follows it."""

    __slots__ = ()


class Linked(str):
    """A sentence with the page that shows its evidence, and of which group where that matters."""

    page: str
    group: str

    def __new__(cls, text: str, page: str, group: str = "") -> Linked:
        """Return the sentence, with the id of the page it leads to."""
        made = super().__new__(cls, text)
        made.page, made.group = page, group
        return made


def language_of(text: str) -> dict[str, str]:
    """Return the attribute of a text that is not in the page's language, none for others."""
    if type(text) is str:  # most of the hundreds of cells of a page
        return {}
    if isinstance(text, AsReported):
        return {"lang": "en"}
    return {"lang": "nl"} if isinstance(text, AsWritten) else {}


@dataclass(frozen=True)
class Table:
    """A table: caption, column heads, rows of texts; the first cell of a row is its head.

    `is_wordy` holds more words than a phone has room for side by side.
    """

    caption: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    is_wordy: bool = False


@dataclass(frozen=True)
class Chart:
    """A picture: its figure, one sentence that says what it shows, and its key (glyph, words)."""

    figure: Figure
    summary: str
    key: tuple[tuple[str, str], ...] = ()


@dataclass
class Drawn:
    """Where the JSON of a section that many are shown alike is kept, once it was drawn.

    `section` is the one it is kept for: a copy that was changed is another.
    """

    section: weakref.ref[Section] | None = None
    json: bytes | None = None


def kept(section: Section) -> Section:
    """Return a section whose JSON is kept."""
    drawn = Drawn()
    section = replace(section, drawn=drawn)
    drawn.section = weakref.ref(section)
    return section


@dataclass(frozen=True)
class Section:
    """A part of a page: heading, chart, sentences, table, notes.

    `is_folded` keeps the table closed, where there are several or few need it; `is_tucked` folds
    the section on a phone, below its heading, `is_spare` on every screen: it says in another form
    what stands above. `lead` is how many rows of a long table come first, the others folded;
    `is_alert` marks what somebody has to act on. `anchor` is the name a link leads to; `level`
    that of the heading; `prose` a part of a document, and `program` the code that goes with it.
    """

    heading: str = ""
    sentences: tuple[str, ...] = ()
    chart: Chart | None = None
    table: Table | None = None
    notes: tuple[str, ...] = ()
    is_prose: bool = False
    is_folded: bool = False
    is_tucked: bool = False
    is_spare: bool = False
    lead: int = 0
    is_alert: bool = False
    anchor: str = ""
    level: int = 2
    prose: tuple[Block, ...] = ()
    program: str = ""
    drawn: Drawn | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True)
class Page:
    """A page: its question, its finding as a sentence, one line of context, and its parts.

    `has_contents` lists the sections that have an anchor on top.
    """

    question: str
    finding: str
    context: str
    sections: tuple[Section, ...] = field(default_factory=tuple)
    reading: tuple[str, ...] = ()
    has_contents: bool = False

"""The texts of a wave as people decide about them: redacted, with suggested codes."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from pathlib import Path

from etl.coding import Coder, load_coder
from etl.moderate.workbook import workbooks_of
from etl.redact.redactor import Redacted, Redactor, load_redactor
from etl.redact.spans import KINDS, PLACEHOLDERS
from warehouse.files import sync
from warehouse.ledger import Ledger
from warehouse.moderation import (
    ModeratedText,
    moderation_path,
    open_moderation,
    put_texts,
    text_id_of,
)
from warehouse.open_texts import OpenText, open_texts
from warehouse.paths import Store
from warehouse.register import read_register
from warehouse.settings import Settings


def taken_out(redacted: Redacted) -> str:
    """Return what was taken out of a text, such as `[naam] 1 · [datum] 2`; empty for nothing."""
    return " · ".join(
        f"{PLACEHOLDERS[kind]} {redacted.counts[kind]}"
        for kind in KINDS
        if redacted.counts.get(kind)
    )


def moderated(
    wave_id: str, text: OpenText, redacted: Redacted, coder: Coder, four_eyes: bool
) -> ModeratedText:
    """Return a text as people decide about it. The original stays in the facts."""
    coded = coder.code(redacted.text, text.aspect_id)
    place = (text.source, text.question_id, text.answer_id, text.side)
    return ModeratedText(
        text_id_of(wave_id, *place, redacted.text),
        wave_id,
        *place,
        redacted=redacted.text,
        taken_out=taken_out(redacted),
        reviews=" · ".join(redacted.reviews),
        people_needed=2 if four_eyes or redacted.reviews else 1,
        aspect_id=coded.aspect_id,
        aspect_source=coded.source,
        confidence=round(coded.confidence, 3),
        kind=coded.labels["kind"],
        sphere=coded.labels["sphere"],
        stance=coded.labels["stance"],
        reason=coded.labels["reason"],
    )


def proposed(
    wave_id: str, texts: Iterable[OpenText], redactor: Redactor, coder: Coder, four_eyes: bool
) -> list[ModeratedText]:
    """Return a wave's texts redacted and coded; what says the same in one place stands once."""
    found: dict[str, ModeratedText] = {}
    done: dict[str, Redacted] = {}
    for text in texts:
        if text.text not in done:
            done[text.text] = redactor.redact(text.text)
        row = moderated(wave_id, text, done[text.text], coder, four_eyes)
        if row.redacted:
            found.setdefault(row.text_id, row)
    return list(found.values())


def texts_now(
    ledger: Ledger, store: Store, wave_id: str, settings: Settings, config: Path
) -> list[ModeratedText]:
    """Return what people decide about: the texts of a wave as the ledger has them now."""
    redactor = load_redactor(read_register(store.register), config)
    coder = load_coder(config, settings)
    texts = open_texts(ledger, wave_id, settings.instrument_of(wave_id))
    return proposed(wave_id, texts, redactor, coder, settings.general.moderation_four_eyes)


def replace_texts(
    connection: sqlite3.Connection, wave_id: str, rows: Iterable[ModeratedText]
) -> None:
    """Write the texts of a wave; one that is there no longer, or reads otherwise, is gone."""
    connection.execute("DELETE FROM moderated_text WHERE wave_id = ?", (wave_id,))
    put_texts(connection, rows)


def propose(ledger: Ledger, store: Store, wave_id: str, settings: Settings, config: Path) -> int:
    """Return how many texts of a wave people decide about, after writing them to `private/`."""
    rows = texts_now(ledger, store, wave_id, settings, config)
    with open_moderation(store) as connection:
        replace_texts(connection, wave_id, rows)
    return len(rows)


def forget_texts(
    ledger: Ledger, store: Store, wave_id: str, settings: Settings, config: Path
) -> list[Path]:
    """Take out of moderation what is in no delivery of a wave any longer.

    The texts go, with every decision about a text that is nowhere any longer: it may hold its
    words. So do the wave's workbooks, which are returned. Other texts keep their decisions.
    """
    if not moderation_path(store).exists():
        return []
    rows = texts_now(ledger, store, wave_id, settings, config)
    with open_moderation(store) as connection:
        replace_texts(connection, wave_id, rows)
        connection.execute(
            "DELETE FROM decision WHERE text_id NOT IN (SELECT text_id FROM moderated_text)"
        )
    doomed = workbooks_of(store, wave_id, settings.wave_order)
    for path in doomed:
        path.unlink()
    sync(store.moderation)
    return doomed

"""The texts of a wave as people decide about them: redacted, with suggested codes."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from etl.coding import Coder, load_coder
from etl.redact.redactor import Redacted, Redactor, load_redactor
from etl.redact.spans import KINDS, PLACEHOLDERS
from warehouse.ledger import Ledger
from warehouse.moderation import ModeratedText, open_moderation, put_texts, text_id_of
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


def propose(ledger: Ledger, store: Store, wave_id: str, settings: Settings, config: Path) -> int:
    """Return how many texts of a wave people decide about, after writing them to `private/`."""
    redactor = load_redactor(read_register(store.register), config)
    coder = load_coder(config, settings)
    texts = open_texts(ledger, wave_id, settings.instrument_of(wave_id))
    rows = proposed(wave_id, texts, redactor, coder, settings.general.moderation_four_eyes)
    with open_moderation(store) as connection:
        # A text that is there no longer, or reads otherwise now, takes no part any more.
        connection.execute("DELETE FROM moderated_text WHERE wave_id = ?", (wave_id,))
        put_texts(connection, rows)
    return len(rows)

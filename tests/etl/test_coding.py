"""Coding of open answers: the source's own interventions, labels, and how well it does."""

from __future__ import annotations

from pathlib import Path

import pytest

from etl.coding import Coder, load_coder
from tests.etl.builders import CONFIG
from warehouse.errors import ConfigurationError
from warehouse.settings import load_settings

# The table "De beste organisatiemaatregelen" of the source: aspect, side, intervention.
SOURCE = (
    (
        "work_life_balance",
        "Beter reguleren van de werk-privébalans, o.a. door aanpakken van werkdruk.",
    ),
    (
        "influence_and_say",
        "Vragen naar meningen en kennis. En benutten van feedback in besluitvorming.",
    ),
    (
        "workload",
        "Verminderen van werkdruk voor: meer tijd voor de kern van het werk en/of opleiding en/of "
        "hersteltijd. Bijvoorbeeld door meer (vast) personeel of andere afspraken.",
    ),
    ("work_environment", "Een fijne, veilige werkomgeving creëren."),
    ("flexibility", "Flexibeler omgaan met urenverantwoording."),
    ("flexibility", "Mogelijkheid voor zelfroosteren."),
    ("enjoyment_and_engagement", "Belang van een goede werksfeer."),
    (
        "relations_conversation",
        "Meer open dialoog en regelmatig reflectie, met aandacht voor eigen regie.",
    ),
    (
        "relations_conversation",
        "Betere communicatie tussen leidinggevende en medewerker, alsook tussen collega's "
        "onderling. Aandacht voor tegenslagen en versterken van eigen regie.",
    ),
    (
        "relations_collaboration",
        "Vertrouwen geven aan medewerkers, kaders ‘Waar wij voor staan’, richtlijnen en "
        "verwachtingen en verantwoordelijkheden bij projecten. Waardering/beoordeling op "
        "kwaliteit (en niet op kwantiteit).",
    ),
    (
        "relations_collaboration",
        "Heldere doelen en verwachtingen stellen, inclusief rolverdeling en samenwerking.",
    ),
    (
        "trust",
        "Meer vertrouwen krijgen van werkgevers, onder andere in kennis en kwaliteit van "
        "medewerkers. Minder controleren op verantwoording, door werkgever en opdrachtgever: "
        "minder administratie.",
    ),
    (
        "trust",
        "Meer vertrouwen en ruimte geven aan medewerkers en minder managen op urenverantwoording. "
        "Betere administratie en in samenspraak overzichtelijk inrichten.",
    ),
    ("training_and_development", "Tijd, budget en kansen krijgen."),
    ("training_and_development", "‘Zelfbewustzijn creëren’, persoonlijk leiderschap stimuleren."),
)


@pytest.fixture(scope="module")
def coder() -> Coder:
    """Return the coder of the delivered words."""
    return load_coder(CONFIG, load_settings(CONFIG))


@pytest.mark.parametrize(("aspect", "text"), SOURCE)
def test_the_interventions_of_the_source_go_to_their_own_aspect(
    coder: Coder, aspect: str, text: str
) -> None:
    found = coder.code(text)
    assert (found.aspect_id, found.source) == (aspect, "lexicon")
    assert 0.3 < found.confidence <= 1
    assert found.labels["kind"] == "intervention"


@pytest.mark.parametrize(
    ("dimension", "label", "text"),
    [
        (
            "sphere",
            "commissioner",
            "De stroperigheid en de altijd onzekere financiering uit de gemeente.",
        ),
        ("kind", "barrier", "De stroperigheid en de altijd onzekere financiering uit de gemeente."),
        ("sphere", "own", "Een goede sfeer in het team."),
        ("kind", "enabler", "Mijn leidinggevende vraagt wat ik nodig heb, dat vind ik prettig."),
        ("stance", "space", "Meer ruimte en vrijheid, zelf bepalen wat nodig is."),
        ("stance", "control", "Streng toezicht, registratie en urenverantwoording."),
        ("stance", None, "Koffie op maandag."),
        ("reason", "eigen agenda en werktijden", "Ik bepaal zelf mijn agenda en werktijden."),
        ("reason", "regels en verantwoording", "Alle regels en eisen van de opdrachtgever."),
        ("reason", "anders", "Koffie op maandag."),
    ],
)
def test_other_codes(coder: Coder, dimension: str, label: str | None, text: str) -> None:
    assert coder.code(text).labels[dimension] == label  # type: ignore[index]


def test_the_coders_own_column_goes_before_the_words(coder: Coder) -> None:
    found = coder.code("Minder werkdruk.", "trust")
    assert (found.aspect_id, found.confidence, found.source) == ("trust", 1.0, "coder")


def test_an_answer_without_a_known_word_gets_no_aspect(coder: Coder) -> None:
    found = coder.code("Koffie op maandag.")
    assert (found.aspect_id, found.confidence, found.source) == (None, 0.0, "none")


def test_a_tie_goes_to_what_is_named_first(coder: Coder) -> None:
    assert coder.code("Werksfeer en werkdruk.").aspect_id == "enjoyment_and_engagement"
    assert coder.code("Werkdruk en werksfeer.").aspect_id == "workload"


def test_a_word_of_an_unknown_aspect_is_an_error_that_names_it(tmp_path: Path) -> None:
    words = '[[aspect_words]]\naspect_id = "salary"\nstrong = ["loon"]\nweak = []\n'
    label = '[[label_words]]\ndimension = "kind"\nlabel = "barrier"\nwords = ["geen"]\n'
    (tmp_path / "coding.toml").write_text(words + label, encoding="utf-8")
    with pytest.raises(ConfigurationError, match="'salary' is not known"):
        load_coder(tmp_path, load_settings(CONFIG))

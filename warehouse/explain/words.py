"""Formulas and kinds of hidden in words, in Dutch and English."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True)
class Formula:
    """A statistic: its heading in methods.md and its formula in both languages."""

    anchor: str
    nl: str
    en: str


FORMULAS: Final = {
    "own_mean": Formula(
        "S1b",
        "som / antwoorden; interval ± t(df)·√((1 − n/N)·s²_p/n)",
        "total / answers; interval ± t(df)·√((1 − n/N)·s²_p/n)",
    ),
    "own_share": Formula(
        "S2",
        "aantal genoemd / antwoorden; Wilson-interval op n·(N − 1)/(N − n)",
        "number named / answers; Wilson interval on n·(N − 1)/(N − n)",
    ),
    "group_mean": Formula(
        "S10",
        "Σ gewicht·gemiddelde / Σ gewicht; gewicht = medewerkers × ophoging van de grootteklasse",
        "Σ weight·mean / Σ weight; weight = headcount × the size band's raising factor",
    ),
    "group_share": Formula(
        "S10",
        "Σ gewicht·aandeel / Σ gewicht; Wilson-interval op het effectieve aantal",
        "Σ weight·share / Σ weight; Wilson interval on the effective number",
    ),
    "hr_mean": Formula(
        "S15",
        "som van de hr-waarden / organisaties; interval ± 1,96·√(s²/k)",
        "total of the hr values / organisations; interval ± 1.96·√(s²/k)",
    ),
    "hr_share": Formula(
        "S2",
        "organisaties die het noemen / organisaties; Wilson-interval",
        "organisations that name it / organisations; Wilson interval",
    ),
    "breakdown": Formula(
        "Breakdowns",
        "som / antwoorden; interval met s²_p en het ontwerpeffect van de sector",
        "total / answers; interval with s²_p and the sector's design effect",
    ),
    "mean_of_organisations": Formula(
        "S3",
        "Σ gemiddelden / k: elke organisatie telt één keer; interval ± 1,96·√(Σ s²_p/n)/k",
        "Σ means / k: each organisation counts once; interval ± 1.96·√(Σ s²_p/n)/k",
    ),
    "comparison": Formula(
        "S3",
        "k/(k − 1)·(eigen − gemiddelde van alle k organisaties)",
        "k/(k − 1)·(own − mean of all k organisations)",
    ),
    "gap_mean": Formula(
        "S15",
        "medewerkers − hr; interval ± 1,96·√(se² + se²)",
        "employees − hr; interval ± 1.96·√(se² + se²)",
    ),
    "gap_share": Formula(
        "S16",
        "medewerkers − hr; Newcombe-interval",
        "employees − hr; Newcombe interval",
    ),
    "trend": Formula(
        "S6",
        "latere meting − eerdere meting; interval ± 1,96·√(se² + se²)",
        "later wave − earlier wave; interval ± 1.96·√(se² + se²)",
    ),
    "response_rate": Formula(
        "Response rate",
        "deelnemers / uitgenodigden, ten hoogste 1",
        "took part / invited, at most 1",
    ),
}

WITHHELD: Final = (
    "Afgeschermd om mensen te beschermen. Meer antwoorden in deze groep kunnen helpen.",
    "Withheld to protect people. More answers in this group may help.",
)
HIDDEN: Final = {
    # The three kinds look the same to a reader: which one it is may say something of the answers.
    "withheld_small": WITHHELD,
    "withheld_complement": WITHHELD,
    "withheld_homogeneous": WITHHELD,
    "too_few_organisations": (
        "Te weinig organisaties om te zeggen. Het helpt als meer organisaties meedoen.",
        "Too few organisations to say. More organisations that take part would help.",
    ),
    "low_precision": (
        "Te weinig antwoorden om te zeggen. Meer antwoorden helpen.",
        "Too few answers to say. More answers would help.",
    ),
    "not_asked": (
        "In deze meting niet gevraagd.",
        "Not asked in this wave.",
    ),
    "not_offered": (
        "De organisatie biedt deze regeling niet aan.",
        "The organisation does not offer this scheme.",
    ),
    "not_comparable": (
        "Trendbreuk: de vragenlijst is veranderd, dus er is geen verandering te berekenen.",
        "Trend break: the questionnaire changed, so no change can be computed.",
    ),
    "too_few_waves": (
        "Te weinig metingen om te zeggen. Een trend heeft er drie nodig.",
        "Too few waves to say. A trend needs three.",
    ),
    "no_data": (
        "Hier zijn geen antwoorden.",
        "There are no answers here.",
    ),
}

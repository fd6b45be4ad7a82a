"""Formulas in words, in Dutch and English."""

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
    "share_of_answers": Formula(
        "Distributions",
        "antwoorden met dit antwoord / alle antwoorden",
        "answers that say this / all answers",
    ),
    "share_left": Formula(
        "Distributions",
        "1 − de andere antwoorden van dezelfde verdeling",
        "1 − the other answers of the same distribution",
    ),
    "size_gradient": Formula(
        "S12b",
        "Σ w·(x − x̄)·gemiddelde / Σ w·(x − x̄)²; x = log10 medewerkers, w = 1/(s²_p/n + τ²)",
        "Σ w·(x − x̄)·mean / Σ w·(x − x̄)²; x = log10 headcount, w = 1/(s²_p/n + τ²)",
    ),
    "expected_range": Formula(
        "Expected at this size",
        "intercept + helling·log10(medewerkers), binnen de schaal; ± 1,96·√(s²_p/n + τ² + Var)",
        "intercept + slope·log10(headcount), inside the scale; ± 1.96·√(s²_p/n + τ² + Var)",
    ),
    "funnel": Formula(
        "S11",
        "(eigen − Σ w·gemiddelde / Σ w) / √(s²_p/n); w = n/s²_p",
        "(own − Σ w·mean / Σ w) / √(s²_p/n); w = n/s²_p",
    ),
    "funnel_centre": Formula(
        "S11",
        "Σ w·gemiddelde / Σ w; w = n/s²_p",
        "Σ w·mean / Σ w; w = n/s²_p",
    ),
    "order_agreement": Formula(
        "S18",
        "Kendalls τ_b over de aandelen van medewerkers en hr",
        "Kendall's τ_b over the shares of employees and hr",
    ),
    "category_difference": Formula(
        "Age difference",
        "Σ h·(groep − de andere) / Σ h per grootteklasse; h = n·m/(n + m); ± t(df)·√(s²/Σ h)",
        "Σ h·(category − the others) / Σ h by size band; h = n·m/(n + m); ± t(df)·√(s²/Σ h)",
    ),
    "propensity": Formula(
        "S14 What non-response can do",
        "Σ deelnemers / Σ uitgenodigden; R = 1 − 2·S(ρ)",
        "Σ took part / Σ invited; R = 1 − 2·S(ρ)",
    ),
    "effective_count": Formula(
        "S14 Weights and effective number",
        "(Σ gewicht)² / Σ gewicht², over alle antwoorden",
        "(Σ weight)² / Σ weight², over all answers",
    ),
    "change_total": Formula(
        "S7 Matched and total change",
        "gemiddelde van organisaties, later − eerder; ± 1,96·√(v + v)",
        "mean of organisations, later − earlier; ± 1.96·√(v + v)",
    ),
    "change_matched": Formula(
        "S7 Matched and total change",
        "Σ (later − eerder) / m over de m organisaties van beide metingen; ± 1,96·√Σ(v + v)/m",
        "Σ (later − earlier) / m over the m organisations of both waves; ± 1.96·√Σ(v + v)/m",
    ),
    "change_composition": Formula(
        "S7 Matched and total change",
        "hele verandering − verandering van dezelfde organisaties",
        "whole change − change of the same organisations",
    ),
    "change_within": Formula(
        "S7 Size mix",
        "Σ ½(P₀ + P₁)·(later − eerder) over groepen van grootteklassen; P = aandeel organisaties",
        "Σ ½(P₀ + P₁)·(later − earlier) over groups of size bands; P = share of organisations",
    ),
    "change_mix": Formula(
        "S7 Size mix",
        "Σ (P₁ − P₀)·½(eerder + later) over groepen van grootteklassen; P = aandeel organisaties",
        "Σ (P₁ − P₀)·½(earlier + later) over groups of size bands; P = share of organisations",
    ),
    "trend_line": Formula(
        "S7 Trend",
        "Σ w·(t − t̄)·waarde / Σ w·(t − t̄)²; t = jaar, w = 1/v; ± 1,96/√(Σ w·(t − t̄)²)",
        "Σ w·(t − t̄)·value / Σ w·(t − t̄)²; t = year, w = 1/v; ± 1.96/√(Σ w·(t − t̄)²)",
    ),
    "predecessor": Formula(
        "Organisation history",
        "Σ medewerkers·gemiddelde / Σ medewerkers van de voorgangers",
        "Σ headcount·mean / Σ headcount of the predecessors",
    ),
    "protected_total": Formula(
        "Check a figure",
        "gepubliceerd cijfer · antwoorden",
        "published figure · answers",
    ),
    "scale": Formula(
        "Check a figure",
        "staat in de vragenlijst",
        "stands in the questionnaire",
    ),
    "constant": Formula(
        "S1b",
        "spreiding van antwoorden binnen organisaties: Σ(n − 1)·s² / Σ(n − 1)",
        "spread of answers inside organisations: Σ(n − 1)·s² / Σ(n − 1)",
    ),
    "design_effect": Formula(
        "Breakdowns",
        "se² van de sector / (s²_p/antwoorden), ten minste 1",
        "se² of the sector / (s²_p/answers), at least 1",
    ),
    "sensitivity": Formula(
        "Without the flagged answers",
        "gemiddelde zonder gemarkeerde antwoorden − gemiddelde van alle",
        "mean without the flagged answers − mean of all",
    ),
    "finding": Formula(
        "What stands out",
        "|cijfer| / kleinste verschil dat telt",
        "|figure| / smallest difference that counts",
    ),
    "support": Formula(
        "S19",
        "(K·μ + r·x̄)/(K + r), K = σ²/τ²; ondergrens − 1,28·√(σ²/(K + r))",
        "(K·μ + r·x̄)/(K + r), K = σ²/τ²; lower bound − 1.28·√(σ²/(K + r))",
    ),
    "dialogue_mean": Formula(
        "S19",
        "Σ w·x̄ / Σ w; w = 1/(σ²/r + τ²)",
        "Σ w·x̄ / Σ w; w = 1/(σ²/r + τ²)",
    ),
    "exposure": Formula(
        "S21 Exposure balance",
        "(J − 1)/(J − m)·Σ(e − ē)²/ē over hoe vaak elk antwoord is getoond",
        "(J − 1)/(J − m)·Σ(e − ē)²/ē over how often each answer was shown",
    ),
}

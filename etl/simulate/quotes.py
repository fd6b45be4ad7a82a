"""Explanations in free text: our own sentences, and one that names somebody."""

from __future__ import annotations

import numpy as np

from etl.simulate import facts
from etl.simulate.randomness import Codes, Generator
from warehouse.instrument import Side

EMPLOYEE_QUOTES = (
    "Ik deel mijn week zelf in, en dat geeft rust.",
    "Privé en werk lopen bij mij te vaak door elkaar.",
    "Er is vertrouwen, maar te weinig tijd om het waar te maken.",
    "In ons team beslissen we samen wie wat oppakt; dat werkt.",
    "De opleiding die ik wilde, mocht ik pas na lang aandringen doen.",
    "Ik zou graag eerder meedenken over veranderingen in de wijk.",
    "Mijn leidinggevende vraagt wat ik nodig heb, dat vind ik prettig.",
    "Alles moet verantwoord worden, tot de laatste € aan toe.",
    "Eén goed gesprek per jaar is te weinig.",
    "Het rooster ligt vast, daar kan ik niets aan veranderen.",
    "Collega’s springen voor elkaar bij als het druk is.",
    "Ik mag veel zelf bepalen, soms zelfs meer dan ik wil.",
    "Door de caseload kom ik niet toe aan vernieuwing.",
    "De lijntjes met het bestuur zijn kort en open.",
    "Thuiswerken kan, mits het team het eens is.",
    "Ik weet niet goed welke regelingen er voor mij zijn.",
)
HR_QUOTES = (
    "We bieden ruimte, maar niet iedereen weet dat te vinden.",
    "Het gesprek over ontwikkeling voeren we nu elk kwartaal.",
    "De financiering maakt lange afspraken lastig.",
    "Medewerkers regelen hun roosters sinds dit jaar zelf.",
    "Leidinggevenden hebben hulp nodig bij loslaten.",
    "De gemeente stelt eisen die de ruimte in het werk beperken.",
    "Een nieuwe werkplek heeft zichtbaar geholpen.",
    "Onze regelingen zijn goed, de uitleg ervan is dat nog niet.",
)
# What a bureau made of the answers of round 1: two per aspect, in the order of the mentions.
MERGED_ANSWERS = (
    "Minder werkdruk, zodat er tijd is voor de kern van het werk.",
    "Geef ons vertrouwen en controleer minder op verantwoording.",
    "Tijd en budget om een opleiding te volgen.",
    "Vaker een open gesprek met je leidinggevende, ook over wat niet lukt.",
    "Vraag naar onze mening voordat er besluiten vallen.",
    "Heldere doelen en een duidelijke rolverdeling in projecten.",
    "Werk en privé beter op elkaar laten aansluiten, ook bij mantelzorg.",
    "Zelf roosteren, en flexibel omgaan met werktijden.",
    "Een goede werksfeer, waarin successen gevierd worden.",
    "Een veilige werkomgeving waarin je fouten mag melden.",
    "Meer vast personeel, want met zoveel vacatures blijft er geen hersteltijd over.",
    "Vertrouw op vakmanschap en breng de administratie terug.",
    "Loopbaangesprekken en kansen om door te groeien.",
    "Regelmatig reflectie en intervisie in het team, onder werktijd.",
    "Gebruik de feedback van medewerkers in de besluitvorming.",
    "Kaders en verwachtingen op papier, en daarbinnen samenwerking.",
    "Een balans tussen werk en privé die je mag bespreken.",
    "Flexibeler omgaan met de urenverantwoording.",
    "Meer werkplezier door tijd met cliënten in plaats van schermen.",
    "Een rustige werkplek, en aandacht voor sociale veiligheid.",
)
# An invented person: what redaction and moderation have to catch.
NAMED_QUOTE = "Sinds Fenna Duinstra-Kwakkel mijn leidinggevende is, durf ik zelf te beslissen."
ALL_QUOTES = (*EMPLOYEE_QUOTES, *HR_QUOTES, NAMED_QUOTE)
NO_QUOTE = -1


def draw_quotes(rng: Generator, side: Side, count: int) -> Codes:
    """Return the number of each person's sentence in ALL_QUOTES, NO_QUOTE for most people."""
    start, pool = (0, EMPLOYEE_QUOTES) if side == "employee" else (len(EMPLOYEE_QUOTES), HR_QUOTES)
    drawn = rng.integers(start, start + len(pool), count)
    return np.where(rng.random(count) < facts.QUOTE_SHARE, drawn, NO_QUOTE).astype(np.int8)

"""A made corpus of Dutch answers with planted identifiers: nobody in it exists.

Surnames are made of syllables, numbers by their own check digits, organisations of word lists. The
same seed gives the same answers.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

PLAIN = (
    "Ik wil meer ruimte om mijn week zelf in te delen.",
    "Minder regels en meer vertrouwen, dat zou mij helpen.",
    "De opleiding mag ik in werktijd volgen.",
    "Een goed gesprek over verwachtingen, elk kwartaal.",
    "De werkdruk moet omlaag, dan blijft er tijd over voor vernieuwing.",
    "We beslissen samen wie wat oppakt en dat werkt.",
    "Zelf roosteren kan bij ons nog niet.",
    "Er wordt te veel verantwoording gevraagd door de gemeente.",
    "Het IKB ken ik wel, het Loopbaanbudget niet.",
    "Heldere doelen en een goede sfeer.",
)
FIRST = (
    "Fenna",
    "Wietske",
    "Ahmed",
    "Joost",
    "Marieke",
    "Sjoerd",
    "Yasmin",
    "Theo",
    "Hanneke",
    "Karel",
)
# First names that stand in no list of ours.
RARE = ("Aldwin", "Brechje", "Ilvy", "Othmar", "Zefanja", "Quirien", "Tjerkje", "Lowie")
SYLLABLES = (
    ("Duin", "Kwak", "Over", "Zand", "Hoog", "Steen", "Bree", "Wester", "Klaver", "Roggen"),
    ("stra", "kel", "meer", "berg", "kamp", "veen", "huis", "brink", "wijk", "boer"),
)
INFIXES = ("", "", "", "van ", "de ", "van der ", "ten ")
ORGANISATIONS = (
    "Stichting Welzijn Tureluurveld",
    "Buurtwerk Hazelbrink",
    "Sociaal Werk Klaproosdrecht",
    "Wijkkracht Zilverhorst",
    "Samen in Otterzijl",
)
FORMER = "Opbouwwerk Kwartelgouw"
TRADE_NAME = "De Bonte Kraai"
TYPED = ("email", "phone", "url", "iban", "bsn", "postcode", "kvk", "date")
NAMED = ("organisation", "municipality", "person")
MONTHS = ("januari", "maart", "mei", "augustus", "oktober", "december")


@dataclass(frozen=True)
class Planted:
    """An answer, and what was planted in it: the kind, how it is written, and the words."""

    text: str
    kind: str
    form: str
    secret: str


def digits(rng: random.Random, count: int) -> str:
    """Return figures."""
    return "".join(str(rng.randrange(10)) for _ in range(count))


def bsn(rng: random.Random) -> str:
    """Return nine figures that pass the eleven-test."""
    while True:
        given = [rng.randrange(1, 9), *(rng.randrange(10) for _ in range(7))]
        rest = sum(w * d for w, d in zip(range(9, 1, -1), given, strict=True)) % 11
        if rest < 10:
            return "".join(map(str, [*given, rest]))


def iban(rng: random.Random) -> str:
    """Return a Dutch account number with its check digits."""
    bank, number = rng.choice(("ABNA", "INGB", "RABO", "TRIO")), digits(rng, 10)
    body = "".join(str(int(sign, 36)) for sign in f"{bank}{number}NL00")
    return f"NL{98 - int(body) % 97:02d}{bank}{number}"


def surname(rng: random.Random) -> str:
    """Return a surname nobody has."""
    made = rng.choice(SYLLABLES[0]) + rng.choice(SYLLABLES[1])
    return rng.choice(INFIXES) + made


def email(rng: random.Random) -> tuple[str, str]:
    """Return an e-mail address, in one of the ways people write one."""
    user = f"{rng.choice(FIRST).lower()}.{surname(rng).replace(' ', '').lower()}"
    host = rng.choice(("hazelbrink.nl", "voorbeeld.org", "post.example.com"))
    odd = f"{user} (at) {host.replace('.', ' punt ')}"
    return rng.choice(
        (("plain", f"{user}@{host}"), ("upper", f"{user}@{host}".upper()), ("odd", odd))
    )


def phone(rng: random.Random) -> tuple[str, str]:
    """Return a telephone number."""
    tail = digits(rng, 8)
    return rng.choice(
        (
            ("mobile", f"06-{tail}"),
            ("plain", f"06{tail}"),
            ("abroad", f"+31 6 {tail[:4]} {tail[4:]}"),
            ("zero", f"+31 (0)6 {tail}"),
            ("fixed", f"(010) {tail[:3]} {tail[3:7]}"),
            ("dotted", f"020.{tail[:3]}.{tail[3:5]}.{tail[5:7]}"),
        )
    )


def url(rng: random.Random) -> tuple[str, str]:
    """Return a web address."""
    name = surname(rng).replace(" ", "").lower()
    return rng.choice(
        (
            ("scheme", f"https://www.{name}.nl/team/{name}"),
            ("www", f"www.{name}.org"),
            ("bare", f"{name}.nl"),
        )
    )


def account(rng: random.Random) -> tuple[str, str]:
    """Return an account number: together, in fours, or in small letters."""
    number = iban(rng)
    fours = " ".join(number[place : place + 4] for place in range(0, 18, 4))
    return rng.choice((("plain", number), ("fours", fours), ("lower", fours.lower())))


def citizen(rng: random.Random) -> tuple[str, str]:
    """Return a citizen service number."""
    number = bsn(rng)
    dotted = f"{number[:4]}.{number[4:6]}.{number[6:]}"
    return rng.choice((("plain", number), ("dotted", dotted)))


def postcode(rng: random.Random) -> tuple[str, str]:
    """Return a postcode."""
    number, letters = (
        f"{rng.randrange(1, 10)}{digits(rng, 3)}",
        rng.choice(("AB", "KX", "GH", "VD")),
    )
    return rng.choice(
        (
            ("space", f"{number} {letters}"),
            ("plain", f"{number}{letters}"),
            ("lower", f"{number} {letters.lower()}"),
        )
    )


def chamber(rng: random.Random) -> tuple[str, str]:
    """Return a number of the chamber of commerce."""
    number = digits(rng, 8)
    return rng.choice(
        (
            ("plain", f"KvK {number}"),
            ("long", f"KvK-nummer: {number}"),
            ("dots", f"k.v.k. {number}"),
        )
    )


def date(rng: random.Random) -> tuple[str, str]:
    """Return a date."""
    day, month, year = rng.randrange(1, 28), rng.randrange(1, 13), rng.randrange(2015, 2025)
    word = rng.choice(MONTHS)
    return rng.choice(
        (
            ("dashes", f"{day:02d}-{month:02d}-{year}"),
            ("slashes", f"{day}/{month}/{year % 100:02d}"),
            ("iso", f"{year}-{month:02d}-{day:02d}"),
            ("words", f"{day} {word} {year}"),
            ("no year", f"{day} {word}"),
            ("month", f"{word} {year}"),
        )
    )


def organisation(rng: random.Random) -> tuple[str, str]:
    """Return a name of an organisation, as it is written, was, or is known by."""
    full = rng.choice(ORGANISATIONS)
    return rng.choice(
        (
            ("full", full),
            ("lower", full.lower()),
            ("part", full.split()[-1]),
            ("former", FORMER),
            ("trade name", TRADE_NAME),
        )
    )


def municipality(rng: random.Random) -> tuple[str, str]:
    """Return a municipality."""
    name = rng.choice(("Zwolle", "Bergen op Zoom", "Den Haag", "Steenwijkerland", "Best"))
    return ("lower", name.lower()) if rng.random() < 0.3 and name != "Best" else ("plain", name)


def person(rng: random.Random) -> tuple[str, str]:
    """Return somebody's name, in one of the ways people write one."""
    known, rare, last = rng.choice(FIRST), rng.choice(RARE), surname(rng)
    return rng.choice(
        (
            ("full", f"{known} {last}"),
            ("full rare", f"{rare} {last}"),
            ("first", known),
            ("first rare", rare),
            ("lower", f"{known} {last}".lower()),
            ("lower rare", f"{rare} {last}".lower()),
            ("mrs", f"mevrouw {last[:1].upper()}{last[1:]}"),
            ("initial", f"{rare[0]}. {last}"),
        )
    )


MAKERS = {
    "email": email, "phone": phone, "url": url, "iban": account, "bsn": citizen,
    "postcode": postcode, "kvk": chamber, "date": date, "organisation": organisation,
    "municipality": municipality, "person": person,
}  # fmt: skip
FRAMES = {
    "email": ("Mail mij op {} als je meer wilt weten.", "Reacties graag naar {}"),
    "phone": ("Bel mij gerust op {}.", "Mijn nummer ({}) staat in de handtekening."),
    "url": ("Kijk eens op {} voor een voorbeeld.", "Wij gebruiken {} daarvoor."),
    "iban": ("De vergoeding kwam nooit op {} binnen.", "Maak het over naar {} en klaar."),
    "bsn": ("Mijn bsn {} werd aan iedereen gemaild.", "In de mail stond {} vermeld."),
    "postcode": ("Ons kantoor op {} is te klein.", "In wijk {} werken we zo al jaren."),
    "kvk": ("Ik werk ook als zzp'er ({}).", "Mijn bedrijf, {}, loopt ernaast."),
    "date": ("Sinds {} is de sfeer omgeslagen.", "Op {} kregen we een ander rooster."),
    "organisation": ("Bij {} mag veel, gelukkig.", "Ik werkte voor {} en daar kon het wel."),
    "municipality": ("In {} vraagt de opdrachtgever te veel.", "Het werk in {} is anders."),
    "person": (
        "Sinds {} hier werkt, durf ik meer.",
        "Ik vraag het altijd aan {} en dat helpt.",
        "Mijn leidinggevende {} luistert goed.",
        "{} geeft mij de ruimte.",
    ),
}  # fmt: skip


def corpus(seed: int = 8, count: int = 500) -> list[Planted]:
    """Return answers with one identifier planted in each, all kinds equally often."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        kind = (*TYPED, *NAMED)[number % (len(TYPED) + len(NAMED))]
        form, secret = MAKERS[kind](rng)
        parts = [rng.choice(PLAIN), rng.choice(FRAMES[kind]).format(secret)]
        rng.shuffle(parts)
        found.append(Planted(" ".join(parts), kind, form, secret))
    return found

"""Words that no one else would write, planted wherever a delivery takes text; and where they go.

Each planted text is made of words of its own. They are looked for in whatever leaves the trust
boundary: as bytes, inside archives, and in every cell of a database, which packs its texts.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import duckdb

from tests.builders import World, write_exports

STEM = "qzvx"
DATABASE = b"DUCK"


def planted(number: int) -> str:
    """Return a text that stands nowhere else."""
    return f"{STEM}a{number:05d} zegt {STEM}b{number:05d}, bel 0612345{number:05d}"


def with_quotes(world: World) -> World:
    """Return the world in which everybody wrote an explanation of their own."""
    for wave in world.waves:
        people = [
            person | {"answers": person["answers"] | {"quote": planted(place)}}
            for place, person in enumerate(world.people[wave])
        ]
        world = world.with_people(wave, people)
    return world


def spoiled(header: str, line: str, number: int) -> Iterator[str]:
    """Yield a row once per column with a planted text in that column: most are refused."""
    columns = header.split(";")
    for place, name in enumerate(columns):
        cells = line.split(";")
        cells[place] = planted(number + place)
        if name != "respondent_id":
            cells[columns.index("respondent_id")] = f"{STEM}r{number + place}"
        yield ";".join(cells)


def write_planted(world: World, directory: Path) -> list[Path]:
    """Write exports full of planted texts: explanations, wrong cells, an unknown column, a note.

    One file more has nothing but wrong rows, so that it is refused as a whole.
    """
    paths = write_exports(with_quotes(world), directory)
    header, *lines = paths[0].read_text(encoding="utf-8").splitlines()
    wrong = list(spoiled(header, lines[0], 50_000))
    kept = wrong[: len(lines) // 12]
    extra = [f"{header};opmerking", *(f"{line};{planted(60_000)}" for line in [*lines, *kept])]
    paths[0].write_text("\n".join(extra) + "\n", encoding="utf-8")
    refused = directory / f"{world.waves[0]}-bureau-fout.csv"
    refused.write_text("\n".join([header, *wrong]) + "\n", encoding="utf-8")
    return [*paths, refused, *write_dialogue(directory)]


def write_dialogue(directory: Path) -> list[Path]:
    """Write what was said in the dialogue of 2024, planted texts all of it."""
    side = "medewerker"
    answers = [f"{STEM}p{n},{side},1,V1,A{n},,{planted(70_000 + n)}" for n in range(40)]
    answers = [line.replace(", bel", " bel") for line in answers]
    ratings = [f"{STEM}p{n},{side},2,V1,A{(n + 1) % 40},{n % 7 - 3}" for n in range(40)]
    parts = {
        "antwoorden": ("deelnemer_id,rol,ronde,vraag_id,antwoord_id,aspect_id,tekst", answers),
        "waarderingen": ("deelnemer_id,rol,ronde,vraag_id,antwoord_id,waardering", ratings),
    }
    found = []
    for name, (header, lines) in parts.items():
        path = directory / f"2024-dialoog-{name}.csv"
        path.write_text("\n".join([header, *lines]) + "\n", encoding="utf-8")
        found.append(path)
    return found


def insides(content: bytes, room: Path) -> Iterator[bytes]:
    """Yield a file's bytes, and what is packed in it: members of archives, cells of databases."""
    yield content
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for name in archive.namelist():
                yield name.encode()
                yield from insides(archive.read(name), room)
    if content[8:12] == DATABASE:
        yield from cells_of(content, room)


def cells_of(content: bytes, room: Path) -> Iterator[bytes]:
    """Yield every cell of a database as text, from a copy of its own."""
    path = room / "looked-into.duckdb"
    path.write_bytes(content)
    with duckdb.connect(str(path), read_only=True) as connection:
        for (name,) in connection.execute("show tables").fetchall():
            for row in connection.execute(f'select * from "{name}"').fetchall():
                yield "\n".join(map(str, row)).encode()
    path.unlink()


def traces(contents: Iterable[bytes], room: Path) -> list[str]:
    """Return where planted words stand, whatever their case."""
    found = []
    for content in contents:
        for inside in insides(content, room):
            place = inside.lower().find(STEM.encode())
            if place >= 0:
                found.append(inside[max(0, place - 40) : place + 40].decode(errors="replace"))
    return found


def files_below(root: Path) -> list[Path]:
    """Return every file below a folder."""
    return sorted(path for path in root.rglob("*") if path.is_file())

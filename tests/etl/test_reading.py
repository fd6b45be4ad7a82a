"""Files are read right or refused with the place and the mend; never half."""

from __future__ import annotations

import pytest

from tests.etl.builders import HEADERS, World, csv_text, rows_of, write, write_workbook

TEXT = csv_text(rows_of(3, uit="Café privé"))


def landed(world: World, name: str, content: str | bytes) -> list[dict[str, object]]:
    """Return the facts of a file that must land."""
    report = world.load(write(world.root / name, content))
    assert report.outcome == "landed", report.delivery.reason
    return world.facts(report)


def refused(world: World, name: str, content: str | bytes) -> str:
    """Return why a file that must be refused was, after looking that nothing landed."""
    report = world.load(write(world.root / name, content))
    assert report.outcome == "refused"
    assert list(world.store.facts.iterdir()) == []
    return str(report.delivery.reason)


@pytest.mark.parametrize("delimiter", [";", ",", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252"])
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_every_dialect_gives_the_same_facts(
    world: World, delimiter: str, encoding: str, newline: str
) -> None:
    text = csv_text(rows_of(3, uit="Café privé"), delimiter).replace("\n", newline)
    facts = landed(world, "f.csv", text.encode(encoding))
    assert [(row["row_number"], row["grade"], row["quote"]) for row in facts] == [
        (number, 14, "Café privé") for number in (2, 3, 4)
    ]


def test_quoted_cells_hold_delimiters_quotes_and_newlines(world: World) -> None:
    row = 'R1;ORG1;medewerker;7;;;;;;"Ja; ""echt""\r\nwaar"\r\n'
    facts = landed(world, "f.csv", ";".join(HEADERS) + "\r\n" + row + row.replace("R1", "R2"))
    assert [row["quote"] for row in facts] == ['Ja; "echt"\nwaar'] * 2
    assert [row["row_number"] for row in facts] == [2, 3]


def test_a_header_may_hold_a_newline(world: World) -> None:
    assert (
        len(landed(world, "f.csv", TEXT.replace("uit\n", 'uit;"a\nb"\n').replace("vé\n", "vé;\n")))
        == 3
    )


def test_a_file_without_a_last_newline_is_whole(world: World) -> None:
    assert len(landed(world, "f.csv", TEXT.rstrip("\n"))) == 3


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (TEXT + "R9;ORG1;medewerker\n", "row 5: the header has 10 columns, this line has 3"),
        (TEXT + "R9;ORG1;medewerker;7;;;;;;;;x\n", "row 5: the header has 10 columns"),
        (TEXT + 'R9;ORG1;medewerker;7;;;;;;"open\n', "never closed"),
        (TEXT.replace("uit", "a", 1), "'a': this column name stands twice"),
        (TEXT.replace("cijfer", "cijfers", 1), "'cijfer' (closest: 'cijfers')"),
        (TEXT + "\0", "NUL"),
        (TEXT.encode("utf-16")[:-1], "marked as UTF-16"),
        (TEXT.encode("utf-16-le"), "NUL"),
        (TEXT.encode() + b"\x81\x8d", "neither UTF-8 nor"),
        ("", "no header"),
        ("\n\n", "no header"),
        (b"PK\x03\x04 no text", "holds a zip archive"),
        (b"%PDF-1.7", "holds a PDF"),
    ],
)
def test_a_damaged_file_is_refused_with_the_place(
    world: World, content: str | bytes, said: str
) -> None:
    assert said in refused(world, "f.csv", content)


def test_a_refusal_quotes_no_cell(world: World) -> None:
    assert "Piet" not in refused(world, "f.csv", TEXT + "R9;ORG1;Piet\n")


@pytest.mark.parametrize("name", ["f.pdf", "f", "f.xls", "f.docx"])
def test_an_unknown_extension_is_refused(world: World, name: str) -> None:
    assert ".csv" in refused(world, name, TEXT)


def test_a_workbook_gives_the_same_facts_as_the_text(world: World) -> None:
    numbers = [["R1", "ORG1", "medewerker", 7, 3, 2.0, True, 0, None, "Café"]]
    numbers[0][6] = 1
    path = write_workbook(world.root / "f.xlsx", [HEADERS, *numbers])
    from_book = world.facts(world.load(path))
    world.store = type(world.store)(world.root / "other")
    text = csv_text([]) + "R1;ORG1;medewerker;7;3;2;1;0;;Café\n"
    assert from_book == landed(world, "f.csv", text)


def test_a_workbook_keeps_the_row_numbers_of_excel(world: World) -> None:
    row = ["ORG1", "medewerker", 7.5]
    rows = [HEADERS, ["R1", *row], [], ["R2", *row]]
    facts = world.facts(world.load(write_workbook(world.root / "f.xlsx", rows)))
    assert [(found["row_number"], found["grade"]) for found in facts] == [(2, 15), (4, 15)]


def test_a_workbook_may_start_below_the_first_row(world: World) -> None:
    rows = [[], [], HEADERS, ["R1", "ORG1", "medewerker", 7.5]]
    facts = world.facts(world.load(write_workbook(world.root / "f.xlsx", rows)))
    assert [found["row_number"] for found in facts] == [4]


@pytest.mark.parametrize("content", [b"PK\x03\x04 broken", TEXT, b"\xd0\xcf\x11\xe0 locked", b""])
def test_a_broken_workbook_is_refused(world: World, content: str | bytes) -> None:
    assert refused(world, "f.xlsx", content)


def test_rows_keep_the_order_and_number_of_the_file(world: World) -> None:
    """Many rows, so that several threads read at once; every tenth thousand is refused."""
    numbers = range(2, 300_000)
    marks = {n: "x" if n % 10_000 == 0 else "7" for n in numbers}
    rows = "".join(f"R{n};ORG{n % 2 + 1};medewerker;{marks[n]};;;;;;{n}\n" for n in numbers)
    facts = landed(world, "f.csv", csv_text([]) + rows)
    assert [row["row_number"] for row in facts] == [n for n in numbers if marks[n] == "7"]
    assert all(str(row["row_number"]) == row["quote"] for row in facts)

"""docs/methods.md computes its own examples, and says the same in Dutch and English."""

from __future__ import annotations

import doctest
import io
import re
import tomllib
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from dashboard.prose import Block, Bullets, Chapter, Grid, Spans, label_of, read_chapters, text_of

ROOT = Path(__file__).resolve().parents[1]
LABELS = {
    "en": ("", "Formula", "Source", "Example", "Not shown", "Code"),
    "nl": ("", "Formule", "Bron", "Voorbeeld", "Niet te zien", "Code"),
}
RULES = {"Rule": "Formula", "Regel": "Formule"}
FILES = {"en": "methods.md", "nl": "methods.nl.md"}
NUMBERS = {
    "en": re.compile(r"(?<![\w.,])[−-]?\d+(?:,\d{3})*(?:\.\d+)?(?:e-?\d+)?(?!\w)( %)?"),
    "nl": re.compile(r"(?<![\w.,])[−-]?\d+(?:\.\d{3})*(?:,\d+)?(?!\w)( %)?"),
}
SETTING = re.compile(r"([\d.,]+)( %| percentage points| procentpunt)?\s\(`([a-z_.]+)`\)")
Parts = dict[str, list[Block]]


@cache
def document(language: str) -> str:
    """Return a document."""
    return (ROOT / "docs" / FILES[language]).read_text(encoding="utf-8")


@cache
def sections(language: str) -> dict[str, Chapter]:
    """Return the sections of a document by anchor, in order."""
    chapters = read_chapters(document(language))
    return {chapter.anchor: chapter for chapter in chapters if chapter.level == 3}


def parts_of(chapter: Chapter) -> Parts:
    """Return the blocks of a section by the label they stand under; a rule counts as a formula."""
    parts: Parts = {}
    label = ""
    for block in chapter.blocks:
        label = label_of(block) or label
        parts.setdefault(RULES.get(label, label), []).append(block)
    return parts


def spans_in(blocks: list[Block]) -> Iterator[Spans]:
    """Yield every run of text of some blocks, cells and items apart."""
    for block in blocks:
        if isinstance(block, Grid):
            yield from block.heads
            yield from (cell for row in block.rows for cell in row)
        else:
            yield from block.items if isinstance(block, Bullets) else [block.spans]


def code_in(blocks: list[Block]) -> list[str]:
    """Return what stands in code style."""
    return [span.text for run in spans_in(blocks) for span in run if span.style == "code"]


def numbers_in(text: str, language: str) -> Iterator[tuple[float, int]]:
    """Yield each number of a text with its number of decimals; per cent as a number."""
    for found in NUMBERS[language].finditer(text):
        written = found[0].removesuffix(" %").replace("−", "-")
        thousands, comma = (",", ".") if language == "en" else (".", ",")
        plain = written.replace(thousands, "").replace(comma, ".")
        yield float(plain), len(plain.partition(".")[2])


def numbers_of(parts: Parts, label: str, language: str) -> list[tuple[float, int]]:
    """Return the numbers of one part of a section."""
    texts = [text_of(run) for run in spans_in(parts.get(label, []))]
    return [number for text in texts for number in numbers_in(text, language)]


def run_program(program: str, names: dict[str, Any], title: str) -> tuple[int, str]:
    """Return how many lines of a program printed something else than is written, and what."""
    test = doctest.DocTestParser().get_doctest(program, names, title, FILES["en"], 0)
    runner, said = doctest.DocTestRunner(verbose=False), io.StringIO()
    runner.run(test, out=said.write, clear_globs=False)
    names.update(test.globs)
    return runner.failures, said.getvalue()


@pytest.fixture(scope="module")
def example() -> dict[str, Any]:
    """Return the names of the example data, which every program may use."""
    names: dict[str, Any] = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(ROOT)
        failures, said = run_program(sections("en")["example"].program, names, "example")
    assert failures == 0, said
    return names


ANCHORS = list(sections("en"))


@pytest.mark.parametrize("anchor", ANCHORS)
def test_every_example_gives_what_is_written(anchor: str, example: dict[str, Any]) -> None:
    program = sections("en")[anchor].program
    assert program.count(">>>") >= 2
    failures, said = run_program(program, dict(example), anchor)
    assert failures == 0, said


def not_computed(chapter: Chapter) -> list[float]:
    """Return the numbers of a section's example that its program neither takes nor gives."""
    known = [number for number, _ in numbers_in(chapter.program.replace(", ", " "), "en")]
    return [
        number
        for number, decimals in numbers_of(parts_of(chapter), "Example", "en")
        if not any(
            abs(number / part - value) <= 0.5000001 * 10.0**-decimals / part
            for value in known
            for part in (1, 100)
        )
    ]


@pytest.mark.parametrize("anchor", ANCHORS)
def test_every_number_of_an_example_is_computed(anchor: str) -> None:
    assert not_computed(sections("en")[anchor]) == []


def test_a_wrong_number_is_found(example: dict[str, Any]) -> None:
    wrong = document("en").replace("mean 7.25, standard error 0.289003", "mean 7.25, se 0.289103")
    [chapter] = [one for one in read_chapters(wrong) if one.anchor == "s1"]
    assert not_computed(chapter) == [0.289103]
    program = sections("en")["s1"].program.replace("0.289003", "0.289103")
    assert run_program(program, dict(example), "s1")[0] == 1


def test_the_table_of_the_example_is_what_is_computed_with(example: dict[str, Any]) -> None:
    [grid] = [block for block in sections("en")["example"].blocks if isinstance(block, Grid)]
    table = [[text_of(cell) for cell in row] for row in grid.rows]
    marks = {name: [int(mark) for mark in given.split()] for name, _, given in table}
    assert marks == example["marks"]
    assert [float(heads) for _, heads, _ in table] == example["heads"].tolist()


@pytest.mark.parametrize("language", LABELS)
def test_every_section_has_every_part_in_order(language: str) -> None:
    found = {anchor: tuple(parts_of(one)) for anchor, one in sections(language).items()}
    assert {a: labels for a, labels in found.items() if labels != LABELS[language]} == {}


def test_both_languages_have_the_same_sections_in_the_same_parts() -> None:
    outlines = [
        [(one.anchor, one.level) for one in read_chapters(document(name))] for name in FILES
    ]
    assert outlines[0] == outlines[1]
    assert len({anchor for anchor, _ in outlines[0]}) == len(outlines[0])


@pytest.mark.parametrize("anchor", ANCHORS)
def test_both_languages_have_the_same_formulas_and_numbers(anchor: str) -> None:
    english, dutch = parts_of(sections("en")[anchor]), parts_of(sections("nl")[anchor])
    for label, word in zip(LABELS["en"], LABELS["nl"], strict=True):
        codes = [re.sub(r"(\d),(\d)", r"\1.\2", code) for code in code_in(dutch[word])]
        assert codes == code_in(english[label]), label
        numbers = numbers_of(english, label, "en"), numbers_of(dutch, word, "nl")
        if label != "Source":
            assert Counter(numbers[0]) == Counter(numbers[1]), label


def delivered() -> dict[str, object]:
    """Return the delivered settings that the documents name."""
    found: dict[str, object] = {}
    for name in ("method", "disclosure", "quality", "size_bands"):
        content = tomllib.loads((ROOT / "config" / f"{name}.toml").read_text(encoding="utf-8"))
        for key, value in content.items():
            nested = value.items() if isinstance(value, dict) else []
            found |= {f"{key}.{inner}": part for inner, part in nested} | {key: value}
    return found


@pytest.mark.parametrize("language", FILES)
def test_a_number_with_a_name_is_the_delivered_setting(language: str) -> None:
    settings = delivered()
    named = SETTING.findall(document(language))
    assert len(named) > 20
    for written, unit, name in named:
        value = settings[name]
        if isinstance(value, str):
            assert written == value
        else:
            factor = 100 if unit else 1
            assert float(written.replace(",", ".")) == factor * float(str(value)), name


@pytest.mark.parametrize("language", FILES)
def test_the_code_it_names_exists(language: str) -> None:
    for anchor, chapter in sections(language).items():
        for path in code_in(parts_of(chapter)["Code"]):
            assert (ROOT / path).exists(), anchor


def test_every_module_of_statistics_computes_an_example() -> None:
    programs = "".join(chapter.program for chapter in sections("en").values())
    used = set(re.findall(r"from warehouse\.stats\.(\w+) import", programs))
    modules = {path.stem for path in (ROOT / "warehouse" / "stats").glob("*.py")}
    assert modules - {"__init__", "types"} == used

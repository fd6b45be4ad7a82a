"""`config/` is read whole or refused with file, key and mend."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from warehouse.errors import ConfigurationError
from warehouse.settings import load_settings

CONFIG = Path(__file__).parents[2] / "config"


@pytest.fixture
def config(tmp_path: Path) -> Path:
    """Return a copy of the project's configuration to spoil."""
    return Path(shutil.copytree(CONFIG, tmp_path / "config"))


def spoil(path: Path, before: str, after: str) -> None:
    """Write a file with one text replaced."""
    text = path.read_text(encoding="utf-8")
    assert before in text
    path.write_text(text.replace(before, after, 1), encoding="utf-8")


def test_the_projects_own_configuration_is_read() -> None:
    settings = load_settings(CONFIG)
    assert [band.size_band_id for band in settings.size_bands.size_band][-1] == "250+"
    assert settings.size_bands.band_of(49) == "10-49"
    assert settings.size_bands.band_of(50) == "50-99"
    assert settings.size_bands.band_of(100_000) == "250+"
    assert settings.size_bands.band_of(None) is None


def test_every_aspect_has_an_intervention_and_none_judges_or_promises() -> None:
    settings = load_settings(CONFIG)
    assert {one.aspect_id for one in settings.interventions} == {
        aspect.aspect_id for aspect in settings.aspects
    }
    judging = re.compile(
        r"\b(beter|beste|slechter|door|better|best|worse|because)\b", re.IGNORECASE
    )
    texts = [text for one in settings.interventions for text in (one.name_nl, one.name_en)]
    assert not [text for text in texts if judging.search(text)]
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize(
    ("file", "before", "after", "words"),
    [
        ("disclosure.toml", "persons_min = 10", "persons_min = 4", "persons_min"),
        ("disclosure.toml", "persons_min = 10", "person_min = 10", "person_min"),
        ("settings.toml", 'language = "nl"', 'language = "fr"', "language"),
        ("waves.toml", 'instrument_id = "eigen_regie_2023"', 'instrument_id = "x"', "'x'"),
        ("aspects.toml", 'pillar_id = "backing"', 'pillar_id = "b"', "'backing'"),
        ("interventions.toml", 'aspect_id = "trust"', 'aspect_id = "t"', "'t'"),
        ("interventions.toml", 'influence = "shared"', 'influence = "theirs"', "influence"),
        ("interventions.toml", '"self_rostering"', '"flexible_hours"', "flexible_hours"),
        ("size_bands.toml", "headcount_min = 50", "headcount_min = 60", "50-99"),
        ("method.toml", "alpha = 0.05", "alpha = = 0.05", "not valid TOML"),
        ("instruments/eigen_regie_2024.toml", 'scale = "mark"', 'scale = "m"', "grade"),
    ],
)
def test_a_wrong_key_names_file_key_and_mend(
    config: Path, file: str, before: str, after: str, words: str
) -> None:
    spoil(config / file, before, after)
    with pytest.raises(ConfigurationError) as refused:
        load_settings(config)
    assert Path(file).name in str(refused.value) or Path(file).stem in str(refused.value)
    assert words in str(refused.value)


def test_a_missing_file_is_named(config: Path) -> None:
    (config / "method.toml").unlink()
    with pytest.raises(ConfigurationError, match=r"method\.toml: this file is missing"):
        load_settings(config)

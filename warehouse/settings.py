"""Everything in `config/`, read once into frozen models. Unknown keys are errors."""

from __future__ import annotations

import datetime
import tomllib
from pathlib import Path
from typing import Annotated, Any, Literal, Self, TypeVar

from pydantic import BaseModel, Field, ValidationError, model_validator

from warehouse.dialogue import Dialogue, Part
from warehouse.errors import ConfigurationError
from warehouse.instrument import Frozen, Instrument
from warehouse.quality import QualityPolicy

Share = Annotated[float, Field(gt=0, lt=1)]
Model = TypeVar("Model", bound=BaseModel)


class DeliveryPattern(Frozen):
    """Which wave and instrument a file belongs to, by its name; or which part of a dialogue."""

    glob: str
    wave_id: str
    instrument_id: str | None = None
    dialogue_id: str | None = None
    part: Part | None = None

    @model_validator(mode="after")
    def it_must_name_one_thing(self) -> Self:
        """Raise ValueError unless it names an instrument, or a dialogue and a part of it."""
        named = (self.instrument_id is None, self.dialogue_id is None, self.part is None)
        if named not in ((False, True, True), (True, False, False)):
            raise ValueError("give either instrument_id, or dialogue_id and part")
        return self


class General(Frozen):
    """`settings.toml`."""

    product_name: str
    language: Literal["nl", "en"]
    refused_share_max: Annotated[float, Field(ge=0, lt=1)]
    licence_name: Annotated[str, Field(pattern=r"^[-a-zA-Z0-9._]+$")]
    licence_title: Annotated[str, Field(min_length=1)]
    moderation_four_eyes: bool
    delivery_pattern: tuple[DeliveryPattern, ...]


class Wave(Frozen):
    """One measurement."""

    wave_id: str
    instrument_id: str
    comparability_class: str
    name_nl: str
    name_en: str
    fieldwork_start: datetime.date
    fieldwork_end: datetime.date
    release_date: datetime.date


class DisclosurePolicy(Frozen):
    """`disclosure.toml`: what must hold before a figure is published (statistics §0, §8)."""

    persons_min: Annotated[int, Field(ge=5)]
    hr_organisations_min: Annotated[int, Field(ge=5)]
    distribution_persons_min: Annotated[int, Field(ge=5)]
    distribution_full_min: Annotated[int, Field(ge=5)]
    benchmark_organisations_min: Annotated[int, Field(ge=3)]
    quartile_organisations_min: Annotated[int, Field(ge=5)]
    decile_organisations_min: Annotated[int, Field(ge=10)]
    largest_share_max: Share
    coalition_size: Annotated[int, Field(ge=1)]
    free_organisations_min: Annotated[int, Field(ge=1)]
    interval_width_min: Annotated[float, Field(gt=0, lt=9)]
    homogeneity_width_min: Annotated[float, Field(gt=0, lt=9)]


class SmallestDifference(Frozen):
    """The smallest difference that is called higher or lower, per kind of unit."""

    grade: Annotated[float, Field(gt=0)]
    likert: Annotated[float, Field(gt=0)]
    share: Share


class Method(Frozen):
    """`method.toml`: parameters of the published statistics."""

    method_version: str
    confidence_level: Share
    alpha: Share
    named_floor: Share
    rarely_ceiling: Share
    indicative_half_width: Annotated[float, Field(gt=0)]
    planner_half_width: Annotated[float, Field(gt=0)]
    indicative_rate_min: Share
    invited_min: Annotated[int, Field(ge=1)]
    little_share: Share
    high_grade_min: int
    low_grade_max: int
    smallest_difference: SmallestDifference


class SizeBand(Frozen):
    """A class of organisations by headcount; `headcount_max` None is open-ended."""

    size_band_id: str
    headcount_min: Annotated[int, Field(ge=1)]
    headcount_max: int | None = None
    own_results: bool
    name_nl: str
    name_en: str


class SizeBands(Frozen):
    """`size_bands.toml`, smallest band first."""

    version: str
    valid_from: datetime.date
    hysteresis_share: Annotated[float, Field(ge=0, lt=1)]
    size_band: tuple[SizeBand, ...]

    @model_validator(mode="after")
    def bands_must_be_adjacent(self) -> Self:
        """Raise ValueError when bands overlap or leave a gap."""
        for smaller, larger in zip(self.size_band, self.size_band[1:], strict=False):
            if smaller.headcount_max is None or larger.headcount_min != smaller.headcount_max + 1:
                message = f"band {larger.size_band_id} must start where {smaller.size_band_id} ends"
                raise ValueError(message)
        return self

    def band_of(self, headcount: int | None) -> str | None:
        """Return the band of an organisation, None when its headcount is not known."""
        if headcount is None:
            return None
        for band in self.size_band:
            if headcount >= band.headcount_min and headcount <= (band.headcount_max or headcount):
                return band.size_band_id
        return None

    def band_after(self, headcount: int | None, before: str | None) -> str | None:
        """Return the band of an organisation that was in band `before` at the wave before.

        It stays there until its headcount is `hysteresis_share` beyond the border, so that a
        few people more or less do not move it to and fro; then it takes the band of its headcount.
        """
        found = self.band_of(headcount)
        old = next((band for band in self.size_band if band.size_band_id == before), None)
        if headcount is None or old is None or found == before:
            return found
        # Headcounts are whole, so a thousandth only undoes the rounding of 50 * 1.1.
        if headcount >= old.headcount_min:
            border = (old.headcount_max or headcount) + 1
            has_moved = headcount + 0.001 >= border * (1 + self.hysteresis_share)
        else:
            has_moved = headcount + 0.001 < old.headcount_min * (1 - self.hysteresis_share)
        return found if has_moved else before


class Named(Frozen):
    """Something with a name in both languages."""

    name_nl: str
    name_en: str


class Pillar(Named):
    """Direction, room or backing."""

    pillar_id: str


class Aspect(Named):
    """One aspect of eigen regie, the pillar it rests on, and what is done about it in words."""

    aspect_id: str
    pillar_id: str
    assumed: bool
    intervention_nl: str
    intervention_en: str


class Scheme(Named):
    """A scheme of the cao."""

    scheme_id: str
    optional: bool


class Facet(Named):
    """One of the four questions about a scheme."""

    facet_id: str


class Aspects(Frozen):
    """`aspects.toml`."""

    pillar: tuple[Pillar, ...]
    aspect: tuple[Aspect, ...]


class Schemes(Frozen):
    """`schemes.toml`."""

    scheme: tuple[Scheme, ...]
    facet: tuple[Facet, ...]


class Intervention(Named):
    """Something that may be done about an aspect, and who named it in the source."""

    intervention_id: str
    aspect_id: str
    named_by: Annotated[tuple[Literal["employee", "hr"], ...], Field(min_length=1)]
    influence: Literal["own", "shared"]


class Interventions(Frozen):
    """`interventions.toml`, in their order on screen."""

    intervention: tuple[Intervention, ...]

    @model_validator(mode="after")
    def ids_must_be_unique(self) -> Self:
        """Raise ValueError when two interventions have one id."""
        ids = [one.intervention_id for one in self.intervention]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"intervention_id stands there twice: {', '.join(twice)}")
        return self


class Waves(Frozen):
    """`waves.toml`, in order of time."""

    wave: tuple[Wave, ...]


class Settings(Frozen):
    """The whole of `config/`."""

    general: General
    waves: tuple[Wave, ...]
    disclosure: DisclosurePolicy
    method: Method
    quality: QualityPolicy
    size_bands: SizeBands
    pillars: tuple[Pillar, ...]
    aspects: tuple[Aspect, ...]
    schemes: tuple[Scheme, ...]
    facets: tuple[Facet, ...]
    interventions: tuple[Intervention, ...]
    instruments: dict[str, Instrument]
    dialogues: dict[str, Dialogue]

    def wave(self, wave_id: str) -> Wave:
        """Return the wave. Raise ConfigurationError naming the known ones when there is none."""
        for wave in self.waves:
            if wave.wave_id == wave_id:
                return wave
        known = ", ".join(wave.wave_id for wave in self.waves)
        raise ConfigurationError(f"There is no wave {wave_id!r} in waves.toml; it has: {known}.")

    @property
    def wave_order(self) -> tuple[str, ...]:
        """The ids of the waves, in order of time."""
        return tuple(wave.wave_id for wave in self.waves)

    def instrument_of(self, wave_id: str) -> Instrument:
        """Return the instrument a wave was asked with."""
        return self.instruments[self.wave(wave_id).instrument_id]


def describe(error: ValidationError) -> str:
    """Return what is wrong with which key, one clause per problem."""
    return "; ".join(
        f"key {'.'.join(str(part) for part in problem['loc']) or '(file)'}: {problem['msg']}"
        for problem in error.errors()
    )


def read_toml(path: Path, model: type[Model]) -> Model:
    """Return a TOML file as `model`.

    Errors: ConfigurationError that names file, key and mend.
    """
    try:
        content: dict[str, Any] = tomllib.loads(path.read_text(encoding="utf-8"))
        return model.model_validate(content)
    except FileNotFoundError:
        raise ConfigurationError(f"{path}: this file is missing; restore it.") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path}: not valid TOML ({error}); correct that line.") from None
    except ValidationError as error:
        mend = "Correct or remove that key; docs/operations.md lists the known ones."
        raise ConfigurationError(f"{path}: {describe(error)}. {mend}") from None


def read_instruments(directory: Path) -> dict[str, Instrument]:
    """Return the instruments of a directory by id, sorted by file name."""
    instruments = (read_toml(path, Instrument) for path in sorted(directory.glob("*.toml")))
    return {instrument.instrument_id: instrument for instrument in instruments}


def read_dialogues(directory: Path) -> dict[str, Dialogue]:
    """Return the dialogues of a directory by id, sorted by file name."""
    dialogues = (read_toml(path, Dialogue) for path in sorted(directory.glob("*.toml")))
    return {dialogue.dialogue_id: dialogue for dialogue in dialogues}


def load_settings(directory: Path) -> Settings:
    """Return the whole of `config/`, checked for references that lead nowhere.

    Errors: ConfigurationError that names file, key and mend.
    """
    aspects = read_toml(directory / "aspects.toml", Aspects)
    schemes = read_toml(directory / "schemes.toml", Schemes)
    settings = Settings(
        general=read_toml(directory / "settings.toml", General),
        waves=read_toml(directory / "waves.toml", Waves).wave,
        disclosure=read_toml(directory / "disclosure.toml", DisclosurePolicy),
        method=read_toml(directory / "method.toml", Method),
        quality=read_toml(directory / "quality.toml", QualityPolicy),
        size_bands=read_toml(directory / "size_bands.toml", SizeBands),
        pillars=aspects.pillar,
        aspects=aspects.aspect,
        schemes=schemes.scheme,
        facets=schemes.facet,
        interventions=read_toml(directory / "interventions.toml", Interventions).intervention,
        instruments=read_instruments(directory / "instruments"),
        dialogues=read_dialogues(directory / "dialogues"),
    )
    check_references(settings, directory)
    return settings


def check_references(settings: Settings, directory: Path) -> None:
    """Raise ConfigurationError for an id that no other file knows."""
    known = {
        "instrument": set(settings.instruments),
        "dialogue": set(settings.dialogues),
        "pillar": {pillar.pillar_id for pillar in settings.pillars},
        "aspect": {aspect.aspect_id for aspect in settings.aspects},
        "scheme": {scheme.scheme_id for scheme in settings.schemes},
        "wave": {wave.wave_id for wave in settings.waves},
    }
    used = [("waves.toml", "instrument", wave.instrument_id) for wave in settings.waves]
    used += [("aspects.toml", "pillar", aspect.pillar_id) for aspect in settings.aspects]
    used += [("interventions.toml", "aspect", one.aspect_id) for one in settings.interventions]
    for pattern in settings.general.delivery_pattern:
        used.append(("settings.toml", "wave", pattern.wave_id))
        if pattern.instrument_id is not None:
            used.append(("settings.toml", "instrument", pattern.instrument_id))
        if pattern.dialogue_id is not None:
            used.append(("settings.toml", "dialogue", pattern.dialogue_id))
    for name, instrument in settings.instruments.items():
        file = f"instruments/{name}.toml"
        used += [(file, "aspect", item.aspect_id) for item in instrument.item if item.aspect_id]
        used += [(file, "scheme", item.scheme_id) for item in instrument.item if item.scheme_id]
    for file, kind, identifier in used:
        if identifier not in known[kind]:
            options = ", ".join(sorted(known[kind]))
            raise ConfigurationError(
                f"{directory / file}: key {kind}_id: {identifier!r} is not known. "
                f"Use one of: {options}."
            )

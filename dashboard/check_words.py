"""The words of a workbook that recomputes a page: what a figure is, its formula, and why not."""

from __future__ import annotations

from dashboard.pages.model import View
from warehouse.explain import Explanation


def words_of(view: View, found: Explanation) -> str:
    """Return formula and parameters of a figure, or why it is hidden."""
    if not found.is_published:
        return hidden_words(view, found)
    say = view.say
    parts = [found.formula_nl if say.language == "nl" else found.formula_en]
    parts += [f"{name} = {value:.10g}" for name, value in found.parameters.items()]
    if found.note_nl:
        parts.append(note_words(view, found))
    elif found.released.low is not None and found.recomputed.low is None:
        parts.append(say("check_no_interval"))
    if found.verdict:
        parts.append(found.verdict_nl if say.language == "nl" else found.verdict_en)
    return "; ".join(parts)


def note_words(view: View, found: Explanation) -> str:
    """Return why a figure is not recomputed; empty where it is."""
    return found.note_nl if view.say.language == "nl" else found.note_en


def hidden_words(view: View, found: Explanation) -> str:
    """Return which kind of hidden a figure is, and what would help."""
    return found.hidden_nl if view.say.language == "nl" else found.hidden_en


def group_words(view: View, kind: str, group: str) -> str:
    """Return the words of a group; the own organisation has its name."""
    if kind == "organisation" and group == view.scope.organisation_id:
        return view.reader.own_name or view.say("own")
    return view.say(f"check_group_{kind}", group=group)


def title_of(view: View, found: Explanation) -> str:
    """Return the words of a figure: what, question, side, group and wave."""
    key, say = found.key, view.say
    parts = [say(f"check_table_{found.table}")]
    if "item_id" in key:
        parts.append(say.name(view.reader.item(key["item_id"])))
    if "side" in key:
        parts.append(say(f"check_role_{key['side']}"))
    if "part" in key:
        parts.append(say(f"part_{key['part']}"))
    organisation = key.get("organisation_id")
    kind = key.get("group_kind", "sector" if organisation is None else "organisation")
    parts.append(group_words(view, kind, key.get("group_id", organisation or "sector")))
    if "against" in key:
        parts.append(say(key["against"] if key["against"] == "sector" else "band"))
    waves = (key[name] for name in ("wave_id", "wave_from", "wave_to") if name in key)
    return " · ".join([*parts, "–".join(waves)])

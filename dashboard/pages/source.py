"""Where the figures of a view come from, in words; on every page and in every file."""

from __future__ import annotations

from dashboard.pages.model import View
from dashboard.state import OF_ALL_WAVES


def source_lines(view: View) -> list[str]:
    """Return the source of a view, and that it is synthetic where it is."""
    say = view.say
    parts = [] if view.state.page in OF_ALL_WAVES else [release_source(view)]
    refreshed = view.ledger.refreshed_at if view.ledger else None
    parts.append(say("source_refreshed", date=say.moment(refreshed)) if refreshed else "")
    line = " ".join(filter(None, parts)) or say("source_never_refreshed")
    return [line, say("source_synthetic")] if view.reader.release["is_synthetic"] else [line]


def release_source(view: View) -> str:
    """Return the release that a view's figures stand in, and whose answers they are."""
    say, reader = view.say, view.reader
    wave, release = reader.wave, reader.release
    hr = reader.score("hr", "sector", "sector", "grade")
    values = {
        "wave": say.name(wave),
        "respondents": say.count(wave["respondent_count"]),
        "organisations": say.count(wave["organisation_count"]),
        "method": release["method_version"],
        "release": release["release_id"][:8],
        "date": say.date(release["created_at"]),
    }
    if hr is not None and hr["respondent_count"]:
        return say("source", hr=say.count(hr["respondent_count"]), **values)
    return say("source_no_hr", **values)

"""Where the figures of a view come from, in words; on every page and in every file."""

from __future__ import annotations

from dashboard.pages.model import View


def source_lines(view: View) -> list[str]:
    """Return the source of a view, and that it is synthetic where it is."""
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
        lines = [say("source", hr=say.count(hr["respondent_count"]), **values)]
    else:
        lines = [say("source_no_hr", **values)]
    return [*lines, say("source_synthetic")] if release["is_synthetic"] else lines

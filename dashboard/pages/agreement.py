"""Whether employees and hr name the same most, in one sentence."""

from __future__ import annotations

from dashboard.pages.model import Section, View
from dashboard.sentences import band_name


def order_section(view: View) -> Section | None:
    """Return the sentence about both orders, of the own band or the sector; None without one."""
    say, organisation = view.say, view.reader.organisation
    row = view.reader.agreement(organisation["size_band_id"] if organisation else None)
    if row is None:
        return None
    group = say("sector")
    if row["group_kind"] == "size_band":
        group = say("band_of", band=band_name(view, row["group_id"]))
    tau = "" if row["kendall"] is None else say.signed(row["kendall"]).removeprefix("+")
    sentence = say(f"order_{row['state']}", group=say.inner(group), agreement=tau)
    return Section(say("order_head"), (sentence,))

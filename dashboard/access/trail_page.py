"""The audit trail on screen, for administrators. It names views, never a figure."""

from __future__ import annotations

import json

from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound

from accounts import trail
from accounts.errors import TrailError
from accounts.people import list_accounts
from dashboard.access.documents import document
from dashboard.access.forms import TRAIL, form
from dashboard.access.gate import current_scope, language
from dashboard.access.person import Access, remember
from dashboard.application import RegiespiegelDash
from dashboard.texts import texts_of

SHOWN = 200
HEADS = ("moment", "event", "actor", "organisation", "view", "release", "detail", "address")


def register(app: RegiespiegelDash, access: Access) -> None:
    """Add the page. To anybody but an administrator it is an address that does not exist."""

    @app.server.get("/trail")
    def trail_shown() -> ResponseReturnValue:
        if current_scope().role != "administrator":
            raise NotFound
        remember(access, "trail_seen", "/trail")
        return trail_page(access)


def named(detail: str, emails: dict[str, str]) -> str:
    """Return what an entry says beside the rest, the account that it is about by its address.

    The trail itself holds an id alone: of an account that was removed, that names nobody.
    """
    about = json.loads(detail) if detail else {}
    if about.get("account") in emails:
        about["account"] = emails[about["account"]]
        return json.dumps(about, ensure_ascii=False)
    return detail


def trail_page(access: Access) -> str:
    """Return the newest entries, and whether the whole chain holds."""
    say = texts_of(language())
    with access.store.reading() as transaction:
        emails = {one.account_id: one.email for one in list_accounts(transaction)}
        found = trail.latest(transaction, SHOWN)
        try:
            count, head = trail.verify(transaction)
            verdict = say("trail_holds", count=say.count(count), head=head[:16])
        except TrailError as error:
            verdict = say("trail_broken", said=str(error))
    rows = [
        (say.moment(one.moment[:19]), one.event, emails.get(one.actor, one.actor),
         one.organisation_id, one.view, one.release_id[:12], named(one.detail, emails), one.address)
        for one in found
    ]  # fmt: skip
    heads = [say(f"trail_{head}") for head in HEADS]
    content = form(TRAIL, say, heads=heads, rows=rows)
    return document(say, say("trail_title"), [verdict], content)

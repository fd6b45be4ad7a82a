"""Telling another system that a refresh needs a person."""

from __future__ import annotations

import json
import urllib.error
import urllib.request

from warehouse.journal import Run

NEEDS_A_PERSON = ("failed", "refused")


def payload(run: Run) -> dict[str, object]:
    """Return what a webhook is told of a run: counts and a reason, nothing of an answer."""
    return {
        "product": "regiespiegel",
        "run": run.number,
        "outcome": run.outcome,
        "started_at": run.started_at.isoformat(timespec="seconds"),
        "landed_count": run.landed_count,
        "refused_count": run.refused_count,
        "waiting_count": run.waiting_count,
        "release_id": run.release_id,
        "message": run.message,
    }


class NoRedirect(urllib.request.HTTPRedirectHandler):
    """What goes to one address is not sent on to another."""

    def redirect_request(self, *_: object) -> None:
        """Return None: a redirect is an answer like any other that is not 2xx."""
        return


def call_webhook(url: str, content: dict[str, object], timeout_seconds: float) -> str | None:
    """Return None when the webhook took the message, else why not. Raise nothing.

    `url` was checked to be http or https (etl/refresh_settings.py).
    """
    body = json.dumps(content).encode()
    headers = {"Content-Type": "application/json"}
    request = urllib.request.Request(url, body, headers, method="POST")  # noqa: S310
    try:
        with urllib.request.build_opener(NoRedirect).open(request, timeout=timeout_seconds):
            return None
    except urllib.error.HTTPError as error:
        error.close()
        return f"the webhook answered {error.code}"
    except (OSError, ValueError) as error:
        # The address may hold a secret, so it is not repeated.
        reason = getattr(error, "reason", error)
        return f"the webhook could not be reached ({type(reason).__name__})"

"""How often: sign-in pages by address, downloads by person, the API by token.

Counts stand in the account store, so that all workers count together. Nothing is counted under an
account that somebody else names: nobody can use up what is another's.
"""

from __future__ import annotations

import datetime
from collections.abc import Callable
from functools import partial, wraps
from typing import Any, Final

from flask import g, request
from limits import RateLimitItem, parse_many
from limits.storage import Storage
from limits.strategies import FixedWindowRateLimiter, RateLimiter
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.exceptions import TooManyRequests

from accounts.counts import count_of, count_one, forget_count
from accounts.throttle import network_of
from dashboard.access.known import known_browser
from dashboard.access.person import Access, Person, this_moment
from dashboard.application import RegiespiegelDash

SIGNING_IN: Final = ("/sign-in", "/link/", "/account/")
EXPORTS: Final = ("/download/",)
API: Final = ("/api/",)


class Counts(Storage):
    """The account store as the place where requests are counted; every worker has the same."""

    STORAGE_SCHEME = ["accounts"]  # noqa: RUF012

    def __init__(self, uri: str | None = None, *, access: Access, **options: Any) -> None:
        super().__init__(uri, **options)
        self._store = access.store

    @property
    def base_exceptions(self) -> type[Exception]:
        """What may go wrong. It is not caught: what cannot be counted is not answered."""
        return SQLAlchemyError

    def incr(self, key: str, expiry: int, amount: int = 1) -> int:
        """Return how often a key was counted in its period of `expiry` seconds, now included."""
        period = datetime.timedelta(seconds=expiry)
        with self._store.writing() as transaction:
            return count_one(transaction, key, period, this_moment(), amount)

    def get(self, key: str) -> int:
        """Return how often a key was counted in its period."""
        with self._store.reading() as transaction:
            return count_of(transaction, key, this_moment())[0]

    def get_expiry(self, key: str) -> float:
        """Return when the period of a key ends, in seconds since 1970."""
        with self._store.reading() as transaction:
            return count_of(transaction, key, this_moment())[1].timestamp()

    def check(self) -> bool:
        """Return whether the account store answers."""
        self.get("")
        return True

    def reset(self) -> int | None:
        """Refuse: the counts of all workers are not one worker's to reset."""
        raise NotImplementedError

    def clear(self, key: str) -> None:
        """Begin anew with a key."""
        with self._store.writing() as transaction:
            forget_count(transaction, key)


def by_address() -> str:
    """Return what a sign-in page is counted under."""
    return f"address {network_of(request.remote_addr or '')}"


def by_browser(access: Access) -> str:
    """Return what a sign-in page is counted under: a browser that is known, else the address."""
    known = known_browser(access)
    return by_address() if known is None else f"browser {known.browser}"


def by_person() -> str:
    """Return what an export is counted under: the person, whatever address they use."""
    person = g.get("person")
    return f"person {person.actor}" if isinstance(person, Person) else by_address()


def register(app: RegiespiegelDash, access: Access) -> None:
    """Count every route of these kinds. Call after all routes: a new one is then counted too.

    A demonstration answers to this machine alone, and there is nothing to guess: no limits.
    """
    if access.is_demo:
        return
    limiter = FixedWindowRateLimiter(Counts("accounts://", access=access))
    settings, views = access.settings, app.server.view_functions
    kinds = (
        (SIGNING_IN, settings.sign_in_limit, partial(by_browser, access)),
        (EXPORTS, settings.export_limit, by_person),
        (API, settings.api_limit, by_person),
    )
    rules = list(app.server.url_map.iter_rules())
    for starts, limit, key in kinds:
        within = within_limits(limiter, parse_many(limit), starts[0], key)
        for endpoint in {rule.endpoint for rule in rules if rule.rule.startswith(starts)}:
            views[endpoint] = counted(views[endpoint], within)


def within_limits(
    limiter: RateLimiter, limits: list[RateLimitItem], scope: str, key: Callable[[], str]
) -> Callable[[], bool]:
    """Return what counts a request, and returns whether it is within each limit."""

    def within() -> bool:
        who = key()
        return all(limiter.hit(limit, who, scope) for limit in limits)

    return within


def counted(view: Callable[..., Any], within: Callable[[], bool]) -> Callable[..., Any]:
    """Return a view that is asked only within the limits. Raise TooManyRequests beyond."""

    @wraps(view)
    def limited(*arguments: Any, **named: Any) -> Any:
        if not within():
            raise TooManyRequests
        return view(*arguments, **named)

    return limited

"""`user …`: who may sign in, as what, and for which organisations. Each act is in the trail."""

from __future__ import annotations

import datetime
import getpass
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table
from sqlalchemy.orm import Session

from accounts import links, people, tokens, totp, trail
from accounts.errors import AccountError
from accounts.settings import load_access_settings
from accounts.store import open_accounts
from etl.commands.options import DEFAULT_CONFIG, DEFAULT_DATA, ConfigOption, DataOption
from warehouse.paths import Store
from warehouse.register import read_register

user_app = typer.Typer(help="Accounts, grants, links and API tokens.", no_args_is_help=True)
Email = Annotated[str, typer.Argument(help="The account's e-mail address.")]
Organisation = Annotated[str, typer.Argument(help="The organisation's id in the register.")]
AddressOption = Annotated[
    str,
    typer.Option("--address", envvar="REGIESPIEGEL_ADDRESS", help="Where the dashboard stands."),
]
LOCAL = "http://127.0.0.1:8050"


def now() -> datetime.datetime:
    """Return this moment."""
    return datetime.datetime.now(datetime.UTC)


def operator() -> str:
    """Return who gives the command, as the trail names them."""
    return f"operator:{getpass.getuser()}"


@contextmanager
def administering(data: Path, event: str, detail: Mapping[str, str]) -> Iterator[Session]:
    """Give a transaction of the account store that ends with an entry in the trail.

    `detail` is what it says then.
    """
    store = open_accounts(Store(data))
    try:
        with store.writing() as session:
            yield session
            trail.append(session, trail.Event(event, operator(), detail=dict(detail)), now())
    finally:
        store.close()


@contextmanager
def administering_account(
    data: Path, event: str, email: str, **detail: str
) -> Iterator[tuple[Session, people.Account]]:
    """Give such a transaction with the account of an address.

    The trail names it by its id: that names nobody once the account is removed.
    Errors: AccountError when there is no such account.
    """
    about: dict[str, str] = {}
    with administering(data, event, about) as session:
        account = people.find_account(session, email)
        about |= {"account": account.account_id, **detail}
        yield session, account


def check_organisation(data: Path, organisation: str) -> None:
    """Raise AccountError for an organisation that the register does not know."""
    room = Store(data).register
    if not (room / "organisations.csv").exists():
        return
    known = {row.organisation_id for row in read_register(room).organisations}
    if organisation not in known:
        raise AccountError(
            f"{organisation!r} is not in register/organisations.csv. Give the id that stands there."
        )


@user_app.command("add")
def user_add(
    email: Email,
    name: Annotated[str, typer.Option(help="Name on screen.")],
    role: Annotated[str, typer.Option(help="hr_director, sector_staff, steward, administrator.")],
    organisation: Annotated[list[str] | None, typer.Option(help="Organisation to grant.")] = None,
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Add an account. It has no password until it is invited, or signs in with a provider."""
    granted = organisation or []
    for one in granted:
        check_organisation(data, one)
    about: dict[str, str] = {}
    with administering(data, "account_added", about) as session:
        added = people.add_account(session, email, name, role, now())
        about |= {"account": added.account_id, "role": role}
        for one in granted:
            people.grant(session, added, one)
    typer.echo(f"{added.email} is added as {role}. Next: regiespiegel user invite {added.email}")


@user_app.command("list")
def user_list(data: DataOption = DEFAULT_DATA) -> None:
    """Show every account."""
    heads = ("e-mail", "name", "role", "organisations", "signs in with", "id in the trail")
    table = Table(*heads, title="Accounts")
    store = open_accounts(Store(data))
    with store.reading() as session:
        for one in people.list_accounts(session):
            ways = "disabled" if one.is_disabled else ways_in(one)
            grants = ", ".join(one.grants)
            table.add_row(one.email, one.name, one.role, grants, ways, one.account_id)
    store.close()
    Console().print(table)


def ways_in(account: people.Account) -> str:
    """Return how an account signs in, in words."""
    if not account.has_password:
        return "provider, or not yet"
    return "password and code" if account.has_totp else "password"


@user_app.command("disable")
def user_disable(email: Email, data: DataOption = DEFAULT_DATA) -> None:
    """Disable an account: its sessions, links and tokens end now."""
    with administering_account(data, "account_disabled", email) as (session, account):
        people.set_disabled(session, account, True, now())
    typer.echo(f"{people.folded(email)} is disabled.")


@user_app.command("enable")
def user_enable(email: Email, data: DataOption = DEFAULT_DATA) -> None:
    """Enable a disabled account again. It signs in anew."""
    with administering_account(data, "account_enabled", email) as (session, account):
        people.set_disabled(session, account, False, now())
    typer.echo(f"{people.folded(email)} is enabled.")


@user_app.command("remove")
def user_remove(email: Email, data: DataOption = DEFAULT_DATA) -> None:
    """Remove an account and all that is its own. The trail keeps its id alone."""
    with administering_account(data, "account_removed", email) as (session, account):
        people.remove_account(session, account)
    typer.echo(f"{people.folded(email)} is removed.")


@user_app.command("role")
def user_role(
    email: Email,
    role: Annotated[str, typer.Argument(help="The new role.")],
    data: DataOption = DEFAULT_DATA,
) -> None:
    """Give another role. Grants, sessions and tokens of the old one end."""
    with administering_account(data, "role_changed", email, role=role) as (session, account):
        people.set_role(session, account, role, now())
    typer.echo(f"{people.folded(email)} is now {role}.")


@user_app.command("grant")
def user_grant(email: Email, organisation: Organisation, data: DataOption = DEFAULT_DATA) -> None:
    """Let an HR director see an organisation's results."""
    check_organisation(data, organisation)
    about = {"organisation": organisation}
    with administering_account(data, "organisation_granted", email, **about) as (session, account):
        people.grant(session, account, organisation)
    typer.echo(f"{people.folded(email)} may see {organisation}.")


@user_app.command("revoke")
def user_revoke(email: Email, organisation: Organisation, data: DataOption = DEFAULT_DATA) -> None:
    """Take a grant back. It holds from the next request on."""
    about = {"organisation": organisation}
    with administering_account(data, "grant_revoked", email, **about) as (session, account):
        people.revoke_grant(session, account, organisation)
    typer.echo(f"{people.folded(email)} may not see {organisation}.")


def show_link(data: Path, config: Path, email: str, address: str, purpose: links.Purpose) -> None:
    """Print a new link. It is not sent: give it to the person alone."""
    settings = load_access_settings(config)
    event = "invited" if purpose == "invitation" else "reset_made"
    with administering_account(data, event, email) as (session, account):
        key = links.make_link(session, account, purpose, settings, now())
    life = f"{settings.invitation_hours} hours"
    if purpose == "reset":
        life = f"{settings.reset_minutes} minutes"
    typer.echo(f"{address.rstrip('/')}/link/{key}")
    typer.echo(f"For {people.folded(email)} alone; works once, within {life}.", err=True)


@user_app.command("invite")
def user_invite(
    email: Email,
    address: AddressOption = LOCAL,
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Print a link with which somebody sets a first password."""
    show_link(data, config, email, address, "invitation")


@user_app.command("reset")
def user_reset(
    email: Email,
    address: AddressOption = LOCAL,
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Print a link with which somebody sets another password."""
    show_link(data, config, email, address, "reset")


@user_app.command("drop-code")
def user_drop_code(email: Email, data: DataOption = DEFAULT_DATA) -> None:
    """Take the second factor off an account whose phone is lost. Check who is asking."""
    with administering_account(data, "second_factor_removed", email) as (session, account):
        totp.remove(session, account)
        people.end_access(session, account.account_id, now())
    typer.echo(f"{people.folded(email)} signs in with the password alone.")


@user_app.command("token")
def user_token(
    email: Email,
    name: Annotated[str, typer.Option(help="What it is for.")],
    scope: Annotated[list[str], typer.Option(help="sector, own.")],
    organisation: Annotated[str | None, typer.Option(help="Whose own scores.")] = None,
    days: Annotated[int, typer.Option(help="How long it lives.")] = 30,
    data: DataOption = DEFAULT_DATA,
    config: ConfigOption = DEFAULT_CONFIG,
) -> None:
    """Print a new API token. It is shown this once."""
    settings = load_access_settings(config)
    with administering_account(data, "token_made", email, name=name) as (session, account):
        wanted = tokens.Wanted(name, tuple(scope), organisation, days)
        token_id, key = tokens.make_token(session, account, wanted, settings, now())
    typer.echo(key)
    typer.echo(f"Token {token_id} of {people.folded(email)} lives {days} days.", err=True)


@user_app.command("tokens")
def user_tokens(data: DataOption = DEFAULT_DATA) -> None:
    """Show every API token; none of them can be read back."""
    table = Table("token", "account", "name", "for", "organisation", "until", title="API tokens")
    store = open_accounts(Store(data))
    with store.reading() as session:
        emails = {one.account_id: one.email for one in people.list_accounts(session)}
        for row in tokens.list_tokens(session):
            until = "revoked" if row.revoked_at else row.expires_at.isoformat(timespec="minutes")
            about = (row.token_id, emails[row.account_id], row.name, row.scopes)
            table.add_row(*about, row.organisation_id or "", until)
    store.close()
    Console().print(table)


@user_app.command("revoke-token")
def user_revoke_token(
    token: Annotated[str, typer.Argument(help="The id that `user tokens` shows.")],
    data: DataOption = DEFAULT_DATA,
) -> None:
    """End an API token."""
    with administering(data, "token_revoked", {"token": token}) as session:
        tokens.revoke_token(session, token, now())
    typer.echo(f"Token {token} is revoked.")

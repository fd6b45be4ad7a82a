"""The first schema: accounts, grants, identities, links, sessions, attempts, tokens, trail."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "v001"
down_revision = None
MOMENT = sa.DateTime(timezone=True)
KEPT = "the trail is append-only"


def text(name: str, **options: object) -> sa.Column[str]:
    """Return a text column that is never NULL, unless it says so."""
    return sa.Column(name, sa.Text(), **({"nullable": False} | options))  # type: ignore[arg-type]


def moment(name: str, nullable: bool = False) -> sa.Column[object]:
    """Return a column with a moment."""
    return sa.Column(name, MOMENT, nullable=nullable)


def of_account() -> sa.ForeignKeyConstraint:
    """Return the tie to the account."""
    return sa.ForeignKeyConstraint(["account_id"], ["account.account_id"])


def upgrade() -> None:
    """Make the tables and the triggers that keep the trail."""
    make_accounts()
    make_sessions()
    make_trail()
    keep_trail = {"sqlite": keep_on_sqlite, "postgresql": keep_on_postgresql}
    keep_trail[op.get_bind().dialect.name]()


def make_accounts() -> None:
    """Make the tables about people."""
    op.create_table(
        "account",
        text("account_id", primary_key=True),
        text("email", unique=True),
        text("name"),
        text("role"),
        text("password_hash", nullable=True),
        text("totp_secret", nullable=True),
        sa.Column("totp_step", sa.Integer(), nullable=False),
        sa.Column("is_disabled", sa.Boolean(), nullable=False),
        moment("created_at"),
    )
    op.create_table(
        "account_grant",
        text("account_id", primary_key=True),
        text("organisation_id", primary_key=True),
        of_account(),
    )
    op.create_table(
        "account_identity",
        text("issuer", primary_key=True),
        text("subject", primary_key=True),
        text("account_id"),
        of_account(),
    )
    op.create_table(
        "account_link",
        text("link_hash", primary_key=True),
        text("account_id"),
        text("purpose"),
        moment("expires_at"),
        moment("used_at", nullable=True),
        of_account(),
    )
    for table in ("account_identity", "account_link"):
        op.create_index(f"ix_{table}_account_id", table, ["account_id"])


def make_sessions() -> None:
    """Make the tables about being signed in."""
    op.create_table(
        "login_session",
        text("session_hash", primary_key=True),
        text("account_id"),
        moment("created_at"),
        moment("seen_at"),
        moment("expires_at"),
        moment("revoked_at", nullable=True),
        text("organisation_id", nullable=True),
        text("provider_id", nullable=True),
        text("id_token", nullable=True),
        of_account(),
    )
    op.create_table(
        "attempt",
        text("attempt_key", primary_key=True),
        sa.Column("failure_count", sa.Integer(), nullable=False),
        moment("last_at"),
    )
    op.create_table(
        "api_token",
        text("token_id", primary_key=True),
        text("token_hash", unique=True),
        text("account_id"),
        text("name"),
        text("organisation_id", nullable=True),
        text("scopes"),
        moment("created_at"),
        moment("expires_at"),
        moment("revoked_at", nullable=True),
        of_account(),
    )
    for table in ("login_session", "api_token"):
        op.create_index(f"ix_{table}_account_id", table, ["account_id"])


def make_trail() -> None:
    """Make the audit trail."""
    names = ("moment", "event", "actor", "role", "organisation_id", "release_id", "view")
    op.create_table(
        "trail_entry",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        *(text(name) for name in names),
        *(text(name) for name in ("detail", "address", "previous_hash", "entry_hash")),
    )
    op.create_index("trail_entry_moment", "trail_entry", ["moment"])
    op.create_table(
        "trail_anchor",
        sa.Column("number", sa.Integer(), primary_key=True, autoincrement=False),
        text("entry_hash"),
        moment("removed_at"),
    )


def keep_on_sqlite() -> None:
    """Refuse changes of an entry, and removal of one that no anchor covers."""
    stop = f"begin select raise(abort, '{KEPT}'); end"
    op.execute(f"create trigger trail_fixed before update on trail_entry {stop}")
    op.execute(
        "create trigger trail_kept before delete on trail_entry when old.number > "
        f"(select coalesce(max(number), 0) from trail_anchor) {stop}"
    )
    for verb in ("update", "delete"):
        op.execute(f"create trigger anchor_{verb} before {verb} on trail_anchor {stop}")


def keep_on_postgresql() -> None:
    """Refuse changes of an entry, and removal of one that no anchor covers."""
    op.execute(
        "create function trail_is_kept() returns trigger language plpgsql as $$ begin "
        "if tg_op = 'DELETE' and tg_table_name = 'trail_entry' then if old.number <= "
        "(select coalesce(max(number), 0) from trail_anchor) then return old; end if; end if; "
        f"raise exception '{KEPT}'; end $$"
    )
    for table in ("trail_entry", "trail_anchor"):
        op.execute(
            f"create trigger {table}_kept before update or delete on {table} "
            "for each row execute function trail_is_kept()"
        )
        op.execute(
            f"create trigger {table}_whole before truncate on {table} "
            "for each statement execute function trail_is_kept()"
        )


def downgrade() -> None:
    """Refuse: a trail is not thrown away by a command."""
    raise NotImplementedError("restore a backup instead")

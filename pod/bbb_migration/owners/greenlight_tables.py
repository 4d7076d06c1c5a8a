"""Which of Greenlight's tables and columns are read, by version: the least privilege to grant."""

from __future__ import annotations

from dataclasses import dataclass

from pod.bbb_migration.owners.database import FrontEndDatabase
from pod.bbb_migration.owners.db_params import FrontEnd

SHARES = "shared_accesses"
GREENLIGHT = FrontEnd(
    "Greenlight",
    "GREENLIGHT_DB_PARAMS",
    "",
    {
        "rooms": ("id", "user_id", "name", "bbb_id", "meeting_id"),
        "users": (
            *("id", "name", "email"),
            *("username", "social_uid", "provider", "deleted", "role_id"),  # 2
            *("external_id", "status"),  # 3
        ),
        SHARES: ("room_id", "user_id"),
        "roles": ("id", "name"),  # 2 keeps there who was banned
    },
)
BANNED, DENIED = 2, "denied"
"""`users.status` of Greenlight 3, and the name of the role of Greenlight 2."""
STRANGERS = "('google', 'twitter')"
"""Log-ins of Greenlight 2 whose names say nothing here: for Google it kept what stands before the mail
address's @, for Twitter what people call themselves there."""


@dataclass(frozen=True, slots=True)
class Version:
    """How one version names what is asked for, of a room `r`, a user `u` and the user's role `b`.

    `account` are SQL expressions: id, name, mail, the log-in's name, another one, deleted, banned.
    `lacking` names what an early version does not have, or its account may not see.
    """

    name: str
    meeting: str
    account: str
    roles: str = ""
    lacking: tuple[str, ...] = ()


V3 = Version(
    "3",
    "r.meeting_id",
    f"u.id, u.name, u.email, u.external_id, NULL, NULL, CASE WHEN u.status = {BANNED} THEN 1 END",
)


def version_of(database: FrontEndDatabase) -> Version | None:
    """Return which version's tables these are, as far as the account may see; None for another program's.

    Raises OwnersError when the database cannot be asked.
    """
    if database.has("rooms", "meeting_id"):
        return V3
    if not database.has("rooms", "bbb_id"):
        return None
    # early ones delete for good, keep roles elsewhere and share nothing
    deletes = database.has("users", "deleted")
    bans = database.has("users", "role_id") and database.has("roles", "id", "name")
    shares = database.has(SHARES, "room_id", "user_id")
    providers = database.has("users", "provider")
    there = {"users.deleted": deletes, "users.provider": providers, "roles": bans, SHARES: shares}
    names = "u.username, u.social_uid"
    if providers:
        own = f"CASE WHEN u.provider IN {STRANGERS} THEN NULL ELSE"
        names = f"{own} u.username END, {own} u.social_uid END"
    deleted = "u.deleted" if deletes else "NULL"
    banned = f"CASE WHEN b.name = '{DENIED}' THEN 1 END" if bans else "NULL"
    return Version(
        "2",
        "r.bbb_id",
        f"u.id, u.name, u.email, {names}, {deleted}, {banned}",
        " LEFT JOIN {roles} b ON b.id = u.role_id" if bans else "",
        tuple(name for name, is_there in there.items() if not is_there),
    )

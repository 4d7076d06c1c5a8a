"""Who is a moderator of a BigBlueButton activity, as Moodle itself decides it.

Source: `bigbluebuttonbn.participants` and the plugin's `roles` helper. Pure.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache

from pod.bbb_migration.owners.origin import read_json

VIEWER = "viewer"
ACTIVITY_OWNER = "0"
CLASS_ARCHETYPES = frozenset({"student", "user", "guest", "frontpage"})
TEACHER_ARCHETYPES = frozenset({"editingteacher", "teacher"})
MANAGER_ARCHETYPES = frozenset({"manager", "coursecreator"})


@dataclass(frozen=True, slots=True)
class Role:
    """A row of Moodle's `role`."""

    id: int
    shortname: str
    archetype: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One entry of `participants`; `by_default` when the activity has none of its own."""

    kind: str
    selection: str
    role: str
    by_default: bool = False

    @property
    def moderates(self) -> bool:
        """Whether it makes moderators: Moodle takes every role but `viewer` for one."""
        return self.role != VIEWER


@lru_cache(maxsize=4096)  # a room's rules are read for each of its recordings
def read_rules(participants: str | None) -> tuple[Rule, ...] | None:
    """Return the rules of an activity, or None when it has none and the default list applies.

    NULL, empty, `[]` and what is not JSON all mean the default list. Ids may be
    strings or numbers. PHP reads a JSON object as a list of its values. Plugins
    before 2.0 wrote the quotes as `&quot;`, and nobody may have saved the activity since.
    """
    document = read_json(participants or "[]")
    entries = list(document.values()) if isinstance(document, dict) else document
    if not isinstance(entries, list) or not entries:
        return None
    return tuple(
        Rule(_text(entry.get("selectiontype")), _text(entry.get("selectionid")), _text(entry.get("role")))
        for entry in entries
        if isinstance(entry, dict)
    )


def default_rules(setting: str | None, owner_id: int | None) -> tuple[Rule, ...]:
    """Return the rules of an activity without own ones.

    `setting` is `bigbluebuttonbn_participant_moderator_default` of the `config`
    table (absent: Moodle's own default, the activity's owner), `owner_id` the
    user of the activity's `Add` row in the logs.
    """
    rules = [Rule("all", "all", VIEWER, by_default=True)]
    for item in (ACTIVITY_OWNER if setting is None else setting).split(","):
        word = item.strip()
        if word == ACTIVITY_OWNER and owner_id:
            rules.append(Rule("user", str(owner_id), "moderator", by_default=True))
        elif word and word != ACTIVITY_OWNER:
            rules.append(Rule("role", word, "moderator", by_default=True))
    return tuple(rules)


def named_user(rule: Rule) -> int | None:
    """Return the user id that a `user` rule names."""
    return as_id(rule.selection) if rule.kind == "user" else None


def named_role(rule: Rule, roles: Mapping[int, Role]) -> Role | None:
    """Return the role that a rule names, by id or by shortname; anything but `all` and `user` names one."""
    if rule.kind in {"all", "user"}:
        return None
    number = as_id(rule.selection)
    if number is not None and number in roles:
        return roles[number]
    return next((role for role in roles.values() if role.shortname == rule.selection), None)


def everybody_moderates(rules: Iterable[Rule]) -> bool:
    """Whether an `all` rule makes everyone a moderator."""
    return any(rule.kind == "all" and rule.moderates for rule in rules)


def as_id(text: str) -> int | None:
    """Return a positive id written in decimal digits, else None; no database id is longer than 18."""
    text = text.strip()
    if not (text.isascii() and text.isdigit() and len(text.lstrip("0")) <= 18):
        return None
    return int(text)


def _text(value: object) -> str:
    """Return a JSON value as PHP's `==` sees it beside a string: numbers are strings, the rest is nothing."""
    if isinstance(value, str):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return ""

"""What a recording itself says about where it was made: which Moodle, which room, who opened it.

Facts from Moodle's plugin mod_bigbluebuttonbn (`meeting` and `recording` data
sent to BigBlueButton as metadata). Pure: no database.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

from pod.bbb_migration.owners.db_params import DEFAULT
from pod.bbb_migration.owners.origin import host, made_with, place, read_json
from pod.bbb_migration.reasons import NONE, Reason, because

MEETING_ID = re.compile(
    r"(?P<seed>.+)-(?P<course>[0-9]{1,18})-(?P<instance>[0-9]{1,18})(?:\[(?P<group>[0-9]{1,18})\])?",
    re.DOTALL,
)
INSTANCE = re.compile(r"(?:[?&]|&amp;)bigbluebuttonbn=([0-9]{1,18})(?:&|#|$)")
CALLBACKS = ("bbb-recording-ready-url", "bn-recording-ready-url", "analytics-callback-url")
PLUGIN_PATH = "/mod/bigbluebuttonbn/"
OPENER = "bn-recording-status"


@dataclass(frozen=True, slots=True)
class MeetingName:
    """The parts of a meetingID that Moodle made: `<seed>-<course>-<instance>[<group>]`."""

    seed: str
    course_id: int
    instance: int
    group_id: int


@dataclass(frozen=True, slots=True)
class Route:
    """Which entries of DB_PARAMS to ask, in order; `reason` says why none is."""

    keys: tuple[str, ...]
    reason: Reason = NONE


def read_meeting_id(meeting_id: str) -> MeetingName | None:
    """Return the parts of a Moodle meetingID, or None for another front-end's."""
    match = MEETING_ID.fullmatch(meeting_id.strip())
    if match is None:
        return None
    return MeetingName(match["seed"], int(match["course"]), int(match["instance"]), int(match["group"] or 0))


def same_meeting(one: str, other: str) -> bool:
    """Whether two meetingIDs name the same room: no group is written `[0]` or not at all."""
    return one.removesuffix("[0]") == other.removesuffix("[0]")


def route(metadata: Mapping[str, str], keys: Iterable[str]) -> Route:
    """Return which Moodle databases may know the recording.

    `bbb-origin-server-name` is the host of Moodle's address; where several
    Moodles live at one host, the callback addresses tell the path. Greenlight
    is never taken for a Moodle: it sends no server name, and the default
    Moodle has never heard of its rooms.
    """
    if made_with(metadata) == "greenlight":
        return Route((), because(_("made with Greenlight: Moodle is not asked")))
    places = _places(metadata)
    keys = tuple(keys)
    known = {place(key): key for key in keys if key != DEFAULT}
    for one in places:
        if one in known:
            return Route((known[one],))
    # only the host is known: each Moodle there is asked, and the room's seed tells which it was
    hosts = set() if any("/" in one for one in places) else {host(one) for one in places}
    same_host = tuple(key for one, key in sorted(known.items()) if host(one) in hosts)
    fallback = (DEFAULT,) if DEFAULT in keys else ()
    if same_host or fallback:
        return Route((*same_host, *fallback))
    if places:
        why = _("made at %(place)s, for which DB_PARAMS has no entry and no default")
        return Route((), because(why, place=places[0]))
    return Route((), because(_("it names no server, and DB_PARAMS has no default")))


def _places(metadata: Mapping[str, str]) -> list[str]:
    """Return the places a recording may name, the most exact first: host:port/path, host/path, host."""
    places: list[str] = []
    for name in CALLBACKS:
        address = metadata.get(name, "")
        if PLUGIN_PATH in address:
            places.append(place(address.split(PLUGIN_PATH, 1)[0]))
    server = metadata.get("bbb-origin-server-name", "")
    places.append(place(server))
    without_port = [re.sub(r":[0-9]+(?=/|$)", "", one) for one in places]
    hosts = [one.partition("/")[0] for one in [*places, *without_port]]
    return [one for one in dict.fromkeys([*places, *without_port, *hosts]) if one]


def callback_instance(metadata: Mapping[str, str]) -> int | None:
    """Return the activity's id that Moodle wrote into its callback addresses, if it did."""
    for name in CALLBACKS:
        address = metadata.get(name, "")
        match = INSTANCE.search(address) if PLUGIN_PATH in address else None
        if match:
            return int(match[1])
    return None


def opener_mails(metadata: Mapping[str, str]) -> tuple[str, ...]:
    r"""Return the mail addresses of who opened the room, in lower case, from `bn-recording-status`.

    Its value is JSON: `{"email": ["\"Name\" <address>"], "context": ...}`.
    """
    document = read_json(metadata.get(OPENER, ""))
    listed = document.get("email") if isinstance(document, dict) else None
    if isinstance(listed, str):
        listed = [listed]
    if not isinstance(listed, list):
        return ()
    # Moodle does not escape the name, which may hold quotes: what follows it is sure
    mails = (item.rpartition("<")[2].partition(">")[0] for item in listed if isinstance(item, str))
    return tuple(dict.fromkeys(mail.strip().lower() for mail in mails if "@" in mail))

"""Owners of recordings of Pod's own meetings: Pod's database itself knows them.

BigBlueButton knows such a meeting as `"%04d-slug"`, recomputed whenever the meeting is saved: after
a new name only the number still tells which it was, and every Pod counts its meetings from 1. So the
number alone is believed of recordings whose callback addresses lead to this site, and nothing of
those that lead to another one.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from django.contrib.auth.models import User
from django.contrib.sites.models import Site
from django.db.models import Q
from django.utils.translation import gettext_noop as _
from django.utils.translation import ngettext

from pod.bbb.api import by_name
from pod.bbb_migration.owners.base import CheckLine, Evidence, Finding, Person, RecordingFacts, ways_of
from pod.bbb_migration.owners.origin import askable, host, made_with, place
from pod.bbb_migration.reasons import because, remarked
from pod.main.parts import in_parts
from pod.main.sites import current_site_id
from pod.meeting.models import Meeting

SOURCE = "pod"
OWNER, ADDITIONAL = "pod:owner", "pod:additional"
CALLBACKS = ("bbb-recording-ready-url", "endcallbackurl")
NUMBER = re.compile(r"([0-9]{4,9})-")


@dataclass(frozen=True, slots=True)
class _Asked:
    """What names a recording's meeting; `number` is None where it proves nothing."""

    recording: RecordingFacts
    number: int | None


class PodMeetings:
    """The source of ownership "Pod": the meetings of this process's site; `site_url` is where it answers."""

    def __init__(self, site_url: str) -> None:
        self._site_url = site_url

    def find(self, recordings: Sequence[RecordingFacts]) -> dict[str, Finding]:
        """Return one finding per record id, in two queries per 500 recordings that may be Pod's."""
        reason = because(
            _(
                "of no meeting of Pod's own, and nobody else was asked "
                "(--use-database-moodle, --use-database-greenlight)"
            )
        )
        found = {one.record_id: Finding(one.record_id, reason=reason, unknown=True) for one in recordings}
        for batch in in_parts(self._ours(recordings)):
            for asked, meeting in self._meetings(batch):
                record_id = asked.recording.record_id
                found[record_id] = _finding(record_id, meeting)
        return found

    def check(self) -> list[CheckLine]:
        """Return how many meetings this site has."""
        count = Meeting.objects.filter(site_id=current_site_id()).count()
        told = ngettext("%(count)d meeting of this site", "%(count)d meetings of this site", count)
        return [CheckLine(SOURCE, told % {"count": count}, ok=True)]

    def close(self) -> None:
        """Pod's database is not this source's to close."""

    @cached_property
    def _hosts(self) -> frozenset[str]:
        domains = Site.objects.filter(pk=current_site_id()).values_list("domain", flat=True)
        return frozenset(host(place(address)) for address in (self._site_url, *domains))

    def _ours(self, recordings: Sequence[RecordingFacts]) -> Iterator[_Asked]:
        """Yield what may be a recording of this site's meetings."""
        for recording in recordings:
            metadata = by_name(recording.metadata)
            called = _called(metadata)
            if made_with(metadata) not in ("", SOURCE) or not askable(recording.meeting_id):
                continue
            if called & self._hosts:
                number = NUMBER.match(recording.meeting_id)
                yield _Asked(recording, int(number[1]) if number else None)
            elif not called:
                yield _Asked(recording, None)

    def _meetings(self, batch: Sequence[_Asked]) -> Iterator[tuple[_Asked, Meeting]]:
        """Yield each with its meeting: the one of exactly this meetingID, else the one of this number."""
        wanted = Q(meeting_id__in={asked.recording.meeting_id for asked in batch})
        wanted |= Q(pk__in={asked.number for asked in batch if asked.number is not None})
        meetings = Meeting.objects.filter(wanted, site_id=current_site_id()).select_related("owner")
        by_id: dict[str, Meeting] = {}
        by_number: dict[int | None, Meeting] = {}
        for meeting in meetings.prefetch_related("additional_owners"):
            by_id[meeting.meeting_id] = by_number[meeting.pk] = meeting
        for asked in batch:
            found = by_id.get(asked.recording.meeting_id) or by_number.get(asked.number)
            if found is not None:
                yield asked, found


def _called(metadata: Mapping[str, str]) -> set[str]:
    """Return the hosts that BigBlueButton was to call."""
    return {host(place(metadata[name])) for name in CALLBACKS if name in metadata}


def _finding(record_id: str, meeting: Meeting) -> Finding:
    people = {meeting.owner: OWNER}
    for user in sorted(meeting.additional_owners.all(), key=lambda one: one.get_username()):
        people.setdefault(user, ADDITIONAL)
    owners = tuple(Evidence(_person(user), via) for user, via in people.items() if user.is_active)
    gone = ", ".join(user.get_username() for user in people if not user.is_active)
    told = because(
        _("Pod's meeting %(meeting)s: %(what)s"),
        meeting=meeting.meeting_id,
        what=ways_of(one.via for one in owners) or because(_("nobody is left")),
    )
    remarks = [because(_("inactive accounts: %(names)s"), names=gone)] if gone else []
    return Finding(record_id, owners, reason=remarked(told, remarks))


def _person(user: User) -> Person:
    return Person(
        source=SOURCE,
        id=str(user.pk),
        username=user.get_username(),
        email=user.email,
        first_name=user.first_name,
        last_name=user.last_name,
    )

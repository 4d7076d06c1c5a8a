"""Owners of recordings of Pod's own meetings."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.contrib.sites.models import Site
from pytest_django.fixtures import DjangoAssertNumQueries

from pod.bbb_migration.owners.base import Finding
from pod.bbb_migration.owners.pod_meetings import PodMeetings
from pod.meeting.models import Meeting
from tests.integration.owners.recs import Rec, who

pytestmark = pytest.mark.usefixtures("in_english")
HERE = {"endcallbackurl": "https://pod.univ.example:443/meeting/end_callback/0001-x/"}
READY = {"bbb-recording-ready-url": "https://POD.univ.example/meeting/recording_ready/"}
ELSEWHERE = {"bbb-recording-ready-url": "https://pod.other.example/meeting/recording_ready/"}


@pytest.fixture
def meeting(db: None) -> Meeting:
    """Ada's meeting, and Bob's as well."""
    Site.objects.update_or_create(pk=1, defaults={"domain": "pod.univ.example"})
    ada, bob = (User.objects.create_user(name, f"{name}@univ.example") for name in ("ada", "bob"))
    made = Meeting.objects.create(name="Algebra", owner=ada)
    made.additional_owners.add(bob, ada)
    return made


def ask(*recordings: Rec) -> dict[str, Finding]:
    """Ask about recordings."""
    return PodMeetings("https://pod.univ.example").find(recordings)


BOTH = {"ada": "pod:owner", "bob": "pod:additional"}


@pytest.mark.parametrize("metadata", [{}, HERE, READY, {**READY, "bbb-origin": "Pod"}])
def test_a_meeting_belongs_to_its_owners(meeting: Meeting, metadata: dict[str, str]) -> None:
    """By exactly its meetingID, whether the recording names this site or none."""
    finding = ask(Rec(meeting.meeting_id, metadata=metadata))["rec-1"]
    assert who(finding) == BOTH
    assert "Pod's meeting 0" in str(finding.reason)


@pytest.mark.parametrize(
    ("metadata", "expected"),
    [(HERE, BOTH), (READY, BOTH), ({}, {}), (ELSEWHERE, {}), ({"endCallbackUrl": "https://[pod"}, {})],
)
def test_a_renamed_meeting_is_known_by_its_number(
    meeting: Meeting, metadata: dict[str, str], expected: dict[str, str]
) -> None:
    """Every Pod counts from 1: the number is believed where the callback address is this site's."""
    old = meeting.meeting_id
    meeting.name = "Geometry"
    meeting.save()
    assert who(ask(Rec(old, metadata=metadata))["rec-1"]) == expected


@pytest.mark.parametrize(
    "metadata", [ELSEWHERE, {"bbb-origin": "Moodle"}, {"bbb-origin": "greenlight", **HERE}]
)
def test_other_front_ends_meetings_are_not_ours(meeting: Meeting, metadata: dict[str, str]) -> None:
    """Another Pod has a meeting of the same number and name; what it knows counts more."""
    finding = ask(Rec(meeting.meeting_id, metadata=metadata))["rec-1"]
    assert (finding.owners, finding.unknown) == ((), True)


def test_meetings_of_another_site_are_not_ours(meeting: Meeting) -> None:
    """Names are unique per site only."""
    Meeting.objects.update(site=Site.objects.create(domain="b.example", name="b"))
    assert ask(Rec(meeting.meeting_id, metadata=HERE))["rec-1"].unknown


def test_an_inactive_account_is_left_out(meeting: Meeting) -> None:
    """It could not see what it gets; the reason names it."""
    User.objects.update(is_active=False)
    finding = ask(Rec(meeting.meeting_id))["rec-1"]
    assert (who(finding), finding.unknown) == ({}, False)
    assert "inactive accounts: ada, bob" in str(finding.reason)


def test_questions_do_not_grow_with_recordings(
    meeting: Meeting, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """The site's name once, then two for 500 recordings; none for what others made."""
    ours = [Rec(meeting.meeting_id, str(number), HERE) for number in range(600)]
    others = [Rec("seed-1-2", f"m{number}", {"bbb-origin": "Moodle"}) for number in range(600)]
    hostile = [Rec(f"{'9' * 30}-x", "many", HERE), Rec("a\0b", "nul", HERE)]
    with django_assert_num_queries(1 + 2 * 2):
        found = ask(*others, *ours, *hostile)
    assert sum(bool(one.owners) for one in found.values()) == 600
    assert len(found) == 1202

"""What the plan decides, from facts alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.api import Format, Recording
from pod.bbb_migration.plan import (
    AddExternal,
    Convert,
    Download,
    Exists,
    Export,
    FailedBefore,
    Inform,
    Known,
    Mode,
    Outcome,
    Owner,
    Ownership,
    OwnerUnknown,
    Rules,
    Selection,
    Skip,
    Why,
    decide,
    order_key,
    player_23,
    start_of,
)
from pod.bbb_migration.reasons import NONE, quoted

START = datetime(2021, 5, 3, 8, 30, tzinfo=UTC)
NOW = datetime(2024, 1, 1, tzinfo=UTC)
PAGE = Format("presentation", "https://bbb.example/playback/presentation/2.3/r-1")
FILM = Format("video", "https://bbb.example/playback/video/r-1/")
ADA = Owner("ada", "Ada", "user", user_id=1)
BOB = Owner("bob", "Bob", "user", user_id=2)
ADMIN = Owner("admin", "admin", "administrator", user_id=9, fallback=True)


def recording(**values: Any) -> Recording:
    """Return a published recording with a presentation."""
    given: dict[str, Any] = {
        "record_id": "r-1",
        "meeting_id": "m",
        "name": "Algebra",
        "state": "published",
        "published": True,
        "start": START,
        "end": None,
        "formats": (PAGE,),
    }
    return Recording(**{**given, **values})


def known(owner: str = "", **values: Any) -> Known:
    """Return a line of the ledger."""
    given: dict[str, Any] = {"user_id": None, "outcome": Outcome.CREATE, "done": True, "when": NOW}
    return Known(owner=owner, **{**given, **values})


def claim(one: Recording, *lines: Known, **rules: Any) -> Any:
    """Return the one action of the claim folder."""
    (action,) = decide(one, Ownership((ADA,)), lines, Rules(Mode.MANUAL_CLAIM, **rules))
    return action


def external(owners: tuple[Owner, ...], *lines: Known, **rules: Any) -> list[type]:
    """Return the kinds of actions of external videos."""
    actions = decide(recording(), Ownership(owners), lines, Rules(Mode.IMPORT_VIDEO, **rules))
    return [type(action) for action in actions]


def test_a_ready_video_is_downloaded() -> None:
    """Where BBB made a video, it is taken as it is; should it be lost, the presentation is converted."""
    action = claim(recording(formats=(PAGE, FILM)))
    assert isinstance(action, Download)
    assert action.url == FILM.url
    assert isinstance(action.instead, Convert)
    assert claim(recording(formats=(FILM,))).instead is None


def test_a_presentation_is_converted() -> None:
    """Without a video, the presentation becomes one; its probable owners go along."""
    action = claim(recording())
    assert isinstance(action, Convert)
    assert action.probable == (ADA,)


@pytest.mark.parametrize(
    ("values", "why", "option"),
    [
        ({"published": False, "state": "unpublished"}, Why.UNPUBLISHED, "include_unpublished"),
        ({"state": "deleted", "published": False}, Why.DELETED, "include_deleted"),
        ({"is_breakout": True}, Why.BREAKOUT, "include_breakout"),
        ({"formats": ()}, Why.NOTHING_USABLE, None),
        ({"formats": (Format("podcast", "https://x/p"),)}, Why.NOTHING_USABLE, None),
        ({"formats": (Format("presentation", ""),)}, Why.NOTHING_USABLE, None),
        ({"state": "processing"}, Why.PROCESSING, None),
        ({"state": "processed"}, Why.PROCESSING, None),
        ({"published": False}, Why.UNPUBLISHED, "include_unpublished"),
        ({"state": "unpublished"}, Why.UNPUBLISHED, "include_unpublished"),
        ({"metadata": {"bbb-origin-server-name": "Test.Example"}}, Why.IGNORED_SERVER, None),
        ({"metadata": {"originServerName": "test.example"}}, Why.IGNORED_SERVER, None),
    ],
)
def test_what_is_left_out_says_why(values: dict[str, Any], why: Why, option: str | None) -> None:
    """Recordings nobody wants are skipped with a reason, unless an option asks for them."""
    rules: dict[str, Any] = {"ignored_servers": frozenset({"test.example"})}
    action = claim(recording(**values), **rules)
    assert isinstance(action, Skip)
    assert action.why is why
    if option:
        assert not isinstance(claim(recording(**values), **rules, **{option: True}), Skip)


@pytest.mark.parametrize(
    ("values", "detail"),
    [
        ({"formats": (Format("podcast", ""), Format("notes", "https://x/n"))}, "notes, podcast"),
        ({"state": "processing"}, "processing"),
        ({"metadata": {"bbb-origin-server-name": "Test.Example"}}, "test.example"),
        ({"is_breakout": True}, ""),
    ],
)
def test_what_is_left_out_says_what_it_is(values: dict[str, Any], detail: str) -> None:
    """Its formats, its state or its front-end, where the reason alone does not say it."""
    assert claim(recording(**values), ignored_servers=frozenset({"test.example"})).detail == detail


def test_a_recording_that_names_no_server_is_on_no_list() -> None:
    """An empty word among IGNORED_SERVERS leaves nothing out."""
    assert isinstance(claim(recording(), ignored_servers=frozenset({""})), Convert)


def test_an_external_video_is_watched_as_video_where_there_is_one() -> None:
    """The presentation's player is the second choice."""
    one = recording(formats=(PAGE, FILM))
    (action,) = decide(one, Ownership((ADA,)), (), Rules(Mode.IMPORT_VIDEO))
    assert isinstance(action, AddExternal)
    assert action.url == FILM.url


@pytest.mark.parametrize("formats", [(PAGE,), (PAGE, FILM)])
def test_the_administrator_is_nobodys_probable_owner(formats: tuple[Format, ...]) -> None:
    """A file whose owner is not known is for everybody to claim, and says why."""
    whose = Ownership((ADMIN,), quoted("no moderator"))
    (action,) = decide(recording(formats=formats), whose, (), Rules(Mode.MANUAL_CLAIM))
    assert isinstance(action, Convert | Download)
    assert (action.probable, action.why_nobody) == ((), whose.reason)


def test_one_action_for_each_owner() -> None:
    """A recording of two people becomes a row for each."""
    assert external((ADA, BOB)) == [AddExternal, AddExternal]


def test_what_arrived_is_not_done_again() -> None:
    """The ledger settles an owner, by name or by account."""
    assert external((ADA, BOB), known("ada")) == [Exists, AddExternal]
    assert external((ADA,), known("ada-renamed", user_id=1)) == [Exists]


def test_a_video_that_appeared_later_changes_nothing() -> None:
    """A recording that was converted is not downloaded when its video format appears."""
    assert isinstance(claim(recording(formats=(PAGE, FILM)), known(outcome=Outcome.CONVERT)), Exists)


def test_the_administrator_gets_nothing_that_somebody_has() -> None:
    """When Moodle is not asked any more, what its owners got does not go to the administrator, too."""
    assert external((ADMIN,), known("ada")) == [Exists]
    assert external((ADMIN,)) == [AddExternal]


def test_what_others_have_without_an_account_settles_no_new_account() -> None:
    """Two who have no account yet are two people."""
    assert external((replace(BOB, user_id=None),), known("ada")) == [AddExternal]


def test_what_exists_is_told_of_who_has_it() -> None:
    """Not of the administrator, who would get it now."""
    (action,) = decide(recording(), Ownership((ADMIN,)), (known("ada", user_id=1),), Rules(Mode.IMPORT_VIDEO))
    assert action.owner is not None
    assert (action.owner.key, action.owner.user_id) == ("ada", 1)


def test_what_failed_for_another_goes_to_the_administrator() -> None:
    """Nobody has it: that it was to be somebody's once keeps nothing from anybody."""
    line = known("ada", outcome=Outcome.FAIL, done=False)
    assert external((ADMIN,), line) == [AddExternal]


def test_failures_wait_for_being_asked_again() -> None:
    """What failed is tried again with --retry-failed or --force only."""
    line = known(outcome=Outcome.FAIL, done=False, reason="gone")
    assert isinstance(claim(recording(), line), FailedBefore)
    assert isinstance(claim(recording(), line, retry_failed=True), Convert)
    assert isinstance(claim(recording(), line, force=True), Convert)


def test_force_does_everything_again() -> None:
    """--force passes over the ledger."""
    assert external((ADA,), known("ada"), force=True) == [AddExternal]


def test_a_conversion_under_way_is_gone_on_with_here_and_left_to_celery_there() -> None:
    """A job that is not over is taken up by the command, unless workers have it; it learns its owners."""
    line = known(outcome=Outcome.CONVERT, done=False, pending=True)
    assert isinstance(claim(recording(), line), Convert)
    action = claim(recording(), line, celery=True)
    assert isinstance(action, Exists)
    assert (action.pending, action.probable, action.why_nobody) == (True, (ADA,), NONE)


def test_teachers_are_told_once_when_somebody_gets_the_recording() -> None:
    """The notice follows new rows only, unless failures are tried again."""
    assert external((ADA, BOB), inform=True) == [AddExternal, AddExternal, Inform]
    assert external((ADA,), known("ada"), inform=True) == [Exists]
    assert external((ADA,), known("ada"), inform=True, retry_failed=True) == [Exists, Inform]


def test_a_front_end_that_is_down_gives_nothing_to_the_administrator() -> None:
    """When Moodle could not be asked, the recording is left for the next run."""
    whose = Ownership((ADMIN,), reason=quoted("no connection"), failed=True)
    (action,) = decide(recording(), whose, (), Rules(Mode.IMPORT_VIDEO))
    assert isinstance(action, OwnerUnknown)


def test_a_front_end_that_is_down_opens_no_file_to_everybody() -> None:
    """Without its probable owners a file would be everybody's: it is left for the next run, too."""
    whose = Ownership(reason=quoted("no connection"), failed=True)
    (action,) = decide(recording(), whose, (), Rules(Mode.MANUAL_CLAIM))
    assert isinstance(action, OwnerUnknown)
    (action,) = decide(recording(), whose, (known(),), Rules(Mode.MANUAL_CLAIM))
    assert isinstance(action, Exists)


def test_a_conversion_that_was_begun_goes_on_without_the_front_end() -> None:
    """Its job knows whose the recording is since it was asked for: no run calls it a failure."""
    whose = Ownership(reason=quoted("no connection"), failed=True)
    line = known(outcome=Outcome.CONVERT, done=False, pending=True)
    for formats in ((PAGE,), (PAGE, FILM)):  # of a film that is lost, too
        (action,) = decide(recording(formats=formats), whose, (line,), Rules(Mode.MANUAL_CLAIM))
        assert isinstance(action, Convert)
        assert (action.url, action.probable) == (PAGE.url, ())


def test_a_front_end_that_is_down_takes_nothing_from_who_has_it() -> None:
    """What arrived in an earlier run is no failure because nobody can be asked now."""
    whose = Ownership((ADMIN,), reason=quoted("no connection"), failed=True)
    actions = decide(recording(), whose, (known("ada"), known("bob")), Rules(Mode.IMPORT_VIDEO))
    assert [(type(one), one.owner and one.owner.key) for one in actions] == [(Exists, "ada"), (Exists, "bob")]


def test_who_has_nothing_yet_waits_for_a_front_end_that_is_down() -> None:
    """A failure of before is nobody's property; with --force nothing counts as there."""
    whose = Ownership((ADMIN,), reason=quoted("no connection"), failed=True)
    failed = known("ada", outcome=Outcome.FAIL, done=False)
    for line, force in ((failed, False), (known("ada"), True)):
        (action,) = decide(recording(), whose, (line,), Rules(Mode.IMPORT_VIDEO, force=force))
        assert isinstance(action, OwnerUnknown)


def test_the_export_names_owners_but_not_the_administrator() -> None:
    """A CSV line holds who is known, and both addresses."""
    one = recording(formats=(PAGE, FILM))
    (action,) = decide(one, Ownership((ADMIN,), quoted("unknown")), (), Rules(Mode.EXPORT_CSV))
    assert isinstance(action, Export)
    assert (action.owners, action.reason) == ((), quoted("unknown"))
    assert (action.presentation_url, action.video_url) == (PAGE.url, FILM.url)


@pytest.mark.parametrize(
    ("url", "becomes"),
    [
        (
            "https://b/playback/presentation/2.0/playback.html?meetingId=abc-1",
            "https://b/playback/presentation/2.3/abc-1",
        ),
        ("https://b/playback/presentation/2.3/abc-1", "https://b/playback/presentation/2.3/abc-1"),
        (
            "https://b/playback/presentation/0.9.0/playback.html?meetingId=abc-1",
            "https://b/playback/presentation/0.9.0/playback.html?meetingId=abc-1",
        ),
    ],
)
def test_the_player_of_22_becomes_that_of_23(url: str, becomes: str) -> None:
    """SCRIPT_PLAYBACK_URL_23 rewrites the 2.0 player's address, and no other."""
    assert player_23(url) == becomes


def test_the_addresses_stay_without_the_setting() -> None:
    """Without SCRIPT_PLAYBACK_URL_23 the server's address is kept."""
    old = Format("presentation", "https://b/playback/presentation/2.0/playback.html?meetingId=a-1")
    assert claim(recording(formats=(old,))).url == old.url
    assert claim(recording(formats=(old,)), playback_23=True).url.endswith("/2.3/a-1")


def test_the_newest_is_first_then_the_record_id() -> None:
    """The catalogue's order is by start, newest first; equal starts by record id."""
    one, two = recording(record_id="a"), recording(record_id="b")
    late = recording(record_id="z", start=START.replace(year=2022))
    assert sorted([two, one, late], key=order_key) == [late, one, two]


def test_a_recording_with_an_end_alone_is_dated_by_it() -> None:
    """It has no start where its record id does not tell one either: see `pod.bbb.api.build`."""
    assert start_of(recording(start=None, end=NOW)) == NOW


@given(first=st.integers(1, 50), count=st.integers(0, 50), total=st.integers(0, 100))
def test_positions_are_inclusive(first: int, count: int, total: int) -> None:
    """From 1 to 2 are two recordings; there are never more than the catalogue has."""
    selection = Selection(first, first + count)
    taken = [position for position in range(1, total + 1) if selection.takes(position, "r", START)]
    assert taken == [*range(first, min(first + count, total) + 1)]


def test_a_room_is_named_by_the_first_part_of_its_ids() -> None:
    """--record-id takes a whole id, or the part before the dash for all of a room."""
    selection = Selection(record_ids=frozenset({"abc"}))
    assert selection.takes(1, "abc-1", START)
    assert selection.takes(1, "abc", START)
    assert not selection.takes(1, "abcd-1", START)


def test_days_bound_the_start() -> None:
    """--since is inclusive, the end of --until exclusive."""
    selection = Selection(since=START, until=START.replace(hour=9))
    assert selection.takes(1, "r", START)
    assert not selection.takes(1, "r", START.replace(hour=9))
    assert not selection.takes(1, "r", START.replace(hour=7))


def test_an_answer_is_never_empty() -> None:
    """Every recording gets an action, so that no recording is forgotten in silence."""
    for mode in Mode:
        assert decide(recording(), Ownership((ADMIN,)), (), Rules(mode))
    assert replace(ADMIN).fallback

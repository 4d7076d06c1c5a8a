"""The ledger by itself: what is written of one owner says nothing of the others."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from pod.bbb_migration import ledger
from pod.bbb_migration.ledger import Ledger
from pod.bbb_migration.models import Item, Run
from pod.bbb_migration.plan import Mode, Outcome
from pod.bbb_migration.results import Result
from pod.bbb_migration.sinks.claim_delivery import DELIVERY, deliver
from pod.bbb_migration.wording import Note
from pod.conversion.causes import Cause
from pod.conversion.models import Conversion
from pod.main.states import State
from pod.recorder.claiming import claim
from pod.recorder.models import ClaimDetail, Recorder, RecordingFileTreatment
from tests.integration.conftest import write_film

pytestmark = pytest.mark.django_db
LEDGER = Ledger("bbb.example.org", Mode.IMPORT_VIDEO)


def written(owner: str, outcome: Outcome) -> None:
    """Write down what came of the one recording for `owner`, in a run of its own."""
    when = datetime(2021, 5, 3, tzinfo=UTC)
    run = Run.objects.create(server=LEDGER.server, mode=LEDGER.mode)
    LEDGER.write(run, [Result(1, "rec-1", "meeting", "Algebra", when, 60.0, outcome, owner=owner)])


def test_what_failed_for_one_owner_stays_when_another_is_written() -> None:
    """`--retry-failed` finds it; only what was noted under nobody's name gives way."""
    written("", Outcome.SKIP)
    written("ada", Outcome.FAIL)
    written("bob", Outcome.CREATE)
    assert set(Item.objects.values_list("owner", flat=True)) == {"ada", "bob"}


def test_attempts_are_counted_over_all_runs() -> None:
    """For each owner apart."""
    written("ada", Outcome.FAIL)
    written("bob", Outcome.FAIL)
    written("ada", Outcome.FAIL)
    assert dict(Item.objects.values_list("owner", "attempts")) == {"ada": 2, "bob": 1}


def test_an_owner_who_could_not_be_looked_up_is_no_failure_of_the_recording() -> None:
    """An earlier state of the ledger holds it for one: the next run asks again without being told to."""
    written("ada", Outcome.FAIL)
    Item.objects.update(why=Note.UNASKED)
    assert LEDGER.known(["rec-1"]) == {}


def test_nothing_is_forgotten_when_nothing_could_be_written(monkeypatch: pytest.MonkeyPatch) -> None:
    """The recording would be in no list at all."""

    def fail(_rows: list[Item]) -> None:
        raise OSError("the database went away")

    written("", Outcome.SKIP)
    monkeypatch.setattr(ledger, "upsert", fail)
    with pytest.raises(OSError, match="went away"):
        written("ada", Outcome.CREATE)
    assert Item.objects.get().owner == ""


def test_a_recording_arrived_when_its_file_did(recorder: Recorder, house: Path) -> None:
    """Not when its conversion was asked for, days before: later runs tell that moment."""
    known = {"title": "", "record_id": "", "server": "", "duration_s": 0.0, "course": ""}
    job = Conversion.objects.create(delivery=DELIVERY, context={**known, "recorder_id": recorder.pk})
    queued = timezone.now() - timedelta(days=3)
    Item.objects.create(mode=Mode.MANUAL_CLAIM, conversion_id=job.pk, updated_at=queued)
    deliver(job, write_film(house / "bbb/algebra.mp4"), {})
    assert Item.objects.get().updated_at - queued > timedelta(days=2)


@pytest.mark.parametrize(("report", "shown"), [({"duration": 4_500.5}, 4_500.5), ({}, 7_200.0)])
def test_what_waits_is_as_long_as_its_film(
    recorder: Recorder, house: Path, report: dict[str, float], shown: float
) -> None:
    """Two hours of meeting may hold an hour and a quarter of recording, which its owner then watches."""
    known = {"title": "", "record_id": "", "server": "", "duration_s": 7_200.0, "course": ""}
    job = Conversion.objects.create(delivery=DELIVERY, context={**known, "recorder_id": recorder.pk})
    deliver(job, write_film(house / "bbb/algebra.mp4"), report)
    assert ClaimDetail.objects.get().duration_s == shown


@pytest.mark.parametrize("listed", [True, False])
def test_a_claimed_video_remembers_whether_it_was_listed(
    recorder: Recorder, house: Path, teacher: User, *, listed: bool
) -> None:
    """Greenlight's unlisted recordings: whoever opens the video to others should know."""
    known = {"title": "", "record_id": "", "server": "", "duration_s": 0.0, "course": "", "listed": listed}
    job = Conversion.objects.create(delivery=DELIVERY, context={**known, "recorder_id": recorder.pk})
    deliver(job, write_film(house / "bbb/algebra.mp4"), {})
    video = claim(RecordingFileTreatment.objects.get().pk, teacher)
    assert (video.detail.listed, video.is_draft) == (listed, True)


@pytest.mark.parametrize(("state", "pending"), [(State.CHECKING, True), (State.DONE, False)])
def test_a_conversion_that_is_over_is_waited_for_no_more(state: State, *, pending: bool) -> None:
    """A worker may be faster than the run that asked it, which then writes that it waits."""
    written("ada", Outcome.CONVERT)
    job = Conversion.objects.create(key="r", delivery="x", target="/t", engine="native", state=state)
    Item.objects.update(conversion_id=job.pk)
    (known,) = LEDGER.known(["rec-1"])["rec-1"]
    assert known.pending is pending


WHEN = datetime(2021, 5, 3, tzinfo=UTC)
# of the same recording, what other servers and modes know; and another recording of ours
ELSEWHERE = [
    (Ledger("other.example.org", Mode.IMPORT_VIDEO), "rec-1"),
    (Ledger("bbb.example.org", Mode.MANUAL_CLAIM), "rec-1"),
    (LEDGER, "rec-2"),
]
elsewhere = pytest.mark.parametrize(("there", "record_id"), ELSEWHERE, ids=["server", "mode", "recording"])


def result(record_id: str, outcome: Outcome, **more: object) -> Result:
    """Return what came of a recording."""
    made = Result(1, record_id, "meeting", "Algebra", WHEN, 60.0, outcome)
    return replace(made, **more)  # type: ignore[arg-type]


def write(ledger_of: Ledger, *results: Result) -> Run:
    """Write results down, in a run of their own."""
    run = Run.objects.create(server=ledger_of.server, mode=ledger_of.mode)
    ledger_of.write(run, results)
    return run


@elsewhere
def test_each_server_mode_and_recording_has_a_ledger_of_its_own(there: Ledger, record_id: str) -> None:
    """What arrived elsewhere has not arrived here, nor been tried, nor does it give way."""
    write(there, result(record_id, Outcome.CREATE, owner="ada", done=True))
    write(there, result(record_id, Outcome.FAIL))
    before = list(Item.objects.order_by("pk").values())
    assert LEDGER.known(["rec-1"]) == {}
    write(LEDGER, result("rec-1", Outcome.SKIP))
    assert Item.objects.filter(record_id="rec-1", outcome=Outcome.SKIP).exists()
    write(LEDGER, result("rec-1", Outcome.CREATE, owner="ada"))
    assert Item.objects.latest("pk").attempts == 1
    kept = Item.objects.filter(pk__in=[row["id"] for row in before]).order_by("pk")
    assert list(kept.values()) == before


def test_what_arrived_is_not_skipped_afterwards() -> None:
    """A recording that is not published any more is still there for who has it."""
    write(LEDGER, result("rec-1", Outcome.CREATE, done=True), result("rec-2", Outcome.FAIL))
    write(LEDGER, result("rec-1", Outcome.SKIP), result("rec-2", Outcome.SKIP))
    outcomes = dict(Item.objects.values_list("record_id", "outcome"))
    assert outcomes == {"rec-1": Outcome.CREATE, "rec-2": Outcome.SKIP}


def test_what_is_nobodys_and_arrived_stays_when_it_has_an_owner() -> None:
    """It is no note, but a recording that somebody may have."""
    write(LEDGER, result("rec-1", Outcome.CREATE, done=True))
    write(LEDGER, result("rec-1", Outcome.CREATE, owner="ada"))
    assert set(Item.objects.values_list("owner", flat=True)) == {"", "ada"}


def test_a_failure_that_names_nobody_takes_nobodys_note_away() -> None:
    """Only an owner does: beside one that is known, others wait to be known."""
    write(LEDGER, result("rec-1", Outcome.FAIL), result("rec-2", Outcome.FAIL))
    write(LEDGER, result("rec-1", Outcome.FAIL), result("rec-2", Outcome.CREATE, owner="ada"))
    assert set(Item.objects.values_list("record_id", "owner")) == {("rec-1", ""), ("rec-2", "ada")}


def test_what_is_noted_already_is_left_as_it_is() -> None:
    """That it exists is no new attempt."""
    write(LEDGER, result("rec-1", Outcome.CREATE, owner="ada", done=True))
    write(LEDGER, result("rec-1", Outcome.EXISTS, owner="ada", noted=True))
    assert Item.objects.values_list("outcome", "done", "attempts").get() == (Outcome.CREATE, True, 1)


def test_everything_that_came_of_a_recording_is_written_down() -> None:
    """The first time and when it changes."""
    ada = User.objects.create_user("ada")
    for number in (1, 2):
        values = {"done": True, "why": Note.PROBABLE, "reason": f"r{number}", "via": "user", "target": "/t"}
        wanted = {**values, "user_id": ada.pk, "name": "Algebra", "conversion_id": number}
        run = write(LEDGER, result("rec-1", Outcome.CREATE, owner="ada", **wanted))
        item = Item.objects.get()
        assert {name: getattr(item, name) for name in wanted} == wanted
        assert (item.run, item.recorded_at) == (run, WHEN)


def test_what_was_left_out_is_not_known_and_what_arrived_is_known_first() -> None:
    """Whoever has a recording already settles it before those that failed."""
    write(LEDGER, result("rec-1", Outcome.SKIP), result("rec-1", Outcome.FAIL, owner="ada"))
    write(LEDGER, result("rec-1", Outcome.SKIP, owner="cyd"))
    write(LEDGER, result("rec-1", Outcome.CREATE, owner="bob", done=True))
    known = LEDGER.known(["rec-1"])["rec-1"]
    assert [(one.owner, one.done) for one in known] == [("bob", True), ("ada", False)]


def test_a_conversion_that_failed_after_the_run_is_known_with_its_reason() -> None:
    """Its own, and no other job's; what arrived all the same has arrived."""
    write(LEDGER, result("rec-1", Outcome.CONVERT), result("rec-2", Outcome.CONVERT, done=True))
    made = {"delivery": "x", "target": "/t", "engine": "native"}
    Conversion.objects.create(key="other", state=State.CONVERTING, **made)
    job = Conversion.objects.create(key="r", state=State.FAILED, cause=Cause.GONE, error="404", **made)
    Item.objects.update(conversion_id=job.pk)
    found = LEDGER.known(["rec-1", "rec-2"])
    assert [one.outcome for one in found["rec-1"] + found["rec-2"]] == [Outcome.FAIL, Outcome.CONVERT]
    assert "404" in found["rec-1"][0].reason


def test_only_what_waited_at_these_paths_is_lost() -> None:
    """Neither what others wait for, nor what never arrived, nor an external video of that address."""
    claims = Ledger(LEDGER.server, Mode.MANUAL_CLAIM)
    write(claims, *(result(f"rec-{n}", Outcome.DOWNLOAD, target=f"/{n}", done=n != 3) for n in (1, 2, 3)))
    write(LEDGER, result("rec-1", Outcome.CREATE, target="/1", done=True))
    ledger.note_lost(["/1", "/3"])
    lost = Item.objects.get(why=Note.WENT)
    assert (lost.record_id, lost.mode, lost.done, lost.outcome) == (
        "rec-1", Mode.MANUAL_CLAIM, False, Outcome.FAIL,
    )  # fmt: skip

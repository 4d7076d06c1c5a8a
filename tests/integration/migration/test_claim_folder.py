"""The claim folder by itself: whose a path is, and which job goes on."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.utils import timezone

from pod.bbb.api import Recording
from pod.bbb.errors import ApiError
from pod.bbb_migration.models import Item
from pod.bbb_migration.naming import job_key
from pod.bbb_migration.plan import Convert, Outcome
from pod.bbb_migration.results import Placed, Result
from pod.bbb_migration.sinks.claim_delivery import arrive
from pod.bbb_migration.sinks.claim_folder import ClaimFolder
from pod.conversion.models import Conversion
from pod.main.states import State
from pod.recorder.models import ClaimDetail, Recorder, RecordingFileTreatment
from pod.recorder.models import Recording as ClaimedFile
from pod.recorder.services import ClaimSpec, make_claimable
from tests.integration.conftest import write_film

pytestmark = pytest.mark.django_db
SERVER = "bbb.example.org"
WHEN = datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
# two recordings of one room that began in the same second: only a mark tells their files apart
MINE, OTHERS = "0123abcd01-1700000000000", "0123abcd02-1700000000000"
RECORDING = Recording(MINE, "m", "Algebra", "published", True, WHEN, None)
ADDRESS = f"https://{SERVER}/playback/presentation/2.3/{MINE}?token=old"


@dataclass
class Place:
    """The claim folder of a run, and the plain path of the recording's file in it."""

    folder: ClaimFolder
    recorder: Recorder
    user: User
    meeting: str = "algebra"

    @property
    def plain(self) -> Path:
        return self.folder.folder / f"{self.meeting}-2023-11-14-221320-0123abcd.mp4"

    def apply(self) -> list[Result]:
        """Bring the recording, which is a presentation."""
        return list(self.folder.apply([Placed(1, Convert(RECORDING, url=ADDRESS))]))

    def preview(self) -> list[Result]:
        """Say what `apply` would do."""
        return list(self.folder.preview([Placed(1, Convert(RECORDING, url=ADDRESS))]))

    def job(self, record_id: str, state: State) -> Conversion:
        """Write down the job of a recording, whose file has the plain path."""
        key = job_key(SERVER, record_id)
        return Conversion.objects.create(
            key=key, record_id=record_id, delivery="x", target=str(self.plain), engine="native", state=state
        )


@pytest.fixture
def place(house: Path, recorder: Recorder, teacher: User) -> Place:
    """An empty claim folder."""
    return Place(ClaimFolder(SERVER, recorder, house / "bbb"), recorder, teacher)


def waits(place: Place, record_id: str) -> None:
    """Let the file of a recording wait there."""
    write_film(place.plain)
    make_claimable(ClaimSpec(place.plain, place.recorder.pk, WHEN, "Algebra", record_id=record_id))


def arrived(place: Place, record_id: str) -> None:
    """Let the ledger say that the file of a recording arrived there."""
    Item.objects.create(
        server=SERVER, record_id=record_id, outcome=Outcome.DOWNLOAD, done=True, target=str(place.plain)
    )


def claimed(place: Place, _record_id: str) -> None:
    """Let somebody have claimed what was there: of whose recording is not known."""
    ClaimedFile.objects.create(
        recorder=place.recorder, user=place.user, title="Algebra", source_file=str(place.plain)
    )


@pytest.mark.parametrize(
    "has", [waits, arrived, lambda place, record_id: place.job(record_id, State.QUEUED)], ids=["1", "2", "3"]
)
def test_a_path_that_another_recording_has_is_left_to_it(
    place: Place, has: Callable[[Place, str], object]
) -> None:
    """Its file waits there, was there, or will be: this one gets a name of its own, and is not left out."""
    has(place, OTHERS)
    assert place.apply() == []
    job = Conversion.objects.get(record_id=MINE)
    assert Path(job.target).name.startswith(f"{place.plain.stem}-")


def test_what_lies_at_other_paths_is_nothing_to_this_recording(place: Place) -> None:
    """Whoever has it."""
    others = replace(place, meeting="biology")
    for has in (waits, arrived, claimed):
        has(others, OTHERS)
    others.job(OTHERS, State.QUEUED)
    assert place.apply() == []
    assert Conversion.objects.get(record_id=MINE).target == str(place.plain)


def test_what_has_not_arrived_yet_is_no_file(place: Place) -> None:
    """A run noted where it will be, and was killed."""
    arrived(place, MINE)
    Item.objects.update(done=False)
    assert place.apply() == []
    assert len(place.folder.waiting) == 1


@pytest.mark.parametrize("has", [waits, arrived, claimed])
def test_what_arrived_is_not_converted_again_when_the_ledger_was_lost(
    place: Place, has: Callable[[Place, str], object]
) -> None:
    """Or when the run was killed before it wrote that down; --force does it again all the same."""
    has(place, MINE)
    (foretold,), (result,) = place.preview(), place.apply()
    assert (result.outcome, result.done, result.target) == (Outcome.EXISTS, True, str(place.plain))
    assert foretold == result
    assert not Conversion.objects.exists()
    place.folder = replace(place.folder, force=True)
    assert place.apply() == []
    assert Conversion.objects.get().target == str(place.plain)


def test_a_file_whose_job_is_not_over_is_left_to_its_job(place: Place) -> None:
    """The job knows whom it is for, and delivers it."""
    write_film(place.plain)
    job = place.job(MINE, State.CHECKING)
    assert [result.outcome for result in place.preview()] == [Outcome.CONVERT]
    assert place.apply() == []
    assert [pk for _one, pk in place.folder.waiting] == [job.pk]
    assert not RecordingFileTreatment.objects.exists()


def test_a_file_that_no_job_is_known_of_is_taken_as_it_is(place: Place) -> None:
    """The database is of yesterday: it is not converted again, whatever others are."""
    replace(place, meeting="biology").job(OTHERS, State.DONE)
    write_film(place.plain)
    (foretold,), (result,) = place.preview(), place.apply()
    assert (result.outcome, result.done) == (Outcome.EXISTS, True)
    assert foretold == result
    assert RecordingFileTreatment.objects.get().file == str(place.plain)
    assert not Conversion.objects.filter(record_id=MINE).exists()


@pytest.mark.parametrize("state", State)
def test_what_is_done_again_in_any_case_begins_anew_unless_it_is_under_way(
    place: Place, state: State
) -> None:
    """With --force; a file of the job that is over makes way once the new one is whole."""
    place.folder.force = True
    job = place.job(MINE, state)
    place.apply()
    now = Conversion.objects.get()
    over = state in (State.DONE, State.FAILED, State.DISCARDED)
    assert (now.pk != job.pk, bool(now.options.get("replaces"))) == (over, over)


@pytest.mark.parametrize(("there", "begins_anew"), [(True, False), (False, True)])
def test_a_job_that_is_done_is_done_again_only_if_its_file_went(
    place: Place, *, there: bool, begins_anew: bool
) -> None:
    """With --retry-failed."""
    place.folder.retry_failed = True
    job = place.job(MINE, State.DONE)
    if there:
        write_film(place.plain)
    results = place.apply()
    assert [result.done for result in results] == ([] if begins_anew else [True])
    assert (Conversion.objects.get().pk != job.pk) == begins_anew


@pytest.mark.parametrize(
    ("state", "retry", "outcomes", "becomes"),
    [
        (State.FAILED, False, [Outcome.FAIL], State.FAILED),
        (State.DISCARDED, False, [Outcome.FAIL], State.DISCARDED),
        (State.FAILED, True, [], State.QUEUED),
        (State.DISCARDED, True, [], State.QUEUED),
        (State.CONVERTING, True, [], State.CONVERTING),
        (State.DONE, False, [Outcome.CONVERT], State.DONE),
    ],
)
def test_a_job_of_an_earlier_run_is_gone_on_with(
    place: Place, state: State, outcomes: list[Outcome], becomes: State, *, retry: bool
) -> None:
    """What failed, or was cancelled, only with --retry-failed; what waits is this run's to convert."""
    job = place.job(MINE, state)
    place.folder.retry_failed = retry
    assert [result.outcome for result in place.apply()] == outcomes
    assert Conversion.objects.get().state == becomes
    assert [pk for _one, pk in place.folder.waiting] == ([] if outcomes else [job.pk])


@pytest.mark.parametrize(
    ("state", "address", "asked"),
    [(State.QUEUED, ADDRESS, True), (State.FETCHING, ADDRESS, True), (State.QUEUED, "https://b/x", False)],
)
def test_a_job_that_waited_begins_with_an_address_that_opens(
    place: Place, state: State, address: str, *, asked: bool
) -> None:
    """A token of the listing is old by then; one that a worker works with is not taken from it."""
    kinds: list[str] = []

    def fresh(_record_id: str, kind: str) -> str:
        kinds.append(kind)
        return ADDRESS.replace("old", "new")

    place.folder.fresh = fresh
    job, other = place.job(MINE, state), place.job(OTHERS, State.QUEUED)
    Conversion.objects.update(source_url=address)
    place.folder.prepare(Placed(1, Convert(RECORDING, url=address)), job.pk)
    renewed = ADDRESS.replace("old", "new") if asked and state == State.QUEUED else address
    found = dict(Conversion.objects.values_list("pk", "source_url"))
    assert found == {job.pk: renewed, other.pk: address}
    assert kinds == (["presentation"] if asked else [])


def test_a_server_that_gives_no_new_address_ends_no_run(place: Place) -> None:
    """The conversion itself says what is wrong."""

    def fail(_record_id: str, _kind: str) -> str:
        raise ApiError("The server is away: try again.")

    place.folder.fresh = fail
    job = place.job(MINE, State.QUEUED)
    place.folder.prepare(Placed(1, Convert(RECORDING, url=ADDRESS)), job.pk)
    assert Conversion.objects.get().state == State.QUEUED


def test_a_job_knows_the_meetings_date_length_and_server(place: Place) -> None:
    """Its video is the meeting's; the server that lists it may be asked for its files."""
    meeting = replace(RECORDING, start=WHEN, end=WHEN + timedelta(hours=1))
    list(place.folder.apply([Placed(1, Convert(meeting, url=ADDRESS))]))
    job = Conversion.objects.get()
    assert (job.title, job.recorded_at, job.duration_hint_s) == ("Algebra", WHEN, 3600)
    assert (job.source_url, job.options["trusted_hosts"]) == (ADDRESS, [SERVER])


@pytest.mark.parametrize(("claimed_for", "stays"), [(None, False), (1, True), (60, False)])
def test_a_former_file_makes_way_unless_somebody_claims_it(
    place: Place, claimed_for: int | None, *, stays: bool
) -> None:
    """The mark of a process that died an hour ago keeps no second file of a recording."""
    waits(place, MINE)
    if claimed_for is not None:
        since = timezone.now() - timedelta(minutes=claimed_for)
        ClaimDetail.objects.update(claimed_by=place.user, claimed_at=since)
    new = write_film(place.plain.with_suffix(".mkv"))
    arrive(ClaimSpec(new, place.recorder.pk, WHEN, "Algebra", record_id=MINE))
    assert place.plain.exists() == stays
    assert RecordingFileTreatment.objects.count() == 1 + stays

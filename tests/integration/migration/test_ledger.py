"""The ledger by itself: what is written of one owner says nothing of the others."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from django.utils import timezone

from pod.bbb_migration import ledger
from pod.bbb_migration.ledger import Ledger
from pod.bbb_migration.models import Item, Run
from pod.bbb_migration.plan import Mode, Outcome
from pod.bbb_migration.results import Result
from pod.bbb_migration.sinks.claim_delivery import DELIVERY, deliver
from pod.conversion.models import Conversion
from pod.main.states import State
from pod.recorder.models import Recorder
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


@pytest.mark.parametrize(("state", "pending"), [(State.CHECKING, True), (State.DONE, False)])
def test_a_conversion_that_is_over_is_waited_for_no_more(state: State, *, pending: bool) -> None:
    """A worker may be faster than the run that asked it, which then writes that it waits."""
    written("ada", Outcome.CONVERT)
    job = Conversion.objects.create(key="r", delivery="x", target="/t", engine="native", state=state)
    Item.objects.update(conversion_id=job.pk)
    (known,) = LEDGER.known(["rec-1"])["rec-1"]
    assert known.pending is pending

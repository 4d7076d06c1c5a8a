"""When what all recordings need is away, a run ends early, and the next one goes on."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from django.conf import LazySettings
from kombu.exceptions import OperationalError

from pod.bbb_migration.models import Item, Run, RunState
from pod.bbb_migration.plan import Outcome
from pod.conversion.models import Conversion
from pod.conversion.tasks import convert
from pod.recorder.models import Recorder
from tests.fake_bbb import FakeBBB, Fault, FormatEntry
from tests.integration.migration.conftest import Migrate, entry

CLAIM = "--use-manual-claim"


def test_a_server_that_goes_away_ends_the_run_after_three_recordings(
    claiming: Recorder, bbb: FakeBBB, published: Path, migrate: Migrate, quick: None
) -> None:
    """One sentence says why, how many are left and how to go on; that command then brings them all."""
    (film,) = published.glob("video/*")
    for number in range(6):
        record_id = f"{film.name[:-1]}{number}"
        one = shutil.copytree(film, (bbb.folder or Path()) / "video" / record_id)
        said = (one / "metadata.xml").read_text(encoding="utf-8")
        (one / "metadata.xml").write_text(said.replace(film.name, record_id), encoding="utf-8")
    bbb.rescan()
    bbb.behaviour.faults = [Fault("/video/", times=-1, status=503)]
    called = migrate(CLAIM)
    assert called.code == 1, called.text
    assert "3 recordings in a row failed for the same reason" in called.text
    assert "The recording’s server does not answer" in called.text
    assert "Left as they were: 3 of 6 recordings" in called.text
    assert "same command again with --retry-failed" in called.text
    assert called.err == "Stopped before the end."  # and no second way to go on
    assert Item.objects.count() == 3
    assert Run.objects.get().state == RunState.STOPPED
    bbb.behaviour.faults = []
    again = migrate(CLAIM, "--retry-failed")
    assert again.code == 0, again.text
    assert Item.objects.filter(done=True).count() == 6


def test_recordings_that_fail_for_their_own_reasons_end_no_run(
    claiming: Recorder, bbb: FakeBBB, migrate: Migrate, quick: None
) -> None:
    """That a recording is not there says nothing about the next one."""
    for number in range(5):
        bbb.add(entry(number, kinds=("video",)))
    called = migrate(CLAIM)
    assert called.code == 3
    assert Item.objects.filter(outcome=Outcome.FAIL).count() == 5


@pytest.mark.server("rabbitmq")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("mode", [CLAIM, "--use-import-video"])
def test_an_address_longer_than_pods_column_costs_no_other_recording(
    claiming: Recorder, site: LazySettings, bbb: FakeBBB, migrate: Migrate, mode: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    """It fails with that reason, in a dry run as well; PostgreSQL would have ended the run."""
    site.CELERY_TO_ENCODE = True
    monkeypatch.setattr(convert, "delay", lambda _job: None)
    long = entry(1, "Long", formats=(FormatEntry("presentation", f"/playback/{'a' * 600}", length=60),))
    bbb.add(long, entry(2))
    for options in (("--dry",), ()):
        rows = migrate(mode, "--json", *options).rows
        assert [row["outcome"] == "fail" for row in rows] == [True, False]
        assert "longer than the 500 characters" in rows[0]["reason"]
    assert [item.record_id for item in Item.objects.filter(outcome=Outcome.FAIL)] == [long.record_id]


@pytest.mark.server("rabbitmq")
@pytest.mark.django_db(transaction=True)
def test_a_broker_that_is_away_ends_the_run_and_loses_no_conversion(
    claiming: Recorder, site: LazySettings, bbb: FakeBBB, migrate: Migrate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was asked for is queued, not failed; the sentence names the command that sends it."""
    site.CELERY_TO_ENCODE = True
    for number in range(5):
        bbb.add(entry(number))

    def away(_job: int) -> None:
        raise OperationalError("connection refused")

    monkeypatch.setattr(convert, "delay", away)
    called = migrate(CLAIM)
    assert called.code == 1
    assert "start it, run `manage.py run_conversions --dispatch`" in called.text
    assert "3 conversions are queued, but no worker was told of them" in called.text
    assert "for Celery" not in called.text
    assert Conversion.objects.waiting().count() == 3
    assert not Item.objects.filter(outcome=Outcome.FAIL).exists()
    monkeypatch.setattr(convert, "delay", lambda _job: None)
    assert migrate(CLAIM).code == 0
    assert Conversion.objects.waiting().count() == 5

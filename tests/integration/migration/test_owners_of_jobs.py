"""Whose the recording of a job is that a run before has queued, or that failed then."""

from __future__ import annotations

from importlib import import_module

import pytest
from django.apps import apps
from django.conf import LazySettings
from django.contrib.auth.models import User

from pod.bbb_migration.sinks.claim_delivery import DELIVERY, renew
from pod.bbb_migration.whose import TOLD
from pod.conversion.models import Conversion
from pod.main.states import State
from pod.recorder.models import Recorder
from pod.recorder.newcomers import NAMED
from tests.fake_bbb import FakeBBB
from tests.integration.migration.conftest import Migrate, entry
from tests.moodle.build import Activity

CLAIM, MOODLE = "--use-manual-claim", "--use-database-moodle"


@pytest.fixture
def listed(bbb: FakeBBB, claiming: Recorder, room: Activity) -> None:
    """A server with one recording, whose owner Moodle knows."""
    bbb.add(entry(1, room=room.meeting_id(), metadata=room.metadata()))


def named() -> list[str]:
    """Return the owners that the only job names."""
    return [one["username"] for one in Conversion.objects.get().context[NAMED]]


@pytest.mark.server("rabbitmq")
def test_a_job_that_waits_for_celery_learns_whose_its_recording_is(
    listed: None, site: LazySettings, migrate: Migrate
) -> None:
    """A second run, which asks Moodle, too, names the owners to the queued job; a dry run does not."""
    site.CELERY_TO_ENCODE = True
    migrate(CLAIM)
    migrate(CLAIM, MOODLE, "--dry")
    assert named() == []
    called = migrate(CLAIM, MOODLE, "--json")
    assert [row["outcome"] for row in called.rows] == ["exists"], called.text
    assert named() == ["ada"]


@pytest.mark.server("rabbitmq")
def test_a_job_that_waits_for_celery_keeps_its_owners(
    listed: None, site: LazySettings, migrate: Migrate
) -> None:
    """A run that asks no front-end makes no recording everybody's to look into."""
    site.CELERY_TO_ENCODE = True
    migrate(CLAIM, MOODLE)
    migrate(CLAIM)
    assert named() == ["ada"]


@pytest.mark.server("rabbitmq")
def test_a_job_that_is_tried_again_keeps_its_owners(
    listed: None, site: LazySettings, migrate: Migrate
) -> None:
    """So it is with --retry-failed alone."""
    site.CELERY_TO_ENCODE = True
    migrate(CLAIM, MOODLE)
    Conversion.objects.update(state=State.FAILED)
    migrate(CLAIM, "--retry-failed")
    assert Conversion.objects.get().state == State.QUEUED
    assert named() == ["ada"]


def test_whom_an_administrator_named_a_job_goes_on_naming() -> None:
    """A later run that asks Moodle overwrites whom Moodle named before, and nobody else's word."""
    bob, ada = ({NAMED: [{"username": name, "via": via}]} for name, via in (("bob", TOLD), ("ada", "user")))
    assert renew(bob, ada) == bob
    assert renew(ada, {NAMED: [{"username": "eve", "via": "user"}]})[NAMED][0]["username"] == "eve"


def test_a_job_that_waited_during_an_upgrade_keeps_its_owners(teacher: User, colleague: User) -> None:
    """Its accounts stood in a list of their own; one was renamed since, one name has no account yet."""
    names = [
        {"username": name, "name": name, "via": ""} for name in ("ghost", teacher.username.lower(), "was")
    ]
    context = {"probable_owner_ids": [teacher.pk, colleague.pk], NAMED: names}
    Conversion.objects.create(key="claim:1", delivery=DELIVERY, engine="native", context=context)
    import_module("pod.bbb_migration.migrations.0005_owner_ids").join(apps, None)
    (kept,) = Conversion.objects.values_list("context", flat=True)
    assert set(kept) == {NAMED}
    assert {one["username"]: one["id"] for one in kept[NAMED]} == {
        "ghost": None,
        teacher.username: teacher.pk,
        "was": None,
        colleague.username: colleague.pk,
    }

"""The migration that notes the names of files that wait already, on whatever database the tests use."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection

from pod.recorder.models import ClaimName, Recorder, RecordingFileTreatment
from pod.recorder.services import ClaimSpec, make_claimable
from tests.integration.conftest import MEETING, write_film


@pytest.mark.django_db(transaction=True)
def test_files_that_wait_already_are_given_to_accounts_made_since(house: Path, recorder: Recorder) -> None:
    """A name is its account's, written in whatever case; a name of two accounts is neither's."""
    report = {"probable_owners": [{"username": "Zoe"}, {"username": "max"}, {"username": ""}]}
    spec = ClaimSpec(write_film(house / "bbb" / "a.mp4"), recorder.pk, MEETING, "Title", report=report)
    make_claimable(spec)
    try:
        call_command("migrate", "recorder", "0003", verbosity=0)
        both = () if connection.vendor == "mysql" else ("Max", "MAX")  # there they would be one name
        User.objects.bulk_create([User(username=name) for name in ("zoe", *both)])
    finally:
        call_command("migrate", "recorder", verbosity=0)
    assert sorted(ClaimName.objects.values_list("username", flat=True)) == ["max", "zoe"]
    detail = RecordingFileTreatment.objects.get().detail
    assert [user.username for user in detail.probable_owners.all()] == ["zoe"]

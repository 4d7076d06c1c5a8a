"""External recordings written in bulk, as the migration does."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.db import connection

from pod.import_video.errors import ImportVideoError
from pod.import_video.models import ExternalRecording
from pod.import_video.services import create_external_recordings
from tests.integration.conftest import spec_of


@pytest.mark.parametrize("keys", ["told", "untold"])
def test_bulk_creation_keeps_the_order(
    keys: str, house: Path, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Row i belongs to spec i, has its words and can be written again; also on MySQL, which tells no keys."""
    if keys == "untold":
        monkeypatch.setattr(connection.features, "can_return_columns_from_insert", False)
    rows = create_external_recordings([spec_of(teacher, f"n{i}", i) for i in range(1200)])
    found = [(row.detail.record_id, row.searched.words.split()[0]) for row in rows[::400]]
    assert found == [("rec-0", "n0"), ("rec-400", "n400"), ("rec-800", "n800")]
    rows[0].detail.save()


def test_an_address_too_long_is_an_error_and_nothing_is_written(house: Path, teacher: User) -> None:
    """Cut off, it would lead nowhere."""
    specs = [spec_of(teacher), spec_of(teacher, source_url=f"https://bbb.example.org/{'x' * 500}")]
    with pytest.raises(ImportVideoError):
        create_external_recordings(specs)
    assert not ExternalRecording.objects.exists()

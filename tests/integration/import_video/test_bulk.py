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


def test_bulk_creation_keeps_the_order(house: Path, teacher: User) -> None:
    """Row i belongs to spec i."""
    rows = create_external_recordings([spec_of(teacher, f"n{i}", i) for i in range(1200)])
    assert [row.name for row in rows] == [f"n{i}" for i in range(1200)]
    assert [row.detail.record_id for row in rows[::400]] == ["rec-0", "rec-400", "rec-800"]


def test_rows_are_written_where_the_database_tells_no_keys_of_many(
    house: Path, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """MySQL lacks RETURNING: row i still belongs to spec i, and is found by its words."""
    monkeypatch.setattr(connection.features, "can_return_columns_from_insert", False)
    rows = create_external_recordings([spec_of(teacher, f"n{i}", i) for i in range(3)])
    found = [(row.detail.record_id, row.searched.words.split()[0]) for row in rows]
    assert found == [("rec-0", "n0"), ("rec-1", "n1"), ("rec-2", "n2")]


def test_an_address_too_long_is_an_error_and_nothing_is_written(house: Path, teacher: User) -> None:
    """Cut off, it would lead nowhere."""
    specs = [spec_of(teacher), spec_of(teacher, source_url=f"https://bbb.example.org/{'x' * 500}")]
    with pytest.raises(ImportVideoError):
        create_external_recordings(specs)
    assert not ExternalRecording.objects.exists()

"""Changing the title of an external recording changes nothing else, and is always possible."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.contrib.auth.models import User
from django.test import Client

from pod.import_video.models import ExternalRecording, SourceType
from pod.import_video.services import create_external_recordings
from tests.integration.conftest import spec_of


def rename(row: ExternalRecording, client: Client) -> ExternalRecording:
    """Send the form of a recording as it stands, but for its title; return what is stored then."""
    address = f"/import_video/edit/{row.pk}/"
    form = client.get(address).context["form"]
    sent = {name: form[name].value() for name in form.fields}
    sent["start_at"] = form.fields["start_at"].widget.format_value(sent["start_at"])
    assert client.post(address, {**sent, "name": "Renamed"}).status_code == 302
    return ExternalRecording.objects.get(pk=row.pk, name="Renamed")


@pytest.mark.parametrize("hour", [0, 1, 3])
def test_a_renamed_recording_keeps_its_moment(hour: int, external: ExternalRecording, signed: Client) -> None:
    """To the second, and in the hour that comes twice when summer time ends (2:30 in Paris: 0:30, 1:30)."""
    at = datetime(2021, 10, 31, hour, 30, 17, tzinfo=UTC)
    ExternalRecording.objects.filter(pk=external.pk).update(start_at=at)
    assert rename(external, signed).start_at == at


def test_what_cannot_be_imported_here_can_be_renamed(
    teacher: User, signed: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A row of YouTube that stands there from before; only a new address is looked at."""
    monkeypatch.setattr("pod.import_video.importing.has_youtube_importer", lambda: False)
    spec = spec_of(teacher, source_url="https://youtu.be/abc", type=SourceType.YOUTUBE)
    assert rename(create_external_recordings([spec])[0], signed).source_url == "https://youtu.be/abc"

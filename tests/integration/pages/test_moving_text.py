"""The migration that moved slide text out of the lists' rows: there and back, nothing lost."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.apps import apps
from django.contrib.auth.models import User
from django.core.management import call_command
from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from pod.import_video.models import ExternalRecording
from pod.import_video.services import create_external_recordings
from pod.recorder.models import Recorder
from pod.recorder.services import ClaimSpec, make_claimable
from pod.video.services import NewVideo, create_video
from pod.video.storage import media_path
from tests.integration.conftest import MEETING, spec_of, write_film

MOVED = {
    "import_video": ("ExternalRecordingDetail", "ExternalRecordingText", "ExternalRecordingWords"),
    "recorder": ("ClaimDetail", "ClaimText", "ClaimWords"),
    "video": ("VideoDetail", "VideoText", "VideoWords"),
}
SLIDES = "Les Éléments\nde chimie"


def snapshot() -> dict[str, list[tuple[object, ...]]]:
    """Return what the new tables hold."""
    held = {}
    for app, (detail, text, words) in MOVED.items():
        for name, column in ((detail, "title_key"), (text, "slides"), (words, "words")):
            rows = apps.get_model(app, name).objects.order_by("pk")
            held[name] = list(rows.values_list("pk", column))
    return held


@pytest.mark.django_db(transaction=True)
def test_slide_text_moves_there_and_back(house: Path, teacher: User, recorder: Recorder) -> None:
    """An installation of before finds all its texts again, prepared; going back it has its column again."""
    create_external_recordings(
        [spec_of(teacher, "Chimie é", 1, slide_text=SLIDES), spec_of(teacher, "No slides", 2)]
    )
    ExternalRecording.objects.create(name="Row of Pod", owner=teacher)
    waiting = write_film(house / "bbb" / "a-lecture.mp4")
    make_claimable(ClaimSpec(waiting, recorder.pk, MEETING, "Œuvre", course="C", slide_text=SLIDES))
    film = write_film(media_path(teacher.pk, "film", ".mp4"))
    create_video(NewVideo(teacher.pk, "Été", film, MEETING, description="Résumé", slide_text=SLIDES))
    before = snapshot()
    assert [len(rows) for rows in before.values()] == [2, 1, 3, 1, 1, 1, 1, 1, 1]
    try:
        for app in MOVED:
            call_command("migrate", app, "0001", verbosity=0)
        old = (
            MigrationExecutor(connection).loader.project_state([(app, "0001_initial") for app in MOVED]).apps
        )
        for app, (detail, _text, _words) in MOVED.items():
            column = old.get_model(app, detail).objects.order_by("pk").values_list("slide_text", flat=True)
            assert next(iter(column)) == SLIDES, app
    finally:
        for app in MOVED:
            call_command("migrate", app, verbosity=0)
    assert snapshot() == before

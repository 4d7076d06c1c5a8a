"""What the administration of the scene "states" holds: runs, their recordings, a row of each model."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from pod.bbb_migration.models import Run
    from pod.import_video.models import ExternalRecording
    from tests.web.scenes import Scene

SERVER = "bbb.univ.example"
REASON = "Moodle’s rule “role: editingteacher” names this person"
HOSTILE = '<script>alert("x")</script>'


def furnish(scene: Scene, rows: list[ExternalRecording]) -> None:
    """Write two runs, what they did, and the rows that no teacher's page needs."""
    from pod.bbb_migration.models import Run, RunMode, RunState  # noqa: PLC0415 - Django is set up by now

    folder = Path(settings.MIGRATION_DIR) / "1"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("run.html", "run.csv", "run.jsonl", "owners.csv"):
        (folder / name).write_text("record_id,owner\n", encoding="utf-8")
    done = Run.objects.create(
        mode=RunMode.IMPORT_VIDEO, server=SERVER, state=RunState.FAILURES, total=len(rows),
        counts={"create": 30, "skip": 4, "fail": 2}, report_dir=str(folder), host="pod",
    )  # fmt: skip
    working = Run.objects.create(mode=RunMode.MANUAL_CLAIM, server=SERVER, total=400, lock="run")
    _ledger(scene, rows, done, working)
    _other_rows(scene)
    scene.known.update(run=done.pk, working=working.pk)


def _ledger(scene: Scene, rows: list[ExternalRecording], *runs: Run) -> None:
    from pod.bbb_migration.models import Item, ItemOutcome, RunMode  # noqa: PLC0415
    from pod.bbb_migration.whose import ADMINISTRATOR  # noqa: PLC0415

    words = (ItemOutcome.CREATE, ItemOutcome.EXISTS, ItemOutcome.SKIP, ItemOutcome.FAIL)
    items = []
    for number, row in enumerate(rows):
        orphan = number % 4 == 0
        failed = words[number % 4] is ItemOutcome.FAIL
        item = Item(
            run=runs[number % 2], server=SERVER, mode=RunMode.IMPORT_VIDEO, user=scene.users["ada"],
            record_id=row.detail.record_id, owner="admin" if orphan else "ada", done=orphan,
            name=HOSTILE if number == 1 else row.name, recorded_at=row.start_at, outcome=words[number % 4],
            via=ADMINISTRATOR if orphan else "role:editingteacher", target=row.source_url,
            reason="The server answers 404 for its metadata." if failed else f"{REASON} ({number % 3}).",
        )  # fmt: skip
        items.append(item)
    Item.objects.bulk_create(items)


def _other_rows(scene: Scene) -> None:
    from django.contrib.auth.models import Group  # noqa: PLC0415

    from pod.meeting.models import InternalRecording, Meeting  # noqa: PLC0415
    from pod.recorder.models import Recorder, RecordingFile  # noqa: PLC0415
    from tests.web.scenes import FIRST  # noqa: PLC0415

    ada = scene.users["ada"]
    Group.objects.create(name="Enseignement")
    meeting = Meeting.objects.create(name="Permanence", owner=ada, start_at=FIRST + timedelta(days=1))
    InternalRecording.objects.create(name="Permanence", owner=ada, meeting=meeting, start_at=FIRST)
    RecordingFile.objects.create(file="files/lecture.mp4", recorder=Recorder.objects.get())

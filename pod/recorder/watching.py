"""The folder watcher: rows for new files, claimable once their size has stopped growing."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from pod.conversion.models import Conversion
from pod.main.states import State
from pod.recorder import signals
from pod.recorder.claiming import claim
from pod.recorder.deleting import forget_old_sidecars
from pod.recorder.errors import ClaimError
from pod.recorder.mails import mail_manager
from pod.recorder.marks import free_stale_marks
from pod.recorder.models import Recorder, Recording, RecordingFileTreatment
from pod.recorder.services import PATH_LENGTH


@dataclass
class Seen:
    """What one look found: how many files of each kind, and sentences on what was left out."""

    new: int = 0
    growing: int = 0
    ready: int = 0
    gone: int = 0
    left_out: list[str] = field(default_factory=list)


def check_directories() -> Seen:
    """Look into every recorder's folder once.

    A file seen for the first time gets a row with its size and is not claimable yet; when the
    next look finds the same size, it is. Files being written (`.part`, hidden), of other
    extensions, those claimed already and those of conversions that are not over are ignored. A file
    that waited in a folder of another name keeps its row. Rows whose file went are removed, unless
    all of several went at once: then a disk is away, and what is known of them would be lost.
    """
    seen = Seen()
    free_stale_marks()
    forget_old_sidecars()
    for recorder in Recorder.objects.select_related("user"):
        folder = Path(settings.DEFAULT_RECORDER_PATH) / recorder.directory
        if folder.is_dir():
            _check(recorder, folder, seen)
        else:
            seen.left_out.append(
                _("%(recorder)s: there is no folder %(folder)s.") % {"recorder": recorder, "folder": folder}
            )
    return seen


def media_files(folder: Path) -> Iterator[Path]:
    """Yield the folder's files that may be claimed, by name."""
    allowed = {f".{extension.lower().lstrip('.')}" for extension in settings.VIDEO_ALLOWED_EXTENSIONS}
    for path in sorted(folder.iterdir()):
        if path.suffix.lower() in allowed and not path.name.startswith(".") and path.is_file():
            yield path


def _check(recorder: Recorder, folder: Path, seen: Seen) -> None:
    rows = {row.file: row for row in RecordingFileTreatment.objects.filter(file__startswith=f"{folder}/")}
    claimed = set(
        Recording.objects.filter(source_file__startswith=f"{folder}/").values_list("source_file", flat=True)
    )
    files = list(media_files(folder))
    unfinished = _unfinished(folder)
    for path in files:
        row = rows.pop(str(path), None)
        if row is not None:  # be it of a file that came again after it was claimed
            _look_again(row, path, recorder, seen)
        elif str(path) in unfinished:
            # its job knows whom it is for, and has not said so yet
            seen.left_out.append(_("%(file)s: its conversion has not ended well yet.") % {"file": path})
        elif str(path) in claimed:
            seen.left_out.append(
                _("%(file)s was claimed already: rename it to offer it again.") % {"file": path}
            )
        else:
            _first_look(path, recorder, seen)
    lost = [row for row in rows.values() if not Path(row.file).exists()]
    if len(lost) > 1 and not files:
        seen.left_out.append(
            _("%(folder)s is empty, and %(count)d recordings wait there: is its disk mounted? They are kept.")
            % {"folder": folder, "count": len(lost)}
        )
        return
    gone = [row.file for row in lost if row.delete()[0]]  # else it was claimed since the look began
    seen.gone += len(gone)
    if gone:
        signals.lost.send(sender=RecordingFileTreatment, paths=gone)


def _unfinished(folder: Path) -> set[str]:
    """Return the files of this folder whose conversions are not done, here already or not."""
    jobs = Conversion.objects.filter(target__startswith=f"{folder}/").exclude(state=State.DONE)
    return set(jobs.values_list("target", flat=True))


def _moved(path: Path, recorder: Recorder) -> bool:
    """Give a file that came from another folder the row that it had there, with what is known of it."""
    rows = RecordingFileTreatment.objects.filter(recorder=recorder, file__endswith=f"/{path.name}")
    for row in rows:
        if not Path(row.file).exists():
            return bool(RecordingFileTreatment.objects.filter(pk=row.pk).update(file=str(path)))
    return False


def _first_look(path: Path, recorder: Recorder, seen: Seen) -> None:
    if len(str(path)) > PATH_LENGTH:
        seen.left_out.append(
            _("%(file)s: the path is longer than %(length)d characters.")
            % {"file": path, "length": PATH_LENGTH}
        )
        return
    if _moved(path, recorder):
        return
    found = path.stat()
    _row, created = RecordingFileTreatment.objects.get_or_create(
        file=str(path),
        defaults={
            "file_size": found.st_size,
            "recorder": recorder,
            "date_added": datetime.fromtimestamp(found.st_mtime, tz=UTC),
            "type": recorder.recording_type,
        },
    )
    seen.new += created


def _look_again(row: RecordingFileTreatment, path: Path, recorder: Recorder, seen: Seen) -> None:
    if row.require_manual_claim or row.email_sent:
        return  # offered already
    size = path.stat().st_size
    if size != row.file_size or size == 0:
        row.file_size = size
        row.save(update_fields=["file_size"])
        seen.growing += 1
        return
    _offer(row, recorder, seen)
    seen.ready += 1


def _offer(row: RecordingFileTreatment, recorder: Recorder, seen: Seen) -> None:
    """Offer a whole file: to everybody when the recorder has no manager, else to the manager."""
    if recorder.user is None:
        row.require_manual_claim = settings.ALLOW_MANUAL_RECORDING_CLAIMING
        row.save(update_fields=["require_manual_claim"])
        return
    if not recorder.publication_auto:
        _tell_manager(row, recorder.user, seen)
        return
    try:
        claim(row.pk, recorder.user)
    except ClaimError as error:
        seen.left_out.append(str(error))


def _tell_manager(row: RecordingFileTreatment, manager: User, seen: Seen) -> None:
    """Write to the manager; a mail that cannot be sent is tried again by the next look."""
    values = {"file": row.file, "manager": manager.get_username()}
    if not manager.email:
        seen.left_out.append(_("%(file)s: %(manager)s has no mail address and was not told of it.") % values)
    try:
        mail_manager(row, manager)
    except (SMTPException, OSError) as error:
        told = _(
            "%(file)s: the mail to %(manager)s could not be sent (%(cause)s); the next call tries again."
        )
        seen.left_out.append(told % {**values, "cause": error})

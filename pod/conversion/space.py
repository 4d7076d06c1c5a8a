"""The space in CONVERSION_DIR that jobs share: what one has taken is in the way of the others."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from django.conf import settings

from pod.conversion.causes import Cause, cause_of
from pod.conversion.folders import remove_all
from pod.conversion.models import Conversion
from pod.conversion.taking import write

ROOM = "room_bytes"  # in the row's report: what was free when the job, alone, found that it is not enough
MORE = 1.01  # times that much is more: other programs write and delete, too


@contextmanager
def shared_space(conversion: Conversion) -> Iterator[None]:
    """Let a job that finds no space give back what it took.

    Jobs that were begun and put off would else hinder each other until all of them fail. If no other was at
    work, the job does not fit: it is fetched anew only when there is more space. Raises OSError before.
    """
    folder = Path(settings.CONVERSION_DIR)
    folder.mkdir(parents=True, exist_ok=True)
    room = _free(folder)
    if ROOM in conversion.report and room < MORE * conversion.report[ROOM]:
        said = f"{room / 1e6:.1f} MB are free, and that was not enough before: make room"
        raise OSError(errno.ENOSPC, said, str(folder))
    try:
        yield
    except Exception as error:
        if cause_of(error) is Cause.FULL:
            # a quota, or files too many, do not show in what is free
            is_full = _free(folder) < room / 2
            alone = not Conversion.objects.at_work().exclude(pk=conversion.pk).exists()
            if write(conversion, report={ROOM: room} if is_full and alone else {}):
                remove_all(conversion)  # else another worker's by now
        raise


def _free(folder: Path) -> int:
    return shutil.disk_usage(folder).free

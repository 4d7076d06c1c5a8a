"""What can be done with several recordings at once."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from pod.conversion.errors import DispatchError
from pod.import_video import editing
from pod.import_video.errors import ImportVideoError
from pod.import_video.importing import request_import
from pod.import_video.models import ExternalRecording
from pod.main.bulk import Outcome, Words
from pod.main.states import ACTIVE, State

log = logging.getLogger(__name__)

NOBODY_WORKS = _(
    "It is queued, but what converts recordings does not answer at the moment. If it has not started "
    "tomorrow, tell the administrators."
)
NOBODY_WORKS_FOR_THEM = _(
    "What converts recordings does not answer at the moment. If nothing has started tomorrow, tell the "
    "administrators."
)


@dataclass(frozen=True)
class Verb:
    """One bulk action and its words."""

    name: str
    words: Words
    apply: Callable[[Sequence[ExternalRecording], User], Outcome]


def _import(rows: Sequence[ExternalRecording], user: User) -> Outcome:
    outcome = Outcome()
    try:
        # Celery is told of all when they are written down, and the first that it does not hear of is the
        # last: each try at a broker that is away takes most of a second
        with transaction.atomic():
            for row in rows:
                _import_one(row, user, outcome)
    except DispatchError as error:
        log.warning("import of %d recordings: %s", len(outcome.done), error)
        outcome.problems.append(str(NOBODY_WORKS_FOR_THEM))
    return outcome


def _import_one(row: ExternalRecording, user: User, outcome: Outcome) -> None:
    live = getattr(row, "live", "")
    if live in ACTIVE or live == State.DONE:
        return  # ticked again: once is enough
    try:
        request_import(row, user)
    except ImportVideoError as error:
        outcome.problems.append(f"{row.name}: {error}")
    else:
        outcome.done.append(row.pk)


def _discard(rows: Sequence[ExternalRecording], _user: User) -> Outcome:
    return Outcome(done=editing.discard(rows))


VERBS = {
    "import": Verb(
        "import",
        Words(
            _("They are converted one after another; you can close the page in the meantime."),
            ngettext_lazy("Import %(count)d recording?", "Import %(count)d recordings?", "count"),
            ngettext_lazy("Import %(count)d recording", "Import %(count)d recordings", "count"),
            ngettext_lazy("%(count)d recording is queued.", "%(count)d recordings are queued.", "count"),
        ),
        _import,
    ),
    "discard": Verb(
        "discard",
        Words(
            _(
                "They disappear from this list. You can undo this, or find them later with the filter "
                "“discarded”."
            ),
            ngettext_lazy("Discard %(count)d recording?", "Discard %(count)d recordings?", "count"),
            ngettext_lazy("Discard %(count)d recording", "Discard %(count)d recordings", "count"),
            ngettext_lazy(
                "%(count)d recording is discarded.", "%(count)d recordings are discarded.", "count"
            ),
        ),
        _discard,
    ),
}

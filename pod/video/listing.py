"""The queries behind “My videos”."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pod.main.listing import Columns
from pod.video.access import videos_of
from pod.video.models import Video

KEPT = Q(detail__trashed_at=None)
OPEN = KEPT & Q(is_draft=False, is_restricted=False)
WITH_PASSWORD = Q(password__gt="")  # neither NULL nor empty
COLUMNS = Columns(
    search=("title", "description", "detail__course"),
    words="searched",
    title_key="detail__title_key",
    date="date_evt",
    date_only=True,
    title="title",
    duration="duration",
    course="detail__course",
    states={
        "private": (_("private"), KEPT & Q(is_draft=True)),
        "restricted": (_("for signed-in users"), KEPT & Q(is_draft=False, is_restricted=True)),
        "password": (_("with a password"), KEPT & WITH_PASSWORD),
        "public": (_("public"), OPEN & (Q(password=None) | Q(password=""))),
        "encoding": (_("encoding"), KEPT & Q(encoding_in_progress=True)),
        "deleted": (_("deleted"), Q(detail__trashed_at__isnull=False)),
    },
    shown=KEPT,
)


def my_videos(user: User) -> QuerySet[Video]:
    """Return the user's videos with what a row shows."""
    return videos_of(user).select_related("detail", "owner").defer("detail__shared_notes")

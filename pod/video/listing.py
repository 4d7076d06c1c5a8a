"""The queries behind “My videos”."""

from __future__ import annotations

from django.contrib.auth.models import User
from django.db.models import Q, QuerySet
from django.utils.translation import gettext_lazy as _

from pod.main.listing import Columns
from pod.video.access import videos_of
from pod.video.models import Video

OPEN = Q(is_draft=False, is_restricted=False)
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
        "private": (_("private"), Q(is_draft=True)),
        "restricted": (_("for signed-in users"), Q(is_draft=False, is_restricted=True)),
        "password": (_("with a password"), WITH_PASSWORD),
        "public": (_("public"), OPEN & (Q(password=None) | Q(password=""))),
        "encoding": (_("encoding"), Q(encoding_in_progress=True)),
    },
)


def my_videos(user: User) -> QuerySet[Video]:
    """Return the user's videos with what a row shows."""
    return videos_of(user).select_related("detail").defer("detail__shared_notes")

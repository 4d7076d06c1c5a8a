"""Who may see and who may change a video."""

from __future__ import annotations

from django.contrib.auth.models import AnonymousUser, User
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext as _

from pod.authentication.throttle import BLOCKED, Guessing, forget, is_blocked, note_failure
from pod.main.visitors import address_of
from pod.video.errors import PasswordError, TooManyGuessesError
from pod.video.models import Video

SESSION_KEY = "video_passwords"
# Failures in a quarter of an hour. A lecture hall behind one address mistypes some; somebody who has
# many addresses is stopped by the second.
MOST_PER_ADDRESS = 20
MOST_PER_VIDEO = 200


def videos_of(user: User) -> QuerySet[Video]:
    """Return the videos that a user owns, alone or with others, with those in the trash.

    The keys of those owned with others are asked first: for an OR with a subquery, PostgreSQL reads
    everybody's videos.
    """
    shared = list(
        Video.additional_owners.through.objects.filter(user=user).values_list("video_id", flat=True)
    )
    return Video.objects.filter(Q(owner=user) | Q(pk__in=shared))


def may_change(user: User | AnonymousUser, video: Video) -> bool:
    """Whether the user edits and deletes: owner, additional owner, or with Django's permission."""
    if not isinstance(user, User) or not user.is_active:
        return False
    if video.owner_id == user.pk or user.has_perm("video.change_video"):
        return True
    return video.additional_owners.filter(pk=user.pk).exists()


def in_trash(video: Video) -> bool:
    """Whether the video was deleted and can still be brought back."""
    detail = getattr(video, "detail", None)
    return bool(detail and detail.trashed_at)


def share_key(video: Video) -> str:
    """Return what a share link of the video ends with; raising `share_version` voids older links."""
    detail = getattr(video, "detail", None)
    version = detail.share_version if detail else 0
    return salted_hmac("pod.video.share", f"{video.pk}.{version}", algorithm="sha256").hexdigest()[:32]


def may_watch(request: HttpRequest, video: Video, key: str) -> bool:
    """Whether the request may see the video, apart from its password (`wants_password`).

    A draft is for its owners and for who has its share link; a restricted video for users who
    logged in; one in the trash for nobody but its owners.
    """
    if may_change(request.user, video):
        return True
    if in_trash(video):
        return False
    if video.is_draft and not constant_time_compare(key, share_key(video)):
        return False
    return not (video.is_restricted and not request.user.is_authenticated)


def wants_password(request: HttpRequest, video: Video) -> bool:
    """Whether the password must be asked for; owners and those who gave it are not asked."""
    if not video.password or may_change(request.user, video):
        return False
    given = request.session.get(SESSION_KEY, {}).get(str(video.pk), "")
    return not constant_time_compare(given, password_mark(video))


def password_mark(video: Video) -> str:
    """Return what the session keeps of a password given right; a new password makes it void."""
    return salted_hmac("pod.video.password", f"{video.pk}.{video.password}").hexdigest()


def unlock(request: HttpRequest, video: Video, password: str) -> None:
    """Remember in the session that the password was right.

    Raises PasswordError when it is wrong, and TooManyGuessesError, without having looked at it, when
    this address, or all together, have been wrong too often.
    """
    here = Guessing("video.address", f"{video.pk} {address_of(request)}", MOST_PER_ADDRESS)
    anywhere = Guessing("video", str(video.pk), MOST_PER_VIDEO)
    if is_blocked(here, anywhere):
        raise TooManyGuessesError(BLOCKED)
    if not constant_time_compare(password, video.password or ""):
        note_failure(here, anywhere)
        raise PasswordError(_("This is not the password."))
    forget(here)
    marks = request.session.get(SESSION_KEY, {})
    request.session[SESSION_KEY] = {**marks, str(video.pk): password_mark(video)}

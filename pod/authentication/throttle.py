"""Slows down whoever guesses passwords; counted in the database, so for all processes together.

Neither name nor address is stored, only a keyed digest of both.
"""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac

from pod.authentication.models import LoginFailure

WINDOW = timedelta(minutes=15)
MOST_PER_NAME = 10


def digest(username: str) -> str:
    """Return what stands for the name in the table."""
    return salted_hmac("pod.login", username.strip().lower(), algorithm="sha256").hexdigest()


def is_blocked(username: str) -> bool:
    """Whether this name failed too often in the last minutes."""
    recent = LoginFailure.objects.filter(digest=digest(username), at__gt=timezone.now() - WINDOW)
    return recent.count() >= MOST_PER_NAME


def note_failure(username: str) -> None:
    """Write down one failure, and forget those that no longer count."""
    LoginFailure.objects.filter(at__lt=timezone.now() - WINDOW).delete()
    LoginFailure.objects.create(digest=digest(username))


def forget(username: str) -> None:
    """Forget the failures of a name that has logged in."""
    LoginFailure.objects.filter(digest=digest(username)).delete()

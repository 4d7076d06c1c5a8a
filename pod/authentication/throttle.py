"""Slows down whoever guesses passwords; counted in the database, so for all processes together.

What is guessed at (a user name, or a video; by one address, or by all) is a `Guessing`. Neither names
nor addresses are stored, only a keyed digest of them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from pod.authentication.models import LoginFailure

WINDOW = timedelta(minutes=15)
BLOCKED = _("Too many failed attempts. Wait a quarter of an hour, then try again.")
MOST_PER_NAME, MOST_BY_ALL = 10, 100  # of one address, and of all together


@dataclass(frozen=True)
class Guessing:
    """One thing that is guessed at: `most` failures in `WINDOW` block it. `kind` keeps counts apart."""

    kind: str
    name: str
    most: int

    @property
    def digest(self) -> str:
        """Return what stands for it in the table."""
        return salted_hmac(f"pod.{self.kind}", self.name, algorithm="sha256").hexdigest()


def log_in(username: str, address: str) -> tuple[Guessing, Guessing]:
    """Return the guessing at a user's password, at whichever log-in form: from this address, and from all.

    Counted by the name alone, anybody could keep anybody else from logging in.
    """
    name = username.strip().lower()
    return Guessing("login.address", f"{name} {address}", MOST_PER_NAME), Guessing("login", name, MOST_BY_ALL)


def is_blocked(*guessed: Guessing) -> bool:
    """Whether one of them failed too often in the last minutes."""
    since = timezone.now() - WINDOW
    return any(
        LoginFailure.objects.filter(digest=one.digest, at__gt=since).count() >= one.most for one in guessed
    )


def note_failure(*guessed: Guessing) -> None:
    """Record one failure of each, and forget those that no longer count."""
    LoginFailure.objects.filter(at__lt=timezone.now() - WINDOW).delete()
    LoginFailure.objects.bulk_create(LoginFailure(digest=one.digest) for one in guessed)


def forget(*guessed: Guessing) -> None:
    """Forget the failures once the right password was given."""
    LoginFailure.objects.filter(digest__in=[one.digest for one in guessed]).delete()

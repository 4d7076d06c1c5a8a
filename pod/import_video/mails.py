"""The mail that tells a user how the import ended, so that nobody has to keep a page open."""

from __future__ import annotations

import logging
from smtplib import SMTPException
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.db.models import QuerySet
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from pod.authentication.languages import in_language_of
from pod.conversion.models import Conversion
from pod.import_video.importing import DELIVERY
from pod.main.states import State

log = logging.getLogger(__name__)


def mail_outcome(conversion: Conversion, **_kwargs: Any) -> None:  # noqa: ANN401 - Django calls receivers so
    """Mail whoever asked for an import once it is done or has failed; a mail that fails is only logged."""
    if conversion.delivery != DELIVERY or conversion.state not in {State.DONE, State.FAILED}:
        return
    user = conversion.requested_by
    if not settings.EMAIL_ON_IMPORT or not isinstance(user, User):
        return
    if not reachable(User.objects.filter(pk=user.pk)).exists():
        return
    with in_language_of(user):
        done = conversion.state == State.DONE
        subject = (_("“%(title)s” has been imported") if done else _("“%(title)s” could not be imported")) % {
            "title": " ".join(conversion.title.split())
        }
        text = render_to_string("import_video/mails/outcome.txt", _context(conversion, user, done=done))
    try:
        send_mail(subject, text, None, [user.email])
    except (SMTPException, OSError) as error:
        log.warning("the mail on conversion %s could not be sent: %s", conversion.pk, error)


def reachable(users: QuerySet[User]) -> QuerySet[User]:
    """Return those who can be and want to be written to (Owner.accepts_notifications, unless it says no)."""
    return users.filter(is_active=True).exclude(email="").exclude(owner__accepts_notifications=False)


def _context(conversion: Conversion, user: User, *, done: bool) -> dict[str, Any]:
    page = reverse("video:my_videos") if done else reverse("import_video:external_recordings")
    return {
        "user": user,
        "title": conversion.title,
        "done": done,
        "cause": conversion.cause_said,
        "detail": conversion.for_support,
        "url": f"{settings.SITE_URL.rstrip('/')}{page}",
    }

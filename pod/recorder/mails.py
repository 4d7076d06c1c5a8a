"""The mail that tells a recorder's manager of a new file."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlencode

from django.conf import settings
from django.contrib.auth.models import User
from django.core.mail import send_mail
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from pod.authentication.languages import in_language_of
from pod.recorder.models import RecordingFileTreatment


def mail_manager(row: RecordingFileTreatment, manager: User) -> None:
    """Send the manager the link that turns the file into a video; once per file."""
    query = urlencode({"mediapath": row.file, "recorder": row.recorder_id or ""})
    address = f"{settings.SITE_URL.rstrip('/')}{reverse('record:add_recording')}?{query}"
    with in_language_of(manager):
        subject = _("A new recording is waiting for you")
        told = {"name": Path(row.file).name, "date": row.date_added, "url": address}
        text = render_to_string("recorder/mails/new_recording.txt", told)
    if manager.email:
        send_mail(subject, text.strip() + "\n", None, [manager.email])
    row.email_sent = True
    row.date_email_sent = timezone.now()
    row.save(update_fields=["email_sent", "date_email_sent"])

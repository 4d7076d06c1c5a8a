"""The mail on the end of an import."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core import mail

from pod.authentication.languages import remember_language
from pod.conversion.causes import Cause
from pod.conversion.models import Conversion
from pod.conversion.signals import ended
from pod.import_video.importing import request_import
from pod.import_video.models import ExternalRecording
from pod.main.states import State


@pytest.fixture
def job(external: ExternalRecording, teacher: User, settings: LazySettings) -> Conversion:
    """An import that the teacher asked for, with mails switched on."""
    settings.EMAIL_ON_IMPORT = True
    settings.SITE_URL = "https://pod.example.org"
    return request_import(external, teacher)


def end(job: Conversion, state: State, error: str = "", cause: str = "") -> None:
    """Let the job end."""
    job.state, job.error, job.cause = state, error, cause
    job.save()
    ended.send_robust(sender=Conversion, conversion=job)


def test_a_finished_import_is_told_with_the_address(job: Conversion) -> None:
    """To who asked; in the site's language if that person never came."""
    end(job, State.DONE)
    assert [message.to for message in mail.outbox] == [["ada@example.org"]]
    assert mail.outbox[0].subject == "« Algebra » a été importé".replace("« ", "«\u00a0").replace(
        " »", "\u00a0»"
    )
    assert "https://pod.example.org/video/my/" in str(mail.outbox[0].body)


@pytest.mark.parametrize(
    ("code", "subject"), [("en", "“Algebra” has been imported"), ("fr", "a été importé")]
)
def test_the_mail_is_in_the_readers_language(job: Conversion, teacher: User, code: str, subject: str) -> None:
    """Whatever the worker that sends it speaks."""
    remember_language(teacher, code)
    end(Conversion.objects.get(), State.DONE)
    assert subject in mail.outbox[0].subject


def test_a_failed_import_is_told_with_its_cause(job: Conversion) -> None:
    """In the reader's language, with what the programs said for support, and where to retry."""
    end(job, State.FAILED, "The server answers 404.", Cause.GONE)
    body = str(mail.outbox[0].body)
    assert "L’enregistrement n’est plus sur l’ancien serveur" in body
    assert "Pour l’assistance : The server answers 404." in body.replace("\xa0", " ")
    assert "/import_video/" in body


def test_a_failure_without_known_cause_is_told_in_general_words(job: Conversion) -> None:
    """Rows of before have no cause, and what they say is English."""
    end(job, State.FAILED, "Something odd.")
    assert "La conversion a échoué" in str(mail.outbox[0].body)


def test_a_cancelled_import_is_not_told(job: Conversion) -> None:
    """Who cancelled knows."""
    end(job, State.DISCARDED)
    assert mail.outbox == []


def test_who_wants_no_notifications_gets_none(job: Conversion, teacher: User) -> None:
    """Pod's `accepts_notifications` counts."""
    teacher.owner.accepts_notifications = False
    teacher.owner.save()
    end(Conversion.objects.get(), State.DONE)
    assert mail.outbox == []


def test_a_title_cannot_add_headers(job: Conversion) -> None:
    """A line break in a title stays within the subject's line."""
    job.title = "Algebra\nBcc: evil@example.org"
    end(job, State.DONE)
    assert "\n" not in mail.outbox[0].subject
    assert mail.outbox[0].bcc == []


def test_a_mail_server_that_fails_changes_nothing(job: Conversion, settings: LazySettings) -> None:
    """The import is done all the same."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    end(job, State.DONE)
    assert Conversion.objects.get().state == State.DONE

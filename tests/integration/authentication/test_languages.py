"""The language that a user is written to in: the one that the user last used on the site."""

from __future__ import annotations

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client

from pod.authentication.languages import in_language_of, language_of, remember_language
from pod.authentication.models import LastLanguage
from pod.recorder.mails import mail_manager
from pod.recorder.models import RecordingFileTreatment

CHOOSE = "/i18n/setlang/"
pytestmark = pytest.mark.django_db


def log_in(language: str) -> Client:
    """Return a browser of that language in which ada has filled in the form."""
    client = Client(headers={"Accept-Language": language})
    client.post("/accounts/login/", {"username": "ada", "password": "correct horse"})
    return client


def fresh(user: User) -> str:
    """Return the language as the next process reads it."""
    return language_of(User.objects.get(pk=user.pk))


@pytest.mark.parametrize(("accepted", "language"), [("en-GB,en;q=0.8", "en"), ("fr-FR", "fr"), ("de", "fr")])
def test_logging_in_tells_the_language(
    teacher: User, settings: LazySettings, accepted: str, language: str
) -> None:
    """It is that of the page, not all that the browser would like."""
    settings.LANGUAGE_CODE = "fr"
    log_in(accepted)
    assert fresh(teacher) == language


def test_choosing_another_language_changes_it(teacher: User) -> None:
    """The button on every page; the last choice counts."""
    client = log_in("fr")
    client.post(CHOOSE, {"language": "en", "next": "/video/my/"})
    assert fresh(teacher) == "en"
    client.post(CHOOSE, {"language": "fr", "next": "/video/my/"})
    assert fresh(teacher) == "fr"


def test_a_language_that_the_site_does_not_speak_changes_nothing(teacher: User) -> None:
    """Neither a made-up code nor one of a visitor."""
    client = log_in("en")
    client.post(CHOOSE, {"language": "<script>"})
    Client().post(CHOOSE, {"language": "fr"})
    assert (fresh(teacher), LastLanguage.objects.count()) == ("en", 1)


def test_who_never_came_is_written_to_in_the_language_of_the_site(
    teacher: User, settings: LazySettings
) -> None:
    """Accounts that the migration made have no language of their own."""
    for code in ("fr", "en"):
        settings.LANGUAGE_CODE = code
        assert fresh(teacher) == code
        with in_language_of(None):
            assert language_of(None) == code


def test_many_languages_are_one_question(
    teacher: User, colleague: User, django_assert_num_queries: object
) -> None:
    """Five hundred mails do not ask five hundred times."""
    remember_language(teacher, "en")
    with django_assert_num_queries(1):  # type: ignore[operator]
        people = list(User.objects.select_related("last_language"))
        assert {person.username: language_of(person) for person in people}["ada"] == "en"


@pytest.mark.parametrize(("code", "word"), [("fr", "Bonjour"), ("en", "Hello")])
def test_a_recorders_manager_is_written_to_in_that_language(
    waiting: RecordingFileTreatment, teacher: User, code: str, word: str
) -> None:
    """The mail on a new file."""
    remember_language(teacher, code)
    mail_manager(waiting, User.objects.get(pk=teacher.pk))
    assert mail.outbox[0].body.startswith(word)

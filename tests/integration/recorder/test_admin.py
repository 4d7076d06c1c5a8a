"""Recorders in Django's administration."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from django.core import mail
from django.test import Client
from django.urls import reverse

from pod.main.sites import current_site_id
from pod.recorder.models import Recorder
from pod.recorder.watching import check_directories
from tests.integration.conftest import Film


@pytest.fixture
def boss(db: None) -> Client:
    """The administrator's browser."""
    client = Client()
    client.force_login(User.objects.create_superuser("admin", "admin@example.org", "x"))
    return client


def send(client: Client, address: str, **written: object) -> None:
    """Send the form of a recorder as it stands, but for what is written into it."""
    form = client.get(address).context["adminform"].form
    offered = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    answer = client.post(address, {key: value for key, value in {**offered, **written}.items() if value})
    assert answer.status_code == 302, answer.context["errors"]


def test_a_first_recorder_takes_a_name_an_address_and_a_folder(boss: Client) -> None:
    """On a database without types the form offers one: what else is needed stands in it already."""
    address = reverse("admin:recorder_recorder_add")
    send(boss, address, name="BigBlueButton", address_ip="192.0.2.1", directory="bbb")
    recorder = Recorder.objects.get()
    assert (recorder.directory, recorder.user, recorder.type.title) == ("bbb", None, "Other")


def test_a_new_manager_is_told_of_what_the_former_one_left(
    house: Path, recorder: Recorder, teacher: User, colleague: User, boss: Client, film: Film
) -> None:
    """Nobody else sees it: it waits on no list."""
    film(house / "bbb" / "a.mp4")
    Recorder.objects.update(user=teacher)
    for _look in range(2):
        check_directories()
    address = reverse("admin:recorder_recorder_change", args=(recorder.pk,))
    send(boss, address, user=colleague.pk, sites=[current_site_id()])
    check_directories()
    assert [message.to for message in mail.outbox] == [["ada@example.org"], ["bob@example.org"]]


def test_a_changed_recorder_tells_nobody_twice(
    house: Path, recorder: Recorder, teacher: User, boss: Client, film: Film
) -> None:
    """Only another manager is told."""
    film(house / "bbb" / "a.mp4")
    Recorder.objects.update(user=teacher)
    for _look in range(2):
        check_directories()
    send(
        boss,
        reverse("admin:recorder_recorder_change", args=(recorder.pk,)),
        name="Hall 1",
        sites=[current_site_id()],
    )
    check_directories()
    assert len(mail.outbox) == 1

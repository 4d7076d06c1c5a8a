"""Recorders in Django's administration."""

from __future__ import annotations

import pytest
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse

from pod.recorder.models import Recorder


@pytest.mark.django_db
def test_a_first_recorder_takes_a_name_an_address_and_a_folder() -> None:
    """On a database without types the form offers one: what else is needed stands in it already."""
    client = Client()
    client.force_login(User.objects.create_superuser("admin", "admin@example.org", "x"))
    address = reverse("admin:recorder_recorder_add")
    form = client.get(address).context["adminform"].form
    offered = {name: form.get_initial_for_field(field, name) for name, field in form.fields.items()}
    written = {"name": "BigBlueButton", "address_ip": "192.0.2.1", "directory": "bbb"}
    answer = client.post(address, {key: value for key, value in {**offered, **written}.items() if value})
    assert answer.status_code == 302, answer.context["errors"]
    recorder = Recorder.objects.get()
    assert (recorder.directory, recorder.user, recorder.type.title) == ("bbb", None, "Other")

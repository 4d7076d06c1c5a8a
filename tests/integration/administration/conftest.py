"""Rows as a migration leaves them: some with their owners, some with the administrator."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.test import Client

from pod.bbb_migration.models import Item, ItemOutcome, Run, RunMode
from pod.bbb_migration.whose import ADMINISTRATOR
from pod.import_video.models import ExternalRecording
from pod.import_video.services import create_external_recordings
from tests.integration.conftest import MEETING, spec_of

SERVER = "bbb.example.org"
Migrated = Callable[..., ExternalRecording]


@pytest.fixture
def administrator(db: None, settings: LazySettings, house: Path) -> User:
    """Who gets what nobody is known to own."""
    user = User.objects.create_superuser("admin", "admin@example.org", "secret")
    settings.SCRIPT_ADMIN_ID = user.pk
    settings.LANGUAGE_CODE = "en"
    settings.MIGRATION_CREATE_USERS = False
    return user


@pytest.fixture
def desk(administrator: User) -> Client:
    """The administrator's browser, in English."""
    client = Client()
    client.force_login(administrator)
    client.cookies["django_language"] = "en"
    return client


@pytest.fixture
def run(db: None) -> Run:
    """A run that is over."""
    return Run.objects.create(mode=RunMode.IMPORT_VIDEO, server=SERVER, state="done", total=1)


@pytest.fixture
def migrated(run: Run) -> Migrated:
    """Write an external recording and its line of the ledger, as a run does."""

    def write(owner: User, number: int = 1, via: str = "user", server: str = SERVER) -> ExternalRecording:
        name = f"Lecture {number}"
        start = MEETING - timedelta(days=number)
        (row,) = create_external_recordings([spec_of(owner, name, number, server=server, start_at=start)])
        Item.objects.create(
            run=run, server=server, record_id=f"rec-{number}", mode=RunMode.IMPORT_VIDEO,
            owner=owner.username.lower(), user=owner, name=name, recorded_at=start,
            outcome=ItemOutcome.CREATE, done=True, via=via, target=row.source_url,
        )  # fmt: skip
        return row

    return write


@pytest.fixture
def orphan(migrated: Migrated, administrator: User) -> ExternalRecording:
    """A recording that the administrator has because nobody is known."""
    return migrated(administrator, 1, via=ADMINISTRATOR)

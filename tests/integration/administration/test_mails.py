"""Mails to owners: once about each recording, never in a dry run, in the reader's language."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Any

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.core.management import CommandError, call_command
from django.utils import timezone, translation

from pod.authentication.languages import remember_language
from pod.authentication.models import Owner
from pod.bbb_migration.administration.mails import announce
from pod.bbb_migration.models import Item, ItemOutcome, RunMode, Told
from pod.bbb_migration.plan import Mode
from pod.import_video.models import ExternalRecordingDetail
from pod.recorder.models import RecordingFileTreatment
from tests.fake_bbb import FakeBBB
from tests.integration.administration.conftest import SERVER, Migrated
from tests.integration.migration.conftest import Migrate, bbb, entry, migrate, site

__all__ = ["bbb", "migrate", "site"]


class Down(EmailBackend):
    """A mail server that is down."""

    attempts = 0

    def send_messages(self, messages: Any) -> int:
        type(self).attempts += 1
        raise ConnectionRefusedError("connection refused")


@pytest.fixture
def admin(administrator: User) -> User:
    """The name that the migration's fixtures know."""
    return administrator


def to() -> list[str]:
    """Return who got mail."""
    return [address for letter in mail.outbox for address in letter.to]


def test_an_owner_gets_one_mail_about_all_recordings(
    migrated: Migrated, administrator: User, teacher: User, colleague: User
) -> None:
    """Twelve recordings are one mail, that names the newest ten and counts the rest."""
    for number in range(12):
        migrated(teacher, number)
    migrated(colleague, 99)
    sent = announce(SERVER, Mode.IMPORT_VIDEO)
    assert (sent.sent, sorted(to())) == (2, ["ada@example.org", "bob@example.org"])
    letter = next(one for one in mail.outbox if one.to == ["ada@example.org"])
    assert letter.subject == "Your 12 recordings are here"
    assert "Lecture 0" in letter.body
    assert "and 2 more" in letter.body
    assert "http://localhost:8000/import_video/" in letter.body


def test_nobody_is_told_twice(migrated: Migrated, administrator: User, teacher: User) -> None:
    """A second run tells only what is new."""
    migrated(teacher, 1)
    announce(SERVER, Mode.IMPORT_VIDEO)
    assert announce(SERVER, Mode.IMPORT_VIDEO).sent == 0
    migrated(teacher, 2)
    announce(SERVER, Mode.IMPORT_VIDEO)
    assert len(mail.outbox) == 2
    assert "Lecture 1" not in mail.outbox[1].body


def test_the_administrator_is_not_told_of_orphans(migrated: Migrated, administrator: User) -> None:
    """What nobody is known to own is no news for the one who keeps it."""
    migrated(administrator, 1, via="administrator")
    assert announce(SERVER, Mode.IMPORT_VIDEO).sent == 0


def test_what_was_discarded_or_removed_is_not_announced(
    migrated: Migrated, administrator: User, teacher: User
) -> None:
    """Only rows that are still there to be imported are news."""
    row = migrated(teacher, 1)
    ExternalRecordingDetail.objects.filter(recording=row).update(discarded_at=timezone.now())
    migrated(teacher, 2).delete()
    assert announce(SERVER, Mode.IMPORT_VIDEO).sent == 0


def test_people_without_address_are_counted(migrated: Migrated, administrator: User) -> None:
    """They cannot be written to; the command says how many they are."""
    migrated(User.objects.create_user("mute"), 1)
    sent = announce(SERVER, Mode.IMPORT_VIDEO)
    assert (sent.sent, sent.mute) == (0, 1)


def test_who_wants_no_notifications_gets_none(
    soon: None, migrated: Migrated, teacher: User, colleague: User
) -> None:
    """Neither news nor reminders; who never said anything gets them."""
    Owner.objects.filter(user=teacher).update(accepts_notifications=False)
    for number, person in enumerate((teacher, colleague)):
        migrated(person, number)
    sent = announce(SERVER, Mode.IMPORT_VIDEO)
    assert (sent.sent, sent.mute, to()) == (1, 1, ["bob@example.org"])
    mail.outbox.clear()
    assert "1 person was not written to" in remind()
    assert to() == ["bob@example.org"]


def test_a_mail_that_could_not_go_goes_the_next_time(
    migrated: Migrated, administrator: User, teacher: User, settings: LazySettings
) -> None:
    """A mail server that is down makes nobody count as told."""
    migrated(teacher, 1)
    good = settings.EMAIL_BACKEND
    settings.EMAIL_BACKEND = f"{Down.__module__}.{Down.__name__}"
    assert announce(SERVER, Mode.IMPORT_VIDEO).failed == 1
    assert not Told.objects.exists()
    settings.EMAIL_BACKEND = good
    assert announce(SERVER, Mode.IMPORT_VIDEO).sent == 1


def test_a_server_that_is_down_is_not_asked_for_everybody(
    migrated: Migrated, administrator: User, settings: LazySettings
) -> None:
    """After three refusals the rest is left for the next call."""
    for number in range(6):
        migrated(User.objects.create_user(f"u{number}", f"u{number}@example.org"), number)
    settings.EMAIL_BACKEND = f"{Down.__module__}.{Down.__name__}"
    Down.attempts = 0
    assert announce(SERVER, Mode.IMPORT_VIDEO).failed == 6
    assert Down.attempts == 3


def test_probable_owners_are_told_of_files_to_claim(
    waiting: RecordingFileTreatment, administrator: User, teacher: User
) -> None:
    """In the claim folder those are told whose a file probably is."""
    type(waiting.detail).objects.update(server=SERVER)
    waiting.detail.probable_owners.add(teacher)
    Item.objects.create(
        server=SERVER, record_id="0123abcd-1", mode=RunMode.MANUAL_CLAIM, name="Algebra", done=True,
        outcome=ItemOutcome.DOWNLOAD, target=waiting.file,
    )  # fmt: skip
    announce(SERVER, Mode.MANUAL_CLAIM)
    assert to() == ["ada@example.org"]
    assert "/record/claim_record/" in mail.outbox[0].body


def test_each_mail_is_in_the_language_that_its_reader_last_used(
    migrated: Migrated, administrator: User, teacher: User, colleague: User, settings: LazySettings
) -> None:
    """One run, three languages of its readers: French, English, and the site's for who never came."""
    settings.LANGUAGE_CODE = "fr"
    remember_language(teacher, "en")
    remember_language(colleague, "fr")
    newcomer = User.objects.create_user("new", "new@example.org")
    for number, owner in enumerate((teacher, colleague, newcomer)):
        migrated(owner, number)
    with translation.override("de"):  # whatever the terminal speaks
        announce(SERVER, Mode.IMPORT_VIDEO)
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert letters["ada@example.org"].subject == "Your recording is here"
    assert "Hello" in letters["ada@example.org"].body
    for address in ("bob@example.org", "new@example.org"):
        assert letters[address].subject.startswith("Votre enregistrement")
        assert "Bonjour" in letters[address].body


def test_the_command_writes_when_it_is_asked_to(migrate: Migrate, site: LazySettings, bbb: FakeBBB) -> None:
    """Without --notify no mail, with it none to the administrator for what nobody owns."""
    bbb.add(entry(1))
    assert migrate("--use-import-video").code == 0
    called = migrate("--use-import-video", "--notify")
    assert called.code == 0
    assert "0 mails were sent" in called.text
    assert to() == []


def test_a_dry_run_only_says_how_many_mails_would_go(
    migrate: Migrate, site: LazySettings, bbb: FakeBBB, migrated: Migrated, teacher: User
) -> None:
    """Whoever was not told of earlier runs' recordings counts; nothing is sent or noted."""
    site.SCRIPT_BBB_SERVER_URL = bbb.api_url
    host = bbb.api_url.split("/")[2]
    migrated(teacher, 1, server=host)
    called = migrate("--use-import-video", "--notify", "--dry")
    assert "1 mail would go" in called.text
    assert called.text.rstrip().endswith("DRY RUN: nothing was changed.")
    assert (to(), Told.objects.count()) == ([], 0)


def test_notify_without_a_place_to_look_at_is_refused(migrate: Migrate, site: LazySettings) -> None:
    """A CSV file gives nobody anything to be told of."""
    assert migrate("--use-export-csv", "--notify").code == 2


# --- the reminder ---------------------------------------------------------------------------


def remind(*arguments: str) -> str:
    """Call the command; return what it says."""
    out = io.StringIO()
    call_command("remind_external_recordings", *arguments, stdout=out, no_color=True)
    return out.getvalue()


@pytest.fixture
def soon(settings: LazySettings, administrator: User) -> None:
    """The old server stops in five days."""
    settings.EXTERNAL_RECORDINGS_AVAILABLE_UNTIL = str(timezone.localdate() + timedelta(days=5))


def test_who_has_something_to_import_is_reminded_once(soon: None, migrated: Migrated, teacher: User) -> None:
    """Called daily by cron, it writes once for each distance."""
    migrated(teacher, 1)
    migrated(teacher, 2)
    assert "1 mail was sent" in remind()
    assert "0 mails were sent" in remind()
    assert "2 recordings" in mail.outbox[0].body
    assert "5 more days" in mail.outbox[0].body
    assert "1 mail was sent" in remind("--days", "7")


def test_a_reminder_is_in_the_readers_language(
    soon: None, migrated: Migrated, teacher: User, colleague: User
) -> None:
    """The day is written as that language writes it, too."""
    for number, (person, code) in enumerate(((teacher, "fr"), (colleague, "en"))):
        remember_language(person, code)
        migrated(person, number)
    remind()
    letters = {letter.to[0]: letter for letter in mail.outbox}
    assert "Bonjour" in letters["ada@example.org"].body
    assert "Hello" in letters["bob@example.org"].body


def test_the_reminders_dry_run_counts_only(soon: None, migrated: Migrated, teacher: User) -> None:
    """Nothing is sent, and nobody counts as reminded."""
    migrated(teacher, 1)
    assert "1 mail would go" in remind("--dry")
    assert to() == []
    assert "1 mail was sent" in remind()


def test_who_has_nothing_left_is_not_reminded(soon: None, migrated: Migrated, teacher: User) -> None:
    """Discarded recordings wait for nobody."""
    row = migrated(teacher, 1)
    ExternalRecordingDetail.objects.filter(recording=row).update(discarded_at=timezone.now())
    assert "0 mails were sent" in remind()


def test_reminders_begin_when_the_day_is_near(
    settings: LazySettings, migrated: Migrated, administrator: User, teacher: User
) -> None:
    """Long before the last day, and after it, nobody is written to."""
    migrated(teacher, 1)
    for days in (60, -1):
        settings.EXTERNAL_RECORDINGS_AVAILABLE_UNTIL = str(timezone.localdate() + timedelta(days=days))
        remind()
    assert to() == []


def test_without_a_last_day_there_is_nothing_to_remind_of(
    settings: LazySettings, administrator: User
) -> None:
    """The setting is named; a day that cannot be read is, too."""
    for value in ("", "soon"):
        settings.EXTERNAL_RECORDINGS_AVAILABLE_UNTIL = value
        with pytest.raises(CommandError, match="EXTERNAL_RECORDINGS_AVAILABLE_UNTIL"):
            remind()

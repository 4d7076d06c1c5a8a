"""Who may open which page of the administration: every address there, for everybody."""

from __future__ import annotations

from typing import Any

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission, User
from django.db.models import Model
from django.test import Client, RequestFactory
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from pod.bbb_migration.models import Run, RunMode
from pod.conversion.models import Conversion
from pod.import_video.models import ExternalRecording, ExternalRecordingDetail
from pod.meeting.models import InternalRecording, Meeting
from pod.recorder.models import ClaimDetail, Recorder, RecordingFileTreatment
from pod.video.models import Video, VideoDetail
from tests.integration.pages.test_access import browser

OPEN = {"login"}  # else nobody could come in
# For whoever is of staff, as Django has it; there they see nothing but what they have permissions for.
FOR_STAFF = {"index", "logout", "password_change", "password_change_done", "jsi18n", "autocomplete"}
RUN_PAGES = {"bbb_migration_run_report": ("run.html",), "bbb_migration_run_live": ()}


def addresses(resolver: URLResolver) -> dict[str, URLPattern]:
    """Return the named addresses of the administration."""
    found: dict[str, URLPattern] = {}
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLResolver):
            found |= addresses(pattern)
        elif pattern.name:
            found[pattern.name] = pattern
    return found


ADMIN = next(
    one for one in get_resolver().url_patterns if isinstance(one, URLResolver) and one.namespace == "admin"
)
NAMES = sorted(addresses(ADMIN))


def address(name: str, run: Run) -> str:
    """Return an address with something in it that is there, as far as the page is about one thing."""
    if name in RUN_PAGES:
        return reverse(f"admin:{name}", args=(run.pk, *RUN_PAGES[name]))
    if name == "app_list":
        return reverse("admin:app_list", args=("video",))
    if name == "view_on_site":
        return reverse("admin:view_on_site", args=(1, 1))
    wants = addresses(ADMIN)[name].pattern.converters
    return reverse(f"admin:{name}", args=(run.pk,) * len(wants))


@pytest.fixture
def run(db: None) -> Run:
    """A run that is over."""
    return Run.objects.create(mode=RunMode.IMPORT_VIDEO, server="bbb.example.org", state="done")


def answers(user: User | None, run: Run) -> dict[str, tuple[int, str]]:
    """Return status and redirect of each address, asked for by the user."""
    client = browser(user)
    found = {name: client.get(address(name, run)) for name in NAMES}
    return {name: (answer.status_code, answer.get("Location", "")) for name, answer in found.items()}


def test_a_teacher_gets_no_page_of_the_administration(run: Run, teacher: User) -> None:
    """Teachers are of staff in Pod, and have no permissions: no list, form, file or action is theirs."""
    told = answers(teacher, run)
    open_to_them = {
        name for name, (status, place) in told.items() if status not in {403, 404} and place != "/admin/"
    }
    assert open_to_them <= OPEN | FOR_STAFF


@pytest.mark.parametrize("who", ["student", "nobody"])
def test_others_are_sent_to_the_log_in(who: str, run: Run, student: User) -> None:
    """Whatever they ask for, be it there or not."""
    told = answers(student if who == "student" else None, run)
    inside = {name for name, (_status, place) in told.items() if not place.startswith("/admin/login/")}
    assert inside <= OPEN | {"jsi18n", "logout"}


def test_no_page_of_the_administration_is_broken(run: Run) -> None:
    """A superuser gets a page, a redirect, or is told that the thing is not there."""
    told = answers(User.objects.create_superuser("root"), run)
    assert {name: status for name, (status, _place) in told.items() if status >= 500} == {}


@pytest.mark.parametrize("codename", ["view_video", "change_video"])
def test_a_permission_opens_its_own_pages_alone(codename: str, run: Run, teacher: User) -> None:
    """Who may look at videos sees neither the accounts nor the migration."""
    teacher.user_permissions.add(Permission.objects.get(codename=codename))
    client = browser(teacher)
    assert client.get(reverse("admin:video_video_changelist")).status_code == 200
    for name in ("auth_user_changelist", "bbb_migration_run_changelist", "bbb_migration_dashboard"):
        assert client.get(reverse(f"admin:{name}")).status_code == 403


@pytest.mark.parametrize("model", sorted(admin.site._registry, key=str), ids=lambda model: model.__name__)
def test_who_may_only_look_is_offered_no_action(model: type[Model], teacher: User) -> None:
    """Each action asks for a permission to change: a list that somebody may see is not one to steer by."""
    teacher.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    request: Any = RequestFactory().get("/")
    request.user = User.objects.get(pk=teacher.pk)
    page = admin.site._registry[model]
    assert page.has_view_permission(request)
    assert list(page.get_actions(request)) == []


TOKEN = "https://bbb.example.org/playback/presentation/2.3/rec-1?token=s3cret"


@pytest.fixture
def secretive(
    recorder: Recorder, waiting: RecordingFileTreatment, video: Video, external: ExternalRecording
) -> list[Model]:
    """One row of each model that has a password, or an address that may carry a token."""
    meeting = Meeting.objects.create(
        name="Algebra", owner=video.owner, attendee_password="s3cret", moderator_password="s3cret"
    )
    internal = InternalRecording.objects.create(name="Algebra", owner=video.owner, source_url=TOKEN)
    context = {"thumbnail_url": TOKEN}
    job = Conversion.objects.create(key="k", delivery="x", title="Algebra", source_url=TOKEN, context=context)
    Recorder.objects.update(salt="s3cret", credentials_password="s3cret", password="s3cret")
    Video.objects.update(password="s3cret")
    VideoDetail.objects.update(source_url=TOKEN)
    ExternalRecording.objects.update(source_url=TOKEN)
    for detail in (ExternalRecordingDetail, ClaimDetail):
        detail.objects.update(thumbnail_url=TOKEN)
    return [recorder, waiting, video, external, meeting, internal, job]


def admitted(who: User, *verbs: str) -> Client:
    """Return the browser of who may do this with whatever there is."""
    permissions = [Permission.objects.filter(codename__startswith=f"{verb}_") for verb in verbs]
    who.user_permissions.set(permissions[0].union(*permissions[1:]))
    return browser(who)


@pytest.mark.parametrize(("may", "seen"), [("view", 0), ("change", 6)])
def test_secrets_are_for_those_who_may_change_them(
    may: str, seen: int, secretive: list[Model], colleague: User
) -> None:
    """Who may only look learns no password and no address with a token; of a job's, nobody does."""
    client = admitted(colleague, may)
    found = []
    for one in secretive:
        name = one._meta.label_lower.replace(".", "_")
        for page in (reverse(f"admin:{name}_change", args=(one.pk,)), reverse(f"admin:{name}_changelist")):
            answer = client.get(page)
            assert answer.status_code == 200
            found += [page] * ("s3cret" in answer.content.decode())
    assert len(found) == seen


@pytest.mark.parametrize(
    ("name", "asked", "may"),
    [
        ("recorder_recorder", "credentials_password", "view"),
        ("video_video", "password", "view"),
        ("meeting_meeting", "attendee_password", "view"),
        ("meeting_meeting", "moderator_password", "view"),
        ("meeting_internalrecording", "source_url", "view"),
        ("import_video_externalrecording", "source_url", "view"),
        ("conversion_conversion", "source_url", "change"),
        ("conversion_conversion", "context__thumbnail_url", "change"),
        ("recorder_claim", "detail__detail__title", "change"),
    ],
)
def test_no_address_asks_for_a_secret(
    name: str, asked: str, may: str, secretive: list[Model], colleague: User
) -> None:
    """Filtered by `password__startswith=s`, then `s3`, a list would tell a secret letter by letter."""
    client = admitted(colleague, may)
    answer = client.get(reverse(f"admin:{name}_changelist"), {f"{asked}__startswith": "s"})
    assert answer.status_code == 400


def test_who_may_change_a_secret_may_filter_by_it(secretive: list[Model], colleague: User) -> None:
    """It is on the form that they open anyway."""
    client = admitted(colleague, "change")
    answer = client.get(reverse("admin:video_video_changelist"), {"password": "s3cret"})
    assert answer.context["cl"].result_count == 1

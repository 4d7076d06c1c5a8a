"""The administrator's pages: who sees them, what they do, and that they cost the same for many rows."""

from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import Permission, User
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from pod.bbb_migration.models import Item, ItemOutcome, Run, RunMode
from pod.conversion.models import Conversion
from pod.import_video.models import ExternalRecording, ExternalRecordingDetail
from pod.main.states import State
from pod.recorder.models import RecordingFileTreatment
from pod.recorder.newcomers import keep_owners
from tests.integration.administration.conftest import SERVER, Migrated
from tests.integration.conftest import in_bulk

PAGES = ("dashboard", "owners", "owners_csv", "delete_external")
MANY = 1500
LISTS = ("run", "item", "orphan")


def address(page: str, *args: Any) -> str:
    """Return the address of a page of the migration."""
    return reverse(f"admin:bbb_migration_{page}", args=args)


def text(answer: Any) -> str:
    """Return what a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", answer.content.decode()))


def upload(content: str) -> SimpleUploadedFile:
    """Return a file as a browser sends it."""
    return SimpleUploadedFile("owners.csv", content.encode(), "text/csv")


def carried_out(preview: Any) -> dict[str, str]:
    """Return what the button of a preview of owners.csv sends."""
    found = re.search(r'name="apply" value="([^"]+)"', preview.content.decode())
    assert found is not None
    return {"apply": found[1]}


@pytest.fixture
def many(migrated: Migrated, administrator: User, teacher: User, run: Run) -> None:
    """Many items, recordings and jobs of all states."""
    now = timezone.now()
    items, rows, jobs = [], [], []
    for number in range(MANY):
        owner = administrator if number % 3 == 0 else teacher
        items.append(
            Item(
                run=run, server=SERVER, record_id=f"r-{number}", mode=RunMode.IMPORT_VIDEO,
                owner=owner.username, user=owner, name=f"Lecture {number}",
                recorded_at=now - timedelta(days=number), outcome=ItemOutcome.CREATE, done=True,
                via="administrator" if owner == administrator else "user", reason=f"reason {number % 40}",
            )
        )  # fmt: skip
        rows.append(
            ExternalRecording(name=f"Lecture {number}", owner=owner, start_at=now - timedelta(days=number))
        )
        state = list(State)[number % len(State)]
        jobs.append(
            Conversion(
                key=f"k-{number}", delivery="x", title="t", state=state, total_s=3600, engine="native",
                error=f"The slide {number} is broken." if state == State.FAILED else "",
                started_at=now - timedelta(minutes=10), finished_at=now,
            )
        )  # fmt: skip
    Item.objects.bulk_create(items)
    jobs, made = in_bulk(Conversion, jobs), in_bulk(ExternalRecording, rows)
    ExternalRecordingDetail.objects.bulk_create(
        ExternalRecordingDetail(recording=row, conversion=job, server=SERVER, record_id=f"r-{number}")
        for number, (row, job) in enumerate(zip(made, jobs, strict=True))
    )


@pytest.mark.parametrize("page", PAGES)
def test_staff_without_permission_sees_no_page(page: str, administrator: User, signed: Client) -> None:
    """Being staff is not enough."""
    assert signed.get(address(page)).status_code == 403


@pytest.mark.parametrize("page", PAGES)
def test_nobody_sees_a_page_without_logging_in(page: str, administrator: User) -> None:
    """Visitors are sent to the log-in."""
    assert Client().get(address(page)).status_code == 302


def test_who_may_look_may_not_change(orphan: ExternalRecording, signed: Client, teacher: User) -> None:
    """The permission to see orphans is not the one to give them to people."""
    teacher.user_permissions.add(*Permission.objects.filter(codename__in=["view_orphan", "view_run"]))
    assert "Owners of recordings" in text(signed.get(address("owners"), headers={"Accept-Language": "en"}))
    sent = {"file": upload("record_id,owner\nrec-1,ada\n")}
    assert signed.post(address("owners"), sent).status_code == 403
    assert signed.post(address("delete_external"), {"server": SERVER}).status_code == 403
    signed.post(address("orphan_changelist"), {"action": "give_to", "who": "ada", "give": "1"})
    assert ExternalRecording.objects.get().owner != teacher


@pytest.mark.parametrize("page", ["dashboard", *(f"{name}_changelist" for name in LISTS)])
def test_a_page_costs_the_same_for_many_rows(
    page: str, many: None, desk: Client, django_assert_max_num_queries: Any
) -> None:
    """Fifteen queries at most, with 1500 rows of each kind."""
    with django_assert_max_num_queries(15):
        assert desk.get(address(page)).status_code == 200


def test_searching_and_a_run_cost_the_same_for_many_rows(
    many: None, desk: Client, run: Run, django_assert_max_num_queries: Any
) -> None:
    """Also the page of one run with 1500 recordings."""
    with django_assert_max_num_queries(15):
        assert "Lecture 77" in text(desk.get(address("item_changelist"), {"q": "Lecture 77"}))
    with django_assert_max_num_queries(15):
        desk.get(address("run_change", run.pk))


@pytest.mark.parametrize("model", ["import_video_externalrecording", "conversion_conversion"])
def test_the_other_lists_cost_the_same_for_many_rows(
    model: str, many: None, desk: Client, django_assert_max_num_queries: Any
) -> None:
    """Rows of external recordings and conversion jobs come with what they show."""
    with django_assert_max_num_queries(15):
        assert desk.get(reverse(f"admin:{model}_changelist")).status_code == 200


def test_the_index_leads_to_the_pages(desk: Client) -> None:
    """Who may see them finds them on the first page of the administration."""
    page = desk.get(reverse("admin:index")).content.decode()
    assert address("dashboard") in page
    assert address("owners") in page
    assert address("delete_external") in page


def test_the_dashboard_holds_neither_script_nor_style(many: None, desk: Client) -> None:
    """Plots obey the Content-Security-Policy: classes and attributes only."""
    page = desk.get(address("dashboard")).content.decode()
    plots = re.findall(r'<svg class="plot".*?</svg>', page, re.DOTALL)
    assert len(plots) == 4
    for plot in plots:
        assert "style" not in plot
        assert "<script" not in plot
        assert "<title" in plot


def test_each_plot_has_its_table(many: None, desk: Client) -> None:
    """What is drawn can be read as numbers."""
    page = desk.get(address("dashboard")).content.decode()
    assert page.count('<svg class="plot"') == page.count('<caption class="visually-hidden">') == 4


def test_causes_that_differ_by_a_number_only_are_one(many: None, desk: Client) -> None:
    """A hundred failures of the same kind are one line."""
    assert "The slide … is broken." in text(desk.get(address("dashboard")))


def test_the_dashboard_predicts_the_end(many: None, desk: Client) -> None:
    """An hour of meeting in ten minutes of work is six times the speed of the meeting."""
    assert "at 6.0 times the speed" in text(desk.get(address("dashboard")))


def test_an_empty_site_has_a_dashboard(desk: Client) -> None:
    """Before the first run it says so."""
    said = text(desk.get(address("dashboard")))
    assert "The migration has not run yet." in said
    assert "Nothing failed." in said


def test_names_are_text_on_every_page(migrated: Migrated, administrator: User, desk: Client) -> None:
    """Markup in names and causes stays text."""
    evil = "<script>alert(1)</script>"
    row = migrated(administrator, 1, via="administrator")
    Item.objects.update(name=evil, reason=evil, outcome=ItemOutcome.FAIL, done=False, via="administrator")
    Conversion.objects.create(key="k", delivery="x", title=evil, state=State.FAILED, error=evil)
    ExternalRecording.objects.filter(pk=row.pk).update(name=evil)
    sent = {"file": upload(f'record_id,name,owner\nrec-1,"{evil}",{evil}\n')}
    for answer in (
        desk.get(address("dashboard")),
        desk.get(address("run_change", Run.objects.get().pk)),
        desk.get(address("item_changelist")),
        desk.post(address("owners"), sent),
    ):
        assert evil not in answer.content.decode()


def test_a_file_of_somebody_without_an_account_is_listed_with_the_name(
    waiting: RecordingFileTreatment, desk: Client
) -> None:
    """Not with the sentence that nobody is known: the administrator may know another account of theirs."""
    keep_owners(waiting.detail, (), ["ghost"])
    out = b"".join(desk.get(address("owners_csv")).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    (row,) = csv.DictReader(io.StringIO(out))
    assert "ghost" in row["reason"]


def test_owners_csv_goes_out_and_comes_back(
    migrated: Migrated, administrator: User, teacher: User, desk: Client
) -> None:
    """Downloaded, filled in, previewed, applied: the recording is the teacher's."""
    migrated(administrator, 1, via="administrator")
    out = b"".join(desk.get(address("owners_csv")).streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    rows = list(csv.DictReader(io.StringIO(out)))
    assert [(row["record_id"], row["owner"]) for row in rows] == [("rec-1", "")]
    filled = out.rstrip("\r\n")[:-2] + '"ada"\r\n'
    looked = desk.post(address("owners"), {"file": upload(filled)})
    assert "goes to this account" in text(looked)
    assert ExternalRecording.objects.get().owner == administrator
    done = desk.post(address("owners"), carried_out(looked))
    assert "1 line was carried out." in text(done)
    assert ExternalRecording.objects.get().owner == teacher


def test_a_preview_is_applied_once(orphan: ExternalRecording, teacher: User, desk: Client) -> None:
    """The button pressed again (or a stale page) asks for the file again."""
    looked = desk.post(address("owners"), {"file": upload("record_id,owner\nrec-1,ada\n")})
    desk.post(address("owners"), carried_out(looked))
    assert "choose it again" in text(desk.post(address("owners"), carried_out(looked), follow=True))


def test_the_file_that_was_looked_at_is_carried_out_and_no_other(
    migrated: Migrated, administrator: User, teacher: User, desk: Client
) -> None:
    """In another window another file was looked at since: the button of the first carries out nothing."""
    for number in (1, 2):
        migrated(administrator, number, via="administrator")
    first = desk.post(address("owners"), {"file": upload("record_id,owner\nrec-1,ada\n")})
    second = desk.post(address("owners"), {"file": upload("record_id,owner\nrec-2,ada\n")})
    assert "choose it again" in text(desk.post(address("owners"), carried_out(first), follow=True))
    assert not ExternalRecording.objects.filter(owner=teacher).exists()
    assert "1 line was carried out." in text(desk.post(address("owners"), carried_out(second)))
    assert ExternalRecording.objects.get(owner=teacher).name == "Lecture 2"


def test_a_file_that_is_no_list_is_refused_with_the_reason(desk: Client) -> None:
    """The form says which column is missing."""
    assert "record_id" in text(desk.post(address("owners"), {"file": upload("a,b\n1,2\n")}))


def test_more_than_a_page_can_do_is_left_to_the_command(
    migrated: Migrated, administrator: User, desk: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A web server ends a page that takes too long, in the middle: nothing is begun."""
    for place in ("forms", "giving"):
        monkeypatch.setattr(f"pod.bbb_migration.administration.{place}.MOST_ON_PAGE", 1)
    for number in (1, 2):
        migrated(administrator, number, via="administrator")
    sent = {"file": upload("record_id,owner\nrec-1,ada\nrec-2,ada\n")}
    assert "apply_owners" in text(desk.post(address("owners"), sent))
    form = {"action": "give_to", "_selected_action": list(Item.objects.values_list("pk", flat=True))}
    assert "apply_owners" in text(desk.post(address("orphan_changelist"), form, follow=True))


def test_selected_orphans_are_given_to_somebody(
    migrated: Migrated, administrator: User, teacher: User, desk: Client
) -> None:
    """Selected, named, previewed, given; what was not selected stays."""
    for number in (1, 2, 3):
        migrated(administrator, number, via="administrator")
    chosen = Item.objects.filter(record_id__in=["rec-1", "rec-2"]).values_list("pk", flat=True)
    form = {"action": "give_to", "_selected_action": list(chosen), "select_across": "0"}
    page = desk.post(address("orphan_changelist"), form)
    assert "2 recordings are selected." in text(page)
    looked = desk.post(address("orphan_changelist"), {**form, "who": "ada@example.org", "look": "1"})
    assert "until now: admin" in text(looked)
    assert ExternalRecording.objects.filter(owner=teacher).count() == 0
    desk.post(address("orphan_changelist"), {**form, "who": "ada@example.org", "give": "1"})
    assert ExternalRecording.objects.filter(owner=teacher).count() == 2


def test_all_orphans_can_be_selected_at_once(
    migrated: Migrated, administrator: User, teacher: User, desk: Client
) -> None:
    """Also those on other pages of the list."""
    for number in range(120):
        migrated(administrator, number, via="administrator")
    some = Item.objects.values_list("pk", flat=True)[:1]
    form = {"action": "give_to", "_selected_action": list(some), "select_across": "1", "who": "ada"}
    desk.post(address("orphan_changelist"), {**form, "give": "1"})
    assert ExternalRecording.objects.filter(owner=teacher).count() == 120


def test_a_given_orphan_leaves_the_list(orphan: ExternalRecording, teacher: User, desk: Client) -> None:
    """The list holds what still needs somebody."""
    assert "Lecture 1" in text(desk.get(address("orphan_changelist")))
    pk = Item.objects.get().pk
    form = {"action": "give_to", "_selected_action": [pk], "who": "ada", "give": "1"}
    desk.post(address("orphan_changelist"), form)
    assert "Lecture 1" not in text(desk.get(address("orphan_changelist")))


def test_rows_are_deleted_after_they_were_counted(
    migrated: Migrated, administrator: User, teacher: User, desk: Client
) -> None:
    """The page counts; only the button deletes."""
    migrated(teacher, 1)
    migrated(teacher, 2)
    counted = desk.get(address("delete_external"), {"server": SERVER})
    assert "2 rows will be deleted 1 person has them" in text(counted)
    assert ExternalRecording.objects.count() == 2
    done = desk.post(address("delete_external"), {"server": SERVER, "run": ""}, follow=True)
    assert "2 external recordings were deleted." in text(done)
    assert ExternalRecording.objects.count() == 0


def test_a_server_of_no_run_is_no_choice(migrated: Migrated, teacher: User, desk: Client) -> None:
    """Nothing is deleted for an address that was made up."""
    migrated(teacher, 1)
    desk.post(address("delete_external"), {"server": "other.example.org", "run": ""})
    desk.post(address("delete_external"), {"server": "", "run": ""})
    assert ExternalRecording.objects.count() == 1


def test_a_run_that_works_shows_its_sign_of_life(
    desk: Client, run: Run, migrated: Migrated, teacher: User
) -> None:
    """The page asks for the moving part by itself until the run is over."""
    migrated(teacher, 1)
    assert "hx-get" not in desk.get(address("run_change", run.pk)).content.decode()
    Run.objects.update(state="running", total=10)
    assert "hx-get" in desk.get(address("run_change", run.pk)).content.decode()
    live = text(desk.get(address("run_live", run.pk)))
    assert "running; last sign of life" in live
    assert "1 of 10 recordings" in live


def test_a_run_that_died_is_told_from_one_that_works(desk: Client, run: Run) -> None:
    """Without sign of life its process is probably gone."""
    Run.objects.update(state="running", heartbeat_at=timezone.now() - timedelta(minutes=7))
    for page in ("run_changelist", "dashboard"):
        assert "no sign of life for 7 minutes" in text(desk.get(address(page)))

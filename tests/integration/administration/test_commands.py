"""`apply_owners` as an administrator calls it, and that the next migration leaves its work alone."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.utils import translation

from pod.bbb_migration.models import Item
from pod.import_video.models import ExternalRecording
from tests.fake_bbb import FakeBBB
from tests.integration.migration.conftest import Migrate, bbb, entry, migrate, site

__all__ = ["bbb", "migrate", "site"]


@pytest.fixture
def admin(administrator: User) -> User:
    """The name that the migration's fixtures know."""
    return administrator


def apply(*arguments: str) -> str:
    """Call the command; return what it says."""
    out = io.StringIO()
    call_command("apply_owners", *arguments, stdout=out, no_color=True)
    return out.getvalue()


def filled(report: Path, owner: str) -> str:
    """Fill the last column of a run's own owners.csv."""
    path = report / "owners.csv"
    head, *lines = path.read_text(encoding="utf-8-sig").splitlines()
    path.write_text("\n".join([head, *(f"{line}{owner}" for line in lines)]), encoding="utf-8")
    return str(path)


def rows() -> list[tuple[str, str]]:
    """Return the external recordings with their owners."""
    return list(ExternalRecording.objects.order_by("name").values_list("name", "owner__username"))


def test_the_report_of_a_run_goes_back_in_and_a_rerun_changes_nothing(
    migrate: Migrate, site: LazySettings, bbb: FakeBBB, teacher: User, tmp_path: Path
) -> None:
    """The whole way: migrated to the administrator, given to the teacher, migrated again."""
    bbb.add(entry(1))
    bbb.add(entry(2))
    migrate("--use-import-video", "--report", str(tmp_path / "report"))
    assert {owner for _name, owner in rows()} == {"admin"}
    said = apply(filled(tmp_path / "report", "ada"))
    assert "2  given to somebody" in said
    given = [("Meeting 1", "ada"), ("Meeting 2", "ada")]
    assert rows() == given
    again = migrate("--use-import-video", "--json")
    assert {outcome for outcome, _owner in again.outcomes()} == {"exists"}
    assert rows() == given
    migrate("--use-import-video", "--force")
    assert rows() == given


def test_rows_that_were_deleted_come_back_with_force_only(
    migrate: Migrate, site: LazySettings, bbb: FakeBBB
) -> None:
    """The ledger remembers that the administrator did not want them any more."""
    bbb.add(entry(1))
    migrate("--use-import-video")
    host = Item.objects.get().server
    call_command("delete_external_recordings", "--server", host, stdout=io.StringIO())
    assert rows() == []
    migrate("--use-import-video")
    assert rows() == []
    migrate("--use-import-video", "--force")
    assert rows() == [("Meeting 1", "admin")]
    assert Item.objects.get().removed_at is None


def test_the_dry_run_changes_nothing(orphan: ExternalRecording, teacher: User, tmp_path: Path) -> None:
    """It says so first and last."""
    path = tmp_path / "owners.csv"
    path.write_text("record_id,owner\nrec-1,ada\n")
    said = apply(str(path), "--dry")
    assert said.startswith("DRY RUN")
    assert said.rstrip().endswith("DRY RUN: nothing was changed.")
    assert [owner for _name, owner in rows()] == ["admin"]


def test_a_line_has_the_colons_and_semicolons_of_the_language(
    orphan: ExternalRecording, settings: LazySettings, tmp_path: Path
) -> None:
    """French has a space before them."""
    settings.MIGRATION_CREATE_USERS = True
    path = tmp_path / "owners.csv"
    path.write_text("record_id,owner\nrec-1,bob\n", encoding="utf-8")
    with translation.override("fr"):
        said = (
            apply(str(path), "--dry")
            .replace("\N{NO-BREAK SPACE}", "_")
            .replace("\N{NARROW NO-BREAK SPACE}", "_")
        )
    assert "→ bob_: " in said
    assert "(jusqu’ici_: admin_; un nouveau compte)" in said


def test_lines_that_cannot_be_followed_end_with_code_3(
    orphan: ExternalRecording, teacher: User, tmp_path: Path
) -> None:
    """The other lines are carried out."""
    path = tmp_path / "owners.csv"
    path.write_text("record_id,owner\nrec-1,ada\nrec-9,ada\n")
    with pytest.raises(CommandError) as failure:
        apply(str(path))
    assert failure.value.returncode == 3
    assert [owner for _name, owner in rows()] == ["ada"]


@pytest.mark.parametrize("content", [None, "name,who\nx,ada\n"])
def test_a_file_that_cannot_be_read_is_wrong_usage(
    content: str | None, administrator: User, tmp_path: Path
) -> None:
    """Absent, or no list of owners: code 2 and a sentence."""
    path = tmp_path / "owners.csv"
    if content is not None:
        path.write_text(content)
    with pytest.raises(CommandError) as failure:
        apply(str(path))
    assert failure.value.returncode == 2

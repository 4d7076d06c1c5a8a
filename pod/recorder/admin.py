"""Recorders and waiting files in the administration."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.forms import ModelForm, PasswordInput
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from pod.main.admin_list import Discreet, ListAdmin
from pod.main.sites import current_site_id
from pod.recorder.deleting import delete_waiting
from pod.recorder.errors import ClaimError, FileGoneError
from pod.recorder.models import Claim, ClaimDetail, Recorder, Recording, RecordingFile, RecordingFileTreatment
from pod.video.services import default_type


@admin.register(Recorder)
class RecorderAdmin(ListAdmin[Recorder]):
    """Sources of files."""

    list_display = ("name", "directory", "user", "recording_type", "type")
    list_select_related = ("user", "type")
    search_fields = ("name", "directory", "address_ip")
    autocomplete_fields = ("user", "additional_users", "type")
    secrets = ("salt", "credentials_password", "password")

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        """Offer the usual type, made where there is none yet, and this site: a first recorder needs both."""
        usual = {"type": default_type().pk, "sites": [current_site_id()]}
        return {**usual, **super().get_changeform_initial_data(request)}

    def save_model(
        self,
        request: HttpRequest,
        obj: Recorder,
        form: ModelForm[Recorder],
        change: bool,  # noqa: FBT001 - Django's signature
    ) -> None:
        """Let the watcher offer again, to the new manager, what the former one was told of and left."""
        super().save_model(request, obj, form, change)
        if change and "user" in form.changed_data:
            told = RecordingFileTreatment.objects.filter(recorder=obj, email_sent=True)
            told.update(email_sent=False, date_email_sent=None)

    def formfield_for_dbfield(self, db_field, request, **kwargs):  # type: ignore[no-untyped-def]  # noqa: ANN001, ANN003, ANN201 - Django's signature
        """Show a stored password as dots."""
        if db_field.name == "credentials_password":
            kwargs["widget"] = PasswordInput(render_value=True)
        return super().formfield_for_dbfield(db_field, request, **kwargs)


class ClaimDetailInline(Discreet[ClaimDetail], admin.StackedInline[ClaimDetail, RecordingFileTreatment]):
    """What is known of the file."""

    model = ClaimDetail
    extra = 0
    can_delete = False
    exclude = ("sidecar",)
    autocomplete_fields = ("probable_owners",)
    readonly_fields = ("record_id", "server", "duration_s", "claimed_by", "claimed_at")
    secrets = ("thumbnail_url",)


@admin.register(RecordingFileTreatment)
class RecordingFileTreatmentAdmin(ListAdmin[RecordingFileTreatment]):
    """Files that wait; deleting here removes the file too: the watcher would offer it anew, as nobody's."""

    list_display = (
        "name",
        "title",
        "recorder",
        "file_size",
        "date_added",
        "require_manual_claim",
        "email_sent",
    )
    list_filter = ("require_manual_claim", "recorder", "type", "date_added")
    list_select_related = ("recorder", "detail")
    search_fields = ("file", "detail__title", "detail__course", "detail__record_id")
    inlines = (ClaimDetailInline,)

    def delete_model(self, request: HttpRequest, obj: RecordingFileTreatment) -> None:  # noqa: ARG002 - Django's signature
        """Delete the row with its file."""
        _delete(obj)

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[RecordingFileTreatment]) -> None:  # noqa: ARG002 - see above
        """Delete the rows with their files."""
        for row in queryset:
            _delete(row)

    @admin.display(description=_("file"), ordering="file")
    def name(self, row: RecordingFileTreatment) -> str:
        """Return the file's name without its folders."""
        return Path(row.file).name

    @admin.display(description=_("title"), ordering="detail__title")
    def title(self, row: RecordingFileTreatment) -> str:
        """Return the meeting's name."""
        detail = getattr(row, "detail", None)
        return detail.title if detail else ""


def _delete(row: RecordingFileTreatment) -> None:
    try:
        delete_waiting(row)
    except FileGoneError:
        row.delete()  # the file is where no recorder's is, and nobody looks for new ones
    except ClaimError as error:
        raise PermissionDenied(str(error)) from error  # else Django would say that it is done


@admin.register(Recording)
class RecordingAdmin(ListAdmin[Recording]):
    """Claimed files."""

    list_display = ("title", "user", "recorder", "type", "date_added")
    list_filter = ("recorder", "type")
    list_select_related = ("user", "recorder")
    search_fields = ("title", "source_file", "user__username")
    autocomplete_fields = ("user", "recorder")


@admin.register(Claim)
class ClaimAdmin(ListAdmin[Claim]):
    """Who claimed what: a record, not to be edited."""

    list_display = ("file", "claimed_by", "recorder", "claimed_at", "released_at")
    list_filter = ("recorder", "claimed_at")
    list_select_related = ("user", "recorder")
    search_fields = ("file", "user__username", "former_user")
    exclude = ("detail",)

    @admin.display(description=_("claimed by"), ordering="user")
    def claimed_by(self, row: Claim) -> str:
        """Name the account, one that was deleted since, too."""
        return str(row.user or _("%(name)s (deleted)") % {"name": row.former_user})

    def has_add_permission(self, request: HttpRequest) -> bool:  # noqa: ARG002 - Django's signature
        """Claims are made by claiming."""
        return False

    def has_change_permission(self, request: HttpRequest, obj: Claim | None = None) -> bool:  # noqa: ARG002 - see above
        """Leave what happened as it was written down."""
        return False


@admin.register(RecordingFile)
class RecordingFileAdmin(ListAdmin[RecordingFile]):
    """Files that recorders sent."""

    list_display = ("file", "recorder")
    list_select_related = ("recorder",)
    search_fields = ("file",)
    autocomplete_fields = ("recorder",)

"""Adding and editing external recordings by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.utils.translation import gettext_lazy as _

from pod.import_video.errors import ImportVideoError
from pod.import_video.importing import check_importable
from pod.import_video.models import ExternalRecording

# A year that was mistyped would lead the filter by year astray, and none before 1 can be stored as UTC.
EARLIEST, LATEST = datetime(1900, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)
WRONG_YEAR = _("Check the year of this date.")


class MomentField(forms.DateTimeField):
    """A moment where the site is, shown to the minute.

    Sent as it was shown, it stays as it was: to the second, and in the hour that comes twice in autumn.
    """

    shown: datetime | None = None

    def clean(self, value: Any) -> Any:  # noqa: ANN401 - Django's signature
        """Return what is kept, or what was written."""
        if self.shown and value == self.widget.format_value(self.prepare_value(self.shown)):
            return self.shown
        return super().clean(value)


class ExternalRecordingForm(forms.ModelForm[ExternalRecording]):
    """Name, date, type and address; the address must lead to a server that may be asked."""

    source_url = forms.URLField(
        label=_("Address"),
        max_length=500,
        assume_scheme="https",
        help_text=_("The address of the recording’s page, or of its video file."),
    )
    start_at = MomentField(
        label=_("Date"),
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"],
        validators=[MinValueValidator(EARLIEST, WRONG_YEAR), MaxValueValidator(LATEST, WRONG_YEAR)],
    )

    class Meta:
        """The columns that a user sets."""

        model = ExternalRecording
        fields = ["name", "type", "source_url"]
        labels = {"name": _("Title"), "type": _("Type")}

    field_order = ["name", "start_at", "type", "source_url"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        self.initial.setdefault("start_at", self.instance.start_at)
        if self.instance.pk:
            self.fields["start_at"].shown = self.instance.start_at  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        """Refuse a new address, or kind of it, that could never be imported, and say why."""
        cleaned = super().clean() or {}
        if not self.errors and not {"type", "source_url"}.isdisjoint(self.changed_data):
            candidate = ExternalRecording(
                pk=self.instance.pk, type=cleaned["type"], source_url=cleaned["source_url"]
            )
            if hasattr(self.instance, "detail"):
                candidate.detail = self.instance.detail
            try:
                check_importable(candidate)
            except ImportVideoError as error:
                self.add_error("source_url", str(error))
        return cleaned

    def save(self, commit: bool = True) -> ExternalRecording:  # noqa: FBT001 - Django's signature
        """Take over the date too, which Pod's column calls not editable."""
        self.instance.start_at = self.cleaned_data["start_at"]
        return super().save(commit=commit)

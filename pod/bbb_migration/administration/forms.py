"""The forms of the administrator's pages."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext_lazy as _

from pod.bbb_migration.administration.owners_file import LARGEST, OwnersFile, OwnersFileError, read_owners
from pod.bbb_migration.models import Run, RunMode

MOST_ON_PAGE = 10_000  # lines that are looked at and done while a browser and a web server wait


def too_many() -> str:
    """Say how more is done than a page can do."""
    text = _(
        "More than %(count)d recordings take longer than a page may: give them by the command "
        "“manage.py apply_owners owners.csv”, or in parts."
    )
    return text % {"count": MOST_ON_PAGE}


class OwnersForm(forms.Form):
    """The filled-in owners.csv; `owners` is what it says."""

    file = forms.FileField(
        label=_("owners.csv, filled in"),
        help_text=_(
            "The last column holds usernames or mail addresses; several with a semicolon between them."
        ),
        widget=forms.ClearableFileInput(attrs={"accept": ".csv,text/csv"}),
    )
    force = forms.BooleanField(
        label=_("Take recordings from people who have them already"),
        help_text=_("Without this only recordings without known owner change hands."),
        required=False,
    )
    owners: OwnersFile

    def clean_file(self) -> UploadedFile:
        """Read the file; say what is wrong with it."""
        file: UploadedFile = self.cleaned_data["file"]
        try:
            self.owners = read_owners(file.read(LARGEST + 1))
        except OwnersFileError as error:
            raise forms.ValidationError(str(error)) from error
        if len(self.owners.wishes) > MOST_ON_PAGE:
            raise forms.ValidationError(too_many())
        return file


class HeirForm(forms.Form):
    """Who gets the selected recordings."""

    who = forms.CharField(
        label=_("Username or mail address"),
        help_text=_("The account that gets the recordings."),
        max_length=254,
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false"}),
    )

    def clean_who(self) -> str:
        """Return the name without blanks."""
        return str(self.cleaned_data["who"]).strip()


class ServerForm(forms.Form):
    """Whose rows are deleted: an old server's, or one run's."""

    server = forms.ChoiceField(label=_("Server"), required=False)
    run = forms.ModelChoiceField(Run.objects.none(), label=_("Only of this run"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        runs = Run.objects.filter(mode=RunMode.IMPORT_VIDEO)
        names = sorted(set(runs.order_by().values_list("server", flat=True)))
        server, run = self.fields["server"], self.fields["run"]
        if isinstance(server, forms.ChoiceField) and isinstance(run, forms.ModelChoiceField):
            server.choices = [("", "—"), *((name, name) for name in names)]
            run.queryset = runs

    def clean(self) -> dict[str, Any]:
        """Want one of the two."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned.get("server")) == bool(cleaned.get("run")):
            raise forms.ValidationError(_("Choose a server or a run."))
        return cleaned

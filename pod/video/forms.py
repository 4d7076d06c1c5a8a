"""Editing a video."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from pod.video.models import Video


class VideoForm(forms.ModelForm[Video]):
    """What an owner sets."""

    class Meta:
        """The columns that an owner sets."""

        model = Video
        fields = [
            "title",
            "date_evt",
            "description",
            "is_draft",
            "is_restricted",
            "password",
            "allow_downloading",
        ]
        widgets = {
            "description": forms.Textarea(attrs={"rows": 5}),
            "date_evt": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        }
        labels = {
            "date_evt": _("Date of the event"),
            "is_draft": _("Private: only its owners and people with the share link can watch it"),
            "is_restricted": _("Only for users who have logged in"),
            "allow_downloading": _("Others may download it"),
        }
        help_texts = {"password": _("Viewers must enter it. Leave it empty for no password.")}

    co_owners = forms.CharField(
        label=_("Other owners"),
        required=False,
        help_text=_("User names or e-mail addresses, separated by commas. They can do all that you can."),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:  # noqa: ANN401 - Django's signature
        super().__init__(*args, **kwargs)
        for name in ("is_draft", "is_restricted", "allow_downloading"):
            self.fields[name].label_suffix = ""
        for field in self.fields.values():
            field.show_hidden_initial = True  # see `clean`
        if self.instance.pk:
            self.initial.setdefault("co_owners", ", ".join(user.username for user in self._others()))

    def clean(self) -> dict[str, Any]:
        """Leave as it is by now what is sent as it was shown.

        Another owner, or another window, may have made the video private or taken an owner away since.
        """
        cleaned = super().clean() or {}
        for name in cleaned.keys() - set(self.changed_data):
            if self.add_initial_prefix(name) in self.data:
                cleaned[name] = self._others() if name == "co_owners" else getattr(self.instance, name)
        return cleaned

    def clean_co_owners(self) -> list[User]:
        """Return the accounts that are named; a name of nobody, or of several, is an error."""
        words = [word.strip() for word in self.cleaned_data["co_owners"].split(",") if word.strip()]
        found = [self._account(word) for word in dict.fromkeys(words)]
        return [user for user in found if user.pk != self.instance.owner_id]

    def _others(self) -> list[User]:
        others = self.instance.additional_owners.exclude(pk=self.instance.owner_id)
        return list(others.order_by("username"))

    def _account(self, word: str) -> User:
        # who owns it already stays, also with an account that was closed since
        known = User.objects.filter(Q(is_active=True) | Q(owners_videos=self.instance)).distinct()
        accounts: list[User] = []
        for column in ("username", "username__iexact", "email__iexact"):
            accounts = accounts or list(known.filter(**{column: word})[:2])
        if not accounts:
            raise forms.ValidationError(_("There is no account “%(name)s”.") % {"name": word})
        if len(accounts) > 1:
            text = _("There are several accounts “%(name)s”: give the exact user name.")
            raise forms.ValidationError(text % {"name": word})
        return accounts[0]

    def save(self, commit: bool = True) -> Video:  # noqa: FBT001 - Django's signature
        """Take over the other owners too."""
        video = super().save(commit=commit)
        video.additional_owners.set(self.cleaned_data["co_owners"])
        return video


class PasswordForm(forms.Form):
    """The password of a video."""

    password = forms.CharField(label=_("Password of the video"), widget=forms.PasswordInput)

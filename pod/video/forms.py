"""Editing a video."""

from __future__ import annotations

from django import forms
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
        widgets = {"date_evt": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}
        labels = {
            "date_evt": _("Date of the event"),
            "is_draft": _("Private: only its owners, and who has the share link"),
            "is_restricted": _("Only for users who have logged in"),
            "allow_downloading": _("Others may download it"),
        }
        help_texts = {"password": _("Who watches must type it; leave it empty for none.")}


class PasswordForm(forms.Form):
    """The password of a video."""

    password = forms.CharField(label=_("Password of the video"), widget=forms.PasswordInput)

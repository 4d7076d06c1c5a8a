"""The form of a recorder's manager."""

from __future__ import annotations

from django import forms
from django.utils.translation import gettext_lazy as _


class AddRecordingForm(forms.Form):
    """The title of the video that a waiting file becomes."""

    title = forms.CharField(label=_("Title"), max_length=200)

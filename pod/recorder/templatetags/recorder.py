"""Filters of the claim page."""

from __future__ import annotations

from django import template

from pod.recorder.claiming import title_of
from pod.recorder.models import RecordingFileTreatment

register = template.Library()


@register.filter
def waiting_title(row: RecordingFileTreatment) -> str:
    """Return the meeting's name, or the file's."""
    return title_of(row)

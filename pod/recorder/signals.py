"""What the apps above may want to know of waiting files."""

from __future__ import annotations

from django.dispatch import Signal

# Sent by the watcher when waiting files went from their folder by no act of this site, with their `paths`.
lost = Signal()

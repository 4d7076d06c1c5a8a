"""What the apps above may want to know of a job, beside its file (see `deliveries`)."""

from __future__ import annotations

from django.dispatch import Signal

# Sent when a job is over, with `conversion` as it then stands: done, failed or discarded.
# A receiver that fails is logged by Django and changes nothing.
ended = Signal()

"""What the apps above may want to know of a job, beside its file (see `deliveries`)."""

from __future__ import annotations

from django.dispatch import Signal

from pod.conversion.models import Conversion

# Sent when a job is over, with `conversion` as it then stands: done, failed or discarded.
# A receiver that fails is logged by Django and changes nothing.
ended = Signal()


def tell_ended(conversion_id: int) -> None:
    """Tell that a job is over, unless its row is gone."""
    conversion = Conversion.objects.filter(pk=conversion_id).first()
    if conversion is not None:
        ended.send_robust(sender=Conversion, conversion=conversion)

"""What the apps above may want to know of a job, beside its file (see `deliveries`)."""

from __future__ import annotations

from django.dispatch import Signal

from pod.conversion.models import Conversion

# Sent when a job is over, with `conversion` as it then stands: done, failed or discarded.
# A receiver that fails is logged by Django and changes nothing.
ended = Signal()
# Sent when waiting jobs were cancelled, many at a time, with the `keys` of all that were asked for:
# which of them are discarded now is for the receiver to ask.
withdrawn = Signal()


def tell_ended(conversion_id: int) -> None:
    """Tell that a job is over, unless its row is gone."""
    conversion = Conversion.objects.filter(pk=conversion_id).first()
    if conversion is not None:
        ended.send_robust(sender=Conversion, conversion=conversion)

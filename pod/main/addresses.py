"""What may stand in the addresses of pages."""

from __future__ import annotations

from django.urls.converters import IntConverter


class KeyConverter(IntConverter):
    """A row's key, `<key:...>`, of no more digits than every database can be asked for."""

    regex = "[0-9]{1,18}"

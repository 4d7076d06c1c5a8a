"""Certificates that this machine does not accept."""

from __future__ import annotations

import requests


def is_untrusted(error: Exception) -> bool:
    """Whether a request failed for the server's certificate, and not for what else TLS ends with."""
    return isinstance(error, requests.exceptions.SSLError) and "CERTIFICATE_VERIFY_FAILED" in str(error)

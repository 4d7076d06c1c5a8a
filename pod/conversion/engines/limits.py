"""How large a video may be that is brought from elsewhere (MAX_UPLOAD_SIZE_ON_IMPORT)."""

from __future__ import annotations

from django.conf import settings

from pod.conversion.errors import TooLargeError

GIGABYTE = 10**9


def most_bytes() -> int:
    """Return how many bytes a video may have; 0 is no limit."""
    return int(settings.MAX_UPLOAD_SIZE_ON_IMPORT) * GIGABYTE


def require_allowed(size: int) -> None:
    """Raise TooLargeError for a video of more bytes than are allowed."""
    if 0 < most_bytes() < size:
        raise TooLargeError(
            f"The video has at least {size / GIGABYTE:.1f} GB, more than the "
            f"{settings.MAX_UPLOAD_SIZE_ON_IMPORT} GB allowed here: "
            "ask an administrator to raise MAX_UPLOAD_SIZE_ON_IMPORT."
        )

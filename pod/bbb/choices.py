"""The layouts and sizes that a video can have, for those who must not load painter and encoder."""

from __future__ import annotations

from typing import Final

LAYOUTS: Final = ("side", "overlay", "content", "webcams")
SMALLEST, LARGEST = 64, 4096  # pixels, each side


def can_be_encoded(size: tuple[int, int]) -> bool:
    """Whether a video can have this width and height."""
    return all(side % 2 == 0 and SMALLEST <= side <= LARGEST for side in size)

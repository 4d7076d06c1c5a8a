"""Who stops what takes long."""

from __future__ import annotations

from collections.abc import Callable

from pod.bbb.errors import end_if


def stopping_at(count: int) -> Callable[[], None]:
    """Give a function that ends whatever asks it for the `count`th time."""
    asked = 0

    def breathe() -> None:
        nonlocal asked
        asked += 1
        end_if(lambda: asked >= count)

    return breathe

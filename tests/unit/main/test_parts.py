"""Long lists in parts."""

from __future__ import annotations

from pod.main.parts import in_parts


def test_every_thing_is_in_one_part() -> None:
    """In order, the last part shorter; nothing gives no part."""
    assert list(in_parts(iter("abcde"), 2)) == [["a", "b"], ["c", "d"], ["e"]]
    assert list(in_parts("")) == []

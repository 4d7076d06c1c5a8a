"""How versions of drawings are kept."""

from __future__ import annotations

import pickle
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.playback.packed import Packed, Sharing

POINTS = [f'{{"x": {n * 37 % 1000}.{n}, "y": {n * 91 % 700}.5, "z": 0.5}}' for n in range(300)]


def tldraw(number: int, points: int) -> str:
    """A version of a stroke, the label of which holds the mark of another format."""
    return (
        f'{{"id": {number}, "timestamp": {number / 10}, "shape_data": {{"meta": "a > b", "points": '
        f'[{", ".join(POINTS[:points])}], "isComplete": {"true" if points == 300 else "false"}}}}}'
    )


def svg(number: int, points: int) -> str:
    """The same in shapes.svg."""
    return f'<g timestamp="{number}" id="d{number}"><path d="M{" ".join(POINTS[:points])}"/></g>'.replace(
        '"x"', ""
    )


@pytest.mark.parametrize("text", [tldraw, svg])
def test_a_growing_stroke_takes_little_more_than_its_last_version(text: Callable[[int, int], str]) -> None:
    """Sixty versions repeat its points thirty times over; each can be opened, by other processes too."""
    texts = [text(number, number * 5) for number in range(1, 61)]
    sharing, kept, size = Sharing(), [Packed(one) for one in texts], 0
    for version in kept:
        size += version.size - sharing.add("stroke", version)
    assert size == sum(version.size for version in kept) < 4 * Packed(texts[-1]).size
    assert [version.text() for version in pickle.loads(pickle.dumps(kept))] == texts  # noqa: S301 - our own


pieces = st.lists(
    st.sampled_from(["é" * 150, "x" * 300, "y" * 90, "\ud800", '"shape_data"', ">", "<"]), max_size=8
)


@given(st.lists(st.tuples(st.sampled_from("abc"), pieces.map("".join)), max_size=30))
def test_what_is_kept_is_what_was_given(versions: list[tuple[str, str]]) -> None:
    """Whatever versions share, of however many drawings by turns."""
    sharing = Sharing()
    kept = [(Packed(text), text) for _drawing, text in versions]
    saved = [sharing.add(drawing, packed) for (drawing, _), (packed, _) in zip(versions, kept, strict=True)]
    assert [packed.text() for packed, _ in kept] == [text for _, text in kept]
    assert sum(Packed(text).size for _, text in kept) - sum(saved) == sum(packed.size for packed, _ in kept)

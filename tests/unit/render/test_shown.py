"""What of a recorded video counts as a change."""

from __future__ import annotations

import av
import pytest

from pod.bbb.render.media.encoder import plane_bytes
from pod.bbb.render.media.shown import POLISH, Shown


def frame(value: int, *, pixels: str = "yuv420p", last: int | None = None) -> av.VideoFrame:
    """A picture of 64x48 of one value; `last` is that of its last row's last pixel."""
    made = av.VideoFrame(64, 48, pixels)
    for plane in made.planes:
        plane_bytes(plane)[:] = value
    if last is not None:
        luma = made.planes[0]
        rows = plane_bytes(luma).reshape(-1, luma.line_size)
        rows[47, 63 * (1 if pixels == "yuv420p" else 2)] = last
    return made


@pytest.mark.parametrize(
    ("before", "after"), [(100, 100 + POLISH), (100, 100 - POLISH), (0, POLISH), (255, 245)]
)
def test_polishing_is_no_change(before: int, after: int) -> None:
    """A picture whose pixels moved by at most ten of 255 is the one that is shown."""
    shown = Shown()
    assert shown.differs(frame(before), refresh=False)
    assert not shown.differs(frame(after), refresh=False)


@pytest.mark.parametrize(
    ("before", "after"),
    [(100, 101 + POLISH), (100, 99 - POLISH), (0, 255), (255, 0), (3, 250), (250, 3), (0, 128), (128, 0)],
)
def test_one_pixel_that_moved_further_is_a_change(before: int, after: int) -> None:
    """A single pixel that moved by more than ten of 255 counts, whichever way and however far."""
    shown = Shown()
    assert shown.differs(frame(before), refresh=False)
    assert shown.differs(frame(before, last=after), refresh=False)


def test_polishing_does_not_add_up() -> None:
    """What changes little by little is shown once it is further from what is shown than polishing goes."""
    shown = Shown()
    assert shown.differs(frame(100), refresh=False)
    assert not shown.differs(frame(100 + POLISH), refresh=False)
    assert shown.differs(frame(101 + POLISH), refresh=False)


def test_polishing_is_shown_when_a_key_frame_is_due() -> None:
    """At a key frame the picture is put anew, however little it changed."""
    shown = Shown()
    assert shown.differs(frame(100), refresh=False)
    assert shown.differs(frame(101), refresh=True)


def test_pictures_of_more_than_eight_bits_are_taken_as_changed() -> None:
    """A screen share of ten bits loses no change in its right half, whose bytes lie further on."""
    shown = Shown()
    assert shown.differs(frame(1, pixels="yuv420p10le"), refresh=False)
    assert shown.differs(frame(1, pixels="yuv420p10le", last=200), refresh=False)

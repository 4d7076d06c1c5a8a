"""Where a recording is cut for several processes."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.render.segments import LONGEST_MS, SHORTEST_MS, cut


@given(st.integers(0, 10**6), st.integers(1, 2 * 10**7), st.lists(st.integers(0, 2 * 10**7)).map(sorted))
def test_segments_cover_the_recording_without_gaps(start: int, length: int, slides: list[int]) -> None:
    """Each segment begins where the one before ends, and none is long."""
    segments = cut(start, start + length, slides)
    assert segments[0].start == start
    assert segments[-1].end == start + length
    assert all(a.end == b.start for a, b in itertools.pairwise(segments))
    assert all(0 < s.end - s.start <= 1.5 * LONGEST_MS for s in segments)
    assert [s.number for s in segments] == list(range(len(segments)))


def test_a_cut_falls_on_a_slide_change_that_is_near() -> None:
    """A slide change has a key frame anyway, so it is the better place."""
    assert cut(0, 300_000, [25_000, 130_000])[1].start == 25_000


def test_a_short_recording_is_not_cut() -> None:
    """What is shorter than a segment and a half stays whole."""
    assert len(cut(0, int(SHORTEST_MS * 1.5), [])) == 1

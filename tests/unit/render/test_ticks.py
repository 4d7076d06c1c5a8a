"""When a picture is encoded."""

from __future__ import annotations

import itertools

from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.render.media.encoder import KEY_INTERVAL_MS
from pod.bbb.render.timing.ticks import STEP_MS, Moments, Moving, Tick, ticks


def times(moments: Moments, start: int, end: int) -> list[int]:
    """Give the moments without their kind."""
    return [tick.ms for tick in ticks(moments, start, end)]


def test_a_still_recording_has_a_key_frame_each_ten_seconds_and_nothing_else() -> None:
    """Where nothing changes, only the key frames for seeking are encoded."""
    assert list(ticks(Moments([], []), 0, 35_000)) == [
        Tick(ms, key=True) for ms in (0, 10_000, 20_000, 30_000)
    ]


def test_no_picture_comes_at_the_end_of_a_segment() -> None:
    """The next one begins there, even where a key frame is due."""
    assert times(Moments([], []), 0, 10_000) == [0]


def test_a_change_just_when_a_key_frame_is_due_is_that_key_frame() -> None:
    """There is one picture for both."""
    assert list(ticks(Moments([], [10_000, 20_000]), 0, 22_000)) == [
        Tick(ms, key=True) for ms in (0, 10_000, 20_000)
    ]


def test_a_slide_change_keeps_its_own_millisecond_and_is_a_key_frame() -> None:
    """A slide change off the steps is neither moved nor merged."""
    assert Tick(4321, key=True) in list(ticks(Moments([4321], []), 0, 9000))


def test_changes_within_a_step_become_one_picture() -> None:
    """Strokes written within 50 ms are shown together, none before its time."""
    assert times(Moments([], [1010, 1020, 1049, 1050, 1051]), 0, 3000) == [0, 1050, 1100]


def test_a_change_is_shown_by_the_segment_that_has_its_step() -> None:
    """Beside the cuts, too: what is moved behind one is the next segment's, and nothing comes before it."""
    moments = Moments([], [970, 2980])
    assert times(moments, 0, 1010) == [0, 1000]
    assert times(moments, 1010, 3000) == [1010]
    assert times(moments, 3000, 5000) == [3000]


def test_a_change_right_after_a_cut_is_shown() -> None:
    """On the first step of the segment."""
    assert times(Moments([], [1020]), 1000, 3000) == [1000, 1050]


def test_tenths_of_a_second_are_not_moved() -> None:
    """What BBB writes lies on the steps already."""
    assert times(Moments([], [100, 1300, 2700]), 0, 5000) == [0, 100, 1300, 2700]


def test_a_moving_webcam_is_looked_at_ten_times_a_second() -> None:
    """Between its start and its end a moving interval gives a tick each step."""
    assert times(Moments([], [], [Moving(1000, 1500, 100)]), 0, 3000) == [0, 1000, 1100, 1200, 1300, 1400]


@given(
    st.lists(st.integers(0, 60_000)).map(sorted),
    st.lists(st.integers(0, 60_000)).map(sorted),
    st.lists(st.tuples(st.integers(0, 60_000), st.integers(0, 60_000), st.sampled_from([50, 100, 200]))),
    st.integers(0, 30_000),
    st.integers(1, 30_000),
)
def test_ticks_ascend_within_the_segment_and_key_frames_are_near(
    keys: list[int], changes: list[int], moving: list[tuple[int, int, int]], start: int, length: int
) -> None:
    """Whatever changes when: ticks ascend, stay inside, show each change within a step, keys within 10 s."""
    end = start + length
    found = list(ticks(Moments(keys, changes, [Moving(*m) for m in moving]), start, end))
    seen = [tick.ms for tick in found]
    assert seen == sorted(set(seen))
    assert seen[0] == start
    assert seen[-1] < end
    assert {ms for ms in keys if start <= ms < end} <= {tick.ms for tick in found if tick.key}
    for change in changes:
        if start <= change < end - STEP_MS:
            assert any(0 <= ms - change < STEP_MS for ms in seen)
    key_times = [tick.ms for tick in found if tick.key] + [end]
    assert all(b - a <= KEY_INTERVAL_MS for a, b in itertools.pairwise(key_times))

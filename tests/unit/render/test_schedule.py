"""Who does which task next."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.render.work.schedule import Schedule


def test_each_worker_goes_on_with_the_neighbour() -> None:
    """As long as everybody has something left, a worker's next task follows its last one."""
    schedule = Schedule(range(8), 2)
    assert [schedule.take(worker) for worker in (0, 1, 0, 1, 0, 1)] == [0, 4, 1, 5, 2, 6]


def test_who_is_idle_takes_over_the_later_half() -> None:
    """A worker without tasks of its own takes the later half of the longest row, in order."""
    schedule = Schedule(range(12), 2)
    first = [schedule.take(0) for _ in range(9)]
    assert first == [0, 1, 2, 3, 4, 5, 9, 10, 11]
    assert schedule.take(1) == 6


def test_the_sound_comes_first_for_a_helper_and_last_for_one_alone() -> None:
    """What is put first or last for a worker is taken there."""
    two, alone = Schedule(["a", "b"], 2), Schedule(["a", "b"], 1)
    two.put_first(1, "sound")
    alone.put_last(0, "sound")
    assert (two.take(1), two.take(0)) == ("sound", "a")
    assert [alone.take(0) for _ in range(3)] == ["a", "b", "sound"]


@given(st.integers(0, 40), st.integers(1, 6), st.data())
def test_everything_is_done_once(tasks: int, workers: int, data: st.DataObject) -> None:
    """However the workers take turns, each task is handed out exactly once."""
    schedule = Schedule(range(tasks), workers)
    taken = []
    while True:
        worker = data.draw(st.integers(0, workers - 1))
        task = schedule.take(worker)
        if task is None:
            break
        taken.append(task)
    assert sorted(taken) == list(range(tasks))
    assert all(schedule.take(worker) is None for worker in range(workers))

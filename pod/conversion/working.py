"""Doing what takes long in a thread of its own, while the row is told of it every second.

The database is touched by the calling thread only, so that signs of life go on while the other computes.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from concurrent.futures import Future, wait
from typing import TypeVar

from pod.bbb.errors import Cancelled
from pod.conversion.errors import HungError
from pod.conversion.models import Conversion
from pod.conversion.taking import held, note
from pod.main.patience import patiently
from pod.main.states import State

log = logging.getLogger(__name__)

SIGN_OF_LIFE_S = 1.0
# An engine asks once a second whether to stop, but not while FFmpeg rewrites a large file on a slow disk.
HUNG_LOOKS = 3600
CANCELLED_LOOKS = 60  # for one that is not wanted any more
ENDING_S = 60.0  # for an engine to tidy up when it is not wanted any more
PHASES = {
    "fetching": State.FETCHING,
    "converting": State.CONVERTING,
    "checking": State.CHECKING,
}
T = TypeVar("T")


class Shared:
    """What the thread says, and is told; plain assignments, no lock needed."""

    def __init__(self, total_s: float) -> None:
        self.phase = "fetching"
        self.done_s = 0.0
        self.total_s = total_s
        self.stop = threading.Event()
        self.silent_looks = 0  # not seconds: after a machine was suspended, the clock says nothing

    def progress(self, phase: str, done_s: float, total_s: float) -> None:
        """Remember how far the engine is."""
        self.silent_looks = 0
        self.phase, self.total_s = phase, total_s
        # what is being checked is converted as a whole
        self.done_s = {"fetching": 0.0, "checking": total_s}.get(phase, done_s)

    def cancelled(self) -> bool:
        """Tell the engine whether to stop."""
        self.silent_looks = 0
        return self.stop.is_set()


def watched(conversion: Conversion, shared: Shared, do: Callable[[], T]) -> T:
    """Return what `do` returns; tell the row meanwhile how far it is, and `do` when to stop.

    Raises what `do` raises, TakenOverError, and HungError when `do` did not ask for an hour whether to stop,
    or Cancelled when it did not for a minute after it was cancelled.
    """
    future: Future[T] = Future()

    def work() -> None:
        try:
            future.set_result(do())
        except BaseException as error:  # noqa: BLE001 - raised again where the result is wanted
            future.set_exception(error)

    # a daemon: one that hangs in a library cannot be ended, and must not keep the process from ending
    threading.Thread(target=work, name=f"engine-{conversion.pk}", daemon=True).start()
    try:
        _watch(conversion, future, shared)
    except (HungError, Cancelled):
        shared.stop.set()
        raise
    except BaseException:
        shared.stop.set()
        wait([future], timeout=ENDING_S)
        raise
    return future.result()


def _watch(conversion: Conversion, future: Future[T], shared: Shared) -> None:
    shared.silent_looks, most = 0, HUNG_LOOKS
    while not wait([future], timeout=SIGN_OF_LIFE_S).done:
        _tell(conversion, shared)
        asked = held(conversion).values_list("cancel_requested", flat=True)
        if not shared.stop.is_set() and patiently(asked.first):
            shared.stop.set()
            shared.silent_looks, most = 0, CANCELLED_LOOKS
        shared.silent_looks += 1
        if shared.silent_looks <= most:
            continue
        if shared.stop.is_set():
            raise Cancelled("The conversion was cancelled; it hung, and was given up.")
        raise HungError(
            "The converter has hung for an hour in one piece of work, and was given up: the recording's "
            "media may be damaged, or a disk does not answer. Its thread still runs: restart this worker."
        )
    _tell(conversion, shared)


def _tell(conversion: Conversion, shared: Shared) -> None:
    """Write down how far it is; while it is fetched, how long it is stays what the catalogue said."""
    if shared.phase == "fetching":
        note(conversion, state=State.FETCHING, done_s=0)
    else:
        state = PHASES.get(shared.phase, State.CONVERTING)
        note(conversion, state=state, done_s=shared.done_s, total_s=shared.total_s)

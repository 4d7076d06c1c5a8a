"""Has `picture_worker.py` draw pictures: one at a time in a whole conversion, each within a time limit."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import select
import signal
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from PIL import Image

from pod.bbb.errors import end_if_unanswered
from pod.bbb.render.images.rasters import Place, Raster
from pod.bbb.render.process.credit import Credit
from pod.bbb.render.process.surroundings import project_environment
from pod.bbb.render.text.fonts import packaged_files

SECONDS: Final = 20.0  # of the processor for one picture; a usual slide takes a fifth of a second
CLOSER: Final = 10.0, 1 / 10  # seconds at most for a closer view, and parts of what is left for all pictures
SHORTEST: Final = 0.3  # seconds that each picture gets, whatever those before took
CREDIT: Final = 100.0  # seconds for all pictures of a recording,
EARNED: Final = 0.5, 2.0  # and so many more each time one is drawn, and for the first time
_WAIT_S: Final = 120.0  # by the clock: beyond it something is wrong with the machine
_LOOK_S: Final = 0.1


class DrawingFailedError(ValueError):
    """The file cannot be drawn, or not within its time or memory; the message says which."""


class TooCostlyError(DrawingFailedError):
    """Drawing it takes too long or needs too much memory; drawn smaller it may take less."""


class _KilledError(TooCostlyError):
    """The process was killed, as by a machine short of memory: that says nothing of the picture."""


@dataclass(frozen=True, slots=True)
class DrawnPicture:
    """A picture, and what is known of it once it was drawn."""

    raster: Raster
    level: int  # of a vector picture, see `levels`
    seconds: float  # of the processor that drawing it took; reading its file is not counted
    notes: list[str]  # on what was left out


class PictureProcess:
    """One drawing process, started when first needed; it ends when closed, and with this object.

    `folder` is the recording's: only one process at a time draws a picture of it,
    so that the memory that a picture may take is needed only once. `breathe` is
    called while it draws; what it raises ends the drawing.
    """

    def __init__(
        self, folder: Path, breathe: Callable[[], None] = lambda: None, credit: float = CREDIT
    ) -> None:
        self._folder = folder
        self._breathe = breathe
        self._credit = Credit(credit)
        self._drawn_once = set[str]()
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def allowance(self) -> float:
        """Seconds that a closer view of a slide should take at most, so that all slides come to be drawn."""
        most, part = CLOSER
        return max(SHORTEST, min(most, part * self._credit.left))

    def close(self) -> None:
        """End the process; what is drawn afterwards starts another one."""
        self._end()

    def svg(
        self, path: Path, scale_to: float, area: tuple[int, int], place: Place | None = None
    ) -> DrawnPicture:
        """Draw an SVG about `scale_to` pixels wide.

        `area` (width, height in pixels) is where it is seen whole, `place` where it comes to lie.
        Raises `DrawingFailedError`; `TooCostlyError` if a smaller one may succeed.
        """
        request = {"kind": "svg", "path": str(path), "scale_to": scale_to, "area": area, "place": place}
        return self._draw({**request, "fonts": packaged_files()})

    def raster(self, path: Path) -> DrawnPicture:
        """Decode a file that is larger than slides are, scaled down; raises `DrawingFailedError`."""
        return self._draw({"kind": "raster", "path": str(path)})

    def _draw(self, request: dict[str, Any]) -> DrawnPicture:
        try:
            return self._drawn(request)
        except _KilledError:
            return self._drawn(request)

    def _drawn(self, request: dict[str, Any]) -> DrawnPicture:
        seconds = min(SECONDS, max(SHORTEST, self._credit.left))
        with _alone(self._folder, self._breathe):
            process = self._running()
            before = _processor_seconds(process.pid)
            try:
                answer, pixels = self._ask(process, {**request, "seconds": seconds})
            except (OSError, EOFError) as error:  # it died
                code = self._end(at_once=not isinstance(error, EOFError))
                self._credit.spend(seconds if code == -signal.SIGPROF else 0.0)
                killed = code == -signal.SIGKILL and not isinstance(error, TimeoutError)
                raise (_KilledError if killed else TooCostlyError)(_why(code)) from error
            except BaseException:  # cancelled: it would go on drawing
                self._end()
                raise
            self._credit.earn(EARNED[request["path"] not in self._drawn_once])
            self._drawn_once.add(request["path"])
            self._credit.spend(_processor_seconds(process.pid) - before)
            if answer["last"]:
                self._end()
        if "error" in answer:
            end_if_unanswered(OSError(answer.get("errno"), answer["error"]))
            raise (TooCostlyError if answer["costly"] else DrawingFailedError)(answer["error"])
        width, height = answer["size"]
        mode = "RGB" if answer["opaque"] else "RGBX"
        image = Image.frombytes(mode, (width, height), pixels, "raw", "RGBX")
        own_width, own_height = answer["own"]
        inside = answer["inside"] and tuple(answer["inside"])
        raster = Raster(image, own_width, own_height, answer["opaque"], inside)
        return DrawnPicture(raster, answer["level"], float(answer["seconds"]), answer["notes"])

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "pod.bbb.render.images.picture_worker"],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,  # how the libraries die concerns nobody
                env=project_environment(),
            )
            weakref.finalize(self, _stop, self._process)
        return self._process

    def _ask(
        self, process: subprocess.Popen[bytes], request: dict[str, Any]
    ) -> tuple[dict[str, Any], bytearray]:
        if process.stdin is None or process.stdout is None:
            raise OSError("the process has no pipes")
        process.stdin.write(json.dumps(request).encode() + b"\n")
        process.stdin.flush()
        output, deadline = process.stdout.fileno(), time.monotonic() + _WAIT_S
        head = bytearray()
        while b"\n" not in head:
            head += self._read(output, 1 << 16, deadline)
        line, _, rest = bytes(head).partition(b"\n")
        answer: dict[str, Any] = json.loads(line)
        pixels, have = bytearray(answer["length"]), len(rest)
        pixels[:have] = rest
        while have < len(pixels):
            piece = self._read(output, min(1 << 20, len(pixels) - have), deadline)
            pixels[have : have + len(piece)] = piece
            have += len(piece)
        return answer, pixels

    def _read(self, output: int, size: int, deadline: float) -> bytes:
        while not select.select([output], [], [], _LOOK_S)[0]:
            self._breathe()
            if time.monotonic() > deadline:
                raise TimeoutError
        data = os.read(output, size)
        if not data:
            raise EOFError
        return data

    def _end(self, *, at_once: bool = True) -> int:
        """End the process, unless it is ending by itself; give its return code."""
        process, self._process = self._process, None
        if process is None:
            return 0
        if not at_once:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(1.0)
        return _stop(process)


@contextlib.contextmanager
def _alone(folder: Path, breathe: Callable[[], None]) -> Iterator[None]:
    """Wait until nobody else draws a picture of the recording in `folder`."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        handle = -1  # then whoever draws will say what is wrong with it
    try:
        while handle >= 0:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                breathe()
                time.sleep(0.01)
            except OSError:  # a file system that knows no locks
                break
            else:
                break
        yield
    finally:
        if handle >= 0:
            os.close(handle)


def _processor_seconds(pid: int) -> float:
    """Seconds that a process has worked so far; 0 where the system does not say."""
    try:
        parts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
        return (int(parts[11]) + int(parts[12])) / os.sysconf("SC_CLK_TCK")
    except (OSError, ValueError, IndexError):
        return 0.0


def _why(code: int) -> str:
    if code == -signal.SIGPROF:
        return "drawing it takes too long"
    aborted = code in (-signal.SIGABRT, -signal.SIGSEGV)
    return "drawing it needs more memory than a slide may take" if aborted else "drawing it broke off"


def _stop(process: subprocess.Popen[bytes]) -> int:
    """End our own process, and wait for it; give its return code."""
    if process.poll() is None:
        process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):  # what could not be written any more
                pipe.close()
    return process.wait()

"""Draws harmless-looking SVG text in a separate process, with a time limit."""

from __future__ import annotations

import contextlib
import json
import os
import select
import subprocess
import sys
import threading
import time
import weakref
from pathlib import Path
from typing import Any, Final

from PIL import Image

SECONDS: Final = 20.0  # for one picture; a usual slide takes a fifth of a second
_WORKER: Final = Path(__file__).with_name("svg_worker.py")


class DrawingFailedError(ValueError):
    """resvg refused the file, or took too long; the message says which."""


class SvgProcess:
    """One drawing process, started when first needed; it ends with this object."""

    def __init__(self, seconds: float = SECONDS) -> None:
        """Stop a drawing after so many seconds."""
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None
        self._lock = threading.Lock()

    def draw(self, text: str, options: dict[str, Any]) -> Image.Image:
        """Draw an SVG with resvg's `options`; RGBA. Raises `DrawingFailedError`."""
        with self._lock:
            process = self._running()
            try:
                return self._ask(process, text.encode("utf-8", "replace"), options)
            except (OSError, EOFError, TimeoutError) as error:
                self._end()
                late = isinstance(error, TimeoutError)
                if late:  # a recording may hold many such files
                    self._seconds = max(1.0, self._seconds / 2)
                raise DrawingFailedError(f"drawing it {'takes too long' if late else 'broke off'}") from error

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            self._process = subprocess.Popen(  # noqa: S603 - our own file, no shell
                [sys.executable, "-I", str(_WORKER)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
            )
            weakref.finalize(self, _stop, self._process)
        return self._process

    def _ask(self, process: subprocess.Popen[bytes], data: bytes, options: dict[str, Any]) -> Image.Image:
        if process.stdin is None or process.stdout is None:
            raise OSError("the process has no pipes")
        deadline = time.monotonic() + self._seconds
        process.stdin.write(json.dumps({"length": len(data), "options": options}).encode() + b"\n" + data)
        process.stdin.flush()
        head = bytearray()
        output = process.stdout.fileno()
        while b"\n" not in head:
            head += _read(output, deadline)
        line, _, rest = bytes(head).partition(b"\n")
        answer = json.loads(line)
        pixels = bytearray(rest)
        while len(pixels) < answer["length"]:
            pixels += _read(output, deadline)
        if "error" in answer:
            raise DrawingFailedError(f"it cannot be drawn ({answer['error']})")
        return Image.frombytes("RGBA", (answer["width"], answer["height"]), bytes(pixels))

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            _stop(process)


def _read(output: int, deadline: float) -> bytes:
    ready, _, _ = select.select([output], [], [], max(0.0, deadline - time.monotonic()))
    if not ready:
        raise TimeoutError
    data = os.read(output, 1 << 20)
    if not data:
        raise EOFError
    return data


def _stop(process: subprocess.Popen[bytes]) -> None:
    """End our own process, and wait for it."""
    process.kill()
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):  # what could not be written any more
                pipe.close()
    process.wait()

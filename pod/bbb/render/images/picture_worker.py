"""The program in which SVG files and huge rasters are drawn: a process of its own, bounded and stoppable.

resvg and Pillow cannot be interrupted and take what memory a file makes them
take; a file made of thousands of large translucent shapes would hold up a
conversion for minutes. `pod.bbb.render.images.picture_process` starts this program
and talks to it: for each picture a line of JSON, answered by a line of JSON and
then the pixels (blue, green, red times alpha, alpha; rows from the top).
What needs more processor time than it is given, or more memory than there is
for it, ends this process.
"""

from __future__ import annotations

import contextlib
import fcntl
import io
import json
import os
import select
import signal
import sys
import time
from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import resvg_py
from PIL import Image

from pod.bbb.playback.notes import Note
from pod.bbb.render.images.damaged import BROKEN, why
from pod.bbb.render.images.levels import drawn_box, drawn_level
from pod.bbb.render.images.rasters import Raster, fitted_place, in_canvas_order, load_raster
from pod.bbb.render.images.svg import Svg, UnusableSvgError, read_svg
from pod.bbb.render.images.svg_fonts import fonts_for
from pod.bbb.render.process.memory import limit_memory, resident

MEMORY = 220 * 1024 * 1024  # bytes: all processes of a conversion together may take 500 MB
TIRED = 64 * 1024 * 1024  # bytes that stay after a picture: a fresh process needs less
KEPT_TEXT = 4 * 1024 * 1024  # characters of SVG files kept for another zoom


class Drawer:
    """Draws what is asked for; keeps what was read last."""

    def __init__(self) -> None:
        self._svgs: OrderedDict[str, tuple[Svg, dict[str, Any]]] = OrderedDict()  # with the fonts of each

    def draw(self, request: dict[str, Any], note: Note) -> tuple[Raster, int, float]:
        """Give the picture, the level of a vector picture, and the seconds drawing it took the processor.

        Reading the file is not counted: at another size it would not be read again. Both are 0 for a raster.
        """
        path = str(request["path"])
        if request["kind"] == "raster":
            return load_raster(Path(path), note), 0, 0.0
        svg, fonts = self._svg(path, request["fonts"], note)
        began = time.process_time()
        place = request["place"] and fitted_place(request["place"], svg.size)
        level = 0 if place else drawn_level(svg.size, request["scale_to"], request["area"])
        pixels, box = drawn_box(svg.size, level, request["area"], place)
        png = resvg_py.svg_to_bytes(
            svg_string=svg.outer(pixels, box),
            dpi=96.0,
            skip_system_fonts=True,
            **fonts,
        )
        with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
            raster = replace(in_canvas_order(image, *svg.size), inside=box)
        return raster, level, time.process_time() - began

    def _svg(self, path: str, packaged: list[str], note: Note) -> tuple[Svg, dict[str, Any]]:
        if path not in self._svgs:
            svg = read_svg(Path(path).read_bytes(), note)
            self._svgs[path] = svg, fonts_for(svg.text, svg.letters, packaged, note)
        self._svgs.move_to_end(path)
        found = self._svgs[path]
        while sum(len(svg.text) for svg, _fonts in self._svgs.values()) > KEPT_TEXT:
            self._svgs.popitem(last=False)
        return found


def main() -> None:
    """Answer until the input ends."""
    limit_memory(MEMORY)
    sink, drawer = sys.stdout.buffer, Drawer()
    for line in sys.stdin.buffer:
        request = json.loads(line)
        notes: list[str] = []
        with _seconds(request["seconds"]), _wanted():
            answer, pixels = _answer(drawer, request, notes.append)
        answer["last"] = resident() > TIRED
        sink.write(json.dumps({**answer, "notes": notes, "length": len(pixels)}).encode() + b"\n")
        sink.write(pixels)
        sink.flush()
        if answer["last"]:
            return


def _answer(drawer: Drawer, request: dict[str, Any], note: Note) -> tuple[dict[str, Any], bytes]:
    try:
        raster, level, seconds = drawer.draw(request, note)
        answer = {
            "size": raster.image.size,
            "own": (raster.width, raster.height),
            "inside": raster.inside,
            "opaque": raster.opaque,
            "level": level,
            "seconds": seconds,
        }
        return answer, raster.image.tobytes("raw", "RGBX")
    except MemoryError:
        return {"error": "it needs more memory than a slide may take", "costly": True}, b""
    except BROKEN as error:
        reason = str(error) if isinstance(error, UnusableSvgError) else why(error)
        return {"error": reason[:300], "costly": False, "errno": getattr(error, "errno", None)}, b""


@contextlib.contextmanager
def _seconds(count: float) -> Iterator[None]:
    """Let the processor work for so long; then SIGPROF ends this process, wherever it is."""
    signal.setitimer(signal.ITIMER_PROF, count)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)


@contextlib.contextmanager
def _wanted() -> Iterator[None]:
    """End this process, wherever it is, when who asked is gone: the system tells of the closed pipe.

    Nothing else comes through the pipe meanwhile: the next picture is asked for after this one.
    """
    flags = fcntl.fcntl(0, fcntl.F_GETFL)
    fcntl.fcntl(0, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(0, fcntl.F_SETFL, flags | os.O_ASYNC)  # then SIGIO comes, which ends a process
    if select.select([0], [], [], 0)[0]:  # it was closed just before
        os._exit(1)
    try:
        yield
    finally:
        fcntl.fcntl(0, fcntl.F_SETFL, flags)


if __name__ == "__main__":
    main()
    sys.stdout.flush()
    os._exit(0)  # freeing what is left takes longer than ending

"""A canvas over a numpy picture: paths filled and stroked by ThorVG's software rasteriser.

The C interface of the library inside the `thorvg-python` package is bound here
directly: a path goes over in one call, the small setters keep the interpreter
lock (cheaper than giving it back for a microsecond), and rasterising gives the
lock back, so that decoding and encoding go on beside it. The figures behind the
choice are in docs/adr/0004-painter-library.md.
"""

from __future__ import annotations

import contextlib
import ctypes
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import resources
from typing import Final, cast

import numpy as np
from numpy.typing import NDArray

from pod.bbb.errors import RenderError
from pod.bbb.playback.drawing import Colour, Command, Fill, Matrix, PackedPath, Stroke

Pixels = NDArray[np.uint8]  # (height, width, 4), blue green red alpha, premultiplied
Box = tuple[int, int, int, int]  # left, top, right, bottom in pixels; right and bottom excluded

CLOSE, MOVE, LINE, CURVE = (PackedPath.CODES[name] for name in "ZMLC")  # ThorVG's own numbers
_POINTS: Final = {"Z": 0, "M": 1, "L": 1, "C": 3}
POINTS_OF: Final = np.array([_POINTS[name] for name in "ZMLC"])
_CAPS: Final = {"butt": 0, "round": 1, "square": 2}
_JOINS: Final = {"miter": 0, "round": 1, "bevel": 2}
_ARGB8888: Final = 1  # as a little-endian word: bytes blue, green, red, alpha
_NO_PARTIAL_RENDERING: Final = 0
_LIMIT: Final = 1.0e6  # pixels: beyond it fixed-point rasterisers overflow


@dataclass(frozen=True, slots=True, eq=False)
class Path:
    """A path as ThorVG takes it: one command byte and 0, 1 or 3 points (x, y) each."""

    commands: NDArray[np.uint8]
    points: NDArray[np.float32]  # (n, 2)
    _box: tuple[float, float, float, float] | None = field(init=False, default=None, repr=False)

    @property
    def bounds(self) -> tuple[float, float, float, float] | None:
        """The box of all its points, control points included; None when it has none."""
        if self._box is None and len(self.points):  # kept: it is asked for at each drawing
            object.__setattr__(self, "_box", _bounds(self.points))
        return self._box

    def part(self, first: int, last: int) -> Path:
        """The part of the path through the points `first` to `last` - 1, begun at the point before."""
        ends = np.cumsum(POINTS_OF[self.commands])  # of points, after each command
        begin, end = (int(np.searchsorted(ends, index, "right")) for index in (first, last))
        commands, done = self.commands[begin:end], int(ends[begin - 1]) if begin else 0
        points = self.points[done : int(ends[end - 1]) if end else 0]
        if not done:
            return Path(commands, points)
        begun = np.cumsum(commands == MOVE) > 0  # what is closed before began in an earlier part
        commands = commands[begun | (commands != CLOSE)]
        start = np.array([MOVE], np.uint8)
        return Path(np.concatenate((start, commands)), np.concatenate((self.points[done - 1 : done], points)))


def _bounds(points: NDArray[np.float32]) -> tuple[float, float, float, float]:
    xs, ys = points[:, 0], points[:, 1]  # numpy takes ten times as long for both columns at once
    return float(xs.min()), float(ys.min()), float(xs.max()), float(ys.max())


def compile_path(commands: Sequence[Command]) -> Path:
    """Turn drawing commands into the library's arrays; a command with a NaN or an infinite is left out."""
    if isinstance(commands, PackedPath):
        points = np.frombuffer(commands.points, np.float32).reshape(-1, 2)
        return Path(np.frombuffer(commands.codes, np.uint8), points)
    codes: list[int] = []
    numbers: list[float] = []
    for name, *values in commands:
        count = _POINTS.get(str(name))
        if count is None or len(values) != 2 * count:
            continue
        floats = [float(v) for v in values]
        if not all(abs(v) < 1.0e9 for v in floats):  # also false for NaN
            continue
        if not codes and name != "M":
            continue
        codes.append(PackedPath.CODES[str(name)])
        numbers.extend(floats)
    points = np.array(numbers, np.float32).reshape(-1, 2)
    return Path(np.array(codes, np.uint8), points)


def within(box: Box, limits: Box) -> Box:
    """The part of a box inside another one; without width or height if there is none."""
    left, top = max(box[0], limits[0]), max(box[1], limits[1])
    return left, top, max(left, min(box[2], limits[2])), max(top, min(box[3], limits[3]))


def paint(pixels: Pixels, colour: tuple[int, int, int]) -> None:
    """Fill pixels, which need not lie together, with one opaque colour (red, green, blue)."""
    word = colour[2] | colour[1] << 8 | colour[0] << 16 | 255 << 24  # a pixel at once is much faster
    pixels.view("<u4")[...] = word


class _CMatrix(ctypes.Structure):
    _fields_ = [(f"e{row}{column}", ctypes.c_float) for row in (1, 2, 3) for column in (1, 2, 3)]


def _c_matrix(matrix: Matrix) -> _CMatrix:
    a, b, c, d, e, f = matrix
    return _CMatrix(a, c, e, b, d, f, 0.0, 0.0, 1.0)


class _Library:
    """The functions of libthorvg that the canvas calls, with their types."""

    def __init__(self) -> None:
        keeping_lock, giving_lock = _loaded()
        pointer, u32, i32 = ctypes.c_void_p, ctypes.c_uint32, ctypes.c_int32
        u8, flt = ctypes.c_uint8, ctypes.c_float

        def bind(
            library: ctypes.CDLL, name: str, *types: type, result: type = ctypes.c_int
        ) -> Callable[..., int]:
            function = getattr(library, f"tvg_{name}")
            function.argtypes, function.restype = types, result
            return cast("Callable[..., int]", function)

        self.init = bind(keeping_lock, "engine_init", u32)
        self.create = bind(keeping_lock, "swcanvas_create", u8, result=pointer)
        self.destroy = bind(keeping_lock, "canvas_destroy", pointer)
        self.target = bind(keeping_lock, "swcanvas_set_target", pointer, pointer, u32, u32, u32, u8)
        self.viewport = bind(keeping_lock, "canvas_set_viewport", pointer, i32, i32, i32, i32)
        self.add = bind(keeping_lock, "canvas_add", pointer, pointer)
        self.remove = bind(keeping_lock, "canvas_remove", pointer, pointer)
        self.draw = bind(giving_lock, "canvas_draw", pointer, ctypes.c_bool)
        self.sync = bind(giving_lock, "canvas_sync", pointer)
        self.shape = bind(keeping_lock, "shape_new", result=pointer)
        self.path = bind(keeping_lock, "shape_append_path", pointer, pointer, u32, pointer, u32)
        self.colour = bind(keeping_lock, "shape_set_fill_color", pointer, u8, u8, u8, u8)
        self.rule = bind(keeping_lock, "shape_set_fill_rule", pointer, ctypes.c_int)
        self.stroke_width = bind(keeping_lock, "shape_set_stroke_width", pointer, flt)
        self.stroke_colour = bind(keeping_lock, "shape_set_stroke_color", pointer, u8, u8, u8, u8)
        self.stroke_cap = bind(keeping_lock, "shape_set_stroke_cap", pointer, ctypes.c_int)
        self.stroke_join = bind(keeping_lock, "shape_set_stroke_join", pointer, ctypes.c_int)
        self.miter = bind(keeping_lock, "shape_set_stroke_miterlimit", pointer, flt)
        self.scene = bind(keeping_lock, "scene_new", result=pointer)
        self.scene_add = bind(keeping_lock, "scene_add", pointer, pointer)
        self.opacity = bind(keeping_lock, "paint_set_opacity", pointer, u8)
        self.transform = bind(keeping_lock, "paint_set_transform", pointer, pointer)
        self.inside = bind(keeping_lock, "paint_set_clip", pointer, pointer)
        if self.init(0):
            raise RenderError("Starting ThorVG's engine failed; reinstall the thorvg-python package.")


def _loaded() -> tuple[ctypes.PyDLL, ctypes.CDLL]:
    """ThorVG's library twice: called with Python's lock kept, and with it given to other threads."""
    path = resources.files("thorvg_python") / "libthorvg-1.so"
    try:
        return ctypes.PyDLL(str(path)), ctypes.CDLL(str(path))
    except OSError as error:
        raise RenderError(
            f"Loading ThorVG from {path}: {error}. Install the thorvg-python wheel for this machine."
        ) from error


_library: _Library | None = None
# The engine keeps one memory pool a process when it has no threads of its own.
_engine_lock = threading.Lock()


def _engine() -> _Library:
    global _library  # noqa: PLW0603 - the C library has one engine a process
    with _engine_lock:
        if _library is None:
            _library = _Library()
        return _library


class Canvas:
    """Draws into a picture: what is asked for is rasterised, in that order, at the next `flush` or `clip`."""

    def __init__(self, pixels: Pixels) -> None:
        """Take `pixels` as target; it must be C-contiguous and is kept alive by the canvas."""
        if not pixels.flags.c_contiguous or pixels.ndim != 3 or pixels.shape[2] != 4:
            raise ValueError("a canvas draws into a C-contiguous array of (height, width, 4) bytes")
        self._library = _engine()
        self.pixels = pixels
        self.height, self.width = pixels.shape[:2]
        self._handle = self._library.create(_NO_PARTIAL_RENDERING)
        if not self._handle or self._library.target(
            self._handle, pixels.ctypes.data, self.width, self.width, self.height, _ARGB8888
        ):
            raise RenderError(
                f"Making a canvas of {self.width}x{self.height}: ThorVG refused; choose another size."
            )
        self._pending = 0
        self._layer: int | None = None

    def __del__(self) -> None:
        handle, self._handle = getattr(self, "_handle", 0), 0
        if handle:
            with _engine_lock:
                self._library.destroy(handle)

    def clip(self, box: Box) -> None:
        """From here on touch only the pixels inside `box`."""
        self.flush()
        left, top, right, bottom = box
        self._library.sync(self._handle)  # the viewport may be changed only right after it
        if self._library.viewport(self._handle, left, top, right - left, bottom - top):
            raise RenderError(f"Clipping a canvas of {self.width}x{self.height} to {box}: ThorVG refused.")

    def fill(
        self,
        path: Path,
        colour: Colour,
        matrix: Matrix,
        *,
        even_odd: bool = False,
        inside: Path | None = None,
    ) -> None:
        """Fill `path`, mapped to pixels by `matrix`."""
        shape = self._shape(path, matrix, inside)
        if shape is None:
            return
        self._library.colour(shape, *colour)
        if even_odd:
            self._library.rule(shape, 1)
        self._add(shape)

    def stroke(self, path: Path, style: Stroke, matrix: Matrix, inside: Path | None = None) -> None:
        """Stroke `path` as `style` says, but its dashes; the width is scaled by `matrix` too."""
        shape = self._shape(path, matrix, inside)
        if shape is None:
            return
        library = self._library
        library.stroke_width(shape, style.width)
        library.stroke_colour(shape, *style.colour)
        library.stroke_cap(shape, _CAPS[style.cap])
        library.stroke_join(shape, _JOINS[style.join])
        library.miter(shape, style.miter_limit)
        self._add(shape)

    def draw(self, op: Fill | Stroke, path: Path, matrix: Matrix, inside: Path | None = None) -> None:
        """Draw one operation whose path, and the area it is drawn in, were compiled before."""
        if isinstance(op, Fill):
            self.fill(path, op.colour, matrix, even_odd=op.even_odd, inside=inside)
        else:
            self.stroke(path, op, matrix, inside)

    @contextlib.contextmanager
    def layer(self, opacity: float) -> Iterator[None]:
        """Draw what is asked for inside the block as one layer, with one opacity (0..1).

        A layer must not be inside another, and `clip` and `flush` not inside a layer.
        """
        scene = self._library.scene()
        self._layer = scene
        try:
            yield
        finally:
            self._layer = None
            self._library.opacity(scene, round(255 * opacity))
            self._add(scene)

    def flush(self) -> None:
        """Rasterise what was asked for since the last time; other threads may run meanwhile."""
        if not self._pending:
            return
        self._pending = 0
        with _engine_lock:
            failed = self._library.draw(self._handle, False) or self._library.sync(self._handle)
            self._library.remove(self._handle, None)
        if failed:
            raise RenderError(
                f"Drawing on a canvas of {self.width}x{self.height}: ThorVG reported error {failed}."
            )

    def _shape(self, path: Path, matrix: Matrix, inside: Path | None = None) -> int | None:
        if not _drawable(path, matrix):
            return None
        shape = self._library.shape()
        self._library.path(
            shape, path.commands.ctypes.data, len(path.commands), path.points.ctypes.data, len(path.points)
        )
        self._library.transform(shape, ctypes.addressof(c := _c_matrix(matrix)))
        del c
        area = None if inside is None else self._shape(inside, matrix)
        if area is not None:
            self._library.rule(area, 1)
            self._library.inside(shape, area)
        return shape

    def _add(self, shape: int) -> None:
        if self._layer is not None:
            self._library.scene_add(self._layer, shape)
            return
        self._library.add(self._handle, shape)
        self._pending += 1


def _drawable(path: Path, matrix: Matrix) -> bool:
    """Whether the path has points, and stays within what the rasteriser's fixed-point numbers can hold."""
    bounds = path.bounds
    if bounds is None:
        return False
    a, b, c, d, e, f = matrix
    for x in (bounds[0], bounds[2]):
        for y in (bounds[1], bounds[3]):
            if not (abs(a * x + c * y + e) < _LIMIT and abs(b * x + d * y + f) < _LIMIT):
                return False
    return True

"""Paints the whiteboard of a scene: slide, shapes, pointer, as the official player shows them.

Three pictures are kept: `base` (background and slide, scaled for the current
view), `board` (base and shapes) and `frame` (board and pointer). From one scene
to the next only what differs is touched: added shapes are drawn on top, a
changed shape repaints its box, the pointer restores the pixels it covered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final, cast

import numpy as np

from pod.bbb.playback.drawing import Piece
from pod.bbb.playback.model import Playback, Rect, SvgShape, TldrawShape, Whiteboard
from pod.bbb.playback.notes import Notes
from pod.bbb.render.canvas import Box, Canvas, Pixels, paint, within
from pod.bbb.render.images.pasting import paste
from pod.bbb.render.images.pictures import Pictures
from pod.bbb.render.images.rasters import fitted_place
from pod.bbb.render.painting.below import Below
from pod.bbb.render.painting.items import Drawn, draw, leaves, make, meets, union
from pod.bbb.render.painting.pointer import draw_pointer
from pod.bbb.render.painting.view import place, slide_place
from pod.bbb.render.process.credit import Credit
from pod.bbb.render.timing.scene import BACKGROUND, Scene, Shape

_CREDIT: Final = 15.0  # seconds of drawing shapes, at first,
_EARNED: Final = 0.25  # and so many more with each second of the recording
_LEAP_S: Final = 60.0  # seconds of the recording that earn at most: what lies between was another process's
_TOO_LONG: Final = "The drawings take too long to paint: some are left out."
_BATCH: Final = 2000  # points that are rasterised together
_WHITE: Final = (255, 255, 255)
# What lies beside the slide inside the view (red, green, blue): tldraw has its own paper.
_PAPER: Final = {
    Whiteboard.SVG: BACKGROUND,
    Whiteboard.TLDRAW_V1: (248, 249, 250),
    Whiteboard.TLDRAW_V2: (249, 250, 251),
}


@dataclass(frozen=True, slots=True, eq=False)
class Painted:
    """The content area: the painter's own array, to be read before the next call of `paint`.

    `pixels` is (height, width, 4) blue, green, red, alpha (always 255). `dirty`
    is the box (left, top, right, bottom) outside of which nothing changed
    since the call before; None when nothing did.
    """

    pixels: Pixels
    dirty: Box | None


class Painter:
    """Paints the scenes of one recording, in any order; fastest in the order of time."""

    def __init__(
        self,
        playback: Playback,
        width: int,
        height: int,
        breathe: Callable[[], None] = lambda: None,
        pictures: Pictures | None = None,
    ) -> None:
        """Paint into a content area of `width` x `height` pixels.

        `breathe` is called while a picture is drawn for long; what it raises ends the painting.
        `pictures` are those of another painter of the recording, which has the notes on them.
        """
        self._playback = playback
        self._notes = Notes()
        self._full: Box = (0, 0, width, height)
        self._frame = np.empty((height, width, 4), np.uint8)
        self._base = np.empty_like(self._frame)
        self._board = np.empty_like(self._frame)
        self._canvas = Canvas(self._board)
        self._below = Below(self._base)
        self._credit = Credit(_CREDIT)
        self._breathe = breathe
        self._at: float | None = None  # the second painted last
        self._waiting = 0  # points asked for and not yet rasterised
        self.pictures = pictures or Pictures(playback.folder, self._notes.add, breathe, (width, height))
        self._shown: tuple[object, ...] | None = None  # what `base` was made for
        self._view = place(Rect(0.0, 0.0, width, height), self._full)
        self._sources: Sequence[Shape] = ()
        self._drawn: list[Drawn] = []
        self._beneath: list[Drawn] = []  # what lies below the slide on `base`
        self._pointer: Box | None = None

    @property
    def notes(self) -> tuple[str, ...]:
        """What could not be shown so far, in plain sentences."""
        return self._notes.sentences()

    def paint(self, scene: Scene) -> Painted:
        """Paint a scene; while a screen share or nothing takes the content area, only the background."""
        if self._at is not None:
            self._credit.earn(_EARNED * min(_LEAP_S, max(0.0, scene.start - self._at)))
        self._at = scene.start
        view = scene.view if scene.content == "whiteboard" else None
        shown = (scene.slide and scene.slide.href, scene.slide_rect, view)
        changed: list[Box | None] = []
        if shown != self._shown:
            self._shown, self._beneath = shown, []
            self._lay_base(scene, view)
            changed.append(self._full)
        updated = self._update_shapes(scene if view else None)
        changed.append(self._full if updated and self._update_beneath(scene, view) else updated)
        dirty = union(changed)
        if dirty is not None:
            _copy(self._board, self._frame, dirty)
        moved = self._move_pointer(scene.cursor if view else None)
        return Painted(self._frame, union((dirty, moved)))

    def _lay_base(self, scene: Scene, view: Rect | None) -> None:
        """Paint background and slide, for a new slide or another view; the shapes go."""
        _fill(self._base, self._full, BACKGROUND)
        if view is not None:
            self._view = place(view, self._full, self._playback.whiteboard, scene.slide_rect)
            _fill(self._base, self._view.clip, _PAPER[self._playback.whiteboard])
            if self._beneath:
                self._draw(self._beneath, self._view.clip, Canvas(self._base))
            if scene.slide is not None and scene.slide_rect is not None:
                rect = slide_place(scene.slide_rect, self._view, self._playback.whiteboard)
                self._lay_slide(scene.slide.href, rect)
        self._board[...] = self._base
        self._drawn, self._sources = [], ()
        self._below.forget()

    def _lay_slide(self, href: str, rect: Rect) -> None:
        scale, _, _, _, dx, dy = self._view.matrix
        place = (
            rect.x * scale + dx, rect.y * scale + dy,
            (rect.x + rect.width) * scale + dx, (rect.y + rect.height) * scale + dy,
        )  # fmt: skip
        raster = self.pictures.get(href, rect.width * scale, place if self._view.whole else None)
        if raster is None:
            left, top, right, bottom = map(round, place)
            _fill(self._base, within((left, top, right, bottom), self._view.clip), _WHITE)
            return
        x0, y0, x1, y1 = fitted_place(place, (raster.width, raster.height))
        paste(self._base, raster, (x1 - x0, 0.0, 0.0, y1 - y0, x0, y0), self._view.clip)

    def _update_shapes(self, scene: Scene | None) -> Box | None:
        """Bring the board to the scene's shapes; the box of what changed."""
        sources = () if scene is None else scene.shapes
        if sources is self._sources or (not sources and not self._sources):
            return None
        before = self._drawn
        after = self._made(scene) if scene is not None else []
        self._sources, self._drawn = sources, after
        kept = _common_start(before, after)
        added, removed = after[kept:], before[kept:]
        if not removed:
            return self._draw(added, self._view.clip)
        region = _difference(removed, added, self._view.clip)
        if region is not None:
            self._repaint(after, kept, region)
        return region

    def _update_beneath(self, scene: Scene, view: Rect | None) -> bool:
        """Bring what lies below the slide to the shapes; whether it changed, and all was painted anew."""
        beneath = [shape.beneath for shape in self._drawn if shape.beneath is not None]
        if beneath == self._beneath:
            return False
        self._beneath = beneath
        drawn, sources = self._drawn, self._sources
        self._lay_base(scene, view)
        self._drawn, self._sources = drawn, sources
        self._draw(drawn, self._view.clip)
        return True

    def _repaint(self, shapes: Sequence[Drawn], kept: int, region: Box) -> None:
        """Paint a region anew; the first `kept` of the shapes are those that were there."""
        below = self._below
        due = below.due(shapes[:kept], region)
        if due and self._credit.left > 0:
            self._draw(due, self._view.clip, below.add(due))
            if self._credit.left <= 0:  # not all of them came to be drawn
                below.forget()
        _copy(below.pixels, self._board, region)
        self._draw(shapes[len(below.shapes) :], region)

    def _made(self, scene: Scene) -> list[Drawn]:
        """The scene's shapes ready to draw; what is already shown is taken over."""
        same = self._same(scene.shapes)
        known = {id(drawn.source): drawn for drawn in self._drawn[same:]}
        made = self._drawn[:same]
        for shape in scene.shapes[same:]:
            found = known.get(id(shape))
            if found is not None and found.alone:
                made.append(found)
            elif self._credit.left <= 0:
                self._notes.once(_TOO_LONG)
            else:
                with self._credit.spending():
                    made.append(self._make(shape, scene, found))
        return made

    def _same(self, sources: Sequence[Shape]) -> int:
        """How many of the lowest shapes are shown already; 0 while any shown shape depends on others."""
        if len(self._drawn) != len(self._sources) or not all(drawn.alone for drawn in self._drawn):
            return 0
        return _common_start(self._sources, sources)

    def _make(self, shape: Shape, scene: Scene, known: Drawn | None) -> Drawn:
        """A shape ready to draw; one that is bound to others is made again whenever one of them changed."""
        self._breathe()
        if isinstance(shape, SvgShape):
            return self._new(shape, shape.ops)
        from pod.bbb.render import tldraw  # noqa: PLC0415 - most recordings have none: a tenth of the loading time

        board = self._playback.whiteboard
        if tldraw.stands_alone(shape, board):
            drawing = tldraw.draw(shape, board, zoom=self._view.player[0])
            for kind in drawing.unknown:
                self._notes.add(f"Whiteboard shapes of the unknown type {kind} are not drawn.")
            for note in drawing.notes:
                self._notes.add(note)
            drawn = self._new(shape, drawing.ops)
            if drawing.beneath:
                cover = scene.slide_rect and slide_place(scene.slide_rect, self._view, board)
                drawn.beneath = self._new(shape, drawing.beneath) if leaves(drawn, cover) else None
            return drawn
        others = cast("tuple[TldrawShape, ...]", scene.shapes)  # of one whiteboard, as this one
        ops = tldraw.draw(shape, board, others).ops
        if known is not None and known.ops == ops:
            return known
        return replace(self._new(shape, ops), alone=False)

    def _new(self, source: Shape, ops: Sequence[Piece]) -> Drawn:
        return make(source, ops, self._view, self._notes.add)

    def _draw(self, shapes: Iterable[Drawn], region: Box, canvas: Canvas | None = None) -> Box | None:
        """Draw those of the shapes that meet the region (on the board); the box of what they may touch."""
        canvas = canvas or self._canvas
        canvas.clip(region)
        touched: list[Box | None] = []
        for shape in shapes:
            if meets(shape.box, region):
                if self._credit.left <= 0:
                    self._notes.once(_TOO_LONG)
                    break
                touched.append(shape.box)
                self._draw_one(shape, region, canvas)
        with self._credit.spending():
            canvas.flush()
        return union(touched)

    def _draw_one(self, shape: Drawn, region: Box, canvas: Canvas) -> None:
        """Draw a shape; every so many points are rasterised at once, so that their time counts."""
        for item in shape.items:
            with self._credit.spending():
                draw(item, canvas, self._view, region, self.pictures)
            self._waiting += len(item.path.points) if item.path is not None else 0
            if self._waiting > _BATCH:
                self._waiting = 0
                self._breathe()
                with self._credit.spending():
                    canvas.flush()

    def _move_pointer(self, at: tuple[float, float] | None) -> Box | None:
        """Take the pointer from where it was and show it where it is; the box of what changed."""
        old = self._pointer
        if old is not None:
            _copy(self._board, self._frame, old)
        whiteboard = self._playback.whiteboard
        self._pointer = draw_pointer(self._frame, at, self._view, whiteboard) if at is not None else None
        return union((old, self._pointer))


def _common_start(before: Sequence[object], after: Sequence[object]) -> int:
    """How many objects at the beginning are the same ones."""
    old, new = list(map(id, before)), list(map(id, after))
    for length in (len(old), len(old) - 1):  # the usual cases: one was added, the last one grew
        if 0 <= length <= len(new) and old[:length] == new[:length]:
            return length
    return next((at for at, (one, other) in enumerate(zip(old, new, strict=False)) if one != other), len(new))


def _difference(before: Sequence[Drawn], after: Sequence[Drawn], clip: Box) -> Box | None:
    """The box of the shapes that came or went; all of it when those that stayed changed their order."""
    old, new = set(map(id, before)), set(map(id, after))
    stayed = [shape for shape in before if id(shape) in new]
    if stayed != [shape for shape in after if id(shape) in old]:
        return clip
    gone = [shape.box for shape in before if id(shape) not in new]
    come = [shape.box for shape in after if id(shape) not in old]
    return union(gone + come)


def _copy(source: Pixels, target: Pixels, box: Box) -> None:
    left, top, right, bottom = box
    target[top:bottom, left:right] = source[top:bottom, left:right]


def _fill(target: Pixels, box: Box, colour: tuple[int, int, int]) -> None:
    left, top, right, bottom = box
    paint(target[top:bottom, left:right], colour)

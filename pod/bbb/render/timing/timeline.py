"""When the content area changes, and to what."""

from __future__ import annotations

import heapq
import math
from bisect import bisect_left, bisect_right, insort
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import groupby, islice, pairwise, takewhile
from operator import attrgetter, itemgetter
from typing import Any, Generic, TypeVar

from pod.bbb.playback.model import (
    CursorSpace,
    LayoutEvent,
    Playback,
    Rect,
    ScreenShare,
    Slide,
    SlideKind,
    TldrawShape,
    Whiteboard,
)
from pod.bbb.playback.panzooms import slide_rect
from pod.bbb.render.timing.scene import LEGACY_CURSOR_SECONDS, Scene, Shape, place_cursor

T = TypeVar("T")
Point = tuple[float, float]
Step = tuple[float, bool, Shape]  # when a shape comes (True) or goes
_Top = tuple[float, str, int]  # where a group lies
_Z = tuple[float, str, int, int]
_Height = tuple[_Z, _Z]
_Group = tuple[_Top, tuple[str, ...]]  # where it lies, and what is in it


class Track(Generic[T]):
    """A value over time: each step holds from its second on; before the first one, `before` does.

    Steps come by time; of several at the same second the last one holds.
    """

    def __init__(self, steps: Iterable[tuple[float, T]], before: T) -> None:
        self.times: list[float] = []
        self.values: list[T] = []
        self.before = before
        for at, value in steps:
            self.times.append(at)
            self.values.append(value)

    def at(self, second: float) -> T:
        """The value at a second."""
        index = bisect_right(self.times, second) - 1
        return self.values[index] if index >= 0 else self.before

    def after(self, second: float) -> Iterator[tuple[float, T]]:
        """The steps after a second."""
        for index in range(bisect_right(self.times, second), len(self.times)):
            yield self.times[index], self.values[index]


@dataclass(slots=True)
class _State:
    """What each track holds at an instant."""

    slide: Slide | None
    view: Rect | None
    cursor: Point | None
    share: ScreenShare | None
    shapes: tuple[Shape, ...]


class Timeline:
    """The scenes of a recording, by the rules of the official player.

    `at` answers single questions; `scenes` walks through the whole recording,
    each step costing what changed in it.
    """

    def __init__(self, playback: Playback) -> None:
        self._playback = playback
        self.duration = playback.duration
        shown = [slide for slide in playback.slides if slide.kind is not SlideKind.DESKSHARE]
        # The placeholder of a screen share is no slide: where the share is not
        # shown, the slide before it stays (player >= 5.2).
        self._slides: Track[Slide | None] = Track(((slide.start, slide) for slide in shown), None)
        self._views: Track[Rect | None] = Track(((view.start, view.rect) for view in playback.views), None)
        self._cursors: Track[Point | None] = Track(_cursor_steps(playback), None)
        self._steps: dict[str, list[Step]] = {}
        self._shares = share_track(playback.shares, playback.layout)

    def at(self, second: float) -> Scene:
        """The scene at a second of recording time."""
        return self._scene(second, self._state(second))

    def scenes(self, begin: float = 0.0, end: float = math.inf) -> Iterator[tuple[float, float, Scene]]:
        """Each scene between two seconds with its start and end; neighbours differ.

        The first scene starts at `begin`, the last one ends at `end` or with the recording.
        """
        end = min(end, self.duration)
        if begin >= end:
            return
        state = self._state(begin)
        current = self._scene(begin, state)
        for at, events in groupby(self._events(begin, end), key=itemgetter(0)):
            for _at, name, value in events:
                setattr(state, name, value)
            following = self._scene(at, state)
            key = current.slide is not following.slide or current.share is not following.share
            if key or _moved(current, following):
                yield current.start, at, current
                current = replace(following, key=key)
        yield current.start, end, current

    def _state(self, second: float) -> _State:
        slide = self._slides.at(second)
        image = slide.image if slide else ""
        return _State(
            slide,
            self._views.at(second),
            self._cursors.at(second),
            self._shares.at(second),
            _Pile(shape for shape in self._shapes(image) if shape.start <= second < shape.end).shapes,
        )

    def _shapes(self, image: str) -> Sequence[Shape]:
        if self._playback.whiteboard is Whiteboard.SVG:
            return self._playback.svg_shapes.get(image, ())
        return self._playback.tldraw_shapes.get(image, ())

    def _steps_of(self, slide: Slide | None) -> Sequence[Step]:
        """The steps of a slide's shapes, sorted once: each segment of a recording asks for them."""
        image = slide.image if slide else ""
        if image not in self._steps:
            self._steps[image] = steps_of(self._shapes(image))
        return self._steps[image]

    def _events(self, begin: float, end: float) -> Iterator[tuple[float, str, Any]]:
        """What happens after `begin` and before `end`, by time: the name of a part, its new value."""
        tracks: list[tuple[str, Track[Any]]] = [
            ("slide", self._slides),
            ("view", self._views),
            ("cursor", self._cursors),
            ("share", self._shares),
        ]
        named = [_named(name, track, begin) for name, track in tracks]
        for event in heapq.merge(*named, self._shape_events(begin), key=itemgetter(0)):
            if event[0] >= end:
                return
            yield event

    def _shape_events(self, begin: float) -> Iterator[tuple[float, str, Any]]:
        """The tuples of visible shapes, slide after slide."""
        first = self._slides.at(begin)
        displays = [(begin, first), *self._slides.after(begin)]
        ends = [at for at, _slide in displays[1:]] + [math.inf]
        for (start, slide), end in zip(displays, ends, strict=True):
            shapes = self._shapes(slide.image if slide else "")
            for at, visible in visible_shapes(shapes, start, end, self._steps_of(slide)):
                if at > begin:
                    yield at, "shapes", visible

    def _scene(self, at: float, state: _State) -> Scene:
        """The scene of a state, with its position in time."""
        if state.share is not None:
            return Scene(at, share=state.share)
        playback = self._playback
        return Scene(
            at,
            slide=state.slide,
            slide_rect=self._rect(state.slide),
            view=state.view,
            shapes=state.shapes,
            cursor=place_cursor(
                state.cursor, playback.cursor_space, state.view, state.slide, playback.whiteboard
            ),
        )

    def _rect(self, slide: Slide | None) -> Rect | None:
        return slide_rect(slide, self._playback.whiteboard, self._playback.fitted) if slide else None


def _named(name: str, track: Track[Any], begin: float) -> Iterator[tuple[float, str, Any]]:
    for at, value in track.after(begin):
        yield at, name, value


def _moved(before: Scene, after: Scene) -> bool:
    """Whether two scenes differ in what is seen of their slide."""
    return (before.view, before.cursor) != (after.view, after.cursor) or before.shapes is not after.shapes


def steps_of(shapes: Sequence[Shape]) -> list[Step]:
    """When each of the shapes comes and goes, in order."""
    steps = [
        (at, comes, shape)
        for shape in shapes
        if shape.start < shape.end
        for at, comes in ((shape.start, True), (shape.end, False))
    ]
    steps.sort(key=itemgetter(0, 1))
    return steps


def visible_shapes(
    shapes: Sequence[Shape], begin: float, end: float, steps: Sequence[Step]
) -> Iterator[tuple[float, tuple[Shape, ...]]]:
    """From `begin` until `end`: each second at which other shapes are seen, and which, in z order.

    `steps` are those of the shapes.
    """
    pile = _Pile(shape for shape in shapes if shape.start <= begin < shape.end)
    yield begin, pile.shapes
    first = bisect_right(steps, begin, key=itemgetter(0))
    within = takewhile(lambda step: step[0] < end, islice(steps, first, None))
    for at, together in groupby(within, key=itemgetter(0)):
        pile.change(together)
        yield at, pile.shapes


class _Pile:
    """The shapes that are seen, in the order in which they cover one another.

    The player of tldraw 1 draws what is in a group where its own number says, though that counts within the
    group only, and once more where the group lies: the higher of the two is what is seen.
    """

    def __init__(self, shapes: Iterable[Shape]) -> None:
        self._seen: list[Shape] = []
        self._heights: list[_Height] = []  # of the seen, for finding a place without asking for each again
        self._placed: dict[str, Shape] = {}  # the seen, by name
        self._tops: dict[str, list[_Top]] = {}  # where the groups of each grouped shape lie, lowest first
        self.change((shape.start, True, shape) for shape in shapes)

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes, lowest first."""
        return tuple(self._seen)

    def change(self, steps: Iterable[Step]) -> None:
        """Put shapes in and take others away; what goes comes first."""
        groups: Counter[_Group] = Counter()
        coming: list[Shape] = []
        for _at, comes, shape in steps:
            if comes:
                coming.append(shape)
            else:
                self._take(shape)
            if _children(shape):  # of a group that gives way to its next version, nothing is left to do
                groups[_z(shape)[:3], _children(shape)] += 1 if comes else -1
        self._regroup(groups)
        for shape in coming:
            self._put(shape)

    def _put(self, shape: Shape) -> None:
        height = self._height(shape)
        place = bisect_left(self._heights, height)
        self._heights.insert(place, height)
        self._seen.insert(place, shape)
        self._placed[shape.shape] = shape

    def _take(self, shape: Shape) -> None:
        place = bisect_left(self._heights, self._height(shape))
        del self._heights[place], self._seen[place], self._placed[shape.shape]

    def _regroup(self, groups: Mapping[_Group, int]) -> None:
        """Move what groups that come or go lift or let down."""
        for (top, children), more in groups.items():
            for child in children if more else ():
                shape = self._placed.get(child)
                if shape is not None:
                    self._take(shape)
                tops = self._tops.setdefault(child, [])
                if more > 0:
                    insort(tops, top)
                else:
                    del tops[bisect_left(tops, top)]
                if shape is not None:
                    self._put(shape)

    def _height(self, shape: Shape) -> _Height:
        z, tops = _z(shape), self._tops.get(shape.shape)
        return max(z, (*tops[-1], 0)) if tops else z, z


def _z(shape: Shape) -> _Z:
    """The key of the z order; no two versions of a slide's shapes have the same."""
    if isinstance(shape, TldrawShape):
        return (*shape.z, shape.order)
    return 0.0, "", 0, shape.order


def _children(shape: Shape) -> tuple[str, ...]:
    return shape.children if isinstance(shape, TldrawShape) else ()


def share_track(shares: Sequence[ScreenShare], layout: Sequence[LayoutEvent]) -> Track[ScreenShare | None]:
    """The screen share that is shown at each second: an active one, unless the layout hides it."""
    told = [(event.start, event.show_screenshare) for event in layout if event.show_screenshare is not None]
    wanted = Track(told, before=True)
    times = sorted({at for share in shares for at in (share.start, share.end)} | set(wanted.times))
    steps: list[tuple[float, ScreenShare | None]] = []
    active: list[ScreenShare] = []
    coming = sorted(shares, key=attrgetter("start"), reverse=True)
    for at in times:
        while coming and coming[-1].start <= at:
            active.append(coming.pop())
        active = [share for share in active if share.end > at]
        steps.append((at, active[0] if active and wanted.at(at) else None))
    return Track(steps, None)


def shares_within(playback: Playback, start: float, end: float) -> list[tuple[float, float]]:
    """Give each time in which a screen share is seen, its part of `[start, end)`, in seconds from `start`."""
    shares = share_track(playback.shares, playback.layout)
    found: list[tuple[ScreenShare, float, float]] = []
    for (begun, share), (until, _next) in pairwise(
        [*zip(shares.times, shares.values, strict=True), (end, None)]
    ):
        first, last = max(begun, start) - start, min(until, end) - start
        if share is None or last <= first:
            continue
        if found and found[-1][0] is share and found[-1][2] == first:  # an event that changes nothing for it
            first = found.pop()[1]
        found.append((share, first, last))
    return [(first, last) for _share, first, last in found]


def _cursor_steps(playback: Playback) -> Iterator[tuple[float, Point | None]]:
    """The pointer's positions; BBB <= 1.0 wrote none for hiding it, its player did so after a while."""
    hides = playback.cursor_space is CursorSpace.LEGACY
    ends = [*(event.start for event in playback.cursors[1:]), math.inf]
    for event, end in zip(playback.cursors, ends, strict=False):
        yield event.start, event.at
        if hides and event.start + LEGACY_CURSOR_SECONDS < end:
            yield event.start + LEGACY_CURSOR_SECONDS, None

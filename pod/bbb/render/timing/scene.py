"""What is seen in the content area at one instant."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from pod.bbb.playback.model import CursorSpace, Rect, ScreenShare, Slide, SvgShape, TldrawShape, Whiteboard

Shape = SvgShape | TldrawShape

# Around and behind the whiteboard, in the official player (red, green, blue).
BACKGROUND = (243, 246, 249)

LEGACY_CURSOR_SECONDS = 3.0  # BBB <= 1.0 hid the pointer so long after it last moved


@dataclass(frozen=True, slots=True)
class Scene:
    """The content area from `start` on.

    All coordinates are those of the whiteboard (slide pixels, or tldraw's
    units). Equal parts of following scenes are the same objects: compare with
    `is`. While a screen share takes the content area, the whiteboard's parts are
    empty. Whether the content area is shown at all, the layout says.
    """

    start: float = field(compare=False)
    slide: Slide | None = None
    slide_rect: Rect | None = None  # where the slide lies in whiteboard space
    view: Rect | None = None  # None: the whiteboard has not started, the logo is shown
    shapes: tuple[Shape, ...] = ()  # of one kind, as `Playback.whiteboard` says; in z order, lowest first
    cursor: tuple[float, float] | None = None
    share: ScreenShare | None = None  # when it is what the content area shows
    key: bool = field(default=True, compare=False)  # another slide or share than in the scene before

    @property
    def content(self) -> Literal["share", "whiteboard", "logo"]:
        """What the content area shows."""
        if self.share is not None:
            return "share"
        return "logo" if self.view is None else "whiteboard"


def place_cursor(
    at: tuple[float, float] | None,
    space: CursorSpace,
    view: Rect | None,
    slide: Slide | None,
    whiteboard: Whiteboard,
) -> tuple[float, float] | None:
    """Where a published pointer lies in whiteboard space; None where it is not drawn."""
    if at is None or view is None:
        return None
    x, y = at
    if space is CursorSpace.WHITEBOARD:
        gone = whiteboard is Whiteboard.TLDRAW_V1 and (x > view.x + view.width or y > view.y + view.height)
        return None if gone else at
    if space is CursorSpace.LEGACY:
        if slide is None:
            return None
        x, y = x / (slide.width / 2), y / (slide.height / 2)
    return view.x + x * view.width, view.y + y * view.height

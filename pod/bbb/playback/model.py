"""One published "presentation" recording, as read from its files.

All times are seconds of recording time (0 = first start of the recording);
an interval is half open, `start <= t < end`. Coordinates of slides and of
shapes.svg are slide pixels; those of tldraw are whiteboard units (see
`Whiteboard`). Everything here is plain frozen data: readers fill it in, the
timeline and the painters read it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any

from pod.bbb.playback.drawing import Piece


class SlideKind(Enum):
    """What an `<image>` of shapes.svg stands for."""

    SLIDE = "slide"
    LOGO = "logo"  # presentation/logo.png: before any presentation
    DESKSHARE = "deskshare"  # presentation/deskshare.png: place holder during a screen share


class Whiteboard(Enum):
    """Which whiteboard drew on the slides; it fixes the coordinate system of shapes and cursor."""

    SVG = "svg"  # BBB <= 2.5: shapes.svg holds the shapes, in slide pixels
    TLDRAW_V1 = "tldraw-v1"  # BBB 2.6 and 2.7
    TLDRAW_V2 = "tldraw-v2"  # BBB >= 3.0


@dataclass(frozen=True, slots=True)
class Rect:
    """An axis-parallel rectangle; `width` and `height` are positive."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Slide:
    """One display of one slide (an `<image>` of shapes.svg, one interval of it)."""

    image: str  # element id, "image3": names its canvas and its key in tldraw.json
    start: float
    end: float  # where the next one starts (the player ignores `out`), clamped to the duration
    href: str  # POSIX path below the recording's folder
    width: float  # slide pixels
    height: float
    kind: SlideKind
    text: str = ""  # the slide's own text, from presentation_text.json or textfiles/


@dataclass(frozen=True, slots=True)
class SvgShape:
    """One version of one shape of shapes.svg, ready to be drawn in slide pixels."""

    shape: str  # identity shared by all versions of the shape (the `shape` attribute)
    order: int  # document order = z order of the surviving version
    start: float  # `timestamp`; may lie before the slide's own start
    end: float  # when a later version replaces it, or it is undone; math.inf if never
    ops: Sequence[Piece]  # readers make them when asked for: thousands of versions stay small


@dataclass(frozen=True, slots=True)
class TldrawShape:
    """One version of one tldraw shape, its data as published."""

    shape: str  # shape_data.id
    order: int  # order in the file; the z order is in `data` (childIndex or index)
    start: float
    end: float
    data: Mapping[str, Any]
    # childIndex (v1), index (v2), then the order in which shapes were first drawn
    z: tuple[float, str, int] = (0.0, "", 0)
    children: tuple[str, ...] = ()  # v1: the shapes in it, of a group
    early: bool = False  # v1: its text was measured before the player had loaded the font


@dataclass(frozen=True, slots=True)
class View:
    """What part of the whiteboard is seen from `start` on (panzooms.xml).

    `rect` is in slide pixels for `Whiteboard.SVG`. For tldraw it is the visible
    rectangle of whiteboard space, already resolved from the camera:
    (-x, -y, w*s, h*s) with s = whiteboard scale of the slide.
    """

    start: float
    rect: Rect


class CursorSpace(Enum):
    """What the numbers of cursor.xml mean; they differ by version."""

    LEGACY = "legacy"  # <= 1.0: fraction of the visible area times half the image's size
    VIEW = "view"  # 1.1 to 2.5: fraction 0..1 of the current view
    WHITEBOARD = "whiteboard"  # >= 2.6: whiteboard units


@dataclass(frozen=True, slots=True)
class Cursor:
    """The presenter's pointer from `start` on; None when hidden. See `CursorSpace`."""

    start: float
    at: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class ScreenShare:
    """A time in which deskshare/deskshare.* shows a shared screen (deskshare.xml)."""

    start: float
    end: float
    width: float  # only their ratio means something
    height: float


@dataclass(frozen=True, slots=True)
class LayoutEvent:
    """layout.xml (BBB >= 3.0.2): what is shown from `start` on; None leaves it unchanged."""

    start: float
    show_screenshare: bool | None = None
    show_presentation: bool | None = None


@dataclass(frozen=True, slots=True)
class ChatMessage:
    """One public chat message (slides_new.xml); `text` is plain text."""

    start: float
    end: float  # math.inf unless the chat was cleared
    name: str
    text: str
    moderator: bool = False
    edited: bool = False  # this one and what follows: BBB >= 3.0
    answered: str = ""  # the beginning of the message that it replies to
    reactions: tuple[tuple[str, int], ...] = ()  # emoji, how many


@dataclass(frozen=True, slots=True)
class Poll:
    """One published poll (polls.json)."""

    start: float
    question: str
    kind: str
    answers: tuple[tuple[str, int], ...]  # (text, votes)
    respondents: int = 0


@dataclass(frozen=True, slots=True)
class CaptionTrack:
    """A caption file that BBB recorded (captions.json, caption_<locale>.vtt)."""

    locale: str
    name: str
    path: Path


@dataclass(frozen=True, slots=True)
class ExternalVideo:
    """A video of another site that was played in the meeting; it was not recorded."""

    start: float
    url: str


@dataclass(frozen=True, slots=True)
class Media:
    """A media file of the recording, probed. Sizes are 0 without picture."""

    path: Path
    duration: float  # seconds
    width: int = 0
    height: int = 0
    rate: float = 0.0  # frames per second, nominal
    has_audio: bool = False
    announced: float = 0.0  # seconds that the file says it lasts, 0 where it does not say

    @property
    def pixels(self) -> int:
        """Of one of its pictures, as decoders hold it: in whole blocks of 64 by 64."""
        return -(-self.width // 64) * -(-self.height // 64) * 64 * 64

    @property
    def whole(self) -> bool:
        """Whether the file says how long it lasts, and really holds that much."""
        return 0 < self.announced <= self.duration + 1.0


@dataclass(frozen=True)
class Playback:
    """A published recording, read: the whole input of the converter.

    `notes` says in plain sentences what was missing, unknown or repaired.
    """

    folder: Path
    record_id: str
    title: str
    start_ms: int | None  # epoch milliseconds of the meeting's start, from metadata.xml
    bbb_version: str  # "" when no file says it
    duration: float  # seconds; that of the media
    whiteboard: Whiteboard
    # The box that tldraw fits every slide into; BBB 2.6.0 alone had 2048 x 1536.
    fitted: tuple[float, float] = (1440.0, 1080.0)
    slides: tuple[Slide, ...] = ()  # by start, without gaps once the first one is shown
    svg_shapes: Mapping[str, tuple[SvgShape, ...]] = field(default_factory=dict)  # by Slide.image
    tldraw_shapes: Mapping[str, tuple[TldrawShape, ...]] = field(default_factory=dict)
    views: tuple[View, ...] = ()
    cursors: tuple[Cursor, ...] = ()
    cursor_space: CursorSpace = CursorSpace.VIEW
    shares: tuple[ScreenShare, ...] = ()
    layout: tuple[LayoutEvent, ...] = ()
    chat: tuple[ChatMessage, ...] = ()
    polls: tuple[Poll, ...] = ()
    captions: tuple[CaptionTrack, ...] = ()
    external_videos: tuple[ExternalVideo, ...] = ()
    shared_notes: str = ""  # notes.html's body, sanitised HTML
    webcams: Media | None = None  # video/webcams.*
    audio: Media | None = None  # what carries the sound: the webcams file or audio/audio.*
    deskshare: Media | None = None
    notes: tuple[str, ...] = ()
    written: Mapping[str, int] = field(default_factory=dict)  # events in each file, also those past the end

    @property
    def has_content(self) -> bool:
        """Whether there is anything beside the webcams; else the player gives them the whole page."""
        return bool(self.shares) or any(slide.kind is SlideKind.SLIDE for slide in self.slides)

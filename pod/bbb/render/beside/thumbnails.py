"""The slides as they are, small: what a sidecar shows in its list.

The process that shows a slide in the video also draws its thumbnail, from the
picture that it has decoded anyway.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final

from PIL import Image

from pod.bbb.places import own_part_of
from pod.bbb.playback.model import Playback, Slide
from pod.bbb.playback.panzooms import slide_rect
from pod.bbb.render.beside.chapters import slides_within
from pod.bbb.render.images.pictures import Pictures
from pod.bbb.render.painting.painter import Painter
from pod.bbb.render.timing.scene import Scene

SIZE: Final = (320, 240)
QUALITY: Final = 85


def thumbnail_names(playback: Playback, start: float, end: float) -> dict[str, str]:
    """Give a file name for each slide of `[start, end)` (seconds), by href, in the order of time."""
    hrefs = dict.fromkeys(slide.href for slide, _first, _last in slides_within(playback, start, end))
    return {href: f"{number}.jpg" for number, href in enumerate(hrefs, 1)}


class Thumbnails:
    """Draws slides without strokes into JPEG files.

    `size` is that of the content area in the video, for which vectors are drawn:
    so those that were just shown need not be drawn again.
    """

    def __init__(
        self,
        playback: Playback,
        size: tuple[int, int],
        pictures: Pictures | None = None,
        breathe: Callable[[], None] = lambda: None,
    ) -> None:
        self._playback, self._size = playback, size
        self._pictures = pictures or Pictures(playback.folder, lambda _note: None, breathe, size)
        self._breathe = breathe

    def draw(self, slide: Slide, path: Path) -> None:
        """Draw a slide into `path`; the file appears whole."""
        rect = slide_rect(slide, self._playback.whiteboard, self._playback.fitted)
        shown = rect.width * min(self._size[0] / rect.width, self._size[1] / rect.height)
        painter = Painter(self._playback, *SIZE, self._breathe, self._pictures.as_large_as(shown))
        pixels = painter.paint(Scene(slide.start, slide=slide, slide_rect=rect, view=rect)).pixels
        part = own_part_of(path)
        Image.fromarray(pixels[:, :, 2::-1]).save(part, format="JPEG", quality=QUALITY)
        part.replace(path)

"""Small picture files, made by the tests, and what is said of them."""

from __future__ import annotations

import base64
import io

from PIL import Image

SVG = 'svg xmlns="http://www.w3.org/2000/svg"'
HEAD = f'<{SVG} xmlns:xlink="http://www.w3.org/1999/xlink" width="100" height="50">'


def png(size: tuple[int, int] = (8, 8), mode: str = "RGB") -> bytes:
    """A PNG file."""
    out = io.BytesIO()
    Image.new(mode, size).save(out, "PNG")
    return out.getvalue()


def data_url(content: bytes) -> str:
    """A PNG as part of an SVG."""
    return "data:image/png;base64," + base64.b64encode(content).decode()


class Notes(list[str]):
    """Collects what is said."""

    def __call__(self, text: str) -> None:
        self.append(text)

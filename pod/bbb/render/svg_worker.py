"""The program in which SVG files are drawn: a process of its own, which can be stopped.

resvg cannot be interrupted and keeps the interpreter lock; a file made of
thousands of large translucent shapes would hold up a conversion for minutes.
`pod.bbb.render.svg_process` starts this file and talks to it: for each picture
a line of JSON (length of the SVG, arguments for resvg), then the SVG in UTF-8;
the answer is a line of JSON, then the pixels as RGBA, rows from the top.
It imports nothing of this project, so that it starts fast.
"""

from __future__ import annotations

import io
import json
import sys

import resvg_py
from PIL import Image

try:
    import resource
except ImportError:  # not on every system; the limit is a second line of defence
    resource = None  # type: ignore[assignment]

_MEMORY = 600 * 1024 * 1024  # bytes of address space: a conversion may take 500 MB at most, this included


def main() -> None:
    """Answer until the input ends."""
    if resource is not None:
        resource.setrlimit(resource.RLIMIT_AS, (_MEMORY, _MEMORY))
    source, sink = sys.stdin.buffer, sys.stdout.buffer
    while line := source.readline():
        request = json.loads(line)
        text = source.read(request["length"]).decode("utf-8")
        answer: dict[str, int | str]
        try:
            png = bytes(resvg_py.svg_to_bytes(svg_string=text, **request["options"]))
            with Image.open(io.BytesIO(png), formats=("PNG",)) as image:
                pixels = image.convert("RGBA").tobytes()
                answer = {"width": image.width, "height": image.height, "length": len(pixels)}
        except (ValueError, MemoryError) as error:
            pixels, answer = b"", {"error": str(error)[:300] or type(error).__name__, "length": 0}
        sink.write(json.dumps(answer).encode() + b"\n")
        sink.write(pixels)
        sink.flush()


if __name__ == "__main__":
    main()

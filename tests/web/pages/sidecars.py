"""A converter's sidecar, as small as can be."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw

SLIDES = 6
EACH_S = 3.0


def write_sidecar(folder: Path) -> dict[str, Any]:
    """Write slides, captions and chat into `folder`; return the report that names them."""
    folder.mkdir(parents=True)
    slides = []
    for number in range(SLIDES):
        picture = Image.new("RGB", (320, 240), (40 * number, 160, 200 - 30 * number))
        ImageDraw.Draw(picture).text((20, 20), f"Slide {number + 1}", fill="white")
        picture.save(folder / f"{number}.jpg")
        slides.append(
            {
                "start": number * EACH_S,
                "end": (number + 1) * EACH_S,
                "text": f"Part {number + 1}: determinants",
                "thumbnail": f"{number}.jpg",
            }
        )
    (folder / "en.vtt").write_text(
        "WEBVTT\n\n00:00:00.000 --> 00:00:09.000\nWelcome everybody\n\n"
        "00:00:09.000 --> 00:00:18.000\nNow the eigenvalues\n",
        encoding="utf-8",
    )
    told = {
        "slides": slides,
        "captions": [{"locale": "en", "name": "English", "file": "en.vtt"}],
        "chat": [
            {"start": 2.0 * n, "name": f"Student {n}", "text": "Why? <b>really</b>", "moderator": n == 1}
            for n in range(8)
        ],
        "poster": "0.jpg",
        "notes": "<p>Shared <b>notes</b></p>",
    }
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")
    return {"folder": str(folder), "sidecar": "told.json"}

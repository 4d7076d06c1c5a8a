"""Recordings of BBB 2.6 (tldraw 1) and 3.0 (tldraw 2): the whiteboard is in tldraw.json, slides are SVG."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.samples import build, drawing, files
from tests.samples.build import Sample, sample_of
from tests.samples.drawing import Display
from tests.samples.files import Identity, tenth
from tests.samples.pictures import slide, slide_colour

SIZE = (1440, 810)  # slide pixels; with these the whiteboard's scale is 1


def _slide_svg(number: int) -> str:
    """A vector slide: the coloured band, and lines for the text."""
    width, height = SIZE
    red, green, blue = slide_colour(number)
    lines = "".join(
        f'<rect x="90" y="{200 + 60 * k}" width="{600 + 80 * (k % 3)}" height="14" fill="#333"/>'
        for k in range(8)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"'
        f' viewBox="0 0 {width} {height}">'
        f'<rect width="{width}" height="{height}" fill="white"/>'
        f'<rect width="{width}" height="{round(height * 0.12)}" fill="rgb({red},{green},{blue})"/>'
        f"{lines}</svg>"
    )


def _write_deck(folder: Path, who: Identity, count: int) -> None:
    deck = folder / "presentation" / who.deck
    for part in ("svgs", "thumbnails", "textfiles"):
        (deck / part).mkdir(parents=True, exist_ok=True)
    for number in range(1, count + 1):
        (deck / "svgs" / f"slide{number}.svg").write_text(_slide_svg(number))
        slide(number, 1024, 576).resize((176, 99)).save(deck / "thumbnails" / f"thumb-{number}.png")
        (deck / "textfiles" / f"slide-{number}.txt").write_text(build.slide_text(number))
    texts = {who.deck: {f"slide-{n}": build.slide_text(n) for n in range(1, count + 1)}}
    (folder / "presentation_text.json").write_text(json.dumps(texts))


def _v2_shape(
    name: str, kind: str, at: tuple[float, float], index: str, props: Mapping[str, Any]
) -> dict[str, Any]:
    return {
        "id": f"shape:{name}",
        "type": kind,
        "x": at[0],
        "y": at[1],
        "rotation": 0,
        "isLocked": False,
        "opacity": 1,
        "meta": {"createdBy": "w_1"},
        "props": dict(props),
        "parentId": "page:1",
        "index": index,
        "typeName": "shape",
        "isModerator": True,
    }


def _v2_shapes() -> list[tuple[float, float, dict[str, Any]]]:
    """(part of the first slide's time, part at which it is deleted or -1, shape) of tldraw 2."""
    points = [{"x": 6 * k, "y": 40 * math.sin(k / 5), "z": 0.5} for k in range(60)]
    line = {"color": "red", "fill": "none", "dash": "draw", "size": "m", "isClosed": False, "isPen": False}
    grown = [
        (
            0.1 * k,
            -1.0,
            _v2_shape(
                "draw1",
                "draw",
                (200, 220),
                "a1",
                {
                    **line,
                    "isComplete": k == 3,
                    "segments": [{"type": "free", "points": points[: 20 * k]}],
                },
            ),
        )
        for k in (1, 2, 3)
    ]
    geo = {
        "geo": "rectangle",
        "w": 260,
        "h": 140,
        "color": "blue",
        "labelColor": "black",
        "fill": "semi",
        "dash": "solid",
        "size": "m",
        "font": "draw",
        "text": "Été",
        "align": "middle",
        "verticalAlign": "middle",
        "growY": 0,
        "url": "",
    }
    text = {
        "text": "two words",
        "color": "green",
        "size": "l",
        "font": "sans",
        "w": 200,
        "autoSize": True,
        "scale": 1,
        "align": "start",
    }
    return [
        *grown,
        (0.4, -1.0, _v2_shape("geo2", "geo", (800, 300), "a2", geo)),
        (
            0.5,
            0.8,
            _v2_shape(
                "geo3", "geo", (400, 500), "a3", {**geo, "geo": "ellipse", "color": "orange", "text": ""}
            ),
        ),
        (0.6, -1.0, _v2_shape("text4", "text", (300, 600), "a4", text)),
    ]


def _v1_shapes() -> list[tuple[float, float, dict[str, Any]]]:
    """The same idea in tldraw 1: points instead of props, styles in `style`."""
    style = {
        "color": "red",
        "size": "small",
        "dash": "draw",
        "isFilled": False,
        "scale": 1,
        "textAlign": "start",
    }
    points = [[6 * k, round(40 * math.sin(k / 5), 2), 0.5] for k in range(60)]
    base = {"parentId": "1", "rotation": 0, "isLocked": False}
    return [
        *(
            (
                0.1 * k,
                -1.0,
                {
                    **base,
                    "id": "draw1",
                    "type": "draw",
                    "name": "Draw",
                    "childIndex": 1,
                    "style": style,
                    "point": [200, 220],
                    "points": points[: 20 * k],
                    "isComplete": k == 3,
                },
            )
            for k in (1, 2, 3)
        ),
        (
            0.4,
            -1.0,
            {
                **base,
                "id": "rect2",
                "type": "rectangle",
                "name": "Rectangle",
                "childIndex": 2,
                "label": "Été",
                "labelPoint": [0.5, 0.5],
                "style": {**style, "color": "blue", "isFilled": True},
                "point": [800, 300],
                "size": [260, 140],
            },
        ),
        (
            0.5,
            0.8,
            {
                **base,
                "id": "ell3",
                "type": "ellipse",
                "name": "Ellipse",
                "childIndex": 3,
                "label": "",
                "labelPoint": [0.5, 0.5],
                "style": style,
                "point": [400, 500],
                "radius": [130, 70],
            },
        ),
        (
            0.6,
            -1.0,
            {
                **base,
                "id": "text4",
                "type": "text",
                "name": "Text",
                "childIndex": 4,
                "text": "two words",
                "style": {**style, "color": "green", "font": "sans"},
                "point": [300, 600],
            },
        ),
    ]


def _recording(
    root: Path, who: Identity, kind: str, version: str, shapes: list[tuple[float, float, dict[str, Any]]]
) -> Sample:
    folder = build.new_folder(root, who)
    change = tenth(who.seconds * 0.6)
    _write_deck(folder, who, 2)
    build.write_plain_files(folder)
    deck = f"presentation/{who.deck}"
    edges = [(0.0, change), (change, tenth(who.seconds * 2))]
    shown = [
        Display(start, end, f"{deck}/svgs/slide{n}.svg", *SIZE, f"{deck}/textfiles/slide-{n}.txt")
        for n, (start, end) in enumerate(edges, 1)
    ]
    (folder / "shapes.svg").write_text(drawing.shapes_svg(shown))
    entries = [
        {
            "id": n,
            "timestamp": tenth(part * change),
            "undo": -1 if gone < 0 else tenth(gone * change),
            "shape_data": data,
        }
        for n, (part, gone, data) in enumerate(shapes, 1)
    ]
    board = {"bbb_version": version, "1": {"shapes": entries, "timestamp": 0.0}}
    (folder / "tldraw.json").write_text(json.dumps(board), encoding="utf-8")
    width, height = SIZE
    views = [
        (0.0, (0, 0, width, height)),
        (tenth(change * 0.9), (-200, -150, width / 2, height / 2)),
        (change, (0, 0, width, height)),
    ]
    (folder / "panzooms.xml").write_text(files.panzooms_xml(views, tldraw=True))
    pointer = [(0.0, -1.0, -1.0), *((tenth(1 + 0.2 * k), 250.0 + 15 * k, 200.0 + 8 * k) for k in range(15))]
    (folder / "cursor.xml").write_text(files.cursor_xml(pointer, tldraw=True))
    if version.startswith("3."):
        (folder / "layout.xml").write_text(
            f'{files.DECLARATION}<recording id="layout_swap_events">\n'
            '  <event timestamp="0.0" show_screenshare="false"/>\n</recording>\n'
        )
    build.write_camera(folder, build.camera_film(who.seconds), build.speech_of(who.seconds))
    build.write_metadata(folder, who, slides=2)
    return sample_of(kind, root, who, (change,))


def tldraw_v2(root: Path, who: Identity) -> Sample:
    """A BBB 3.0 recording: SVG slides, tldraw 2 shapes that grow, one that is deleted, a moved camera."""
    return _recording(root, who, "tldraw", "3.0.4", _v2_shapes())


def tldraw_v1(root: Path, who: Identity) -> Sample:
    """A BBB 2.6 recording: the same in tldraw 1's words."""
    return _recording(root, who, "tldraw-v1", "2.6.10", _v1_shapes())

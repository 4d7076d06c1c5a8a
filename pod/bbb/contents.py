"""What is in a recording, as plain data: for people who wonder, and for the report after converting."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from pod.bbb.playback import media, needed
from pod.bbb.playback.model import Media, Playback, SlideKind, SvgShape, TldrawShape, Whiteboard
from pod.bbb.playback.paths import inside
from pod.bbb.playback.shapes import kind_of
from pod.bbb.render.tldraw import v1, v2
from pod.bbb.render.tldraw.geo import KINDS


def probe(playback: Playback) -> dict[str, Any]:
    """Describe a recording with JSON's types: versions, seconds, sizes, counts, what is missing."""
    shapes = playback.svg_shapes if playback.whiteboard is Whiteboard.SVG else playback.tldraw_shapes
    present, missing = files(playback)
    return {
        "record_id": playback.record_id,
        "title": playback.title,
        "start_ms": playback.start_ms,
        "bbb_version": playback.bbb_version,
        "duration": round(playback.duration, 3),
        "whiteboard": playback.whiteboard.value,
        "cursor_space": playback.cursor_space.value,
        "webcams": _media(playback.webcams),
        "audio": _media(playback.audio),
        "deskshare": _media(playback.deskshare),
        "counts": {
            "slide_displays": len(playback.slides),
            "slides": len({one.href for one in playback.slides if one.kind is SlideKind.SLIDE}),
            "shapes": len(identities(shapes)),
            "shape_versions": sum(map(len, shapes.values())),
            "panzoom_events": playback.written.get("panzooms.xml", 0),
            "cursor_events": playback.written.get("cursor.xml", 0),
            "screen_shares": len(playback.shares),
            "layout_events": len(playback.layout),
            "chat": len(playback.chat),
            "polls": len(playback.polls),
            "captions": len(playback.captions),
            "external_videos": len(playback.external_videos),
        },
        "slide_sizes": sorted({(one.width, one.height) for one in playback.slides}),
        "shape_kinds": dict(sorted(shape_kinds(playback).items())),
        "unknown_shapes": list(unknown_shapes(playback)),
        "screen_shares": [[share.start, share.end] for share in playback.shares],
        "captions": [track.locale for track in playback.captions],
        "external_videos": [{"start": one.start, "url": one.url} for one in playback.external_videos],
        "shared_notes": bool(playback.shared_notes),
        "files": {"present": present, "missing": missing},
        "notes": list(playback.notes),
    }


def identities(shapes: Mapping[str, Sequence[SvgShape | TldrawShape]]) -> set[tuple[str, str]]:
    """The different shapes: one that comes up again with its slide counts once.

    BBB >= 1.1 writes the image before a number that is unique in the recording
    ("image3-pencil12"), BBB <= 1.0 counts per slide ("pencil1").
    """
    found: set[tuple[str, str]] = set()
    for image, versions in shapes.items():
        for one in versions:
            own = one.shape.removeprefix(f"{image}-")
            unique = own != one.shape or isinstance(one, TldrawShape)
            found.add(("", own) if unique else (image, own))
    return found


def shape_kinds(playback: Playback) -> Counter[str]:
    """How many versions there are of each kind of shape."""
    if playback.whiteboard is Whiteboard.SVG:
        return Counter(kind_of(one.shape) for versions in playback.svg_shapes.values() for one in versions)
    return Counter(_type(one.data) for versions in playback.tldraw_shapes.values() for one in versions)


def unknown_shapes(playback: Playback) -> tuple[str, ...]:
    """The tldraw types that nobody here knows how to draw, by name ("geo heart-2", "bookmark")."""
    if playback.whiteboard is Whiteboard.SVG:
        return ()
    known = v1.KNOWN if playback.whiteboard is Whiteboard.TLDRAW_V1 else v2.KNOWN
    found: set[str] = set()
    for kind in shape_kinds(playback):
        name, _, geo = kind.partition(" ")
        if name not in known or (geo and geo not in KINDS):
            found.add(kind)
    return tuple(sorted(found))


def _type(data: Any) -> str:  # noqa: ANN401 - JSON is what it is
    name = str(data.get("type"))
    props = data.get("props")
    return f"{name} {props.get('geo')}" if name == "geo" and isinstance(props, dict) else name


def files(playback: Playback) -> tuple[list[str], list[str]]:
    """The files of a recording that are there, and those that are missing.

    Of the files that describe it only those that every version writes can be missing;
    of the files that these name, all can.
    """
    folder = playback.folder
    always = {"metadata.xml", "shapes.svg", "panzooms.xml", "cursor.xml", "slides_new.xml"}
    present = [name for name in needed.DESCRIPTION if inside(folder, name)]
    missing = [name for name in needed.DESCRIPTION if name in always and name not in present]
    for wanted in needed.referenced(folder, playback.record_id):
        (present if inside(folder, wanted.href) else missing).append(wanted.href)
    for names in (media.WEBCAMS, media.AUDIO, media.DESKSHARE):
        present += [name for name in names if inside(folder, name)]
    if playback.webcams is None and playback.audio is None:
        missing.append(media.WEBCAMS[0])
    if needed.has_screen_share(folder) and playback.deskshare is None:
        missing.append(media.DESKSHARE[0])
    return present, missing


def _media(found: Media | None) -> dict[str, Any] | None:
    if found is None:
        return None
    return {
        "file": f"{found.path.parent.name}/{found.path.name}",
        "duration": round(found.duration, 3),
        "width": found.width,
        "height": found.height,
        "rate": round(found.rate, 3),
        "has_audio": found.has_audio,
    }

"""Joining that is ended before its end."""

from __future__ import annotations

import resource
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import pytest

from pod.bbb.errors import Cancelled, RenderError
from pod.bbb.render.media import joiner
from pod.bbb.render.media.encoder import H264
from pod.bbb.render.media.spool import Encoded, SpoolWriter
from tests.integration.conftest import write_film

PACKET, PACKETS = b"\0\0\0\1\x65" + bytes(1_000_000), 120


def join(out: Path, breathe: Callable[[], None]) -> None:
    """Join packets that are easily recognised."""
    spool = out.with_name("video.spool")
    with SpoolWriter(spool) as writer:
        for number in range(PACKETS):
            writer.write(Encoded(number * 40, 40, key=True, data=PACKET))
    joiner.join(joiner.Parts(size=(64, 64), codec=H264, video=(spool,), audio=None), out, breathe)


@pytest.mark.parametrize("written", [0.1, 1.0])
def test_what_was_joined_is_gone_when_joining_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: float
) -> None:
    """Also in an MP4's last pass, when all is written and moved to put the index before it."""
    monkeypatch.setattr(joiner, "LOOK_S", 0.001)
    out = tmp_path / "out.part"
    ended_at = 0.0

    def breathe() -> None:
        nonlocal ended_at
        if out.exists() and out.stat().st_size >= written * PACKETS * len(PACKET):
            ended_at = time.monotonic()
            raise Cancelled("Enough.")

    with pytest.raises(Cancelled, match="Enough"):
        join(out, breathe)
    assert not out.exists()
    assert time.monotonic() - ended_at < 2


def test_a_disk_that_is_full_is_one_error(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    """It is raised once; the library tells of no further ones, and nothing stays."""
    monkeypatch.setattr(joiner, "LOOK_S", 0.001)
    out = tmp_path / "out.part"
    before = resource.getrlimit(resource.RLIMIT_FSIZE)

    def no_space_left() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (PACKETS * len(PACKET) // 2, before[1]))

    try:
        with pytest.raises(OSError, match="File too large"):
            join(out, no_space_left)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert not out.exists()
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize(
    ("first", "expected"),
    [
        (0, [(0, 2000, "A"), (2000, 4800, "B")]),
        (999, [(0, 2000, "A"), (2000, 4800, "B")]),
        (1000, [(0, 1000, "Algebra"), (1000, 2000, "A"), (2000, 4800, "B")]),
    ],
)
def test_chapters_begin_with_the_video(
    tmp_path: Path, first: int, expected: list[tuple[int, int, str]]
) -> None:
    """What comes before the first slide is one of its own, unless it is but a moment."""
    spool, out = tmp_path / "video.spool", tmp_path / "out.mp4"
    with SpoolWriter(spool) as writer:
        for number in range(PACKETS):
            writer.write(Encoded(number * 40, 40, key=True, data=b"\0\0\0\1\x65" + bytes(9)))
    parts = joiner.Parts(
        size=(64, 64),
        codec=H264,
        video=(spool,),
        audio=None,
        metadata={"title": "Algebra"},
        chapters=[joiner.Chapter(first, 2000, "A"), joiner.Chapter(2000, PACKETS * 40, "B")],
    )
    joiner.join(parts, out, lambda: None)
    with av.open(out) as container:
        chapters: Any = container.chapters()
    found = [
        (
            round(c["start"] * c["time_base"] * 1000),
            round(c["end"] * c["time_base"] * 1000),
            c["metadata"]["title"],
        )
        for c in chapters
    ]
    assert found == expected


def samples(tmp_path: Path, *cues: joiner.Cue) -> list[tuple[int, bytes]]:
    """When each sample of a caption track begins, and what it holds."""
    spool, out = tmp_path / "video.spool", tmp_path / "out.mp4"
    with SpoolWriter(spool) as writer:
        for number in range(PACKETS):
            writer.write(Encoded(number * 40, 40, key=True, data=b"\0\0\0\1\x65" + bytes(9)))
    parts = joiner.Parts(
        size=(64, 64),
        codec=H264,
        video=(spool,),
        audio=None,
        captions=[joiner.CaptionText("en", "English", "eng", cues)],
    )
    joiner.join(parts, out, lambda: None)
    with av.open(out) as container:
        track = next(stream for stream in container.streams if stream.type == "subtitle")
        return [(p.pts or 0, bytes(p)) for p in container.demux(track) if p.size]


def test_each_sample_of_a_caption_track_lasts(tmp_path: Path) -> None:
    """Also the empty one between two captions: MP4 allows a sample without a length only at the end."""
    cues = (joiner.Cue(500, 1500, "one"), joiner.Cue(3000, 3500, "two"))
    assert samples(tmp_path, *cues) == [(0, b"\0\0"), (500, b"\0\3one"), (1500, b"\0\0"), (3000, b"\0\3two")]


@pytest.mark.parametrize(("text", "size"), [("é" * 5000, 8000), ("x" + "é" * 5000, 7999)])
def test_an_endless_caption_is_cut_between_two_characters(tmp_path: Path, text: str, size: int) -> None:
    """Its length goes into two bytes, and half a character is none."""
    (_at, found), *_ = samples(tmp_path, joiner.Cue(0, 1500, text))
    assert found == size.to_bytes(2, "big") + text.encode()[:size]


@pytest.mark.parametrize(
    ("seconds", "sound", "said"),
    [
        (1.0, True, "only these streams: video"),
        (1.12, False, "lasts 1.00 s instead of 1.12 s"),
        (0.88, False, "lasts 1.00 s instead of 0.88 s"),
    ],
    ids=["without sound", "too short", "too long"],
)
def test_a_file_that_is_not_what_was_asked_for_is_none(
    tmp_path: Path, seconds: float, *, sound: bool, said: str
) -> None:
    """It is looked at once more before it is handed over."""
    film = write_film(tmp_path / "film.mp4", 1.0)
    joiner.check(film, 1.05, sound=False)
    with pytest.raises(RenderError, match=said):
        joiner.check(film, seconds, sound=sound)

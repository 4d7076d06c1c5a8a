"""What the encoder is told about blocks that stand still."""

from __future__ import annotations

from pathlib import Path

import av
import av.frame
import numpy as np
import pytest

from pod.bbb.render.media import hints
from pod.bbb.render.media.encoder import H264, VideoSpooler
from pod.bbb.render.media.hints import ChangeHints
from pod.bbb.render.media.spool import SpoolWriter, read_spool

SIZE = (320, 192)
NOISE = np.random.default_rng(5).integers(40, 200, (SIZE[1], SIZE[0])).astype(np.uint8)


def encoded(path: Path, changed: list[hints.Rectangle] | None, *, everything: bool) -> list[np.ndarray]:
    """Encode noise, then other noise in its left half (or everywhere); give both decoded luma planes."""
    with SpoolWriter(path) as spool:
        video = VideoSpooler(H264, SIZE, spool)
        video.planes[0][...] = NOISE
        for plane in video.planes[1:]:
            plane[...] = 128
        video.encode(0, key=True)
        other = NOISE[::-1]
        video.planes[0][:, : SIZE[0] if everything else 160] = other[:, : SIZE[0] if everything else 160]
        video.encode(100, key=False, changed=changed)
        video.close(200)
        decoder = av.CodecContext.create("h264", "r")
        decoder.extradata = video._context.extradata
    frames = [f for p in read_spool(path) for f in decoder.decode(av.Packet(p.data))]
    frames += decoder.decode(None)
    return [frame.to_ndarray()[: SIZE[1]] for frame in frames]


def test_the_encoder_can_be_told_here() -> None:
    """With the PyAV that is required, on Linux, hints reach the encoder."""
    assert ChangeHints(av.VideoFrame(*SIZE, "yuv420p")).work


def test_what_is_told_to_have_changed_is_encoded(tmp_path: Path) -> None:
    """A picture whose changed rectangle is told decodes as one whose rectangle is not."""
    told = encoded(tmp_path / "a", [(0, 0, 160, SIZE[1])], everything=False)
    looked = encoded(tmp_path / "b", None, everything=False)
    assert np.abs(told[1].astype(int) - looked[1]).mean() < 1
    assert np.abs(told[1][:, :160].astype(int) - NOISE[::-1][:, :160]).mean() < 8


def test_the_hints_are_heard(tmp_path: Path) -> None:
    """What is told to stand still stays as it was shown, even if it did not: the encoder does not look."""
    first, second = encoded(tmp_path / "a", [(0, 0, 160, SIZE[1])], everything=True)
    assert np.array_equal(first[:, 176:], second[:, 176:])


def test_without_the_library_there_are_no_hints(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where FFmpeg's function is not found, encoding goes on without hints."""
    monkeypatch.setattr(av.frame, "__file__", str(tmp_path / "absent.so"))
    assert not ChangeHints(av.VideoFrame(*SIZE, "yuv420p")).work
    assert len(encoded(tmp_path / "a", [(0, 0, 16, 16)], everything=True)) == 2


def test_without_proc_there_are_no_hints(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where a process cannot read its memory as a file, encoding goes on without hints."""
    monkeypatch.setattr(hints, "_MEMORY", str(tmp_path / "absent"))
    assert not ChangeHints(av.VideoFrame(*SIZE, "yuv420p")).work


def test_many_rectangles_are_told_as_one() -> None:
    """More rectangles than there is room for become the one that holds them, in whole blocks."""
    many = [hints._blocks((n * 10 + 5, n * 7 + 3, 4, 4)) for n in range(hints.MOST + 4)]
    assert hints._few(many) == [(0, 0, 208, 144)]

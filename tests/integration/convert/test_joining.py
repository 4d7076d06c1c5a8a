"""Joining that is ended before its end."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from pod.bbb.errors import Cancelled
from pod.bbb.render import joiner
from pod.bbb.render.encoder import H264
from pod.bbb.render.spool import Encoded, SpoolWriter

PACKET, PACKETS = b"\0\0\0\1\x65" + bytes(1_000_000), 120


@pytest.mark.parametrize("written", [0.1, 1.0])
def test_what_was_joined_is_gone_when_joining_is_ended(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, written: float
) -> None:
    """Also in an MP4's last pass, when all is written and moved to put the index before it."""
    monkeypatch.setattr(joiner, "LOOK_S", 0.001)
    spool, out = tmp_path / "video.spool", tmp_path / "out.part"
    with SpoolWriter(spool) as writer:
        for number in range(PACKETS):
            writer.write(Encoded(number * 40, number * 40, 40, key=True, data=PACKET))
    ended_at = 0.0

    def breathe() -> None:
        nonlocal ended_at
        if out.exists() and out.stat().st_size >= written * PACKETS * len(PACKET):
            ended_at = time.monotonic()
            raise Cancelled("Enough.")

    parts = joiner.Parts(size=(64, 64), codec=H264, video=(spool,), audio=None, audio_format=None)
    with pytest.raises(Cancelled, match="Enough"):
        joiner.join(parts, out, breathe)
    assert not out.exists()
    assert time.monotonic() - ended_at < 2

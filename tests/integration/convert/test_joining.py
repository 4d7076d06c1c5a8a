"""Joining that is ended before its end."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from pod.bbb.errors import Cancelled
from pod.bbb.render import joiner
from pod.bbb.render.encoder import H264
from pod.bbb.render.spool import Encoded, SpoolWriter


def test_what_was_joined_is_gone_when_joining_is_ended(tmp_path: Path) -> None:
    """Closing it first would put an MP4's index before all that was written, which takes long."""
    spool, out = tmp_path / "video.spool", tmp_path / "out.part"
    with SpoolWriter(spool) as writer:
        for at in range(0, 80 * joiner.BREATH, 40):
            writer.write(Encoded(at, at, 40, key=True, data=b"\0\0\0\1\x65" + bytes(20)))
    breaths = itertools.count()

    def breathe() -> None:
        if next(breaths) == 1:
            raise Cancelled("Enough.")

    parts = joiner.Parts(size=(64, 64), codec=H264, video=(spool,), audio=None, audio_format=None)
    with pytest.raises(Cancelled, match="Enough"):
        joiner.join(parts, out, breathe)
    assert not out.exists()

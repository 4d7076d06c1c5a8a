"""What the film's header promises to decoders, which phones hold it to."""

from __future__ import annotations

from typing import Any

import av
import pytest

from pod.bbb.render.media.encoder import H264, configure
from pod.bbb.render.timing.ticks import STEP_MS

MACROBLOCKS_A_SECOND = {  # H.264, table A-1: MaxMBPS by level, ten times its number
    10: 1485,
    11: 3000,
    12: 6000,
    13: 11880,
    20: 11880,
    21: 19800,
    22: 20250,
    30: 40500,
    31: 108000,
    32: 216000,
    40: 245760,
    50: 589824,
    51: 983040,
    60: 4177920,
}


@pytest.mark.parametrize("size", [(64, 64), (320, 240), (640, 480), (1280, 720), (1080, 1920), (3840, 2160)])
def test_the_level_allows_a_picture_at_each_step(size: tuple[int, int]) -> None:
    """Who draws before a webcam makes a picture every 50 ms: a decoder of the level that is told keeps up."""
    context: Any = av.CodecContext.create(H264.encoder, "w")
    configure(context, H264, size)
    context.flags |= av.codec.context.Flags.global_header
    context.open()
    header = bytes(context.extradata)
    level = header[header.index(b"\x00\x00\x01\x67") + 6]  # of the sequence's parameters, after their profile
    blocks = -(-size[0] // 16) * -(-size[1] // 16)
    assert blocks * 1000 // STEP_MS <= MACROBLOCKS_A_SECOND[level]

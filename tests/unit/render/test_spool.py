"""Packets between an encoder and the file."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.errors import RenderError
from pod.bbb.render.media.spool import Encoded, SpoolWriter, read_spool

NUMBERS = st.integers(-(2**60), 2**60)
PACKETS = st.builds(Encoded, NUMBERS, st.integers(0, 2**40), st.booleans(), st.binary(max_size=200))


@given(st.lists(PACKETS, max_size=20))
def test_a_spool_gives_back_what_was_written(
    tmp_path_factory: pytest.TempPathFactory, packets: list[Encoded]
) -> None:
    """Every packet comes back with its times, its key mark and its bytes."""
    path = tmp_path_factory.mktemp("spool") / "video.spool"
    with SpoolWriter(path) as spool:
        for packet in packets:
            spool.write(packet)
    assert list(read_spool(path)) == packets
    assert spool.count == len(packets)


@pytest.mark.parametrize("left", [3, 40])
def test_a_spool_that_was_cut_short_is_an_error(tmp_path: Path, left: int) -> None:
    """Half a packet is never taken for a whole one."""
    path = tmp_path / "video.spool"
    with SpoolWriter(path) as spool:
        spool.write(Encoded(0, 1, key=True, data=bytes(100)))
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(RenderError, match="cut short"):
        list(read_spool(path))

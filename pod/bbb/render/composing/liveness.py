"""When the webcams show something that is worth its space.

BigBlueButton publishes a webcams file also when nobody shared a webcam (white
pictures), and a shared webcam may stand still for an hour. Both show in the
sizes of the packets: a picture that does not change costs an encoder next to
nothing, so the file is not decoded here, only its packets are measured. The
decision is made once for the whole recording; short stretches are merged, so
that the layout does not flicker.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import av.error

from pod.bbb.errors import PlaybackError
from pod.bbb.playback.media import fault
from pod.bbb.playback.model import Media
from pod.bbb.render.media.streams import open_stream

STILL_BYTES_PER_S = 1500  # 1.5 kB a second: a moving 320x240 webcam takes at least ten times as much
BRIDGE_S = 60.0  # a gap shorter than this does not end a live stretch
SHORTEST_S = 10.0  # a live stretch shorter than this is not worth a change of layout
MOSTLY = 0.5  # live for this share of the recording: the column stays throughout
SCAN_ALL_S = 1800.0  # longer files are measured in samples: reading gigabytes takes longer than it saves
SAMPLES = 240
_BREATH = 200  # packets


def live_intervals(
    webcams: Media | None, duration: float, breathe: Callable[[], None] = lambda: None
) -> tuple[tuple[float, float], ...]:
    """Give the intervals of `[0, duration)` in which the webcams have a moving picture.

    `breathe` is called often; what it raises ends the measuring.
    """
    if webcams is None or webcams.width <= 0 or duration <= 0:
        return ()
    container, stream = open_stream(webcams.path, "video")
    with container:
        if webcams.duration > SCAN_ALL_S:
            step = webcams.duration / SAMPLES
            weights = _sampled(container, stream, (step, webcams.duration), breathe)
        else:
            step = 1.0
            weights = _all(container, stream, breathe)
        try:
            return decide(weights, step, duration)
        except av.error.FFmpegError as error:
            raise PlaybackError(
                f"Cannot read the webcams' pictures in {webcams.path.name}: {fault(error)}. "
                "Fetch the file again."
            ) from error


def decide(
    weights: Iterable[tuple[float, float]], step: float, duration: float
) -> tuple[tuple[float, float], ...]:
    """Turn (second, bytes per second) measured each `step` seconds into live intervals."""
    merged: list[list[float]] = []
    for start, weight in sorted(weights):
        if weight <= STILL_BYTES_PER_S or start >= duration:
            continue
        end = min(start + step, duration)
        if merged and start - merged[-1][1] < max(BRIDGE_S, step * 1.5):
            merged[-1][1] = max(merged[-1][1], end)
        else:
            merged.append([start, end])
    shortest = min(SHORTEST_S, duration / 2)
    found = [(start, end) for start, end in merged if end - start >= shortest]
    if sum(end - start for start, end in found) >= MOSTLY * duration:
        return ((0.0, duration),)
    return tuple(_to_edges(found, duration))


def _to_edges(found: Sequence[tuple[float, float]], duration: float) -> Iterator[tuple[float, float]]:
    """Let a stretch that nearly touches the beginning or the end reach it."""
    for start, end in found:
        yield (
            0.0 if start < SHORTEST_S else start,
            duration if duration - end < SHORTEST_S else end,
        )


def _all(
    container: Any,  # noqa: ANN401 - PyAV's class
    stream: Any,  # noqa: ANN401 - PyAV's class
    breathe: Callable[[], None],
) -> Iterator[tuple[float, float]]:
    second, weight, unit = 0, 0, float(stream.time_base)  # PyAV makes a Fraction at each look, which costs
    for packet in _packets(container, stream, breathe):
        at = int(packet.pts * unit)
        if at > second:
            yield float(second), weight
            second, weight = at, 0
        if not packet.is_keyframe:  # the encoder writes whole pictures now and then, also of a still
            weight += packet.size
    yield float(second), weight


def _sampled(
    container: Any,  # noqa: ANN401 - PyAV's class
    stream: Any,  # noqa: ANN401 - PyAV's class
    span: tuple[float, float],
    breathe: Callable[[], None],
) -> Iterator[tuple[float, float]]:
    (step, duration), at, unit = span, 0.0, float(stream.time_base)
    while at < duration:
        container.seek(int(at / unit), stream=stream)
        first, weight = None, 0
        for packet in _packets(container, stream, breathe):
            now = packet.pts * unit
            first = now if first is None else first
            if now - first >= 1.0:
                break
            weight += 0 if packet.is_keyframe else packet.size
        yield at, weight
        at += step


def _packets(
    container: Any,  # noqa: ANN401 - PyAV's class
    stream: Any,  # noqa: ANN401 - PyAV's class
    breathe: Callable[[], None],
) -> Iterator[Any]:
    try:
        for count, packet in enumerate(container.demux(stream)):
            if count % _BREATH == 0:
                breathe()
            if packet.size and packet.pts is not None:
                yield packet
    except av.error.FFmpegError:
        return  # truncated: what was read is what there is to decide on

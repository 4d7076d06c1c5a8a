"""The engines: adding one is adding a file here and a line below."""

from __future__ import annotations

from pod.conversion.engines.base import Engine, Made, Work
from pod.conversion.engines.bbb_recorder import BBBRecorderEngine
from pod.conversion.engines.hls import HLSEngine
from pod.conversion.engines.native import NativeEngine
from pod.conversion.engines.video_file import VideoFileEngine
from pod.conversion.engines.youtube import YouTubeEngine
from pod.conversion.errors import UnknownEngineError

__all__ = ["ENGINES", "FIXED", "Engine", "Made", "Work", "engine_named"]

ENGINES: dict[str, Engine] = {
    engine.name: engine
    for engine in (NativeEngine(), BBBRecorderEngine(), VideoFileEngine(), HLSEngine(), YouTubeEngine())
}
# those that a job names itself: trying again with that of CONVERSION_ENGINE would make no sense
FIXED = frozenset({VideoFileEngine.name, HLSEngine.name, YouTubeEngine.name})


def engine_named(name: str) -> Engine:
    """Return the engine that CONVERSION_ENGINE names."""
    try:
        return ENGINES[name]
    except KeyError as error:
        known = ", ".join(sorted(set(ENGINES) - FIXED))
        raise UnknownEngineError(f"CONVERSION_ENGINE={name!r} is no engine: write one of {known}.") from error

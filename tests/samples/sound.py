"""Sound made with numpy: something that has the rhythm of speech, and beeps at exact times."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tests.samples.media import SOUND_RATE, Samples


def speech(seconds: float, seed: int = 1) -> Samples:
    """Voiced syllables of 0.12 to 0.3 s with pauses between the sentences; never silent for long."""
    rng = np.random.default_rng(seed)
    out = np.zeros(round(seconds * SOUND_RATE), dtype=np.float32)
    at = 0
    while at < len(out):
        length = int(rng.uniform(0.12, 0.3) * SOUND_RATE)
        t = np.arange(length, dtype=np.float32) / SOUND_RATE
        pitch = rng.uniform(90, 180) * (1 + 0.05 * np.sin(2 * np.pi * rng.uniform(2, 5) * t))
        phase = 2 * np.pi * np.cumsum(pitch) / SOUND_RATE
        voice = sum(np.sin(k * phase) / k ** rng.uniform(0.8, 1.4) for k in range(1, 12))
        shaped = (voice * np.hanning(length) * 0.12 + rng.normal(0, 0.004, length)).astype(np.float32)
        out[at : at + length] += shaped[: len(out) - at]
        at += length + int((rng.uniform(0.3, 0.7) if rng.random() < 0.12 else 0.02) * SOUND_RATE)
    return np.clip(out, -1, 1)


def beeps(seconds: float, times: Sequence[float], length: float = 0.1, pitch: float = 1000.0) -> Samples:
    """Silence with a tone of `pitch` Hz starting exactly at each of `times` (seconds)."""
    out = np.zeros(round(seconds * SOUND_RATE), dtype=np.float32)
    tone = (
        np.sin(2 * np.pi * pitch * np.arange(round(length * SOUND_RATE)) / SOUND_RATE).astype(np.float32)
        * 0.6
    )
    for time in times:
        at = round(time * SOUND_RATE)
        out[at : at + len(tone)] = tone[: max(0, len(out) - at)]
    return out

"""The limit: decoding a finished video and encoding it again, with our settings, and nothing else.

`python -m tests.benchmarks.limit VIDEO OUT` does it with PyAV; with ffmpeg
installed the same is asked of that.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import av

from pod.bbb.render.media import encoder
from pod.bbb.render.media.audio_format import AAC_OPTIONS, AudioFormat, configure
from pod.bbb.render.work.helpers import usable_cpus


def tool() -> str:
    """Name what measures the limit."""
    return "ffmpeg" if shutil.which("ffmpeg") else "PyAV"


def codec_of(video: Path) -> encoder.VideoCodec:
    """Give the settings that `video` was made with: x264 notes its own in the first packet."""
    with av.open(video) as container:
        note = bytes(next(container.demux(video=0)))
    return encoder.H264_WITHOUT_WEBCAMS if b" qp=32 " in note else encoder.H264


def command(video: Path, out: Path) -> list[str]:
    """Give the command that decodes and encodes `video`."""
    if tool() == "PyAV":
        return [sys.executable, "-m", "tests.benchmarks.limit", str(video), str(out)]
    with av.open(video) as container:
        layout = container.streams.audio[0].codec_context.layout.name
    form = AudioFormat("aac", 48000, layout)
    sound = [part for key, value in AAC_OPTIONS.items() for part in (f"-{key}", value)]
    settings = codec_of(video).options
    return [
        "ffmpeg", "-v", "error", "-nostdin", "-y", "-i", str(video), "-map", "0:v:0", "-map", "0:a:0",
        "-vsync", "passthrough", "-c:v", "libx264", "-preset", settings["preset"],
        "-x264-params", settings["x264-params"].replace("keyint=infinite", "keyint=100"),
        "-threads", str(usable_cpus()), "-c:a", "aac", *sound, "-b:a", str(form.bit_rate), str(out),
    ]  # fmt: skip


def main(video: Path, out: Path) -> None:
    """Decode and encode with PyAV."""
    with av.open(video) as source, av.open(out, "w", format="mp4") as target:
        size = (source.streams.video[0].width, source.streams.video[0].height)
        pictures: Any = target.add_stream("libx264")
        encoder.configure(pictures.codec_context, codec_of(video), size, threads=usable_cpus())
        heard = source.streams.audio[0].codec_context
        sound: Any = target.add_stream("aac", heard.sample_rate)
        configure(sound.codec_context, AudioFormat("aac", heard.sample_rate, heard.layout.name))
        for packet in source.demux(source.streams.video[0], source.streams.audio[0]):
            stream = pictures if packet.stream.type == "video" else sound
            for frame in packet.decode():
                target.mux(stream.encode(frame))
        for stream in (pictures, sound):
            target.mux(stream.encode(None))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

"""`python -m pod.bbb`: convert a recording, draw one still of it, or say what is in it.

Exit codes: 0 done, 1 it could not be done, 2 wrong usage, 130 interrupted.
"""

from __future__ import annotations

import argparse
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path

from pod.bbb.errors import BBBError


def size(text: str) -> tuple[int, int]:
    """Read WIDTHxHEIGHT."""
    width, _, height = text.lower().partition("x")
    if not (width.isdigit() and height.isdigit()):
        raise argparse.ArgumentTypeError(f"{text!r} is no size: write it like 1280x720")
    return int(width), int(height)


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m pod.bbb", description=__doc__.splitlines()[0])
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    convert = commands.add_parser("convert", help="make an MP4 (or WebM) of a recording")
    convert.add_argument("source", help="a playback URL, or the folder of a published recording")
    convert.add_argument("out", type=Path, help="the file to write: .mp4 (H.264, AAC) or .webm (VP9, Opus)")
    convert.add_argument("--size", type=size, default=(1280, 720), metavar="WxH", help="1280x720 by default")
    convert.add_argument("--layout", choices=("side", "overlay", "content", "webcams"), default="side")
    convert.add_argument("--chat", action="store_true", help="show the chat beside the content")
    convert.add_argument("--audio", choices=("aac", "copy"), default="aac", help="copy keeps Opus as it is")
    convert.add_argument(
        "--sidecar", action="store_true", help="write slides, chat, polls, notes and captions beside it"
    )
    convert.add_argument("--jobs", type=int, default=0, metavar="N", help="processes; 0: one a processor")
    convert.add_argument("--from", dest="start", type=float, default=0.0, metavar="S", help="first second")
    convert.add_argument("--to", dest="end", type=float, default=None, metavar="S", help="last second")
    still = commands.add_parser("still", help="draw the content area at one second")
    still.add_argument("source")
    still.add_argument("out", type=Path, help="the PNG to write")
    still.add_argument("--at", type=float, required=True, metavar="SECONDS")
    still.add_argument("--size", type=size, default=(1280, 720), metavar="WxH")
    probe = commands.add_parser("probe", help="say in JSON what a recording has, and what it lacks")
    probe.add_argument("source")
    return top


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; give its exit code."""
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    options = parser().parse_args(arguments)
    try:
        return COMMANDS[options.command](options)
    except BBBError as error:
        print(f"pod.bbb {options.command}: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"pod.bbb {options.command}: interrupted, nothing was left behind", file=sys.stderr)
        return 130


def _convert(options: argparse.Namespace) -> int:
    from pod.bbb.convert import ConvertOptions, convert  # noqa: PLC0415 - `--help` answers at once
    from pod.bbb.progress import terminal_progress  # noqa: PLC0415 - as above

    chosen = ConvertOptions(
        size=options.size,
        layout=options.layout,
        chat=options.chat,
        audio=options.audio,
        sidecar=options.sidecar,
        jobs=options.jobs,
        start=options.start,
        end=options.end,
    )
    with terminal_progress() as progress:
        report = convert(options.source, options.out, chosen, progress=progress)
    print(f"{options.out}: {report.duration:.1f} s, {report.size / 1e6:.1f} MB, {report.slides} slides")
    for note in report.notes:
        print(f"note: {note}", file=sys.stderr)
    return 0


def _still(options: argparse.Namespace) -> int:
    from pod.bbb.convert import still  # noqa: PLC0415 - `--help` answers at once

    for note in still(options.source, options.at, options.size, options.out):
        print(f"note: {note}", file=sys.stderr)
    return 0


def _probe(options: argparse.Namespace) -> int:
    from pod.bbb.convert import probe  # noqa: PLC0415 - `--help` answers at once

    print(json.dumps(probe(options.source), ensure_ascii=False, indent=2))
    return 0


COMMANDS = {"convert": _convert, "still": _still, "probe": _probe}

if __name__ == "__main__":
    sys.exit(main())

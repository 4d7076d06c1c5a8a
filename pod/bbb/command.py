"""The command line, `python -m pod.bbb`: converts a recording, draws one still of it, or says what it has.

Exit codes: 0 done, 1 it could not be done, 2 wrong usage, 130 interrupted, 143 ended from outside
(129 with its terminal): nothing is left behind then either.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import io
import json
import logging
import os
import re
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import FrameType

from pod.bbb.choices import LAYOUTS, ConvertOptions
from pod.bbb.errors import BBBError
from pod.bbb.streams import forgiving, write_into_nothing

MOST_PROCESSES = 64
ABOUT = (
    "Converts a published BigBlueButton recording to video, draws one still of it, or says what it has. "
    "Exit codes: 0 done, 1 could not be done, 2 wrong usage, 130 interrupted."
)
SOURCE = "a playback URL, or the folder of a published recording"
SIZE = "width and height in pixels (default: 1280x720)"
TIME = "seconds, 1:02:03 or 1h2m3s"
LAYOUT = (
    "side (default): webcams beside slides, or below; overlay: on them; content: slides alone; webcams: alone"
)
TIDYING_S = 5.0  # after a signal; then another one ends that, too
_CLOCK = re.compile(r"(?:(?:(\d{1,4}):)?(\d{1,6}):)?(\d{1,7}(?:\.\d*)?)", re.ASCII)
_LETTERS = re.compile(r"(?:(\d{1,4})h)?(?:(\d{1,6})m)?(?:(\d{1,7}(?:\.\d*)?)s)?", re.ASCII)


def size(text: str) -> tuple[int, int]:
    """Read WIDTHxHEIGHT."""
    width, _, height = text.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a size: write it like 1280x720")
    return int(width), int(height)


def moment(text: str) -> float:
    """Read a time of the recording: seconds, 1:02:03 or 1h2m3s."""
    found = _CLOCK.fullmatch(text.strip()) or _LETTERS.fullmatch(text.strip())
    if found is None or not any(found.groups()):
        raise argparse.ArgumentTypeError(f"{text!r} is not a time: write 3723, 1:02:03 or 1h2m3s")
    hours, minutes, seconds = (float(part or 0) for part in found.groups())
    return hours * 3600 + minutes * 60 + seconds


def processes(text: str) -> int:
    """Read a number of processes."""
    if not (text.isdecimal() and int(text) <= MOST_PROCESSES):
        raise argparse.ArgumentTypeError(f"{text!r} is not a number from 0 to {MOST_PROCESSES}")
    return int(text)


def parser() -> argparse.ArgumentParser:
    """Make the parser of the command line."""
    top = argparse.ArgumentParser(prog="python -m pod.bbb", description=ABOUT)
    commands = top.add_subparsers(dest="command", required=True, metavar="COMMAND")
    _declare_convert(commands)
    still = commands.add_parser("still", help="draw the slide area at one moment, as a PNG")
    still.add_argument("source", help=SOURCE)
    still.add_argument("out", type=Path, help="the PNG file to write")
    still.add_argument("--at", type=moment, required=True, metavar="TIME", help=TIME)
    still.add_argument("--size", type=size, default=(1280, 720), metavar="WxH", help=SIZE)
    probe = commands.add_parser("probe", help="say as JSON what a recording has and what it lacks")
    probe.add_argument("source", help=SOURCE)
    return top


def _declare_convert(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    convert = commands.add_parser("convert", help="make an MP4 or WebM video of a recording")
    convert.add_argument("source", help=SOURCE)
    convert.add_argument("out", type=Path, help="the file to write: .mp4 (H.264, AAC) or .webm (VP9, Opus)")
    convert.add_argument("--size", type=size, default=(1280, 720), metavar="WxH", help=SIZE)
    convert.add_argument("--layout", choices=LAYOUTS, default="side", help=LAYOUT)
    convert.add_argument("--chat", action="store_true", help="show the chat beside the slides, or below")
    convert.add_argument(
        "--audio",
        choices=("aac", "copy"),
        default="aac",
        help="copy: keep the recording's Opus (default: aac)",
    )
    convert.add_argument(
        "--sidecar", action="store_true", help="also write slides, chat, polls, notes and captions as files"
    )
    convert.add_argument(
        "--jobs",
        type=processes,
        default=0,
        metavar="N",
        help="number of processes, some 100 MB each (default: 0, one per processor, at most 2)",
    )
    convert.add_argument(
        "--from", dest="start", type=moment, default=0.0, metavar="TIME", help=f"begin there: {TIME}"
    )
    convert.add_argument(
        "--to", dest="end", type=moment, default=None, metavar="TIME", help="end there, written likewise"
    )


def main(arguments: Sequence[str] | None = None, loaded: Callable[[], None] = lambda: None) -> int:
    """Run one command; give its exit code.

    `loaded` is called when all modules are loaded: from then on signals are handled here.
    """
    _open_what_is_closed()
    logging.basicConfig(level=logging.WARNING, format="%(message)s")
    options = parser().parse_args(arguments)
    importlib.import_module("pod.bbb.convert")  # only now: `--help` answers at once
    loaded()
    ending = _Ending()
    try:
        with ending.tidily():
            return COMMANDS[options.command](options, ending)
    except (_Ended, KeyboardInterrupt, BBBError) as error:
        if isinstance(error, BBBError) and not ending.came():
            print(f"pod.bbb {options.command}: {error}", file=sys.stderr)
            return 1
        how = "interrupted" if ending.signal == signal.SIGINT else "ended from outside"
        print(f"pod.bbb {options.command}: {how}, nothing was left behind", file=sys.stderr)
        return 128 + ending.signal


def _open_what_is_closed() -> None:
    """Open the standard files that are closed: the next file opened would be taken for one of them."""
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal may know fewer letters than names have
    if isinstance(sys.stderr, io.TextIOWrapper) and sys.stderr is sys.__stderr__:
        sys.stderr = forgiving(sys.stderr)  # neither notes nor the bar are the work: a terminal may be gone


def _say(text: str) -> None:
    """Print the answer; if its reader has gone (a closed pipe), the work has not failed."""
    try:
        print(text, flush=True)
    except OSError as error:
        write_into_nothing(1)
        if not isinstance(error, BrokenPipeError):
            raise BBBError(
                f"Writing the answer failed: {error.strerror}. Check that the disk has space."
            ) from error


class _Ended(BaseException):
    """Ctrl-C, a service manager, `kill` or a closed terminal ends this process."""


class _Ending:
    """What ended the work, if anything did: `signal`, that of Ctrl-C at first."""

    def __init__(self) -> None:
        self.signal: int = signal.SIGINT
        self._came = False
        self._again = 0.0

    def came(self) -> bool:
        """Whether a signal came: the exception alone does not tell, libraries swallow some of them."""
        return self._came

    @contextlib.contextmanager
    def tidily(self) -> Iterator[None]:
        """Turn signals into an exception, so that our files and processes are cleaned up on the way out.

        A signal that is ignored (SIGHUP under nohup) stays ignored.
        """

        def end(number: int, _frame: FrameType | None) -> None:
            if not self._came:
                self.signal, self._came = number, True
            if time.monotonic() >= self._again:  # pressing Ctrl-C twice must not interrupt the tidying
                self._again = time.monotonic() + TIDYING_S
                raise _Ended

        def lost(found: sys.UnraisableHookArgs) -> None:
            if not issubclass(found.exc_type, _Ended):  # `came` tells of these
                told(found)

        if threading.current_thread() is not threading.main_thread():  # only that one may handle signals
            yield
            return
        before = {each: signal.getsignal(each) for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
        heard = {each: handler for each, handler in before.items() if handler is not signal.SIG_IGN}
        told = sys.unraisablehook
        try:
            sys.unraisablehook = lost
            for each in heard:
                signal.signal(each, end)
            yield
        finally:
            sys.unraisablehook = told
            for each, handler in heard.items():
                signal.signal(each, handler)


def _convert(options: argparse.Namespace, ending: _Ending) -> int:
    from pod.bbb.convert import convert  # noqa: PLC0415 - `--help` answers at once
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
        report = convert(options.source, options.out, chosen, progress=progress, cancelled=ending.came)
    slides = f"{report.slides} slide{'' if report.slides == 1 else 's'}"
    _say(f"{options.out}: {report.duration:.1f} s, {report.size / 1e6:.1f} MB, {slides}")
    for note in report.notes:
        print(f"note: {note}", file=sys.stderr)
    return 0


def _still(options: argparse.Namespace, _ending: _Ending) -> int:
    from pod.bbb.convert import still  # noqa: PLC0415 - `--help` answers at once

    for note in still(options.source, options.at, options.size, options.out):
        print(f"note: {note}", file=sys.stderr)
    return 0


def _probe(options: argparse.Namespace, _ending: _Ending) -> int:
    from pod.bbb.convert import probe  # noqa: PLC0415 - `--help` answers at once

    _say(json.dumps(probe(options.source), ensure_ascii=False, indent=2))
    return 0


COMMANDS = {"convert": _convert, "still": _still, "probe": _probe}

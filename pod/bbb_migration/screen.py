"""What the administrator sees: lines on stdout, a bar on stderr when that is a terminal."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from shutil import get_terminal_size
from textwrap import fill
from types import TracebackType
from typing import Any, Protocol, Self

from django.core.management.color import Style
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from rich.console import Console
from rich.progress import (
    BarColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from pod.bbb_migration import wording
from pod.bbb_migration.conversions import AtWork
from pod.bbb_migration.plan import UNKNOWN_START, Outcome
from pod.bbb_migration.preflight import Line
from pod.bbb_migration.results import Result

NAME_AT = 36  # the column of names, behind position, outcome and start
NAME_WIDTH = 42
BELOW = 8  # where what does not fit goes on, if there is no room below the name
LISTED = 1000  # formats from one line about the catalogue to the next
TONES = {
    Outcome.CREATE: "SUCCESS",
    Outcome.DOWNLOAD: "SUCCESS",
    Outcome.CONVERT: "SUCCESS",
    Outcome.EXISTS: "HTTP_NOT_MODIFIED",
    Outcome.SKIP: "WARNING",
    Outcome.FAIL: "ERROR",
}


class Out(Protocol):
    """Django's wrapper of stdout or stderr."""

    def write(self, msg: str = "", style_func: Any = None, ending: str | None = None) -> Any:  # noqa: ANN401 - Django's signature
        """Write one line."""

    def isatty(self) -> bool:
        """Whether a person sits there."""


class Screen:
    """Tells a person (or, with `as_json`, a program) what goes on; verbosity 0 to 3."""

    def __init__(self, out: Out, err: Out, style: Style, *, verbosity: int, as_json: bool, bar: bool) -> None:
        self._out = out
        self._text = err if as_json else out  # where sentences go
        self._style = style
        self._json = as_json
        self._verbosity = verbosity
        wanted = bar and verbosity > 0 and err.isatty()
        self._bar = _new_bar() if wanted else None
        self._both = wanted and (as_json or out.isatty())  # bar and lines share one terminal
        self._main: TaskID | None = None
        self._jobs: dict[str, TaskID] = {}
        self._live = False
        self._listed = 0  # when a line last said so
        self._told: set[int] = set()  # positions
        self._converted_s: float | None = None  # once conversions are all that is left

    def __enter__(self) -> Self:
        if self._bar is not None:
            self._bar.start()
            self._live = True
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._bar is not None:
            self._live = False
            self._bar.stop()

    # --- sentences --------------------------------------------------------------------------
    def say(self, text: str = "", tone: str = "", *, least: int = 1) -> None:
        """Write a sentence, unless fewer words were asked for; where it is too long, it goes on below."""
        margin = text[: len(text) - len(text.lstrip())]
        told = self._fitted(text.lstrip(), margin, f"{margin}  ") if text else ""
        self._write(getattr(self._style, tone)(told) if tone else told, least)

    def copyable(self, command: str) -> None:
        """Write a line that somebody copies: the terminal alone breaks it."""
        self._write(f"    {command}", least=1)

    def _fitted(self, text: str, first: str, below: str) -> str:
        """Return the text behind its margins; on a terminal in lines that fit, addresses and names whole."""
        width = get_terminal_size().columns
        if not self._text.isatty() or len(first) + len(text) <= width:
            return f"{first}{text}"
        return fill(
            text,
            width,
            initial_indent=first,
            subsequent_indent=below,
            break_long_words=False,
            break_on_hyphens=False,
        )

    def _write(self, styled: str, least: int) -> None:
        if self._verbosity < least:
            return
        if self._bar is not None and self._both and self._live:
            self._bar.console.print(Text.from_ansi(styled), soft_wrap=True)
        else:
            self._text.write(styled)

    def heading(self, text: str) -> None:
        """Write a line that begins a part."""
        self.say()
        self.say(text, "MIGRATE_HEADING")

    def checked(self, line: Line) -> None:
        """Write one line of the check."""
        word, tone = (_("ok"), "SUCCESS") if line.ok else (_("look"), "WARNING")
        if line.stops:
            word, tone = _("no"), "ERROR"
        styled = getattr(self._style, tone)(f"{word:>6}")
        least = 0 if line.stops else 1
        told = wording.labelled(line.what, line.detail) if line.detail else line.what
        margin = " " * 8
        self._write(f"{styled}{self._fitted(told, margin, margin)[6:]}", least)
        if not line.ok and line.hint:
            self.say(f"        → {line.hint}", least=least)

    # --- results ----------------------------------------------------------------------------
    def tell(self, result: Result) -> None:
        """Write the line of a result, and move the bar."""
        if self._json:
            self._out.write(json.dumps({"type": "item", **result.as_dict()}, ensure_ascii=False))
        elif result.outcome is Outcome.FAIL or self._verbosity > 0:
            self._write(self._line(result), least=0)
            if self._verbosity > 1:
                self._tell_more(result)
        self._told.add(result.position)
        self._jobs_at({})
        if self._converted_s is not None:
            self._converted_s += result.duration_s
        elif self._bar is not None and self._main is not None:
            self._bar.update(self._main, completed=len(self._told))

    def _line(self, result: Result) -> str:
        word = getattr(self._style, TONES[result.outcome])(f"{result.outcome:<8}")
        known = result.start != UNKNOWN_START
        when = wording.day(result.start) if known else f"{'?':<16}"
        name = _cut(result.name or result.record_id)
        said = [part for part in (result.owner_label, f"[{result.via}]" if result.via else "") if part]
        reason = "" if result.outcome is Outcome.CREATE and self._verbosity < 2 else result.said
        tail = "  ".join(part for part in (" ".join(said), reason) if part)
        line = f"{result.position:>6}  {word}  {when}  {name}"
        width = get_terminal_size().columns
        if tail and self._out.isatty() and NAME_AT + NAME_WIDTH + 2 + len(tail) > width:
            margin = " " * (NAME_AT if width - NAME_AT >= NAME_WIDTH else BELOW)
            return f"{line.rstrip()}\n{self._fitted(tail, margin, margin)}"
        return f"{line}  {tail}".rstrip()

    def _tell_more(self, result: Result) -> None:
        for label, value in (
            (_("why this owner"), result.why_owner),
            (_("mentioned"), result.flagged),
            (_("goes to"), result.target),
            (_("record id"), result.record_id),
        ):
            if value:
                self.say(wording.labelled(f"{'':26}{label}", value), least=2)

    def row(self, cells: Mapping[str, str]) -> None:
        """Show a row of the CSV file that a dry run does not write."""
        self._write("        " + " | ".join(f"{key}={value}" for key, value in cells.items() if value), 1)

    def summary(self, facts: Mapping[str, Any]) -> None:
        """Give a program the end of the run."""
        if self._json:
            self._out.write(json.dumps({"type": "summary", **facts}, ensure_ascii=False))

    # --- the bar ----------------------------------------------------------------------------
    def begin_listing(self, server: str) -> None:
        """Say what is waited for: some servers take minutes, and answer all at once."""
        told = _("Asking %(server)s for its list: with thousands of recordings, this may take minutes.")
        self.say(told % {"server": server})

    def listing(self, done: int, total: int | None) -> None:
        """Show how far the catalogue has come; without a bar, by a line now and then."""
        if self._bar is None and done >= self._listed + LISTED:
            self._listed = done
            told = _("%(done)d formats of recordings are listed so far.")
            if total is not None:
                told = _("%(done)d of %(total)d formats of recordings are listed so far.")
            self.say(told % {"done": done, "total": total})
        self._goal(_("Listing the catalogue"), done, total)

    def begin(self, total: int) -> None:
        """Begin with the recordings."""
        self._goal(_("Recordings"), 0, total)

    def _goal(self, text: str, done: float, total: float | None) -> None:
        if self._bar is None:
            return
        if self._main is None:
            self._main = self._bar.add_task(text, total=total)
        self._bar.update(self._main, description=text, completed=done, total=total)

    def download(self, name: str, here: int, everything: int) -> None:
        """Show how far a download is."""
        self._jobs_at({name: (here, everything, _bytes(here, everything))})

    def begin_converting(self, count: int, total_s: float) -> None:
        """Begin with what is left: the bar now counts media seconds."""
        self._converted_s = 0.0
        told = ngettext("Converting %(count)d recording", "Converting %(count)d recordings", count)
        self._goal(told % {"count": count}, 0, max(1, round(total_s)))

    def conversions(self, at_work: Sequence[AtWork]) -> None:
        """Show how far conversions are, in media time."""
        if self._bar is not None and self._main is not None:
            done = (self._converted_s or 0.0) + sum(one.done_s for one in at_work)
            self._bar.update(self._main, completed=done)
        self._jobs_at(
            {
                one.title: (
                    one.done_s,
                    one.total_s,
                    f"{wording.span(one.done_s)} / {wording.span(one.total_s)}",
                )
                for one in at_work
            }
        )

    def _jobs_at(self, jobs: Mapping[str, tuple[float, float, str]]) -> None:
        if self._bar is None:
            return
        for name in set(self._jobs) - set(jobs):
            self._bar.remove_task(self._jobs.pop(name))
        for name, (done, total, told) in jobs.items():
            if name not in self._jobs:
                self._jobs[name] = self._bar.add_task(name, total=None)
            self._bar.update(
                self._jobs[name],
                description=f"  {_cut(name).strip()}  {told}",
                completed=done,
                total=total or None,
            )


def _new_bar() -> Progress:
    return Progress(
        SpinnerColumn(),
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(),
        console=Console(file=sys.stderr, highlight=False),
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )


def _cut(name: str) -> str:
    """Return the name in one width, for columns."""
    clean = "".join(letter for letter in " ".join(name.split()) if letter.isprintable())
    return (clean if len(clean) <= NAME_WIDTH else f"{clean[: NAME_WIDTH - 1]}…").ljust(NAME_WIDTH)


def _bytes(here: int, everything: int) -> str:
    return f"{wording.size(here)} / {wording.size(everything)}" if everything else wording.size(here)

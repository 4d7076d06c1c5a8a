"""The lines of a run on a terminal, and in a file."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.core.management.base import OutputWrapper
from django.core.management.color import no_style
from django.utils.translation import override

from pod.bbb_migration.plan import Outcome
from pod.bbb_migration.preflight import Line
from pod.bbb_migration.results import Result
from pod.bbb_migration.screen import Screen
from pod.bbb_migration.wording import size, span

PROJECT = Path(__file__).resolve().parents[3]
NAME = "Linear algebra, third lecture of the second term"
OWNER = "Ada Lovelace (ada) [moodle:default]"
REASON = "its address https://bbb.example.org/playback/presentation/2.3/very-long is longer than that"


class Terminal(io.StringIO):
    """A terminal."""

    def isatty(self) -> bool:
        """Say that somebody sits there."""
        return True


def told(out: io.StringIO, result: Result) -> list[str]:
    """Return the lines that tell a result."""
    wrapped = OutputWrapper(out)
    Screen(wrapped, wrapped, no_style(), verbosity=1, as_json=False, bar=False).tell(result)
    return out.getvalue().splitlines()


@pytest.fixture
def result() -> Result:
    """A recording that failed for somebody."""
    start = datetime(2021, 5, 3, 8, 30, tzinfo=UTC)
    return Result(
        *(12, "rec-1", "room-1", NAME, start, 60.0, Outcome.FAIL),
        reason=REASON, owner_label="Ada Lovelace (ada)", via="moodle:default",
    )  # fmt: skip


@pytest.mark.parametrize("columns", [80, 120])
def test_what_does_not_fit_a_terminal_stands_below_the_name(
    result: Result, monkeypatch: pytest.MonkeyPatch, columns: int
) -> None:
    """Broken between words only, so that an address can be copied; nothing is lost."""
    monkeypatch.setenv("COLUMNS", str(columns))
    first, *others = told(Terminal(), result)
    assert first.split()[:2] == ["12", "fail"]
    assert first.endswith("…")
    assert {len(line) - len(line.lstrip()) for line in others} == {first.index("Linear")}
    assert all(len(line) <= columns for line in (first, *others) if "https" not in line)
    assert " ".join(" ".join(others).split()) == f"{OWNER} {REASON}"


def test_on_a_narrow_terminal_it_stands_further_left(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    """Below the name there would be a word or two on each line."""
    monkeypatch.setenv("COLUMNS", "50")
    _first, *others = told(Terminal(), result)
    assert {len(line) - len(line.lstrip()) for line in others} == {8}
    assert len(others) < 6


def test_a_line_that_fits_is_one(result: Result, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a wide terminal; and in a file, where lines are counted and searched, always."""
    monkeypatch.setenv("COLUMNS", "250")
    monkeypatch.setenv("LINES", "50")
    assert len(told(Terminal(), result)) == 1
    monkeypatch.setenv("COLUMNS", "80")
    assert len(told(io.StringIO(), result)) == 1


def screen(out: io.StringIO) -> Screen:
    """Return the screen of a run that writes there."""
    wrapped = OutputWrapper(out)
    return Screen(wrapped, wrapped, no_style(), verbosity=1, as_json=False, bar=False)


def test_a_long_list_says_how_far_it_is_where_no_bar_does() -> None:
    """In a file or a pipe: a line for each thousand, not for each hundred that a server gives at once."""
    out = io.StringIO()
    one = screen(out)
    with override("en"):
        one.begin_listing("bbb.example.org")
        for done in range(100, 2600, 100):
            one.listing(done, 2550 if done > 1500 else None)
    first, *lines = out.getvalue().splitlines()
    assert "bbb.example.org" in first
    assert [line.split(" formats")[0] for line in lines] == ["1000", "2000 of 2550"]


@pytest.mark.parametrize("columns", [80, 120])
def test_sentences_are_broken_between_words(monkeypatch: pytest.MonkeyPatch, columns: int) -> None:
    """What is needed, failures and advice, whose lines go on below their beginning; in a file nothing is."""
    monkeypatch.setenv("COLUMNS", str(columns))
    hint = "Create one in Django's admin, or set SCRIPT_RECORDER_ID to the number of an existing one. " * 2
    for out in (Terminal(), io.StringIO()):
        one = screen(out)
        with override("en"):  # where the word of what is missing has two letters
            one.checked(Line("Recorder", ok=False, detail="no recorder has that number, " * 5, hint=hint))
        one.say(f"  Lecture (rec-1): {hint}", "ERROR")
        lines = out.getvalue().splitlines()
        if not out.isatty():
            assert len(lines) == 3
            continue
        assert all(len(line) <= columns for line in lines)
        assert {2, 4, 8, 10} <= {len(line) - len(line.lstrip()) for line in lines}
        assert " ".join(out.getvalue().split()).count(hint.strip()) == 2


def test_what_is_to_be_copied_is_not_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command goes on at the terminal's edge, as one line."""
    monkeypatch.setenv("COLUMNS", "40")
    out, command = Terminal(), "php admin/cli/cfg.php --name=message --set='Recordings have moved to Pod'"
    screen(out).copyable(command)
    assert out.getvalue() == f"    {command}\n"


@pytest.mark.parametrize(("given", "coloured"), [({}, True), ({"NO_COLOR": "1"}, False)])
def test_a_terminal_without_colours_gets_none(
    given: dict[str, str], *, coloured: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As all programs, the command heeds NO_COLOR."""
    monkeypatch.delenv("NO_COLOR", raising=False)
    ours, its = os.openpty()
    command = [sys.executable, str(PROJECT / "manage.py"), "migrate_bbb_recordings", "--use-export-csv"]
    env = {**os.environ, "POD_ISOLATED": "True", "DATA_DIR": str(tmp_path), **given}
    env.pop("SCRIPT_BBB_SERVER_URL", None)  # which the command then misses, in red
    with subprocess.Popen(command, stdout=its, stderr=its, env=env) as process:
        os.close(its)
        said = b"".join(_read(ours))
    assert process.returncode == 1
    assert b"SCRIPT_BBB_SERVER_URL" in said
    assert (b"\x1b[" in said) is coloured


def _read(terminal: int) -> Iterator[bytes]:
    """Yield what was written on a terminal until it is closed."""
    with contextlib.suppress(OSError):
        while some := os.read(terminal, 4096):
            yield some
    os.close(terminal)


@pytest.mark.parametrize(
    ("seconds", "said"), [(-3595, "0:00"), (59.6, "1:00"), (359_999, "99:59:59"), (35_336_000, "9816 h")]
)
def test_a_length_of_time_is_said_as_one_thinks_of_it(seconds: float, said: str) -> None:
    """Of a whole catalogue's hours the seconds are no news."""
    assert span(seconds) == said


@pytest.mark.parametrize(
    ("language", "count", "said"),
    [
        ("en", 0, "0 B"),
        ("en", 999, "999 B"),
        ("en", 1000, "1 kB"),
        ("en", 76_150_000_000, "76.2 GB"),
        ("en", 1_980_000_000_000, "2.0 TB"),
        ("en", 5_000_000_000_000_000, "5000.0 TB"),
        ("fr", 76_120_000_000, "76,1\xa0Go"),
    ],
)
def test_sizes_are_written_as_their_reader_writes_them(language: str, count: int, said: str) -> None:
    """In steps of 1000, as disks are sold."""
    with override(language):
        assert size(count) == said

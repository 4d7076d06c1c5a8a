"""Signals while a program loads, works and tidies up."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable

import pytest

from pod.bbb import command
from pod.bbb.errors import Cancelled


def run(code: str) -> subprocess.CompletedProcess[str]:
    """Run Python, Ctrl-C being what it is at a terminal."""
    before = "import os, signal; signal.signal(signal.SIGINT, signal.default_int_handler)\n"
    before += "from pod.bbb.leaving import leave_when_interrupted\n"
    return subprocess.run(
        [sys.executable, "-c", before + code], check=False, capture_output=True, text=True, timeout=30
    )


def test_ctrl_c_while_loading_leaves_with_a_line() -> None:
    """No traceback out of the middle of some module, code 130."""
    done = run("leave_when_interrupted('interrupted')\nos.kill(os.getpid(), signal.SIGINT)\nprint('went on')")
    assert (done.returncode, done.stdout, done.stderr) == (130, "", "interrupted\n")


def test_once_loaded_ctrl_c_is_an_exception_again() -> None:
    """From then on there is something to tidy."""
    done = run(
        "leave_when_interrupted('x')()\n"
        "try: os.kill(os.getpid(), signal.SIGINT)\n"
        "except KeyboardInterrupt: print('told')"
    )
    assert (done.returncode, done.stdout) == (0, "told\n")


def test_who_has_ctrl_c_ignored_keeps_it_so() -> None:
    """As a shell's background job has it."""
    done = run(
        "signal.signal(signal.SIGINT, signal.SIG_IGN)\n"
        "leave_when_interrupted('x')()\n"
        "os.kill(os.getpid(), signal.SIGINT)\nprint('went on')"
    )
    assert (done.returncode, done.stdout) == (0, "went on\n")


Act = Callable[[argparse.Namespace, command._Ending], int]


def outcome(monkeypatch: pytest.MonkeyPatch, act: Act) -> int:
    """The exit code of a command that does this."""
    monkeypatch.setitem(command.COMMANDS, "probe", act)
    return command.main(["probe", "x"])


def test_a_signal_whose_exception_got_lost_ends_the_work(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Libraries lose some that come up in them; whoever works asks."""

    def work(_options: argparse.Namespace, ending: command._Ending) -> int:
        class Loses:
            def __del__(self) -> None:
                os.kill(os.getpid(), signal.SIGINT)
                time.sleep(0.01)

        loses = Loses()
        del loses
        if ending.came():
            raise Cancelled("")
        return 0

    assert outcome(monkeypatch, work) == 130
    assert capsys.readouterr().err == "pod.bbb probe: interrupted, nothing was left behind\n"


def test_impatience_does_not_end_the_tidying(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another signal within seconds changes nothing, also of what is said."""
    tidied = []

    def work(_options: argparse.Namespace, _ending: command._Ending) -> int:
        try:
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(5)
        finally:
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(0.01)
            tidied.append(True)
        return 0

    assert outcome(monkeypatch, work) == 143
    assert tidied


def test_a_hang_up_that_is_ignored_stays_so(monkeypatch: pytest.MonkeyPatch) -> None:
    """Under nohup the work goes on when its terminal closes."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)

    def work(_options: argparse.Namespace, _ending: command._Ending) -> int:
        os.kill(os.getpid(), signal.SIGHUP)
        return 0

    try:
        assert outcome(monkeypatch, work) == 0
        assert signal.getsignal(signal.SIGHUP) is signal.SIG_IGN
    finally:
        signal.signal(signal.SIGHUP, before)

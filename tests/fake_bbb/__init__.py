"""A BigBlueButton server for the demo, the tests and the benchmarks: one program for all three.

`FakeBBB` runs it in a thread; `python -m tests.fake_bbb` in the foreground.
"""

from __future__ import annotations

from tests.fake_bbb.behaviour import LOGIN_PAGE, NGINX_404, Behaviour, Fault
from tests.fake_bbb.entries import Entry, FormatEntry, read_folder, read_json, synthetic
from tests.fake_bbb.server import FakeBBB, Request

__all__ = [
    "LOGIN_PAGE",
    "NGINX_404",
    "Behaviour",
    "Entry",
    "FakeBBB",
    "Fault",
    "FormatEntry",
    "Request",
    "read_folder",
    "read_json",
    "synthetic",
]

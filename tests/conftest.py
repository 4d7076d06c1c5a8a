"""What all tests share: the data folder beside the project, and the servers of this machine."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import amqp.exceptions
import psycopg2
import pymysql
import pytest
from django.utils import translation
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from kombu import Connection

from tests.integration.owners.databases import mariadb, postgresql
from tests.sampling import examples, left_out

# The machines that run these tests are shared and slow at times: no test asserts time. `print_blob`
# gives the line that plays a failing example again.
hypothesis_settings.register_profile(
    "project",
    deadline=None,
    max_examples=examples(100),
    print_blob=True,
    suppress_health_check=[HealthCheck.too_slow],
)
hypothesis_settings.load_profile("project")

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
SERVERS: dict[str, Callable[[], Any]] = {
    "postgresql": postgresql,
    "mariadb": mariadb,
    "rabbitmq": Connection("amqp://guest:guest@127.0.0.1:5672//", connect_timeout=2).connect,
}


@cache
def refusal(name: str) -> str:
    """Why a server of this machine does not let the tests in; nothing if it does."""
    try:
        SERVERS[name]().close()
    except (psycopg2.Error, pymysql.Error, amqp.exceptions.AMQPError, OSError) as error:
        return f"no {name} that lets the tests in: {error}"
    return ""


def pytest_configure() -> None:
    """Let processes that tests start hear Ctrl-C and hang-ups: background jobs and `nohup` are deaf to them.

    What is ignored stays so in every process started from here; what has a handler does not.
    """
    if signal.getsignal(signal.SIGINT) == signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)
    if signal.getsignal(signal.SIGHUP) == signal.SIG_IGN:
        signal.signal(signal.SIGHUP, lambda _signal, _frame: None)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out tests whose server is absent or asks for a password, unless REQUIRE_SERVICES is set.

    And those that the sample of `.ci/run` leaves out.
    """
    out = left_out(item.nodeid for item in items)
    config.hook.pytest_deselected(items=[item for item in items if item.nodeid in out])
    items[:] = [item for item in items if item.nodeid not in out]
    required = os.environ.get("REQUIRE_SERVICES") == "1"
    for item in items:
        for mark in item.iter_markers("server"):
            if not required and (reason := refusal(mark.args[0])):
                item.add_marker(pytest.mark.skip(reason=reason))


@pytest.fixture
def in_english() -> Iterator[None]:
    """Texts for people in English, whatever the language of the site."""
    with translation.override("en"):
        yield


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data beside the project; the test is left out where it is absent."""
    if not (SHARED / "data").is_dir():
        pytest.skip("the folder ../shared is not here")
    return SHARED

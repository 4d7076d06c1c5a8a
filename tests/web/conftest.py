"""A browser and two sites for it: one where people work, one where every state stands still."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.browsing import CHROMIUM_FLAGS, Visitor
from tests.web.site import Site, open_site

HERE = Path(__file__).parent
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder; leave them out where Chromium is absent, unless it is required."""
    absent = shutil.which(CHROMIUM) is None and os.environ.get("REQUIRE_SERVICES") != "1"
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.web)
            if absent:
                item.add_marker(pytest.mark.skip(reason=f"no Chromium at {CHROMIUM}"))


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium. For a module only: while it runs, this thread counts as asynchronous for Django."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_FLAGS)
        yield browser
        browser.close()


@pytest.fixture(scope="package")
def journeys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site where people work; a worker converts."""
    with open_site(tmp_path_factory.mktemp("journeys"), "journeys", worker=True) as site:
        yield site


@pytest.fixture(scope="package")
def states(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site where every state stands still."""
    with open_site(tmp_path_factory.mktemp("states"), "states") as site:
        yield site


@pytest.fixture(scope="package")
def nothing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The site before its first migration: accounts, and nothing else."""
    with open_site(tmp_path_factory.mktemp("nothing"), "nothing") as site:
        yield site


@pytest.fixture
def visitor(browser: Browser) -> Iterator[Callable[..., Page]]:
    """Open pages as somebody: `visitor(site, "ada", locale="fr-FR")`.

    In every test, nothing may come from another host, and the browser's console stays empty.
    """
    visits = Visitor(browser)
    yield visits
    visits.close()
    assert visits.foreign == []
    assert visits.complaints == []

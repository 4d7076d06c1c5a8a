"""A site inside the test's own process, where a test can set a job's state and see the page follow."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from django.conf import LazySettings
from django.contrib.auth.models import User
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from pytest_django.live_server_helper import LiveServer

from pod.recorder.models import Recorder
from pod.video.models import Video
from pod.video.services import NewVideo, create_video, default_type, media_path
from tests.integration.conftest import MEETING, house, lecture, write_film
from tests.web.pages.sidecars import write_sidecar

__all__ = ["house", "lecture"]

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--autoplay-policy=no-user-gesture-required",
]
PASSWORD = "correct horse"
NewPage = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The site runs in another thread: the tests' rows must be committed."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.django_db(transaction=True))


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """One browser for the tests of a file.

    Playwright's own loop runs in this thread meanwhile; Django must not take that for asynchronous code.
    """
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        browser.close()


@pytest.fixture
def site(chromium: Browser, live_server: LiveServer, house: Path, settings: LazySettings) -> str:
    """The address of the running site."""
    settings.SITE_URL = live_server.url
    return str(live_server.url)


@pytest.fixture
def ada(chromium: Browser, transactional_db: None) -> User:
    """A teacher."""
    return User.objects.create_user("ada", "ada@example.org", PASSWORD, is_staff=True, first_name="Ada")


@pytest.fixture
def new_page(chromium: Browser, site: str) -> Iterator[NewPage]:
    """Open pages of the site; a page with an error of its own script or policy fails the test."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def open_page(**options: object) -> Page:
        wanted: dict[str, object] = {"locale": "en", "viewport": {"width": 1200, "height": 900}, **options}
        context = chromium.new_context(base_url=site, **wanted)  # type: ignore[arg-type]
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15_000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console",
            lambda message: complaints.append(message.text) if "Content Security" in message.text else None,
        )
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert complaints == []


@pytest.fixture
def page(new_page: NewPage, ada: User) -> Page:
    """A page on which Ada has logged in, in English."""
    opened = new_page()
    log_in(opened)
    return opened


def log_in(page: Page, name: str = "ada") -> None:
    """Log in by the form."""
    page.goto("/accounts/login/")
    page.get_by_label("Username").fill(name)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()


@pytest.fixture
def recorder(chromium: Browser, house: Path, transactional_db: None) -> Recorder:
    """A recorder whose files are claimed by hand."""
    (house / "bbb").mkdir(parents=True)
    return Recorder.objects.create(name="BBB", address_ip="192.0.2.1", type=default_type(), directory="bbb")


@pytest.fixture
def video(house: Path, ada: User, tmp_path: Path) -> Video:
    """A video of Ada's with chapters, slides, captions, chat."""
    path = write_film(media_path(ada.pk, "algebra", ".mp4"), seconds=20)
    report = write_sidecar(tmp_path / "sidecar")
    return create_video(NewVideo(ada.pk, "Algebra", path, MEETING, "Imported.", report=report))

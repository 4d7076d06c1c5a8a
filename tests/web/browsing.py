"""Pages in the browser, signed in as somebody, with what the browser complains about."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, Response

from tests.web.site import PASSWORD, Site

CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE_MS = 30_000
_sessions: dict[tuple[str, str], list[Any]] = {}  # cookies by site and name: the form is filled in once


class Visitor:
    """Opens pages; remembers foreign requests and console messages of all of them."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        self.refused = (403, 404, 429)  # statuses that a test may ask for: the browser notes them as errors
        self.allowed_hosts: set[str] = set()

    def __call__(
        self,
        site: Site,
        name: str = "",
        *,
        locale: str = "en-GB",
        javascript: bool = True,
        width: int = 1280,
        **options: Any,
    ) -> Page:
        """Return a new page, signed in as `name` ("" for nobody); nothing is opened yet."""
        context = self._browser.new_context(
            base_url=site.url,
            locale=locale,
            timezone_id="Europe/Paris",
            viewport={"width": width, "height": 800},
            java_script_enabled=javascript,
            **options,
        )
        context.set_default_timeout(PATIENCE_MS)
        self._contexts.append(context)
        page = context.new_page()
        own = urlsplit(site.url).netloc
        page.on("request", lambda request: self._note_request(request, own))
        page.on("console", self._note_message)
        page.on("pageerror", lambda error: self.complaints.append(f"{page.url}: {error}"))
        page.on("response", self._note_response)
        if name:
            self._sign_in(context, page, site, name)
        return page

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()

    def _sign_in(self, context: BrowserContext, page: Page, site: Site, name: str) -> None:
        known = _sessions.get((site.url, name))
        if known is None:
            log_in(page, name)
            _sessions[site.url, name] = [c for c in context.cookies() if c.get("name") == "sessionid"]
        else:
            context.add_cookies(known)

    def _note_request(self, request: Request, own: str) -> None:
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc not in {own, *self.allowed_hosts}:
            self.foreign.append(request.url)

    def _note_message(self, message: ConsoleMessage) -> None:
        expected = any(f"status of {status}" in message.text for status in self.refused)
        if message.type in {"error", "warning"} and not expected:
            self.complaints.append(f"{message.type}: {message.text} ({message.location.get('url')})")

    def _note_response(self, response: Response) -> None:
        if response.status >= 500:
            self.complaints.append(f"HTTP {response.status}: {response.url}")


def log_in(page: Page, name: str) -> None:
    """Fill in the log-in form, in whatever language it is."""
    page.goto("/accounts/login/")
    page.locator("input[name=username]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main button").click()
    page.wait_for_url(lambda url: "/accounts/login/" not in url)

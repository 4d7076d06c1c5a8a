"""Pages in their states, as the tests look at them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from playwright.sync_api import Page

from tests.web.browsing import Visitor
from tests.web.site import Site

Step = Callable[[Page], object]


@dataclass(frozen=True)
class View:
    """One page as somebody sees it, after `then` was done on it."""

    path: str
    name: str = ""
    then: Step | None = None
    shows: str = "h1"  # what must be on it, so that an error page is not taken for it


def click(selector: str) -> Step:
    """Click on the first that is found."""
    return lambda page: page.locator(selector).first.click()


def send(selector: str, **values: str) -> Step:
    """Fill in fields, take away the browser's own checks, and send the form."""

    def step(page: Page) -> None:
        for name, value in values.items():
            page.locator(f"main [name={name}]").fill(value)
        page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true; })")
        page.locator(selector).first.click()
        page.wait_for_load_state()

    return step


def opened(visitor: Visitor, site: Site, view: View, **options: str) -> Page:
    """Return the page in the state that is meant."""
    page = visitor(site, view.name, **options)  # type: ignore[arg-type]
    page.goto(site.address(view.path))
    if view.then:
        view.then(page)
    page.locator(view.shows).first.wait_for(state="attached")
    return page

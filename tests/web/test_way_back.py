"""The Back button after a question."""

from __future__ import annotations

import pytest
from playwright.sync_api import Error, Page, expect

from tests.web.browsing import Visitor, log_in
from tests.web.site import Site


@pytest.fixture
def asked(visitor: Visitor, states: Site) -> Page:
    """A page that asks whether a video is to be deleted, in a session of its own."""
    page = visitor(states)
    log_in(page, "noe")
    page.goto("/video/my/")
    page.locator("li.row").get_by_role("button", name="Delete").first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Delete “")
    return page


def test_back_leads_to_the_question_again(asked: Page) -> None:
    """Not to the browser's error page on a form that it would have to send once more."""
    asked.get_by_role("main").get_by_role("link", name="Cancel").click()
    expect(asked.get_by_role("heading", level=1)).to_have_text("My videos")
    asked.go_back()
    expect(asked.get_by_role("heading", level=1)).to_contain_text("Delete “")


def test_who_comes_after_somebody_who_logged_out_is_not_shown_the_question(asked: Page) -> None:
    """It names recordings: the browser has it for the session alone that it was asked in."""
    asked.get_by_role("button", name="Log out").click()
    expect(asked.get_by_role("link", name="Log in").first).to_be_visible()
    with pytest.raises(Error, match="ERR_CACHE_MISS"):
        asked.go_back()

"""Pages that bear long texts and hasty hands."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from tests.web.axe import SIDEWAYS
from tests.web.browsing import Visitor
from tests.web.site import Site

LONG_CHAT = """() => {
  const list = document.querySelector('.chat');
  const line = list.lastElementChild;
  for (let number = 0; number < 300; number++) list.append(line.cloneNode(true));
}"""
LONG_WORD = "() => { document.querySelector('.downloads li:last-child a').textContent += 'x'.repeat(200); }"
HEIGHT = "document.documentElement.scrollHeight"


@pytest.mark.parametrize(
    ("name", "path", "button"),
    [
        ("ada", "/record/claim_record/", "button[value=claim]"),
        ("admin", "/admin/bbb_migration/run/owners/", "main form button.default"),
    ],
)
def test_a_double_click_sends_a_form_once(
    visitor: Visitor, states: Site, name: str, path: str, button: str
) -> None:
    """Else the second answer, which is the one that is seen, would say that nothing was left to do."""
    page = visitor(states, name)
    page.goto(path)
    page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true; })")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    page.locator(button).first.dblclick()
    page.locator(".message, .errorlist").first.wait_for()
    assert len(sent) == 1
    page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true; })")
    page.locator(button).first.click()
    page.wait_for_load_state()
    assert len(sent) == 2


def test_a_button_shows_that_it_was_pressed(visitor: Visitor, states: Site) -> None:
    """On a slow line nothing else does for seconds."""
    page = visitor(states, "ada")
    page.goto("/import_video/")
    page.route(re.compile(r"/import_video/\d+/$"), lambda route: route.fulfill(status=204))  # the page stays
    button = page.get_by_role("button", name=re.compile("^Import .*:")).first
    button.click()
    expect(button).to_have_attribute("aria-busy", "true")


def test_a_long_chat_scrolls_within_its_panel(visitor: Visitor, states: Site) -> None:
    """The page ends below its content, however many lines there are for screen readers."""
    page = visitor(states, "ada")
    page.goto(states.address("/video/{video}/"))
    page.locator(".chat li").first.wait_for()
    before = page.evaluate(HEIGHT)
    page.evaluate(LONG_CHAT)
    assert page.evaluate(HEIGHT) == before


def test_a_name_without_spaces_wraps(visitor: Visitor, states: Site) -> None:
    """Names of captions come from the meeting; none makes the page scroll sideways."""
    page = visitor(states, "ada", width=360)
    page.goto(states.address("/video/{video}/"))
    assert re.search("captions", page.locator(".downloads li").last.inner_text())
    page.evaluate(LONG_WORD)
    assert not page.evaluate(SIDEWAYS)


def test_what_is_done_with_the_ticked_is_always_in_sight(visitor: Visitor, states: Site) -> None:
    """A telephone's list is twelve screens long: nobody has to go back to its beginning."""
    page = visitor(states, "ada", width=360)
    page.goto("/import_video/")
    button = page.locator("button[value=discard]")
    box = page.locator("input[name=id]").nth(12)
    box.scroll_into_view_if_needed()
    expect(button).not_to_be_in_viewport()
    box.check()
    expect(button).to_be_in_viewport()


@pytest.mark.parametrize("link", [".chat a[data-t]", ".results a"])
def test_the_player_comes_into_sight_when_it_is_to_play(visitor: Visitor, states: Site, link: str) -> None:
    """On a telephone, chat and search results are screens below it."""
    page = visitor(states, "ada", width=360)
    page.goto(f"{states.address('/video/{video}/')}?q=vecteurs")
    page.locator(link).last.click()
    expect(page.locator("video")).to_be_in_viewport(ratio=0.9)

"""The whole way by keyboard alone: every step is a key, and the focus is always seen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.web.browsing import Visitor
from tests.web.site import PASSWORD, Site
from tests.web.test_accessibility import VIEWS
from tests.web.test_journeys import row, seconds, until
from tests.web.views import opened

MOST_TABS = 80
FOCUSED = """() => { const e = document.activeElement;
  const style = getComputedStyle(e), box = e.getBoundingClientRect();
  const label = e.labels?.[0]?.textContent ?? e.getAttribute('aria-label') ?? e.textContent;
  return {tag: e.tagName, name: label.replace(/\\s+/g, ' ').trim(), outline: style.outlineStyle,
          inside: box.width > 0 && box.bottom > 0 && box.top < innerHeight, id: e.id}; }"""


def tab_to(page: Page, name: str, tag: str = "") -> None:
    """Press Tab until what has the focus is called so; each stop on the way must show that it has it."""
    for _press in range(MOST_TABS):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUSED)
        if focus["tag"] == "BODY":
            continue  # the browser's own bar lies between the last stop and the first
        assert focus["inside"], focus
        if focus["tag"] != "VIDEO":  # the player draws the focus on its own buttons
            assert focus["outline"] != "none", focus
        if re.match(name, focus["name"]) and tag in {"", focus["tag"]}:
            return
    raise AssertionError(f"Tab never came to {name!r}")


def test_logging_in_finding_importing_and_watching(visitor: Visitor, journeys: Site) -> None:
    """From the log-in form to the playing video, with Tab, Enter, Space and letters."""
    page = visitor(journeys)
    page.goto("/accounts/login/")
    tab_to(page, "Username")
    page.keyboard.type("bruno")
    tab_to(page, "Password")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("My external videos")
    tab_to(page, "Search", "INPUT")
    page.keyboard.type("topologie")
    page.keyboard.press("Enter")
    expect(page.locator("#count")).to_have_text("1 recording")
    tab_to(page, "Preview Topologie", "A")
    page.keyboard.press("Enter")
    expect(page.locator("dialog[open] .sheets img").first).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.evaluate(FOCUSED)["name"].startswith("Preview")
    page.keyboard.press("Shift+Tab")
    assert page.evaluate(FOCUSED)["name"].startswith("Import Topologie")
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").first).to_contain_text("queued")
    expect(row(page, "Topologie").locator(".state.done")).to_have_count(1, timeout=60_000)
    tab_to(page, "Watch Topologie")
    page.keyboard.press("Enter")
    expect(page.locator("video")).to_be_visible()
    tab_to(page, "0:0", "A")
    page.keyboard.press("Enter")
    until(page, lambda: seconds(page) > 0.3, "it plays")


def test_the_skip_link_leads_past_the_menu(visitor: Visitor, states: Site) -> None:
    """It is the first stop; the next one after it is in the content."""
    page = opened(visitor, states, VIEWS["list"])
    page.keyboard.press("Tab")
    assert page.evaluate(FOCUSED)["name"] == "Skip to the content"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


def test_ticking_and_discarding(visitor: Visitor, states: Site) -> None:
    """Space ticks a row, Tab reaches the verb, Enter asks, and "Cancel" leads back."""
    page = opened(visitor, states, VIEWS["list"])
    page.locator("input[name=id]").nth(6).focus()
    page.keyboard.press("Space")
    expect(page.locator("#selected")).to_have_text("1")
    page.locator("#all").focus()
    tab_to(page, "Discard the selected")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Discard 1 recording?")
    tab_to(page, "Cancel")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("My external videos")


def test_a_dialog_is_read_from_its_title(visitor: Visitor, states: Site) -> None:
    """However many slides there are, their beginning is seen, not the buttons below them."""
    page = opened(visitor, states, VIEWS["claim, preview"])
    assert page.evaluate("document.activeElement.id") == "preview-title"
    page.keyboard.press("Tab")
    assert page.evaluate("document.querySelector('dialog').contains(document.activeElement)")


def test_the_player(visitor: Visitor, states: Site) -> None:
    """Space plays; N and P turn the slides, C shows captions; without its focus letters do nothing."""
    page = opened(visitor, states, VIEWS["watch"])
    page.keyboard.press("n")
    assert seconds(page) == 0
    page.locator("video").focus()
    page.keyboard.press("n")
    until(page, lambda: seconds(page) >= 6, "the second slide")
    page.keyboard.press("p")
    until(page, lambda: seconds(page) < 6, "the first slide")
    page.keyboard.press("c")
    assert page.evaluate("[...document.querySelector('video').textTracks].some(t => t.mode === 'showing')")
    begun = seconds(page)
    page.keyboard.press("Space")
    until(page, lambda: seconds(page) > begun + 0.3, "it plays")


def test_a_link_of_a_row_that_refreshes_itself_keeps_the_focus(visitor: Visitor, states: Site) -> None:
    """Every two seconds: who is about to press Enter there presses it."""
    page = visitor(states, "ada")
    page.goto("/import_video/")
    link = page.locator("li.row:has(progress) .do a").first
    link.focus()
    with page.expect_response(re.compile("/moving/")):
        pass
    page.wait_for_timeout(100)  # until what came is in the page
    assert link.evaluate("(element) => element === document.activeElement")


@pytest.mark.parametrize(
    "view", ["list", "list, preview", "claim", "claim, preview", "my videos", "edit video", "watch"]
)
def test_tab_passes_everything_and_is_never_caught(visitor: Visitor, states: Site, view: str) -> None:
    """Every link, button and field is reached, in the order of the page, with the focus seen."""
    page = opened(visitor, states, VIEWS[view])
    start = page.evaluate(FOCUSED)
    stops: list[dict[str, object]] = [] if start["tag"] == "BODY" else [start]
    for _press in range(400):
        page.keyboard.press("Tab")
        focus = page.evaluate(FOCUSED)
        if focus["tag"] == "BODY" or (stops and focus == stops[0]):
            break
        stops.append(focus)
    reachable = page.evaluate(REACHABLE)
    assert len({(stop["tag"], stop["name"]) for stop in stops}) >= reachable


REACHABLE = """() => { const open = document.querySelector('dialog[open]') ?? document;
  const stops = 'a[href], button, input:not([type=hidden]), select, textarea, summary';
  const names = [...open.querySelectorAll(stops)]
    .filter(e => e.checkVisibility() && e.tabIndex >= 0 && !e.disabled)
    .map(e => e.tagName + (e.labels?.[0]?.textContent ?? e.getAttribute('aria-label') ?? e.textContent)
      .replace(/\\s+/g, ' ').trim());
  return new Set(names).size; }"""

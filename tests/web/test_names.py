"""Names that were not made for a list: without a space, or read from the right."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator

from tests.web.axe import SIDEWAYS
from tests.web.browsing import Visitor
from tests.web.site import Site

WHERE = """(element) => [0, element.textContent.length - 1].map((at) => {
  const letter = new Range();
  letter.setStart(element.firstChild, at);
  letter.setEnd(element.firstChild, at + 1);
  return letter.getBoundingClientRect().left;
})"""


def called(element: Locator, name: str) -> Locator:
    """Give an element of a page another text."""
    element.evaluate("(element, name) => { element.textContent = name; }", name)
    return element


def test_what_ends_a_hebrew_title_stands_at_its_left(visitor: Visitor, states: Site) -> None:
    """In a list of titles that begin at the left, too."""
    page = visitor(states, "ada")
    page.goto("/import_video/")
    first, last = called(page.locator("li.row h2").first, "מבוא לאלגברה 101!").evaluate(WHERE)
    assert last < first
    first, last = called(page.locator("li.row h2").first, "Algebra 101!").evaluate(WHERE)
    assert last > first


@pytest.mark.parametrize("place", ["nav .timed bdi", ".chat .said", ".description p", ".facts li"])
def test_what_ends_a_hebrew_text_beside_a_video_stands_at_its_left(
    visitor: Visitor, states: Site, place: str
) -> None:
    """Chapters, chat, description and course, after a second or a name in Latin letters."""
    page = visitor(states, "ada")
    page.goto(states.address("/video/{video}/"))
    first, last = called(page.locator(place).first, "מבוא לאלגברה 101!").evaluate(WHERE)
    assert last < first


def test_a_title_without_spaces_hides_no_column_of_the_administration(visitor: Visitor, states: Site) -> None:
    """It is wrapped where the column would be wider than is read."""
    page = visitor(states, "admin")
    page.goto("/admin/import_video/externalrecording/")
    called(page.locator("#result_list .field-name a").first, "A" * 240)
    wide = page.locator("#result_list .field-name").first.evaluate("(cell) => cell.offsetWidth")
    assert wide < 500


def test_the_form_of_a_video_in_the_administration_fits_the_window(visitor: Visitor, states: Site) -> None:
    """The path of a caption file and the name of a chapter are wrapped or cut, not the page made wider."""
    page = visitor(states, "admin")
    page.goto(f"/admin/video/video/{int(states.known['video'].split('-')[0])}/change/")
    called(page.locator(".dynamic-chapters .original p").first, "A" * 240)
    assert not page.evaluate(SIDEWAYS)


@pytest.mark.parametrize("width", [1280, 360])
def test_a_course_without_spaces_does_not_widen_the_video_page(
    visitor: Visitor, states: Site, width: int
) -> None:
    """Moodle's short names are often codes of many letters."""
    page = visitor(states, "ada", width=width)
    page.goto(states.address("/video/{video}/"))
    called(page.locator(".facts li").nth(3), "A" * 240)
    assert not page.evaluate(SIDEWAYS)


def test_hundreds_of_chapters_do_not_hide_the_chat_of_a_telephone(visitor: Visitor, states: Site) -> None:
    """The list of chapters scrolls in itself, as it does beside the player."""
    page = visitor(states, "ada", width=360)
    page.goto(states.address("/video/{video}/"))
    page.locator("nav.panel ol").evaluate(
        "(list) => { for (let n = 0; n < 300; n += 1) list.append(list.lastElementChild.cloneNode(true)); }"
    )
    box = page.locator("nav.panel").bounding_box()
    assert box is not None
    assert box["height"] < 500

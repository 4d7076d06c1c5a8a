"""A look into a waiting recording, then it is claimed: in a dialog, and without JavaScript as a page."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, Route, expect

from tests.web.browsing import Visitor
from tests.web.site import Site
from tests.web.test_journeys import CLAIM, until


def is_seen(page: Page, pictures: Locator) -> None:
    """Wait until the first picture is there."""
    until(page, lambda: bool(pictures.first.evaluate("node => node.naturalWidth > 0")), "a picture is seen")


def claim_and_give_back(page: Page, title: str) -> None:
    """Claim what is shown; put it back for the next test."""
    page.locator("main, dialog[open]").last.get_by_role("button", name=f"Claim {title}").click()
    expect(page.get_by_role("status").first).to_contain_text("private video")
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    page.goto(CLAIM)
    page.get_by_role("button", name=f"Give back {title}").click()
    page.get_by_role("button", name="Give back 1 recording").click()
    expect(page.get_by_role("status").first).to_contain_text("can be claimed again")


def test_looking_before_claiming(visitor: Visitor, journeys: Site) -> None:
    """The dialog shows the film; Escape leads back to the link; Claim in it makes the video mine."""
    page = visitor(journeys, "ada")
    page.goto(CLAIM)
    title = page.locator("li.row h2").first.inner_text()
    page.get_by_role("link", name=f"Preview {title}").click()
    is_seen(page, page.locator("dialog[open] .sheets img"))
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.evaluate("document.activeElement.textContent").startswith(f"Preview {title}")
    page.keyboard.press("Enter")
    is_seen(page, page.locator("dialog[open] .sheets img"))
    claim_and_give_back(page, title)


def test_looking_before_claiming_without_javascript(visitor: Visitor, journeys: Site) -> None:
    """The link opens a page; its way back leads to the list as it was sorted; Claim works there too."""
    page = visitor(journeys, "ada", javascript=False)
    page.goto(f"{CLAIM}?state=mine&sort=title")
    title = page.locator("li.row h2").first.inner_text()
    page.get_by_role("link", name=f"Preview {title}").click()
    is_seen(page, page.locator(".sheets img"))
    page.get_by_role("link", name="Back to the list").click()
    expect(page).to_have_url(f"{journeys.url}{CLAIM}?state=mine&sort=title")
    page.get_by_role("link", name=f"Preview {title}").click()
    claim_and_give_back(page, title)


def test_what_the_migration_gives_to_others_has_no_preview(visitor: Visitor, journeys: Site) -> None:
    """Somebody else sees title and Claim, and no link that would be refused."""
    mine, other = visitor(journeys, "ada"), visitor(journeys, "bruno")
    mine.goto(f"{CLAIM}?state=mine")
    title = mine.locator("li.row h2").first.inner_text()
    other.goto(CLAIM)
    expect(other.get_by_role("button", name=f"Claim {title}")).to_have_count(1)
    expect(other.get_by_role("link", name=f"Preview {title}")).to_have_count(0)
    assert other.get_by_role("link", name="Preview").count() > 0


def test_a_preview_that_takes_time_is_seen_to_come(visitor: Visitor, states: Site) -> None:
    """The link says that it was pressed, until the dialog is there."""
    page = visitor(states, "ada")
    page.goto(CLAIM)
    link = page.get_by_role("link", name="Preview ").first
    after = "(link) => getComputedStyle(link, '::after').content"
    held: list[Route] = []
    page.route("**/preview/**", lambda route: held.append(route))  # noqa: PLW0108 - playwright marks what it calls
    assert link.evaluate(after) == "none"
    link.click()
    until(page, lambda: bool(held), "the preview is asked for")
    assert link.evaluate(after) == '" …"'
    held[0].continue_()
    expect(page.locator("dialog[open]")).to_be_visible()
    assert link.evaluate(after) == "none"

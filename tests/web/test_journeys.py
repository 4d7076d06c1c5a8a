"""What teachers do, in a real browser, on a site that really converts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.web.browsing import Visitor, log_in
from tests.web.site import Site

LIST, CLAIM = "/import_video/", "/record/claim_record/"
PATIENCE_S = 90
expect.set_options(timeout=30_000)


def row(page: Page, title: str) -> Locator:
    """Return the list's row of this title."""
    return page.locator("li.row", has=page.get_by_role("heading", name=title, exact=True))


def seconds(page: Page) -> float:
    """Return where the player is."""
    return float(page.evaluate("document.querySelector('video').currentTime"))


def until(page: Page, condition: Callable[[], bool], what: str, *, reload: bool = False) -> None:
    """Wait until something holds; reload the page meanwhile when it cannot change by itself."""
    deadline = time.monotonic() + PATIENCE_S
    while not condition():
        assert time.monotonic() < deadline, f"never came true: {what}"
        page.wait_for_timeout(500 if reload else 100)
        if reload:
            page.reload()


def test_from_ten_thousand_recordings_to_captions_at_chapter_two(visitor: Visitor, journeys: Site) -> None:
    """Log in, find three, preview one, import them, watch the percentage, play at chapter 2, show captions."""
    page = visitor(journeys, locale="fr-FR")
    log_in(page, "mila")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes vidéos externes")
    expect(page.locator("#count")).to_contain_text(re.compile(r"10\s?000 enregistrements"))
    page.get_by_label("Rechercher").fill("fluides")
    page.get_by_role("button", name="Appliquer").click()
    expect(page.locator("#count")).to_have_text("3 enregistrements")

    row(page, "Mécanique des fluides 1").locator("a[hx-get]").click()
    pictures = page.locator("dialog[open] .sheets img")
    expect(pictures).to_have_count(2)
    until(page, lambda: bool(pictures.first.evaluate("node => node.naturalWidth > 0")), "a slide is seen")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)

    page.get_by_label("Tout sélectionner").check()
    page.get_by_role("button", name="Importer la sélection").click()
    page.get_by_role("button", name="Importer 3 enregistrements").click()
    expect(page.get_by_role("status").first).to_contain_text("3 enregistrements")
    page.get_by_label("Rechercher").fill("fluides")
    page.get_by_role("button", name="Appliquer").click()

    opened = page.evaluate("performance.timeOrigin")
    first = row(page, "Mécanique des fluides 1")
    seen: list[int] = []

    def watched() -> bool:
        told = re.search(r"(\d+)\s%", first.inner_text())
        if told and 0 < int(told[1]) < 100 and int(told[1]) not in seen:
            seen.append(int(told[1]))
        return first.locator(".state.done").count() == 1

    until(page, watched, "the first is done")
    assert len(seen) >= 2
    assert seen == sorted(seen)
    for number in (2, 3):
        expect(row(page, f"Mécanique des fluides {number}").locator(".state.done")).to_have_count(1)
    assert page.evaluate("performance.timeOrigin") == opened  # the page itself was not loaded again

    first.get_by_role("link", name="Regarder").click()
    chapters = page.get_by_role("navigation", name="Chapitres").get_by_role("link")
    expect(chapters).to_have_text(
        [re.compile("0:00 Espaces vectoriels"), re.compile("0:06 Bases et dimension")]
    )
    chapters.nth(1).click()
    until(page, lambda: seconds(page) > 6.3, "the video plays from chapter 2 on")
    expect(chapters.nth(1)).to_have_attribute("aria-current", "true")
    page.get_by_label("Sous-titres").select_option("français")
    shown = "[...document.querySelector('video').textTracks].find(t => t.mode === 'showing')?.activeCues?.[0]?.text"
    until(page, lambda: bool(page.evaluate(shown)), "a caption is shown")


def test_the_same_without_javascript_up_to_playing(visitor: Visitor, journeys: Site) -> None:
    """Find, preview, import, look again, watch and play with plain links, forms and the browser's player."""
    page = visitor(journeys, javascript=False)
    log_in(page, "noe")
    page.get_by_label("Search").fill("optique 3")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#count")).to_have_text("1 recording")
    page.get_by_role("link", name=re.compile("^Preview Optique 3")).click()
    expect(page.locator(".sheets img").first).to_be_visible()
    page.go_back()
    page.get_by_role("button", name=re.compile("^Import Optique 3")).click()
    expect(page.get_by_role("status").first).to_contain_text("queued")
    until(page, lambda: row(page, "Optique 3").locator(".state.done").count() == 1, "done", reload=True)
    page.get_by_role("link", name=re.compile("^Watch Optique 3")).click()
    page.get_by_role("navigation", name="Chapters").get_by_role("link").nth(1).click()
    expect(page).to_have_url(re.compile(r"\?t="))
    video = page.locator("video")
    until(page, lambda: seconds(page) >= 3, "the player stands at chapter 2")
    begun = seconds(page)
    video.focus()
    page.keyboard.press("Space")
    until(page, lambda: seconds(page) > begun + 0.3, "the video plays")


def test_discarding_two_and_undoing_it(visitor: Visitor, journeys: Site) -> None:
    """The question names verb and count; one click brings both back."""
    page = visitor(journeys, "noe")
    page.goto(f"{LIST}?q=optique&state=available")
    before = page.locator("li.row").count()
    for title in ("Optique 4", "Optique 5"):
        row(page, title).get_by_role("checkbox").check()
    expect(page.locator("#selected")).to_have_text("2")
    page.get_by_role("button", name="Discard the selected").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Discard 2 recordings?")
    page.get_by_role("button", name="Discard 2 recordings").click()
    page.goto(f"{LIST}?q=optique&state=available")
    expect(page.locator("li.row")).to_have_count(before - 2)
    page.get_by_role("button", name="Undo the discarding").click()
    expect(page.get_by_role("status").first).to_contain_text("2 recordings are back")
    expect(row(page, "Optique 4")).to_be_visible()


def test_claiming_what_is_probably_mine_and_giving_it_back(visitor: Visitor, journeys: Site) -> None:
    """It comes first; claimed, it is a private video that plays; given back, it waits again."""
    page = visitor(journeys, "ada")
    page.goto(CLAIM)
    expect(page.locator("li.row").first).to_contain_text("probably yours")
    title = page.locator("li.row h2").first.inner_text()
    before = page.locator("li.row").count()
    page.get_by_role("button", name=f"Claim {title}").click()
    expect(page.get_by_role("status").first).to_contain_text("private video")
    page.evaluate("document.querySelector('video').play()")
    until(page, lambda: seconds(page) > 0.3, "the video plays")
    page.goto(CLAIM)
    expect(page.locator("li.row")).to_have_count(before - 1)
    page.get_by_role("button", name=f"Give back {title}").click()
    expect(page.locator("li.row")).to_have_count(before)


def test_two_claim_the_same_at_once(visitor: Visitor, journeys: Site) -> None:
    """One has the video; the other reads that somebody was faster."""
    pages = [visitor(journeys, name) for name in ("bruno", "noe")]
    for page in pages:
        page.goto(f"{CLAIM}?state=others")
    title = pages[0].locator("li.row h2").first.inner_text()
    start = time.time() * 1000 + 1500
    for page in pages:
        form = page.locator("li.row form").first
        form.evaluate("(form, at) => { setTimeout(() => form.requestSubmit(), at - Date.now()); }", start)
    for page in pages:
        page.locator("#messages .message").wait_for()
    told = sorted(page.locator("#messages .message").inner_text() for page in pages)
    assert [title in text and "is yours now" in text for text in told].count(True) == 1
    assert ["claimed by somebody else" in text for text in told].count(True) == 1
    loser = next(page for page in pages if "somebody else" in page.locator("#messages").inner_text())
    expect(row(loser, title)).to_have_count(0)


def test_importing_twice_is_importing_once(visitor: Visitor, journeys: Site) -> None:
    """The same button pressed in two windows: one job, one video."""
    pages = [visitor(journeys, "noe") for _window in range(2)]
    for page in pages:
        page.goto(f"{LIST}?q=optique+2")
    for page in pages:
        page.get_by_role("button", name=re.compile("^Import Optique 2")).click()
        expect(page.locator("#messages .message")).to_contain_text("queued")
    until(pages[0], lambda: row(pages[0], "Optique 2").locator(".state.done").count() == 1, "it is done")
    pages[0].goto("/video/my/?q=optique+2")
    expect(pages[0].locator("li.row")).to_have_count(1)


def test_changing_the_language(visitor: Visitor, journeys: Site) -> None:
    """One button on every page, and the page stays where it is."""
    page = visitor(journeys, "ada", locale="fr-FR")
    page.goto(f"{CLAIM}?q=séance")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Claim a recording")
    expect(page.get_by_label("Search")).to_have_value("séance")
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Revendiquer un enregistrement")

"""What teachers do, in a real browser, on a site that really converts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from tests.fake_bbb import Fault
from tests.web.browsing import Visitor, log_in
from tests.web.site import Site
from tests.web.worker import CANCELLED, WATCHED, watched

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
    """Log in, find three, preview one, import all, watch the percentage, play at chapter 2 with captions."""
    page = visitor(journeys, locale="fr-FR")
    log_in(page, "mila")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mes vidéos externes")
    expect(page.locator("#count")).to_contain_text(re.compile(r"10\s?000 enregistrements"))
    find_fluids(page)
    preview(page, WATCHED)
    page.get_by_label("Tout sélectionner").check()
    page.get_by_role("button", name="Importer la sélection").click()
    page.get_by_role("button", name="Importer 3 enregistrements").click()
    expect(page.get_by_role("status").first).to_contain_text("3 enregistrements")
    find_fluids(page)
    watch_the_percentage(page, journeys)
    for number in (2, 3):
        expect(row(page, f"Mécanique des fluides {number}").locator(".state.done")).to_have_count(1)
    row(page, WATCHED).get_by_role("link", name="Regarder").click()
    play_at_chapter_two(page)
    page.locator("#captions").select_option("français")
    until(page, lambda: bool(page.evaluate(CAPTION)), "a caption is shown")


CAPTION = """[...document.querySelector('video').textTracks]
  .find(track => track.mode === 'showing')?.activeCues?.[0]?.text"""


def find_fluids(page: Page) -> None:
    """Search for the three among ten thousand."""
    page.get_by_label("Rechercher").fill("fluides")
    page.get_by_role("button", name="Appliquer").click()
    expect(page.locator("#count")).to_have_text("3 enregistrements")


def preview(page: Page, title: str) -> None:
    """Look at its slides in the dialog; Escape leads back to where one was."""
    page.get_by_role("link", name=f"Aperçu {title}").click()
    pictures = page.locator("dialog[open] .sheets img")
    expect(pictures).to_have_count(2)
    until(page, lambda: bool(pictures.first.evaluate("node => node.naturalWidth > 0")), "a slide is seen")
    page.keyboard.press("Escape")
    expect(page.locator("dialog[open]")).to_have_count(0)
    assert page.evaluate("document.activeElement.textContent").startswith("Aperçu")


def watch_the_percentage(page: Page, site: Site) -> None:
    """See it grow, without the page being loaded again, until the row says that it is done."""
    opened = page.evaluate("performance.timeOrigin")
    growing = row(page, WATCHED)
    seen: list[int] = []

    def done() -> bool:
        told = re.search(r"(\d+)\s%", growing.inner_text())
        if told and 0 < int(told[1]) < 100 and int(told[1]) not in seen:
            seen.append(int(told[1]))
            watched(site.folder, WATCHED, len(seen)).touch()
        return growing.locator(".state.done").count() == 1

    until(page, done, f"{WATCHED} is done")
    assert len(seen) >= 2
    assert seen == sorted(seen)
    assert page.evaluate("performance.timeOrigin") == opened


def play_at_chapter_two(page: Page) -> None:
    """Click on the second chapter, and see the video's time go on from there."""
    chapters = page.get_by_role("navigation", name="Chapitres").get_by_role("link")
    expect(chapters).to_have_text([re.compile("0:00 Espaces"), re.compile("0:06 Bases et dimension")])
    chapters.nth(1).click()
    until(page, lambda: seconds(page) > 6.3, "the video plays from chapter 2 on")
    expect(chapters.nth(1)).to_have_attribute("aria-current", "true")


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
    page.get_by_role("button", name="Give back 1 recording").click()
    expect(page.locator("li.row")).to_have_count(before)


def test_claiming_two_at_once_and_undoing_it(visitor: Visitor, journeys: Site) -> None:
    """Tick, answer the question with its count, see both gone; one click brings both back."""
    page = visitor(journeys, "mila")
    page.goto(CLAIM)
    before = page.locator("li.row").count()
    for box in page.locator("li.row input[name=id]").all()[-2:]:
        box.check()
    expect(page.locator("#selected")).to_have_text("2")
    page.get_by_role("button", name="Claim the selected").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Claim 2 recordings?")
    page.get_by_role("button", name="Claim 2 recordings").click()
    expect(page.get_by_role("status").first).to_contain_text("2 recordings are yours now")
    expect(page.locator("li.row")).to_have_count(before - 2)
    page.get_by_role("button", name="Undo the claiming").click()
    expect(page.get_by_role("status").first).to_contain_text("2 recordings can be claimed again")
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
    pages[0].goto("/video/my/")
    expect(row(pages[0], "Optique 2")).to_have_count(1)


def test_a_failed_import_says_why_and_is_tried_again(visitor: Visitor, journeys: Site) -> None:
    """A recording that the old server does not have for a while: its row tells so, and Retry brings it."""
    faults = journeys.bbb.behaviour.faults
    gone = Fault(r"(metadata\.xml|shapes\.svg)$", times=-1, status=404)
    faults.append(gone)
    page = visitor(journeys, "noe")
    page.goto(f"{LIST}?q=optique+6")
    wanted = row(page, "Optique 6")
    wanted.get_by_role("button", name=re.compile("^Import")).click()
    expect(wanted.locator(".state.failed")).to_have_count(1)
    wanted.get_by_text("What went wrong").click()
    expect(wanted.get_by_text("is no longer on the old server")).to_be_visible()
    faults.remove(gone)
    wanted.get_by_role("button", name=re.compile("^Retry")).click()
    expect(wanted.locator(".state.done")).to_have_count(1)
    expect(wanted.get_by_role("link", name=re.compile("^Watch"))).to_be_visible()


def test_an_import_under_way_is_cancelled(visitor: Visitor, journeys: Site) -> None:
    """The row is as it was before, and nothing of the recording is in My videos."""
    page = visitor(journeys, "noe")
    page.goto(f"{LIST}?q=optique+11")
    wanted = row(page, CANCELLED)
    wanted.get_by_role("button", name=re.compile("^Import")).click()
    expect(wanted.get_by_text("% converted")).to_be_visible()
    wanted.get_by_role("button", name=re.compile("^Cancel")).click()
    expect(wanted.locator(".state.available")).to_have_count(1)
    expect(wanted.get_by_role("button", name=re.compile("^Import"))).to_be_visible()
    page.goto("/video/my/?q=optique+11")
    expect(row(page, "Optique 11")).to_have_count(0)


def test_the_old_server_is_asked_for_its_player_only_when_somebody_opens_it(
    visitor: Visitor, journeys: Site
) -> None:
    """Then it plays in a frame of the preview, sandboxed; closing the dialog ends it."""
    page = visitor(journeys, "mila")
    page.goto(LIST)
    page.get_by_role("link", name=re.compile("^Preview ")).first.click()
    page.locator("dialog[open] .sheets img").first.wait_for()
    assert page.locator("dialog iframe").count() == 0
    visitor.allowed_hosts.add(journeys.bbb.url.removeprefix("http://"))
    page.locator("dialog summary").click()
    expect(page.frame_locator("dialog iframe").locator("body")).to_be_attached()
    assert page.locator("dialog iframe").get_attribute("sandbox") == "allow-scripts allow-same-origin"
    visitor.complaints[:] = [text for text in visitor.complaints if "can escape its sandboxing" not in text]
    page.locator("dialog [data-close]").click()
    expect(page.locator("iframe")).to_have_count(0)


def test_the_slides_and_a_search_lead_to_the_second(visitor: Visitor, journeys: Site) -> None:
    """The strip marks the slide of the second, a click on one goes there; so does what a search found."""
    page = visitor(journeys, "ada")
    page.goto(journeys.address("/video/{video}/"))
    slides = page.get_by_role("navigation", name="Slides").get_by_role("link")
    expect(slides.first).to_have_attribute("aria-current", "true")
    slides.nth(1).click()
    expect(slides.nth(1)).to_have_attribute("aria-current", "true")
    assert seconds(page) >= 6
    page.get_by_role("button", name="Previous slide").click()
    expect(slides.first).to_have_attribute("aria-current", "true")
    page.get_by_label("Speed").select_option("2")
    assert page.evaluate("document.querySelector('video').playbackRate") == 2
    slides.nth(1).click()
    page.get_by_label("Search in slides, captions and chat").fill("basis spans")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#found li")).to_have_count(1)
    until(page, lambda: seconds(page) >= 6, "the video stands where it stood")
    page.locator("#found a").click()
    until(page, lambda: 3 <= seconds(page) < 6, "the video stands where the caption begins")


def test_all_of_a_long_recording_is_shown_where_it_stands(visitor: Visitor, journeys: Site) -> None:
    """The link of a recording with very many slides loads all of them, and the second stays."""
    page = visitor(journeys, "ada")
    page.goto(journeys.address("/video/{video}/?t=6"))
    link = '<a class="whole" href="?all=1">Show all slides</a>'
    page.evaluate("link => document.querySelector('.strip').insertAdjacentHTML('afterend', link)", link)
    until(page, lambda: seconds(page) >= 6, "the video stands at its second")
    page.get_by_role("link", name="Show all slides").click()
    page.wait_for_url(re.compile(r"[?]all=1&t=6"))
    until(page, lambda: seconds(page) >= 6, "the video stands where it stood")


def test_a_share_link_works_without_an_account_until_it_is_renewed(visitor: Visitor, journeys: Site) -> None:
    """Who has the link watches a private video; after "make a new link" the old one does not work."""
    page = visitor(journeys, "ada")
    page.goto(journeys.address("/video/{video}/"))
    link = page.locator("#share").input_value()
    guest = visitor(journeys)
    guest.goto(link)
    until(guest, lambda: bool(guest.evaluate("document.querySelector('video').readyState > 0")), "it plays")
    page.get_by_role("button", name=re.compile("^Make a new link")).click()
    guest.goto(link)
    expect(guest.locator("input[name=password]")).to_be_visible()


def test_editing_deleting_and_undoing(visitor: Visitor, journeys: Site) -> None:
    """A video gets another title and is deleted after a question; one click brings it back."""
    page = visitor(journeys, "ada")
    page.goto(journeys.address("/video/edit/{video}/"))
    page.get_by_label("Title").fill("Algebra, revised")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status").first).to_contain_text("is saved")
    page.goto("/video/my/")
    page.get_by_role("button", name="Delete Algebra, revised").click()
    asked = re.compile("Delete “Algebra, revised, .* 2023, .*”\\?")
    expect(page.get_by_role("heading", level=1)).to_have_text(asked)
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(row(page, "Algebra, revised")).to_have_count(0)
    page.get_by_role("button", name="Undo the deletion").click()
    expect(row(page, "Algebra, revised")).to_have_count(1)


def test_changing_the_language(visitor: Visitor, journeys: Site) -> None:
    """One button on every page, and the page stays where it is."""
    page = visitor(journeys, "ada", locale="fr-FR")
    page.goto(f"{CLAIM}?q=séance")
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Claim a recording")
    expect(page.get_by_label("Search")).to_have_value("séance")
    page.get_by_role("button", name="Français").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Revendiquer un enregistrement")


def test_a_stream_plays_where_the_browser_can_and_the_file_where_it_cannot(
    visitor: Visitor, states: Site
) -> None:
    """HLS beside the MP4: from its second on, and on from there after a seek."""
    page = visitor(states)
    page.goto(f"{states.address('/video/{public}/')}?t=3")
    can = page.evaluate("document.querySelector('video').canPlayType('application/vnd.apple.mpegurl')")
    page.evaluate("document.querySelector('video').play()")
    until(page, lambda: seconds(page) > 3.2, "it plays from its second on")
    source = page.evaluate("document.querySelector('video').currentSrc.split('#')[0]")
    assert source.endswith("/hls/") == bool(can)
    page.evaluate("document.querySelector('video').currentTime = 8")
    until(page, lambda: seconds(page) > 8.2, "it plays on from there")


def test_a_tick_outlives_the_refreshing_of_its_row(visitor: Visitor, states: Site) -> None:
    """A row that moves is drawn anew every two seconds; what is selected stays so, and so does the focus."""
    page = visitor(states, "ada")
    page.goto(LIST)
    moving = page.locator("li.row", has=page.locator(".state.converting"))
    moving.get_by_role("checkbox").check()
    moving.get_by_role("button", name=re.compile("^Cancel")).focus()
    for _refresh in range(2):
        with page.expect_response(re.compile("/moving/")):
            pass
    page.wait_for_timeout(100)  # until what came is in the page
    expect(moving.get_by_role("checkbox")).to_be_checked()
    expect(page.locator("#selected")).to_have_text("1")
    assert page.evaluate("document.activeElement.textContent").startswith("Cancel")


def test_a_session_that_ends_leads_to_the_log_in_page(visitor: Visitor, states: Site) -> None:
    """Also when it is the refreshing list that finds out: no form appears within the list."""
    page = visitor(states, "ada")
    page.goto(LIST)
    page.context.clear_cookies()
    page.wait_for_url(re.compile("/accounts/login/"))
    expect(page.get_by_role("heading", level=1)).to_have_text("Log in")


def test_a_preview_that_cannot_be_shown_says_why(visitor: Visitor, states: Site) -> None:
    """A recording that was deleted in another window: the link leads to a page that says so."""
    page = visitor(states, "ada")
    page.goto(f"{LIST}?state=available")
    link = page.get_by_role("link", name=re.compile("^Preview")).first
    link.evaluate(
        "link => { link.setAttribute('hx-get', '/import_video/preview/999999/');"
        " link.href = '/import_video/preview/999999/'; htmx.process(link); }"
    )
    link.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("There is no such page")
    # htmx itself notes the refusal on the console
    visitor.complaints[:] = [text for text in visitor.complaints if "Response Status Error Code" not in text]

"""What teachers do, in a real browser."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.contrib.auth.models import User
from playwright.sync_api import Page, expect

from pod.conversion import engines
from pod.conversion.engines import Made, Work
from pod.conversion.models import Conversion
from pod.conversion.services import run
from pod.import_video.models import ExternalRecording
from pod.import_video.services import create_external_recordings
from pod.main.states import State
from pod.recorder.models import Recorder
from pod.recorder.services import ClaimSpec, make_claimable
from pod.video.models import Video
from tests.fake_bbb import FakeBBB
from tests.integration.conftest import MEETING, spec_of, write_film
from tests.samples import Sample
from tests.web.pages.conftest import NewPage, log_in
from tests.web.pages.sidecars import write_sidecar

MANY = 10_000


class SidecarEngine:
    """Makes a film of 20 seconds with chapters and captions."""

    name = "native"
    suffix = ".mp4"

    def convert(self, work: Work, *, progress: object, cancelled: object) -> Made:
        """Write film and sidecar into the job's folder."""
        made = write_film(work.folder / f"{work.name}.mp4", seconds=20)
        return Made(made, write_sidecar(work.folder / "beside"))


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Convert with `SidecarEngine`."""
    monkeypatch.setitem(engines.ENGINES, "native", SidecarEngine())


def row(page: Page, name: str):  # type: ignore[no-untyped-def]  # noqa: ANN201 - a locator
    """Return the list's row of this title."""
    return page.locator("li.row", has=page.get_by_role("heading", name=name, exact=True))


def until(page: Page, condition: str) -> None:
    """Wait until the script's condition holds (Playwright's own waiting would evaluate text in the page)."""
    for _look in range(300):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never came true: {condition}")


def playing_at(page: Page) -> float:
    """Return the second at which the player is."""
    return float(page.evaluate("document.querySelector('video').currentTime"))


def test_from_ten_thousand_recordings_to_playing_chapter_two(page: Page, ada: User, engine: None) -> None:
    """Find one, import three, see the percentage move, play the result, jump to a chapter, show captions."""
    create_external_recordings([spec_of(ada, f"Lecture {n}", n) for n in range(MANY)])
    create_external_recordings([spec_of(ada, f"Topology {n}", MANY + n) for n in (1, 2, 3)])
    page.goto("/import_video/")
    expect(page.locator("#count")).to_have_text("10003 recordings")
    page.get_by_label("Search").fill("topology")
    page.get_by_role("button", name="Apply").click()
    expect(page.locator("#count")).to_have_text("3 recordings")
    page.get_by_label("Select all on this page").check()
    page.get_by_role("button", name="Import the selected").click()
    page.get_by_role("button", name="Import 3 recordings").click()
    expect(page.get_by_text("3 recordings are queued.")).to_be_visible()

    page.goto("/import_video/?state=active")
    first = row(page, "Topology 1")
    expect(first).to_contain_text("in the queue")
    job = ExternalRecording.objects.get(name="Topology 1").detail.conversion
    assert job is not None
    Conversion.objects.filter(pk=job.pk).update(state=State.CONVERTING, done_s=900, total_s=3600)
    expect(first).to_contain_text("25 % converted")
    Conversion.objects.filter(pk=job.pk).update(done_s=2700)
    expect(first).to_contain_text("75 % converted")
    Conversion.objects.filter(pk=job.pk).update(state=State.QUEUED)
    assert run(job.pk) == State.DONE
    expect(page.locator("#news")).to_contain_text("Topology 1: done")
    first.get_by_role("link", name="Watch").click()

    expect(page.get_by_role("heading", name="Topology 1")).to_be_visible()
    page.get_by_role("navigation", name="Chapters").get_by_role("link").nth(1).click()
    until(page, "document.querySelector('video').currentTime > 3.2")
    assert playing_at(page) < 10
    page.locator("#captions").select_option("English")
    until(page, "document.querySelector('video').textTracks[0].activeCues?.length > 0")
    assert page.evaluate("document.querySelector('video').textTracks[0].mode") == "showing"


def test_the_slides_follow_the_video_and_seek_it(page: Page, video: Video) -> None:
    """The strip marks the slide of the second, and a click on another goes there."""
    page.goto(video.get_absolute_url())
    slides = page.get_by_role("navigation", name="Slides").get_by_role("link")
    expect(slides.nth(0)).to_have_attribute("aria-current", "true")
    slides.nth(3).click()
    expect(slides.nth(3)).to_have_attribute("aria-current", "true")
    assert playing_at(page) >= 9
    page.get_by_role("button", name="Previous slide").click()
    expect(slides.nth(2)).to_have_attribute("aria-current", "true")
    page.get_by_label("Speed").select_option("2")
    assert page.evaluate("document.querySelector('video').playbackRate") == 2


def test_search_inside_a_video_leads_to_the_second(page: Page, video: Video) -> None:
    """Slides, captions and chat are found."""
    page.goto(video.get_absolute_url())
    page.get_by_label("Search in slides, captions and chat").fill("eigenvalues")
    page.get_by_role("button", name="Search", exact=True).click()
    expect(page.locator("#found")).to_contain_text("1 place found")
    page.locator("#found a").click()
    until(page, "document.querySelector('video').currentTime >= 9")


def test_preview_opens_over_the_list_and_closes(page: Page, ada: User, lecture: tuple[Path, Sample]) -> None:
    """The slides of the old server, without leaving the page; Escape goes back to where one was."""
    folder, sample = lecture
    with FakeBBB(folder) as bbb:
        address = f"{bbb.url}/playback/presentation/2.3/{sample.record_id}"
        create_external_recordings([spec_of(ada, source_url=address)])
        page.goto("/import_video/")
        page.get_by_role("link", name="Preview Algebra").click()
        dialog = page.get_by_role("dialog")
        expect(dialog.locator(".sheets img")).to_have_count(3)
        until(page, "document.querySelector('.sheets img').naturalWidth > 0")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
    assert page.evaluate("document.activeElement.textContent").startswith("Preview")


def test_claiming(page: Page, house: Path, recorder: Recorder, ada: User) -> None:
    """What is probably mine comes first; claimed, it plays; given back, it waits again."""
    for number, likely in ((1, ()), (2, (ada.pk,))):
        path = write_film(house / "bbb" / f"{number}.mp4", seconds=3)
        make_claimable(ClaimSpec(path, recorder.pk, MEETING, f"Course {number}", probable_owner_ids=likely))
    page.goto("/record/claim_record/")
    expect(page.locator("li.row h2").first).to_have_text("Course 2")
    expect(page.locator("li.row").first).to_contain_text("probably yours")
    page.get_by_role("button", name="Claim Course 2").click()
    expect(page.get_by_role("heading", name="Course 2")).to_be_visible()
    page.evaluate("document.querySelector('video').play()")
    until(page, "document.querySelector('video').currentTime > 0.2")
    page.goto("/record/claim_record/")
    page.get_by_role("button", name="Give back Course 2").click()
    expect(page.get_by_text("can be claimed again")).to_be_visible()
    expect(page.locator("li.row")).to_have_count(2)


def test_bulk_discard_and_undo(page: Page, ada: User) -> None:
    """The question names verb and count; one click brings all back."""
    create_external_recordings([spec_of(ada, f"Lecture {n}", n) for n in range(3)])
    page.goto("/import_video/")
    page.get_by_label("Select Lecture 0").check()
    page.get_by_label("Select Lecture 2").check()
    page.get_by_role("button", name="Discard the selected").click()
    expect(page.get_by_role("heading", name="Discard 2 recordings?")).to_be_visible()
    page.get_by_role("button", name="Discard 2 recordings").click()
    expect(page.locator("li.row")).to_have_count(1)
    page.get_by_role("button", name="Undo the discarding").click()
    expect(page.locator("li.row")).to_have_count(3)


def test_deleting_a_video_and_undoing_it(page: Page, video: Video) -> None:
    """Asked once, undone with one click."""
    page.goto("/video/my/")
    page.get_by_role("button", name="Delete Algebra").click()
    page.get_by_role("button", name="Delete", exact=True).click()
    expect(page.locator("li.row")).to_have_count(0)
    page.get_by_role("button", name="Undo the deletion").click()
    expect(row(page, "Algebra")).to_be_visible()


def test_everything_up_to_playing_without_javascript(new_page: NewPage, ada: User, engine: None) -> None:
    """Log in, find, import, discard, undo, watch at a chapter: plain forms and links."""
    create_external_recordings([spec_of(ada, f"Topology {n}", n) for n in (1, 2)])
    page = new_page(java_script_enabled=False)
    log_in(page)
    page.get_by_label("Search").fill("topology 1")
    page.get_by_role("button", name="Apply").click()
    page.get_by_role("button", name="Import Topology 1").click()
    job = Conversion.objects.get()
    assert run(job.pk) == State.DONE
    page.goto("/import_video/")
    page.get_by_label("Select Topology 2").check()
    page.get_by_role("button", name="Discard the selected").click()
    page.get_by_role("button", name="Discard 1 recording").click()
    page.get_by_role("button", name="Undo the discarding").click()
    page.get_by_role("link", name="Watch Topology 1").click()
    page.get_by_role("navigation", name="Chapters").get_by_role("link").nth(1).click()
    source = page.locator("video").get_attribute("src") or ""
    assert source.endswith("#t=3.00")
    answer = page.request.get(source.partition("#")[0], headers={"Range": "bytes=0-99"})
    assert (answer.status, len(answer.body())) == (206, 100)


def test_import_by_keyboard_alone(page: Page, ada: User) -> None:
    """Tab reaches the skip link first, the row's button by its name; Enter works it; the focus is seen."""
    create_external_recordings([spec_of(ada, "Lecture", 1)])
    page.goto("/import_video/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    for _step in range(40):
        page.keyboard.press("Tab")
        if (page.evaluate("document.activeElement.textContent") or "").startswith("Import Lecture"):
            break
    assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    expect(page.get_by_text("is queued")).to_be_visible()


def test_the_player_by_keyboard_alone(page: Page, video: Video) -> None:
    """N and P turn the slides, C shows captions, while the player has the focus and only then."""
    page.goto(video.get_absolute_url())
    page.keyboard.press("n")
    assert playing_at(page) == 0
    page.locator("video").focus()
    page.keyboard.press("n")
    page.keyboard.press("n")
    until(page, "document.querySelector('video').currentTime >= 6")
    page.keyboard.press("p")
    until(page, "document.querySelector('video').currentTime < 6")
    page.keyboard.press("c")
    assert page.evaluate("document.querySelector('video').textTracks[0].mode") == "showing"


def test_a_share_link_works_without_an_account_until_it_is_renewed(
    page: Page, new_page: NewPage, video: Video
) -> None:
    """A draft is seen by who has the link."""
    page.goto(video.get_absolute_url())
    link = page.locator("#share").input_value()
    guest = new_page()
    guest.goto(link)
    expect(guest.get_by_role("heading", name="Algebra")).to_be_visible()
    until(guest, "document.querySelector('video').readyState > 0")
    page.get_by_role("button", name="Make a new link").click()
    guest.goto(link)
    expect(guest.get_by_role("button", name="Log in")).to_be_visible()

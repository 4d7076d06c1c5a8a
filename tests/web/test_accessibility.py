"""No page in any state has a fault that axe finds, light and dark, wide and narrow."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from pod.video.access import MOST_PER_ADDRESS
from tests.sampling import sampled
from tests.web.axe import SIDEWAYS, all_faults, faults
from tests.web.browsing import Visitor
from tests.web.site import Site
from tests.web.views import Step, View, click, opened, send


def preview(page: Page) -> None:
    """Open the dialog of the first recording's preview."""
    page.get_by_role("link", name="Preview").first.click()
    page.locator("dialog[open] img").first.wait_for()


def look_at(title: str) -> Step:
    """Open the dialog of a recording of this name, and in it the chapters."""

    def step(page: Page) -> None:
        page.get_by_role("link", name=f"Preview {title}").first.click()
        page.locator("dialog[open] details summary").click()

    return step


def tick_and_ask(verb: str, first: int = 6) -> Step:
    """Tick two recordings from `first` on and press the button of `verb`."""

    def step(page: Page) -> None:
        for box in page.locator("li.row input[name=id]").all()[first : first + 2]:
            box.check()
        page.locator(f"button[value={verb}]").click()
        page.locator("input[name=confirmed]").wait_for(state="attached")

    return step


def expire(page: Page) -> None:
    """Send the form as a browser does whose cookies are gone."""
    page.context.clear_cookies()
    page.evaluate("document.querySelectorAll('form').forEach(form => { form.noValidate = true; })")
    page.locator("main button").click()
    page.locator("text=/expir/").first.wait_for()


def guess_too_often(page: Page) -> None:
    """Type wrong passwords until none is looked at any more."""
    for _guess in range(MOST_PER_ADDRESS + 1):
        page.locator("input[name=password]").fill("x")
        page.locator("main form button").click()
    page.get_by_text("Too many failed attempts").wait_for()


LIST, CLAIM, VIDEOS = "/import_video/", "/record/claim_record/", "/video/my/"
LOGIN, ADD, EDIT = "/accounts/login/", "/import_video/add/", "/import_video/edit/{row}/"
EDIT_VIDEO, WATCH, SECRET = "/video/edit/{video}/", "/video/{video}/", "/video/{secret}/"
ERROR, ASKED = ".errorlist", "input[name=confirmed]"
VIEWS = {
    "home": View("/"),
    "accessibility": View("/accessibility/"),
    "log in": View(LOGIN),
    "log in failed": View(LOGIN, then=send("main button", username="x", password="y"), shows=ERROR),
    "log in empty": View(LOGIN, then=send("main button"), shows=ERROR),
    "list": View(LIST, "ada", shows=".state.converting"),
    "list, a cause open": View(LIST, "ada", click(".cause summary"), shows=".cause[open]"),
    "list, preview": View(LIST, "ada", preview, shows="dialog[open]"),
    "list, second page": View(f"{LIST}?page=2", "ada", shows="[rel=prev]"),
    "list, searched": View(f"{LIST}?q=algèbre&sort=title", "ada", shows=".row"),
    "list, nothing found": View(f"{LIST}?q=zzz", "ada", shows=".empty"),
    "list, discarded": View(f"{LIST}?state=discarded", "ada", shows=".state.discarded"),
    "list, empty": View(LIST, "bruno", shows=".empty"),
    "list, all ticked": View(LIST, "ada", click("#all"), shows="input[name=id]:checked"),
    "list, nothing ticked": View(LIST, "ada", click("button[value=import]"), shows=".message.warning"),
    "list, hostile names": View(LIST, "noe", shows=".row"),
    "import, asked": View(LIST, "ada", tick_and_ask("import"), shows=ASKED),
    "discard, asked": View(LIST, "ada", tick_and_ask("discard"), shows=ASKED),
    "preview page": View("/import_video/preview/{row}/", "ada", shows=".sheets img"),
    "add": View(ADD, "ada", shows="form.sheet"),
    "add, errors": View(ADD, "ada", send("main form button"), shows=ERROR),
    "edit": View(EDIT, "ada", shows="form.sheet"),
    "delete, asked": View(EDIT, "ada", click("main form:not(.sheet) button.plain"), shows=ASKED),
    "claim": View(CLAIM, "ada", shows=".state.mine"),
    "claim, asked": View(CLAIM, "ada", tick_and_ask("claim", 0), shows=ASKED),
    "claim, one to give back": View(CLAIM, "ada", shows=".note form"),
    "claim, several to give back": View(CLAIM, "noe", click("details summary"), shows="details.note[open]"),
    "claim, administrator": View(CLAIM, "admin", shows=".row"),
    "claim, preview": View(CLAIM, "ada", preview, shows="dialog[open] .sheets img"),
    "claim, preview of slides": View(CLAIM, "ada", look_at("Algèbre"), shows="dialog[open] details[open]"),
    "claim, preview page": View("/record/preview/{waiting}/", "ada", shows=".sheets img"),
    "claim, preview refused": View("/record/preview/{named}/", "ada"),
    "claim, nothing found": View(f"{CLAIM}?q=zzz", "ada", shows=".empty"),
    "my videos": View(VIDEOS, "ada", shows=".state.converting"),
    "my videos, empty": View(VIDEOS, "bruno", shows=".empty"),
    "my videos, deleted": View(f"{VIDEOS}?state=deleted", "ada", shows=".state.discarded"),
    "edit video": View(EDIT_VIDEO, "ada", shows="form.sheet"),
    "edit video, errors": View(EDIT_VIDEO, "ada", send("form.sheet button", title=""), shows=ERROR),
    "delete video, asked": View(VIDEOS, "ada", click(".row form button"), shows=ASKED),
    "watch": View(WATCH, "ada", shows="video"),
    "watch, keys shown": View(WATCH, "ada", click("details.keys summary"), shows="details.keys[open]"),
    "watch, found": View("/video/{video}/?q=base", "ada", shows=".results li"),
    "watch, anonymous": View("/video/{public}/", shows="video"),
    "watch, being encoded": View("/video/{slow}/", "ada"),
    "watch, password": View(SECRET, shows="input[name=password]"),
    "watch, wrong password": View(SECRET, then=send("main form button", password="x"), shows=ERROR),
    "watch, too many guesses": View(SECRET, then=guess_too_often, shows=ERROR),
    "watch, deleted": View("/video/{trashed}/", "ada", shows=".note form"),
    "forbidden": View(LIST, "chloe", shows="h1"),
    "somebody else's": View("/import_video/edit/{other}/", "ada"),
    "form expired": View(LOGIN, then=expire),
    "not found": View("/nothing/here/"),
    "server error": View("/static/500.html"),
}  # fmt: skip


@pytest.mark.parametrize("name", sampled(list(VIEWS)))
def test_axe_finds_nothing(visitor: Visitor, states: Site, name: str) -> None:
    """RGAA and WCAG 2.1 AA rules pass at 1280 and 320 px, light and dark, and nothing scrolls sideways."""
    page = opened(visitor, states, VIEWS[name])
    assert all_faults(page) == []


def test_axe_would_find_something(visitor: Visitor, states: Site) -> None:
    """The rules do run: a picture without alternative breaks a rule that both WCAG and RGAA have."""
    page = opened(visitor, states, VIEWS["home"])
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    assert any(fault.startswith("image-alt") for fault in faults(page))


@pytest.mark.parametrize("view", ["list", "watch", "claim", "edit video"])
def test_text_of_twice_the_size_fits(visitor: Visitor, states: Site, view: str) -> None:
    """Text enlarged to 200 % makes no page scroll sideways."""
    page = opened(visitor, states, VIEWS[view])
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    assert not page.evaluate(SIDEWAYS)


MOVING = """[...document.querySelectorAll('body *:not(track)')].filter(element => {
    const style = getComputedStyle(element);
    return parseFloat(style.transitionDuration) > 0 || style.animationName !== 'none';
  }).map(element => element.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("view", ["list", "watch"])
def test_reduced_motion_is_respected(visitor: Visitor, states: Site, view: str) -> None:
    """Who asks for less motion gets no transition and no animation."""
    page = opened(visitor, states, VIEWS[view], reduced_motion="reduce")
    moving = page.evaluate(MOVING)
    assert moving == []


@pytest.mark.parametrize(
    "view", ["home", "log in", "list", "claim", "my videos", "watch", "edit", "not found"]
)
@pytest.mark.parametrize("locale", ["fr-FR", "en-GB"])
def test_each_page_says_its_language_and_has_its_own_title(
    visitor: Visitor, states: Site, view: str, locale: str
) -> None:
    """The language of the page is the browser's, one h1, and the title begins with what it is."""
    page = opened(visitor, states, VIEWS[view], locale=locale)
    assert page.locator("html").get_attribute("lang") == locale[:2]
    assert page.locator("h1").count() == 1
    assert page.title().endswith(" – Pod")
    assert len(page.title()) > len(" – Pod")


@pytest.mark.parametrize(
    ("links", "side"), [(".menu a", "Bottom"), (".strip a", "Bottom"), (".timed li", "Left")]
)
def test_what_is_current_is_seen_in_forced_colours(
    visitor: Visitor, states: Site, links: str, side: str
) -> None:
    """Windows' contrast themes take backgrounds away and draw each border, a transparent one, too."""
    page = opened(visitor, states, View("/video/{video}/", "ada"), forced_colors="active")
    page.locator(".strip [aria-current]").wait_for()
    current, others = (
        page.eval_on_selector_all(
            f"{links}:{which}([aria-current], :has([aria-current]))",
            f"all => all.map(one => getComputedStyle(one).border{side}Color)",
        )
        for which in ("is", "not")
    )
    assert current
    assert not set(current) & set(others)

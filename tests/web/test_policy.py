"""Nothing from elsewhere, nothing inline, little on the first load; names stay text."""

from __future__ import annotations

import re

import pytest

from tests.web.browsing import Visitor
from tests.web.site import Site
from tests.web.test_accessibility import VIEWS
from tests.web.views import opened

MOST_BYTES = 300_000
PAGES = ["home", "log in", "list", "claim", "my videos", "watch", "edit video", "preview page", "not found"]


@pytest.mark.parametrize("view", PAGES)
def test_the_first_load_is_small(visitor: Visitor, states: Site, view: str) -> None:
    """Under 300 KB with an empty cache, everything that is not the film itself."""
    page = visitor(states, VIEWS[view].name)
    sizes: dict[str, int] = {}
    page.on(
        "requestfinished",
        lambda request: (
            sizes.update({request.url: request.sizes()["responseBodySize"]})
            if request.resource_type != "media"
            else None
        ),
    )
    page.goto(states.address(VIEWS[view].path), wait_until="networkidle")
    assert len(sizes) >= 3
    assert sum(sizes.values()) < MOST_BYTES, sizes


def test_style_and_scripts_come_compressed(visitor: Visitor, states: Site) -> None:
    """A third of their size; nothing in front of the site need do so."""
    page = visitor(states)
    ways: dict[str, str] = {}
    page.on("response", lambda answer: ways.update({answer.url: answer.headers.get("content-encoding", "")}))
    page.goto(states.address("/accounts/login/"), wait_until="networkidle")
    found = {url: way for url, way in ways.items() if url.endswith((".css", ".js"))}
    assert len(found) >= 2
    assert set(found.values()) == {"gzip"}, found


@pytest.mark.parametrize("view", [*PAGES, "forbidden", "add, errors", "claim, administrator"])
def test_the_policy_allows_nothing_inline_and_nothing_foreign(
    visitor: Visitor, states: Site, view: str
) -> None:
    """The header says so, the page has no inline script or style, and the browser complains of nothing."""
    page = visitor(states, VIEWS[view].name)
    answer = page.goto(states.address(VIEWS[view].path))
    assert answer is not None
    policy = answer.headers["content-security-policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    assert rules["script-src"] == "'self'"
    assert rules["style-src"] == "'self'"
    assert "unsafe" not in policy
    assert page.locator("script:not([src]), style, [style], [onclick], [onload], [onerror]").count() == 0
    for attribute in ("src", "href", "action"):
        for element in page.locator(f"head [{attribute}], img[src], form[action]").all():
            value = element.get_attribute(attribute) or ""
            assert not re.match(r"(https?:)?//", value), value


def test_an_inline_script_does_not_run(visitor: Visitor, states: Site) -> None:
    """Were one ever let in, the browser would refuse it."""
    page = opened(visitor, states, VIEWS["home"])
    page.evaluate(
        "() => { const s = document.createElement('script'); s.textContent = 'window.ran = 1';"
        " document.body.append(s); }"
    )
    assert page.evaluate("window.ran") is None
    assert any("Content Security Policy" in complaint for complaint in visitor.complaints)
    visitor.complaints.clear()


def test_names_with_markup_stay_text(visitor: Visitor, states: Site) -> None:
    """A recording called <script> is shown as it is called, in the list and in every question about it."""
    page = visitor(states, "noe")
    page.on("dialog", lambda dialog: visitor.complaints.append(f"a dialog: {dialog.message}"))
    for path in ("/import_video/", "/import_video/edit/{other}/", "/import_video/preview/{other}/"):
        page.goto(states.address(path))
        assert page.locator("main script").count() == 0
    page.goto("/import_video/")
    assert page.locator("li.row h2").filter(has_text='<script>alert("x")</script>').count() == 1
    page.locator("input[name=id]").first.check()
    page.locator("button[value=discard]").click()
    assert "<b>" not in page.locator("main").inner_html().replace("&lt;b&gt;", "")

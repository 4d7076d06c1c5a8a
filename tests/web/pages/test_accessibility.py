"""axe, with its RGAA and WCAG 2.1 AA rules, finds nothing on any page and state; nothing is cut off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import LazySettings
from django.contrib.auth.models import User
from django.utils import timezone
from playwright.sync_api import Page

from pod.conversion.models import Conversion
from pod.import_video.models import ExternalRecordingDetail
from pod.import_video.services import create_external_recordings, request_import
from pod.main.states import State
from pod.recorder.models import Claim, Recorder
from pod.recorder.services import ClaimSpec, make_claimable
from pod.video.models import Video
from tests.integration.conftest import MEETING, spec_of, write_film
from tests.web.pages.conftest import NewPage, log_in

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice", "RGAAv4"]}
STATES = [State.QUEUED, State.FETCHING, State.CONVERTING, State.CHECKING, State.FAILED]
Address = Callable[[], str]


@pytest.fixture
def everything(
    ada: User, recorder: Recorder, house: Path, video: Video, settings: LazySettings
) -> dict[str, str]:
    """Rows in every state; returns the pages' addresses."""
    settings.EXTERNAL_RECORDINGS_AVAILABLE_UNTIL = "2027-08-31"
    rows = create_external_recordings([spec_of(ada, f"Lecture {n}", n) for n in range(40)])
    for row, state in zip(rows[-5:], STATES, strict=True):
        job = request_import(row, ada)
        Conversion.objects.filter(pk=job.pk).update(
            state=state, total_s=100, done_s=40, error="The server answers 404.", detail="HTTP 404"
        )
    ExternalRecordingDetail.objects.filter(recording=rows[0]).update(discarded_at=timezone.now())
    for number in (1, 2):
        path = write_film(house / "bbb" / f"{number}.mp4")
        spec = ClaimSpec(path, recorder.pk, MEETING, f"Course {number}", probable_owner_ids=(ada.pk,))
        make_claimable(spec)
    Claim.objects.create(
        file="/x/y.mp4", recorder=recorder, user=ada, video=video, recorded_at=MEETING - timedelta(days=1)
    )
    return {
        "external": "/import_video/",
        "nothing": "/import_video/?q=nothing",
        "discarded": "/import_video/?state=discarded",
        "add": "/import_video/add/",
        "edit": f"/import_video/edit/{rows[1].pk}/",
        "preview": f"/import_video/preview/{rows[1].pk}/",
        "claim": "/record/claim_record/",
        "mine": "/video/my/",
        "edit-video": f"/video/edit/{video.slug}/",
        "watch": f"{video.get_absolute_url()}?q=determinants",
        "statement": "/accessibility/",
        "missing": "/nothing/here/",
    }


def complaints(page: Page) -> list[str]:
    """Return what axe finds, one line a violation."""
    found = Axe().run(page, options=RULES)
    return [
        f"{rule['id']}: {node['html'][:160]}"
        for rule in found.response["violations"]
        for node in rule["nodes"]
    ]


def test_axe_would_find_something(new_page: NewPage) -> None:
    """The rules run: a picture without alternative is found by WCAG's and by RGAA's tags."""
    page = new_page()
    page.goto("/")
    page.evaluate("document.querySelector('main').append(document.createElement('img'))")
    found = Axe().run(page, options=RULES).response["violations"]
    assert {"image-alt"} <= {rule["id"] for rule in found}
    assert "RGAAv4" in {tag for rule in found for tag in rule["tags"]}


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_on_any_page(new_page: NewPage, everything: dict[str, str], scheme: str) -> None:
    """In French, light and dark."""
    page = new_page(locale="fr", color_scheme=scheme)
    page.goto("/")
    found = {"home": complaints(page)}
    page.goto("/accounts/login/")
    found["login"] = complaints(page)
    page.get_by_label("Nom d’utilisateur").fill("ada")
    page.get_by_label("Mot de passe").fill("wrong")
    page.get_by_role("button", name="Se connecter").click()
    found["login failed"] = complaints(page)
    page.get_by_label("Mot de passe").fill("correct horse")
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/import_video/")
    for name, address in everything.items():
        page.goto(address)
        for details in page.locator("details").all():
            details.evaluate("(node) => { node.open = true; }")
        found[name] = complaints(page)
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_axe_finds_nothing_in_questions_and_errors(new_page: NewPage, everything: dict[str, str]) -> None:
    """The question before discarding, the question before deleting, a form with errors."""
    page = new_page()
    log_in(page)
    page.goto(everything["external"])
    page.locator("li.row input[type=checkbox]").nth(5).check()
    page.get_by_role("button", name="Discard the selected").click()
    assert complaints(page) == []
    page.goto(everything["mine"])
    page.get_by_role("button", name="Delete").first.click()
    assert complaints(page) == []
    page.goto(everything["add"])
    page.get_by_label("Title").fill("x")
    page.get_by_label("Address").fill("https://evil.example.net/")
    page.get_by_role("button", name="Save").click()
    assert complaints(page) == []


@pytest.mark.parametrize("width", [320, 640])
def test_nothing_is_cut_off_on_narrow_screens(
    new_page: NewPage, everything: dict[str, str], width: int
) -> None:
    """320 pixels, and 1280 at 200 %: no page scrolls sideways."""
    page = new_page(viewport={"width": width, "height": 800})
    log_in(page)
    wide = []
    for name, address in everything.items():
        page.goto(address)
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wide.append(name)
    assert wide == []


def test_pages_are_small(new_page: NewPage, everything: dict[str, str]) -> None:
    """Under 300 KB on the first load, video and slides aside that come when they are wanted."""
    heavy = {}
    for name in ("external", "claim", "mine", "watch"):
        page = new_page()  # with nothing in its cache
        log_in(page)
        sizes: list[int] = []
        page.on(
            "response",
            lambda answer, sizes=sizes: (
                sizes.append(len(answer.body()))
                if answer.request.resource_type in {"document", "script", "stylesheet", "image"}
                else None
            ),
        )
        page.goto(everything[name], wait_until="load")
        if sum(sizes) > 300_000:
            heavy[name] = sum(sizes)
    assert heavy == {}

"""The administration: axe finds no fault on its pages, ours and Django's; names stay text; it prints."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from django.contrib import admin
from playwright.sync_api import Page, expect

from tests.sampling import sampled
from tests.web.axe import SIDEWAYS, TOO_WIDE, all_faults
from tests.web.browsing import Visitor
from tests.web.site import Site
from tests.web.views import View, click, opened

MODELS = sorted(model._meta.label_lower.replace(".", "/") for model in admin.site._registry)
RUNS = "/admin/bbb_migration/run/"
DASHBOARD, OWNERS, DELETION = f"{RUNS}dashboard/", f"{RUNS}owners/", f"{RUNS}delete-external/"
ORPHANS = "/admin/bbb_migration/orphan/"
FORM = "#content-main form"


def upload(page: Page, text: str) -> None:
    """Give a text back as owners.csv."""
    file = {"name": "owners.csv", "mimeType": "text/csv", "buffer": text.encode()}
    page.set_input_files("input[type=file]", file)  # type: ignore[arg-type]
    page.locator(f"{FORM} button").click()


def send_owners(page: Page) -> None:
    """Give back the list that the page offers, with an owner, an unknown account and hostile names."""
    listed = page.request.get(f"{OWNERS}owners.csv").text().splitlines()
    known, unknown = f'{listed[1][:-2]}"bruno"', f'{listed[2][:-2]}"nobody-here"'
    commas = "," * (listed[0].count(",") - 1)
    upload(page, "\n".join([listed[0], known, unknown, f"<script>x</script>{commas},<script>y</script>"]))
    page.locator(".bbb-page .scroll").wait_for()


def send_nonsense(page: Page) -> None:
    """Give back a file that is no list of owners."""
    upload(page, "a,b\n1,2\n")
    page.locator(".errorlist").wait_for()


def choose_orphans(page: Page) -> None:
    """Select two recordings of nobody known, and ask to give them to somebody."""
    for box in page.locator(".action-select").all()[:2]:
        box.check()
    page.locator("select[name=action]").select_option("give_to")
    page.locator(".actions button[type=submit]").click()
    page.locator("#id_who").wait_for()


def name_an_heir(page: Page) -> None:
    """Say whom, and look at what it would do."""
    choose_orphans(page)
    page.locator("#id_who").fill("bruno")
    page.locator("button[name=look]").click()
    page.locator(".bbb-page .scroll").wait_for()


VIEWS = {
    "log in": View("/admin/login/", shows="#login-form"),
    "index": View("/admin/", "admin", shows="#bbb-migration-pages"),
    "index of the migration": View("/admin/bbb_migration/", "admin", shows="#bbb-migration-pages"),
    "dashboard": View(DASHBOARD, "admin", shows="svg.plot"),
    "a run": View(f"{RUNS}{{run}}/change/", "admin", shows="#run-state table"),
    "a run that works": View(f"{RUNS}{{working}}/change/", "admin", shows="#run-state progress"),
    "owners": View(OWNERS, "admin", shows=".counts"),
    "owners, wrong file": View(OWNERS, "admin", send_nonsense, shows=".errorlist"),
    "owners, preview": View(OWNERS, "admin", send_owners, shows=".changes"),
    "deletion": View(DELETION, "admin", shows="#id_server"),
    "deletion, of nothing": View(DELETION, "admin", click(f"{FORM} button"), shows=".errorlist"),
    "deletion, counted": View(f"{DELETION}?server=bbb.univ.example", "admin", shows=".deletelink-button"),
    "giving": View(ORPHANS, "admin", choose_orphans, shows="#id_who"),
    "giving, preview": View(ORPHANS, "admin", name_an_heir, shows=".changes"),
}  # fmt: skip
EMPTY = {
    "index": VIEWS["index"],
    "dashboard": View(DASHBOARD, "admin", shows=".nothing"),
    "owners": VIEWS["owners"],
    "deletion": VIEWS["deletion"],
    "recordings of nobody known": View(ORPHANS, "admin", shows=".paginator"),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", sampled(list(VIEWS)))
def test_axe_finds_nothing_on_the_projects_pages(visitor: Visitor, states: Site, name: str) -> None:
    """Each page that the project adds, filled."""
    assert all_faults(opened(visitor, states, VIEWS[name]), preload=False) == []


@pytest.mark.slow
@pytest.mark.parametrize("name", sampled(list(VIEWS)))
def test_no_page_scrolls_sideways_in_french(visitor: Visitor, states: Site, name: str) -> None:
    """On a narrow screen, with words that are longer than the English ones."""
    page = opened(visitor, states, VIEWS[name], locale="fr-FR")
    page.set_viewport_size({"width": 320, "height": 800})
    assert not page.evaluate(SIDEWAYS), page.evaluate(TOO_WIDE, 320)


@pytest.mark.slow
@pytest.mark.parametrize("name", sampled(list(EMPTY)))
def test_axe_finds_nothing_before_the_first_run(visitor: Visitor, nothing: Site, name: str) -> None:
    """The same pages with nothing on them."""
    assert all_faults(opened(visitor, nothing, EMPTY[name]), preload=False) == []


@pytest.mark.slow
@pytest.mark.parametrize("model", sampled(MODELS))
def test_axe_finds_nothing_on_a_models_pages(visitor: Visitor, states: Site, model: str) -> None:
    """The list, the form of its first row, and the empty form, of every model in the administration."""
    page = opened(visitor, states, View(f"/admin/{model}/", "admin", shows="#result_list"))
    faults = [f"list: {fault}" for fault in all_faults(page, preload=False)]
    addable = page.locator(".object-tools .addlink").count()
    page.locator("#result_list tbody a").first.click()
    page.locator("#content form, .readonly").first.wait_for()
    faults += [f"form: {fault}" for fault in all_faults(page, preload=False)]
    if addable:
        page.goto(f"/admin/{model}/add/")
        faults += [f"empty form: {fault}" for fault in all_faults(page, preload=False)]
    assert faults == []


@pytest.mark.slow
@pytest.mark.parametrize("model", sampled(MODELS))
def test_axe_finds_nothing_on_an_empty_list(visitor: Visitor, nothing: Site, model: str) -> None:
    """A list with nothing in it, as before the first run."""
    page = opened(visitor, nothing, View(f"/admin/{model}/?q=zzz", "admin", shows="#changelist"))
    assert all_faults(page, preload=False) == []


def test_a_choice_that_searches_is_called_by_its_label(visitor: Visitor, states: Site) -> None:
    """The box that select2 shows, and the field in its open list, are named as the field is."""
    page = opened(visitor, states, View("/admin/import_video/externalrecording/{row}/change/", "admin"))
    box = page.get_by_role("combobox", name=re.compile("^Owner:.*ada"))
    box.click()
    expect(page.get_by_role("searchbox", name="Owner")).to_be_focused()


def test_a_moment_is_one_question_with_two_named_fields(visitor: Visitor, states: Site) -> None:
    """Date and time of a discarding are a group called by the row's label."""
    page = opened(visitor, states, View("/admin/import_video/externalrecording/{row}/change/", "admin"))
    group = page.get_by_role("group", name="Discarded at")
    expect(group.get_by_label("Date")).to_have_count(1)
    expect(group.get_by_label("Time")).to_have_count(1)


@pytest.mark.parametrize("view", ["dashboard", "a run", "owners, preview", "giving, preview"])
def test_names_with_markup_stay_text(visitor: Visitor, states: Site, view: str) -> None:
    """A recording called <script> is shown as it is called."""
    page = opened(visitor, states, VIEWS[view])
    page.on("dialog", lambda dialog: visitor.complaints.append(f"a dialog: {dialog.message}"))
    assert page.locator("script:not([src])").count() == 0


def test_the_dashboard_prints_its_plots_and_tables_and_nothing_else(
    visitor: Visitor, states: Site, tmp_path: Path
) -> None:
    """On A4 no plot or table is cut off, no colour of the dark scheme is left, and the menus are gone."""
    page = opened(visitor, states, VIEWS["dashboard"], color_scheme="dark")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": 794, "height": 1123})  # A4 at 96 dpi
    for part in ("#header", "#nav-sidebar", ".breadcrumbs"):
        expect(page.locator(part)).to_be_hidden()
    assert page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
    cut = page.evaluate(
        "[...document.querySelectorAll('.bbb-page table, .bbb-page .plot')]"
        ".filter(part => part.getBoundingClientRect().right > innerWidth).map(part => part.outerHTML)"
    )
    assert cut == []
    assert page.evaluate("document.querySelector('.bbb-page').clientWidth") > 700
    assert page.evaluate("getComputedStyle(document.querySelector('.bbb-page h2')).color") == "rgb(0, 0, 0)"
    assert page.pdf(path=tmp_path / "dashboard.pdf", format="A4")

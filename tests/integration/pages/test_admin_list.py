"""The administration's lists ask for keys first, and find what Django's own would find."""

from __future__ import annotations

import pytest
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from pod.main import admin_list
from pod.meeting.models import Meeting

ROWS = 130
LIST = reverse("admin:meeting_meeting_changelist")


@pytest.fixture
def boss(teacher: User) -> Client:
    """The administrator's browser, and meetings of two people."""
    root = User.objects.create_superuser("Root", "root@example.org", "x")
    Meeting.objects.bulk_create(
        Meeting(
            name=f"Équipe {n}" if n % 5 == 0 else f"Team {n % 7}_{n}",
            meeting_id=f"{n:04d}-m",
            owner=root if n % 2 else teacher,
        )
        for n in range(ROWS)
    )
    client = Client()
    client.force_login(root)
    return client


def shown(client: Client, asked: dict[str, str]) -> tuple[int, list[str]]:
    """Return how many rows the list counts and the names that it shows."""
    found = client.get(LIST, asked).context["cl"]
    return found.result_count, [row.name for row in found.result_list]


@pytest.mark.parametrize("few", [1000, 10])
@pytest.mark.parametrize(
    "asked",
    [
        {},
        {"p": "2"},
        {"all": ""},
        {"q": "team"},
        {"q": "TEAM 3_"},
        {"q": "team", "p": "2", "o": "1"},
        {"q": "team", "all": "", "o": "-1"},
        {"q": "Équipe root"},
        {"q": "%"},
        {"q": "nobody"},
        {"q": "m", "p": "3", "is_running__exact": "0"},
    ],
)
def test_a_list_finds_sorts_and_counts_as_djangos_own(
    asked: dict[str, str], few: int, boss: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whether few rows are found or many, on every page, in every order."""
    monkeypatch.setattr(admin_list, "FEW", few)
    ours = shown(boss, asked)
    monkeypatch.setattr(admin_list, "KeyedList", ChangeList)
    assert ours == shown(boss, asked)


@pytest.mark.parametrize(
    ("asked", "queries"), [({}, 5), ({"p": "2"}, 5), ({"q": "team"}, 5), ({"q": "-"}, 5)]
)
def test_a_list_asks_for_number_keys_and_rows(
    asked: dict[str, str], queries: int, boss: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """Two queries know who asks; of the other three only the last one reads rows, those of the page."""
    with django_assert_num_queries(queries) as seen:
        boss.get(LIST, asked)
    (whole,) = (query["sql"] for query in seen.captured_queries if "welcome_text" in query["sql"])
    assert " IN (" in whole


def test_a_search_reads_the_table_once(
    boss: Client, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    """What is searched stands in one query only."""
    with django_assert_num_queries(5) as seen:
        boss.get(LIST, {"q": "team"})
    assert len([query for query in seen.captured_queries if "team" in query["sql"].lower()]) == 1


def test_a_page_that_is_not_there_leads_to_the_first(boss: Client) -> None:
    """As Django does it."""
    assert boss.get(LIST, {"q": "team", "p": "77"}).headers["Location"] == f"{LIST}?e=1"


@pytest.mark.parametrize("word", ["root", "ROOT", "rOOt"])
def test_a_search_does_not_know_case(word: str, boss: Client) -> None:
    """The account is named Root, whatever the database's collation says of its letters."""
    assert shown(boss, {"q": word})[0] == ROWS // 2

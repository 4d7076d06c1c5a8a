"""Searching, sorting and filtering the lists with what teachers really type."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from html import unescape
from itertools import product
from pathlib import Path

import pytest
from django.contrib.auth.models import Permission, User
from django.db.models import F
from django.test import Client
from django.utils import timezone

from pod.conversion.models import Conversion
from pod.import_video.listing import COLUMNS, recordings_of
from pod.import_video.models import ExternalRecording, ExternalRecordingDetail, ExternalRecordingWords
from pod.import_video.services import create_external_recordings
from pod.main import listing
from pod.main.search import keep_slides
from pod.main.states import State
from pod.recorder.models import ClaimDetail, ClaimText, Recorder, RecordingFileTreatment
from pod.recorder.services import ClaimSpec, make_claimable
from pod.video.models import Video
from tests.integration.conftest import MEETING, spec_of
from tests.integration.pages.test_lists import titles

LIST = "/import_video/"


@pytest.fixture
def english(signed: Client) -> Client:
    """The teacher's browser, in English."""
    signed.cookies["django_language"] = "en"
    return signed


def found(browser: Client, address: str = LIST, **query: str) -> list[str]:
    """Return the titles that the list shows."""
    return [unescape(title) for title in titles(browser.get(address, query))]


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("algebre", ["Algèbre linéaire"]),
        ("ALGÈBRE", ["Algèbre linéaire"]),
        ("lineaire algèbre", ["Algèbre linéaire"]),
        ("bre lin", ["Algèbre linéaire"]),
        ("été", ["L’ÉTÉ à l'Œuvre"]),
        ("l'ete oeuvre", ["L’ÉTÉ à l'Œuvre"]),
        ("100%", ["100% of_all"]),
        ("%", ["100% of_all"]),
        ("of_a", ["100% of_all"]),
        ("_", ["100% of_all"]),
        ("\\", []),
        ("algebre ete", []),
        ("valeurs propres", ["Algèbre linéaire"]),
        ("algebre " * 20, ["Algèbre linéaire"]),
    ],
)
def test_words_are_found_as_they_are_typed(
    typed: str, expected: list[str], english: Client, house: Path, teacher: User
) -> None:
    """Without accents or with, in any case and order, in parts of words; % and _ are letters."""
    create_external_recordings(
        [
            spec_of(teacher, "Algèbre linéaire", 1, course="MAT1", slide_text="Valeurs\nPROPRES"),
            spec_of(teacher, "L’ÉTÉ à l'Œuvre", 2),
            spec_of(teacher, "100% of_all", 3),
        ]
    )  # fmt: skip
    assert found(english, q=typed) == expected


def test_a_row_without_prepared_words_is_found(english: Client, house: Path, teacher: User) -> None:
    """Rows that came by SQL (a dump of Pod's) have neither detail nor words; they are no less there."""
    ExternalRecording.objects.bulk_create(
        [ExternalRecording(name="Old 50% Lecture", owner=teacher, start_at=MEETING)]
    )
    assert found(english, q="old lecture") == ["Old 50% Lecture"]
    assert found(english, q="50%") == ["Old 50% Lecture"]
    assert found(english, q="5%%") == []
    assert found(english, sort="title") == found(english, sort="longest") == ["Old 50% Lecture"]


def test_a_new_name_and_course_are_found_at_once(
    english: Client, external: ExternalRecording, teacher: User
) -> None:
    """Edited by hand: the old words find it no more, those of the slides still do."""
    create_external_recordings([spec_of(teacher, "Other", 2, slide_text="the slides")])
    row = ExternalRecording.objects.get(name="Other")
    row.name = "Géométrie"
    row.save()
    row.detail.course = "PHY"
    row.detail.save()
    assert found(english, q="geometrie phy slides") == ["Géométrie"]
    assert found(english, q="other") == []
    assert found(english, sort="title") == ["Algebra", "Géométrie"]


def test_a_video_is_found_by_its_new_title(english: Client, video: Video) -> None:
    """“My videos” the same; so is the description."""
    video.title, video.description = "Été", "Résumé of it"
    video.save()
    assert found(english, "/video/my/", q="ete resume") == ["Été"]


def test_a_waiting_file_is_found_by_title_course_slides_and_name(
    english: Client, waiting: RecordingFileTreatment, recorder: Recorder
) -> None:
    """Each of them, also together."""
    path = Path(waiting.file).with_name("other.mp4")
    path.write_bytes(Path(waiting.file).read_bytes())
    make_claimable(ClaimSpec(path, recorder.pk, MEETING, "Chimie", course="CHI1", slide_text="Molécule"))
    assert found(english, "/record/claim_record/", q="chi1 molecule other.mp4 chimie") == ["Chimie"]
    assert len(found(english, "/record/claim_record/", q="mp4")) == 2


def test_titles_are_sorted_as_people_do(english: Client, house: Path, teacher: User) -> None:
    """É beside E, small beside large; of equal titles the newest first, then the one made last."""
    names = ["Zoo", "école", "Eau", "Été", "algèbre", "Algebra"]
    rows = [spec_of(teacher, name, number) for number, name in enumerate(names)]
    create_external_recordings(rows)
    assert found(english, sort="title") == ["Algebra", "algèbre", "Eau", "école", "Été", "Zoo"]


@pytest.mark.parametrize("sort", ["", "oldest", "title", "longest"])
def test_pages_of_equal_rows_neither_repeat_nor_lose_any(
    sort: str, english: Client, house: Path, teacher: User
) -> None:
    """Sixty rows of one moment, title and length: each is on exactly one page."""
    rows = create_external_recordings([spec_of(teacher, "Same", n) for n in range(60)])
    seen = [
        row.pk
        for page in (1, 2, 3)
        for row in english.get(LIST, {"sort": sort, "page": str(page)}).context["listing"].page
    ]
    assert sorted(seen) == sorted(row.pk for row in rows)


def test_a_page_beyond_the_last_is_the_last(english: Client, house: Path, teacher: User) -> None:
    """An old link to page 9 shows what there is, with and without a search."""
    create_external_recordings([spec_of(teacher, f"L{n}", n) for n in range(26)])
    for query in ({}, {"q": "l"}):
        page = english.get(LIST, {"page": "9", **query}).context["listing"].page
        assert (page.number, len(page)) == (2, 1)


def test_what_is_not_known_comes_last(english: Client, video: Video, teacher: User) -> None:
    """A video without a date is not the newest, on no database."""
    Video.objects.filter(pk=video.pk).update(date_evt=None)
    Video.objects.create(
        video="b.mp4", title="Dated", slug="b", owner=teacher, type=video.type, date_evt=date(2020, 1, 1)
    )
    assert found(english, "/video/my/") == ["Dated", "Algebra"]
    assert found(english, "/video/my/", sort="oldest") == ["Dated", "Algebra"]


def test_each_state_filter_holds_the_rows_of_that_state(house: Path, teacher: User, video: Video) -> None:
    """The filters' conditions and the state that a row shows are the same, whatever is combined."""
    cases = list(product([None, *State], [False, True], [False, True]))
    rows = create_external_recordings([spec_of(teacher, f"L{n}", n) for n in range(len(cases))])
    for row, (state, discarded, with_video) in zip(rows, cases, strict=True):
        job = Conversion.objects.create(key=f"k{row.pk}", delivery="x", state=state) if state else None
        ExternalRecordingDetail.objects.filter(recording=row).update(
            conversion=job,
            discarded_at=timezone.now() if discarded else None,
            video=video if with_video else None,
        )
    live = {row.pk: getattr(row, "live", "") for row in recordings_of(teacher)}
    words = {"active": {"queued", "fetching", "converting", "checking"}}
    counted = 0
    for word, (_label, condition) in COLUMNS.states.items():
        filtered = set(
            ExternalRecording.objects.filter(condition, owner=teacher).values_list("pk", flat=True)
        )
        assert filtered == {key for key, state in live.items() if state in words.get(word, {word})}, word
        counted += len(filtered)
    assert counted == len(cases)
    shown = set(ExternalRecording.objects.filter(COLUMNS.shown).values_list("pk", flat=True))
    assert shown == {key for key, state in live.items() if state != "discarded"}


def test_of_thousands_of_courses_the_latest_and_the_chosen_are_offered(
    english: Client, house: Path, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The filter stays small; a link to an old course still works, and its course is named."""
    monkeypatch.setattr(listing, "MOST_COURSES", 3)
    create_external_recordings(
        [spec_of(teacher, f"L{n}", n, course=f"É{n}", start_at=MEETING + timedelta(days=n)) for n in range(8)]
    )
    answer = english.get(LIST)
    offered = [value for value, _label in answer.context["listing"].form.fields["course"].choices]
    assert offered == ["", "É5", "É6", "É7"]
    answer = english.get(LIST, {"course": "É1"})
    assert titles(answer) == ["L1"]
    assert "É1" in [value for value, _label in answer.context["listing"].form.fields["course"].choices]
    assert len(found(english, course="none")) == 8


@pytest.mark.parametrize(
    ("moment", "year"),
    [
        (datetime(2021, 12, 31, 22, 59, 59, tzinfo=UTC), 2021),
        (datetime(2021, 12, 31, 23, 0, 0, tzinfo=UTC), 2022),
        (datetime(2022, 12, 31, 22, 59, 59, tzinfo=UTC), 2022),
        (datetime(2022, 12, 31, 23, 0, 0, tzinfo=UTC), 2023),
    ],
)
def test_a_year_begins_at_midnight_where_the_site_is(
    moment: datetime, year: int, english: Client, house: Path, teacher: User
) -> None:
    """In Paris, not in UTC; each moment is in exactly one year."""
    create_external_recordings(
        [
            spec_of(teacher, "First", 1, start_at=datetime(2015, 6, 1, tzinfo=UTC)),
            spec_of(teacher, "It", 2, start_at=moment),
        ]
    )
    assert [y for y in range(2016, 2026) if found(english, year=str(y)) == ["It"]] == [year]


def test_odd_dates_are_no_errors(english: Client, video: Video, teacher: User) -> None:
    """A year that was mistyped neither breaks the page nor offers a thousand years."""
    for number, day in enumerate((date(9999, 12, 31), date(202, 1, 1))):
        Video.objects.create(
            video=f"{number}.mp4", title=f"V{number}", slug=f"v{number}", owner=teacher, type=video.type,
            date_evt=day,
        )  # fmt: skip
    assert found(english, "/video/my/", year="9999") == ["V0"]
    choices = english.get("/video/my/").context["listing"].form.fields["year"].choices
    assert len(choices) <= listing.MOST_YEARS + 1


def test_words_follow_the_row(external: ExternalRecording) -> None:
    """One row of words for each, gone with it."""
    assert ExternalRecordingWords.objects.filter(recording=external, words="algebra mat101").exists()
    external.delete()
    assert not ExternalRecordingWords.objects.exists()


def test_a_released_claim_is_found_by_its_slides_again(
    english: Client, recorder: Recorder, waiting: RecordingFileTreatment, teacher: User
) -> None:
    """Claimed and given back: the video knew the slides' text, and so does the row after it."""
    from pod.recorder import claiming, giving_back  # noqa: PLC0415 - used here alone

    make_claimable(ClaimSpec(Path(waiting.file), recorder.pk, MEETING, "Chimie", slide_text="Molécule"))
    video = claiming.claim(waiting.pk, teacher)
    assert found(english, "/video/my/", q="molecule") == ["Chimie"]
    giving_back.release(teacher.claims.get(video=video).pk, teacher)
    assert found(english, "/record/claim_record/", q="molecule") == ["Chimie"]
    detail = ClaimDetail.objects.annotate(key=F("title_key")).get()
    assert detail.key == "chimie"


@pytest.mark.django_db
def test_a_search_tells_nobody_what_stands_on_the_slides_of_others(
    waiting: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """Who may not look into a recording finds it by what its row shows, not by its slides, word by word."""

    def finds(user: User, words: str) -> bool:
        client = Client()
        client.force_login(user)
        return bool(found(client, "/record/claim_record/", q=words))

    keep_slides(ClaimText, waiting.pk, "The exam asks for eigenvalues")
    waiting.detail.title = "Algèbre"
    waiting.detail.save()
    assert finds(colleague, "algebre mat101")
    assert finds(colleague, "eigenvalues")
    waiting.detail.probable_owners.add(teacher)
    assert finds(colleague, "algebre mat101")
    assert not finds(colleague, "eigenvalues")
    assert not finds(colleague, "algebre eigenvalues")
    assert finds(teacher, "algebre eigenvalues")
    colleague.user_permissions.add(Permission.objects.get(codename="change_recordingfiletreatment"))
    assert finds(colleague, "eigenvalues")

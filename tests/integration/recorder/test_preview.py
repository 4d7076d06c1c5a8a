"""A look before claiming: pictures of the waiting file, for nobody who should not see them."""

from __future__ import annotations

import json
import re
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest
from django.conf import settings
from django.contrib.auth.models import Permission, User
from django.test import Client
from django.utils import timezone
from PIL import Image

from pod.recorder import claiming, pictures
from pod.recorder.models import ClaimDetail, RecordingFileTreatment
from pod.recorder.newcomers import keep_owners
from pod.video import stills
from tests.integration.conftest import write_film
from tests.integration.pages.test_lists import titles

pytestmark = pytest.mark.django_db


def address(row: RecordingFileTreatment, number: int | None = None) -> str:
    """Return the address of the preview, or of one of its pictures."""
    return f"/record/preview/{row.pk}/" + (f"{number}/" if number else "")


def browser(user: User) -> Client:
    """Return a browser of the user, in English."""
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(user)
    return client


def statuses(row: RecordingFileTreatment, user: User) -> tuple[int, int, bool]:
    """Return what page and picture answer, and whether the list offers the look."""
    client = browser(user)
    offered = f'href="{address(row)}?next=' in client.get("/record/claim_record/").content.decode()
    return client.get(address(row)).status_code, client.get(address(row, 1)).status_code, offered


@pytest.fixture
def told(waiting: RecordingFileTreatment, tmp_path: Path) -> RecordingFileTreatment:
    """The waiting file with what the converter knew: three displays of two slides, and chapters."""
    folder = tmp_path / "conversion" / "job-1"
    folder.mkdir(parents=True)
    for name in ("1.jpg", "2.jpg"):
        Image.new("RGB", (640, 480), "teal").save(folder / name)
    known = {
        "slides": [
            {"start": 0, "end": 5, "text": "Bases", "thumbnail": "1.jpg"},
            {"start": 5, "end": 83, "text": "Exercises", "thumbnail": "2.jpg"},
            {"start": 83, "end": 90, "text": "Bases", "thumbnail": "1.jpg"},
        ],
        "chapters": [{"start": 0, "title": "Bases"}, {"start": 5, "title": "<b>Exercises</b>"}],
    }
    (folder / "told.json").write_text(json.dumps(known), encoding="utf-8")
    waiting.detail.sidecar = {"folder": str(folder), "sidecar": "told.json"}
    waiting.detail.save()
    return waiting


def test_the_slides_and_chapters_that_the_converter_knew_are_shown(
    told: RecordingFileTreatment, teacher: User
) -> None:
    """Each slide once, small; title, date, course and chapters, as text."""
    client = browser(teacher)
    page = client.get(address(told)).content.decode()
    assert page.count('<img src="/record/preview/') == 2
    assert 'alt="Slide 2, 0:05"' in page
    assert "&lt;b&gt;Exercises" in page
    assert "MAT101" in page
    assert "May 3, 2021" in page
    picture = client.get(address(told, 2))
    assert picture["Content-Type"] == "image/jpeg"
    assert client.get(address(told, 3)).status_code == 404


def test_a_film_of_which_nothing_is_known_shows_stills(
    waiting: RecordingFileTreatment, teacher: User
) -> None:
    """A still for each minute, six at most; the pictures are made once."""
    write_film(Path(waiting.file), 200)
    client = browser(teacher)
    page = client.get(address(waiting)).content.decode()
    assert page.count('<img src="/record/preview/') == 3
    assert 'alt="Picture 1, 0:33"' in page
    first = client.get(address(waiting, 3))
    assert b"".join(first.streaming_content).startswith(b"\xff\xd8")  # type: ignore[attr-defined]


def test_stills_are_six_at_most(
    waiting: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A film of hours is no longer to look at; where its header tells no length, the meeting's counts."""
    monkeypatch.setattr(stills, "length", lambda _film: 0.0)
    ClaimDetail.objects.update(duration_s=36_000)
    page = browser(teacher).get(address(waiting)).content.decode()
    assert page.count('<img src="/record/preview/') == 6
    assert 'alt="Picture 6, 9:10:00"' in page


def test_what_has_no_picture_says_so(waiting: RecordingFileTreatment, teacher: User) -> None:
    """A file that cannot be decoded shows no broken pictures, and can be claimed all the same."""
    Path(waiting.file).write_bytes(b"no film at all")
    page = browser(teacher).get(address(waiting)).content.decode()
    assert "There is no picture to show." in page
    assert 'src="/record/preview/' not in page
    assert f'action="/record/claim/{waiting.pk}/"' in page


def test_a_file_that_is_gone_says_so_and_is_not_offered(
    waiting: RecordingFileTreatment, teacher: User
) -> None:
    """The page says what to do instead of failing."""
    Path(waiting.file).unlink()
    client = browser(teacher)
    page = client.get(address(waiting)).content.decode()
    assert "not there any more: tell an administrator" in page
    assert "/record/claim/" not in page
    assert client.get(address(waiting, 1)).status_code == 404


def test_a_file_outside_the_recorders_folder_is_never_shown(
    waiting: RecordingFileTreatment, teacher: User, tmp_path: Path
) -> None:
    """Whatever a row says, nothing is read elsewhere."""
    secret = write_film(tmp_path / "elsewhere" / "secret.mp4", 2)
    RecordingFileTreatment.objects.filter(pk=waiting.pk).update(file=str(secret))
    client = browser(teacher)
    assert 'src="/record/preview/' not in client.get(address(waiting)).content.decode()
    assert client.get(address(waiting, 1)).status_code == 404


def test_slides_are_taken_from_the_converters_folder_only(
    told: RecordingFileTreatment, teacher: User, tmp_path: Path
) -> None:
    """A name that leads out of it is passed over."""
    Image.new("RGB", (64, 48)).save(tmp_path / "secret.jpg")
    sheet = {"slides": [{"start": 0, "thumbnail": "../../secret.jpg"}]}
    (Path(told.detail.sidecar["folder"]) / "told.json").write_text(json.dumps(sheet), encoding="utf-8")
    assert 'alt="Slide 1' not in browser(teacher).get(address(told)).content.decode()


def test_whom_the_migration_names_may_look_and_nobody_else(
    waiting: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """Neither page nor picture nor link for other teachers, though they see the row."""
    waiting.detail.probable_owners.add(teacher)
    assert statuses(waiting, teacher) == (200, 200, True)
    assert statuses(waiting, colleague) == (403, 403, False)
    assert "probably somebody else’s" in browser(colleague).get("/record/claim_record/").content.decode()


def test_somebody_named_without_an_account_keeps_others_out(
    waiting: RecordingFileTreatment, teacher: User
) -> None:
    """That the moderator never logged in here makes the recording nobody else's."""
    keep_owners(waiting.detail, (), ["zoe"])
    assert statuses(waiting, teacher) == (403, 403, False)


def test_of_a_recording_of_nobody_known_whoever_may_claim_it_may_look(
    waiting: RecordingFileTreatment, teacher: User, colleague: User, student: User
) -> None:
    """How else would its owner know it? Students have no part in it."""
    assert statuses(waiting, teacher) == (200, 200, True)
    assert statuses(waiting, colleague) == (200, 200, True)
    assert statuses(waiting, student) == (403, 403, False)


def test_an_administrator_may_look_into_all(
    waiting: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """Who may change waiting files has to know what they are."""
    waiting.detail.probable_owners.add(teacher)
    colleague.user_permissions.add(Permission.objects.get(codename="change_recordingfiletreatment"))
    assert statuses(waiting, colleague) == (200, 200, True)


def test_what_is_not_offered_is_not_shown(waiting: RecordingFileTreatment, teacher: User) -> None:
    """A file that still grows, or waits for its recorder's manager, is no recording of the page."""
    RecordingFileTreatment.objects.update(require_manual_claim=False)
    assert statuses(waiting, teacher) == (302, 404, False)


def test_a_look_at_what_was_claimed_meanwhile_shows_the_list_anew(
    waiting: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """With a sentence, as page and in the dialog, instead of “there is no such page”."""
    claiming.claim(waiting.pk, colleague)
    client = browser(teacher)
    answer = client.get(f"{address(waiting)}?next=/record/claim_record/%3Fsort%3Dtitle", follow=True)
    assert answer.redirect_chain == [("/record/claim_record/?sort=title", 302)]
    assert "claimed by somebody else, or removed" in answer.content.decode()
    answer = client.get(address(waiting), headers={"HX-Request": "true"})
    assert answer["HX-Refresh"] == "true"


def test_claiming_twice_leads_to_the_video_and_says_nothing_of_others(
    waiting: RecordingFileTreatment, teacher: User
) -> None:
    """The second click of a double click is no failure."""
    client = browser(teacher)
    claim = f"/record/claim/{waiting.pk}/"
    first, second = client.post(claim), client.post(claim, follow=True)
    assert second.redirect_chain == [(first["Location"], 302)]
    assert "somebody else" not in second.content.decode()


def test_claiming_while_it_is_being_claimed_says_so(waiting: RecordingFileTreatment, teacher: User) -> None:
    """The first click has not come to its end yet."""
    ClaimDetail.objects.update(claimed_by=teacher, claimed_at=timezone.now())
    answer = browser(teacher).post(f"/record/claim/{waiting.pk}/", follow=True)
    assert "You are claiming this recording already" in answer.content.decode()


def test_nothing_is_kept_of_a_claimed_file(
    waiting: RecordingFileTreatment, teacher: User, django_capture_on_commit_callbacks: object
) -> None:
    """Its pictures go with its row: the next file of that key or name has its own."""
    client = browser(teacher)
    assert client.get(address(waiting, 1)).status_code == 200
    folder = pictures._folder(waiting.file)
    assert list(folder.iterdir())
    with django_capture_on_commit_callbacks(execute=True):  # type: ignore[operator]
        claiming.claim(waiting.pk, teacher)
    assert not folder.exists()
    assert client.get(address(waiting, 1)).status_code == 404


def test_another_film_of_the_same_name_has_its_own_pictures(
    waiting: RecordingFileTreatment, teacher: User
) -> None:
    """What is kept is of this very file."""
    client = browser(teacher)
    client.get(address(waiting, 1))
    Path(waiting.file).write_bytes(b"another, broken")
    assert 'src="/record/preview/' not in client.get(address(waiting)).content.decode()


def test_a_film_that_takes_too_much_to_read_is_given_up(
    waiting: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A page never waits for ever, nor reads a whole disk."""
    monkeypatch.setattr(stills, "MOST_READ", 100)
    assert "There is no picture" in browser(teacher).get(address(waiting)).content.decode()


def test_a_film_of_too_many_pixels_is_given_up(
    waiting: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its size is known before memory is asked for."""
    monkeypatch.setattr(stills, "MOST_PIXELS", 64 * 48 - 1)
    assert "There is no picture" in browser(teacher).get(address(waiting)).content.decode()


def test_the_dialog_gets_only_what_it_shows(waiting: RecordingFileTreatment, teacher: User) -> None:
    """Htmx asks for the same address and gets no whole page."""
    page = browser(teacher).get(address(waiting), headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in page
    assert 'id="preview-title"' in page


@pytest.mark.parametrize("wanted", ["/record/claim_record/?page=2&q=a", "https://evil.example.net/"])
def test_the_way_back_leads_to_the_list_as_it_was(
    wanted: str, waiting: RecordingFileTreatment, teacher: User
) -> None:
    """Its page and search are not lost; another site is no way back."""
    page = browser(teacher).get(f"{address(waiting)}?next={quote(wanted)}").content.decode()
    way = wanted if wanted.startswith("/") else "/record/claim_record/"
    assert f'href="{way.replace("&", "&amp;")}" data-close' in page


def test_the_list_names_its_rows_as_before(waiting: RecordingFileTreatment, teacher: User) -> None:
    """The look is an addition: title and Claim stay for those who may not look."""
    keep_owners(waiting.detail, (), ["zoe"])
    answer = browser(teacher).get("/record/claim_record/")
    assert titles(answer) == ["Algebra"]
    assert f'action="/record/claim/{waiting.pk}/"' in answer.content.decode()


def thumbnail(row: RecordingFileTreatment, user: User) -> bytes:
    """Return the list's picture of the file; b"" when it is refused, or is the place holder."""
    answer = browser(user).get(f"/record/thumbnail/{row.pk}/")
    if answer.status_code == 403:
        return b""
    if answer.status_code == 302:
        assert answer["Location"].endswith("novideo.svg")
        return b""
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_the_list_shows_the_first_picture_where_the_old_server_gave_none(
    told: RecordingFileTreatment, teacher: User
) -> None:
    """Asked for when the row comes into sight, and the same as in the preview."""
    client = browser(teacher)
    page = client.get("/record/claim_record/").content.decode()
    assert re.search(rf'<img[^>]+src="/record/thumbnail/{told.pk}/"[^>]+loading="lazy"', page)
    first = client.get(address(told, 1))
    assert thumbnail(told, teacher) == b"".join(first.streaming_content)  # type: ignore[attr-defined]


def test_the_list_itself_makes_no_picture(
    told: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its answer waits for no film."""
    monkeypatch.setattr(pictures, "pictures_of", lambda *_: pytest.fail("made in the list's request"))
    assert browser(teacher).get("/record/claim_record/").status_code == 200


def test_the_lists_picture_is_for_whom_the_preview_is(
    told: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """Others see the row with the place holder, also when the picture is kept already."""
    ClaimDetail.objects.get().probable_owners.add(teacher)
    assert thumbnail(told, teacher).startswith(b"\xff\xd8")
    assert thumbnail(told, colleague) == b""
    page = browser(colleague).get("/record/claim_record/").content.decode()
    assert f"/record/thumbnail/{told.pk}/" not in page


def test_the_old_servers_picture_is_for_whom_the_preview_is(
    waiting: RecordingFileTreatment, teacher: User, colleague: User
) -> None:
    """It shows the first slide as much as the preview does."""
    url = "https://bbb.example.org/presentation/thumb-1.png"
    ClaimDetail.objects.update(thumbnail_url=url)
    ClaimDetail.objects.get().probable_owners.add(teacher)
    kept = Path(settings.CACHE_DIR) / "thumbnails" / f"{sha256(url.encode()).hexdigest()}.jpg"
    kept.parent.mkdir(parents=True, exist_ok=True)
    kept.write_bytes(b"the first slide")
    assert thumbnail(waiting, teacher) == b"the first slide"
    assert thumbnail(waiting, colleague) == b""
    page = browser(colleague).get("/record/claim_record/").content.decode()
    assert "novideo.svg" in page
    assert f"/record/thumbnail/{waiting.pk}/" not in page


def test_the_lists_picture_is_made_once(
    told: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Later pages take what is kept."""
    first = thumbnail(told, teacher)
    monkeypatch.setattr(pictures, "pictures_of", lambda *_: pytest.fail("made again"))
    assert thumbnail(told, teacher) == first


def test_a_list_of_new_files_does_not_take_all_processors(
    told: RecordingFileTreatment, teacher: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While as many as may be are being made, the place holder stands; afterwards it is made."""
    monkeypatch.setattr(pictures, "PATIENCE_S", 0.01)
    for _ in range(pictures.AT_ONCE):
        assert pictures._making.acquire(timeout=1)
    try:
        assert thumbnail(told, teacher) == b""
    finally:
        for _ in range(pictures.AT_ONCE):
            pictures._making.release()
    assert thumbnail(told, teacher) != b""


def test_a_file_without_picture_or_gone_has_the_place_holder(
    waiting: RecordingFileTreatment, teacher: User
) -> None:
    """No list breaks by it."""
    Path(waiting.file).write_bytes(b"no film at all")
    assert thumbnail(waiting, teacher) == b""
    Path(waiting.file).unlink()
    assert thumbnail(waiting, teacher) == b""

"""The watch page and the files behind it: ranges, visibility, passwords, share links."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings, settings
from django.contrib.auth.models import User
from django.contrib.staticfiles import finders
from django.test import Client, RequestFactory

from pod.video.access import share_key
from pod.video.listing import COLUMNS
from pod.video.models import Video, VideoDetail
from pod.video.services import renew_share_link
from pod.video.serving import send_file


def body(answer: object) -> bytes:
    """Return all bytes of an answer that is streamed."""
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


@pytest.fixture
def address(video: Video) -> str:
    """The address of the video's file."""
    return f"/video/media/{video.slug}/"


@pytest.fixture
def content(video: Video) -> bytes:
    """The bytes of the video's file."""
    return Path(video.video.path).read_bytes()


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-99", 0, 99),
        ("bytes=0-0", 0, 0),
        ("bytes=10-", 10, None),
        ("bytes=-50", -50, None),
        ("bytes=-999999999", 0, None),
        ("bytes=5-999999999", 5, None),
    ],
)
def test_a_range_is_sent_exactly(
    asked: str, first: int, last: int | None, address: str, content: bytes, signed: Client
) -> None:
    """206 with just those bytes, and where they belong (RFC 9110, 14)."""
    answer = signed.get(address, headers={"Range": asked})
    wanted = content[first : last + 1] if last is not None else content[first:]
    assert answer.status_code == 206
    assert body(answer) == wanted
    start = len(content) - len(wanted) if first < 0 else first
    assert answer["Content-Range"] == f"bytes {start}-{start + len(wanted) - 1}/{len(content)}"
    assert int(answer["Content-Length"]) == len(wanted)


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("a.mp4", "video/mp4"),
        ("a.M4V", "video/mp4"),
        ("a.vtt", "text/vtt; charset=utf-8"),
        ("a.png", "image/png"),
        ("a.svg", "application/octet-stream"),
        ("a.what", "application/octet-stream"),
    ],
)
def test_no_browser_runs_what_is_sent(name: str, kind: str, tmp_path: Path, db: None) -> None:
    """Films, sound, captions and pictures have their types; whatever else it is, it is a lump of bytes."""
    (tmp_path / name).write_bytes(b"something")
    answer = send_file(RequestFactory().get("/"), tmp_path / name)
    answer.close()
    assert answer["Content-Type"] == kind


def test_no_browser_guesses_what_is_sent(address: str, signed: Client) -> None:
    """The type that was said is the one that counts."""
    assert signed.get(address)["X-Content-Type-Options"] == "nosniff"


def test_a_file_that_went_from_the_disk_is_not_found(address: str, video: Video, signed: Client) -> None:
    """It is no error of the site, and the page tells no path."""
    Path(video.video.path).unlink()
    assert signed.get(address).status_code == 404


def test_nginx_sends_what_lies_behind_a_link_to_the_media_folder(
    address: str, video: Video, signed: Client, settings: LazySettings
) -> None:
    """The folder may be a link to a larger disk."""
    media = Path(settings.MEDIA_ROOT)
    media.rename(media.with_name("large-disk"))
    media.symlink_to(media.with_name("large-disk"))
    settings.MEDIA_X_ACCEL = "/protected/"
    assert signed.get(address)["X-Accel-Redirect"] == f"/protected/{video.video.name}"


def test_a_range_is_for_get_alone(address: str, content: bytes, signed: Client) -> None:
    """HEAD tells of the whole file (RFC 9110, 14.2)."""
    answer = signed.head(address, headers={"Range": "bytes=0-9"})
    assert (answer.status_code, int(answer["Content-Length"])) == (200, len(content))


def test_a_range_behind_the_end_is_refused(address: str, content: bytes, signed: Client) -> None:
    """416 with the true length."""
    answer = signed.get(address, headers={"Range": f"bytes={len(content)}-"})
    assert (answer.status_code, answer["Content-Range"]) == (416, f"bytes */{len(content)}")


@pytest.mark.parametrize(
    "asked",
    ["", "bytes=-", "bytes=1-2,5-6", "lines=1-2", "bytes=a-b", "bytes=9-2", f"bytes={'9' * 5000}-"],
    ids=lambda asked: asked[:14],
)
def test_other_ranges_get_the_whole_file_or_a_refusal(
    asked: str, address: str, content: bytes, signed: Client
) -> None:
    """What is no single range is passed over, as RFC 9110 allows."""
    answer = signed.get(address, headers={"Range": asked})
    assert answer.status_code == (416 if asked == "bytes=9-2" else 200)
    if answer.status_code == 200:
        assert body(answer) == content


def test_a_part_of_another_version_is_not_sent(address: str, content: bytes, signed: Client) -> None:
    """If-Range with an old tag gets the whole file."""
    answer = signed.get(address, headers={"Range": "bytes=0-9", "If-Range": '"old"'})
    assert answer.status_code == 200
    assert body(answer) == content


def test_what_the_browser_has_is_not_sent_again(address: str, content: bytes, signed: Client) -> None:
    """304 to who shows the file's tag; the whole file, once it is another."""
    tag = signed.get(address)["ETag"]
    answer = signed.get(address, headers={"If-None-Match": tag})
    assert (answer.status_code, answer.content) == (304, b"")
    assert (answer["ETag"], answer["Cache-Control"]) == (tag, "private, max-age=3600")
    assert "Cookie" in answer["Vary"]
    assert body(signed.get(address, headers={"If-None-Match": '"old"'})) == content


def test_who_may_not_watch_any_more_is_not_told_that_nothing_changed(
    address: str, video: Video, signed: Client, colleague: User
) -> None:
    """A browser would go on showing what it kept."""
    kept = {"If-None-Match": signed.get(address)["ETag"]}
    assert signed.get(address, headers=kept).status_code == 304
    Video.objects.filter(pk=video.pk).update(owner=colleague)
    assert signed.get(address, headers=kept).status_code == 403


def test_nginx_sends_the_file_when_it_is_told_to(
    address: str, video: Video, signed: Client, settings: LazySettings
) -> None:
    """MEDIA_X_ACCEL: an empty answer that names the internal location, after the same check of access."""
    settings.MEDIA_X_ACCEL = "/protected/"
    answer = signed.get(address)
    assert answer["X-Accel-Redirect"] == f"/protected/{video.video.name}"
    assert answer.content == b""
    assert Client().get(address).status_code == 403


def test_a_file_is_never_run_by_the_browser(address: str, signed: Client) -> None:
    """Its type is fixed and the browser must not guess."""
    answer = signed.get(address)
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("video/mp4", "nosniff")


def status(video: Video, user: User | None, key: str = "") -> tuple[int, int]:
    """Return the status of the page and of the file, for a user or nobody."""
    client = Client()
    if user:
        client.force_login(user)
    page = client.get(f"/video/{video.slug}/{key}/" if key else f"/video/{video.slug}/")
    file = client.get(f"/video/media/{video.slug}/", {"key": key} if key else {})
    return page.status_code, file.status_code


def test_a_draft_is_for_its_owners(video: Video, colleague: User) -> None:
    """Also for additional owners; not for others, nor for nobody."""
    assert status(video, None) == (302, 403)
    assert status(video, colleague) == (403, 403)
    video.additional_owners.add(colleague)
    assert status(video, colleague) == (200, 200)


def test_a_public_video_is_for_all(video: Video) -> None:
    """Page and file."""
    Video.objects.update(is_draft=False)
    assert status(video, None) == (200, 200)


def test_a_restricted_video_is_for_who_logged_in(video: Video, student: User) -> None:
    """Page and file."""
    Video.objects.update(is_draft=False, is_restricted=True)
    assert status(video, None) == (302, 403)
    assert status(video, student) == (200, 200)


def test_a_share_link_opens_a_draft_until_it_is_renewed(video: Video, student: User) -> None:
    """The key opens page and file; a new link voids the old one."""
    key = share_key(video)
    assert status(video, None, key) == (200, 200)
    assert status(video, None, "0" * 32) == (302, 403)
    renew_share_link(video)
    assert status(video, None, key) == (302, 403)


def test_a_share_link_does_not_open_a_restricted_draft_to_nobody(video: Video, student: User) -> None:
    """Logging in is asked for all the same."""
    Video.objects.update(is_restricted=True)
    assert status(video, None, share_key(video)) == (302, 403)
    assert status(video, student, share_key(video)) == (200, 200)


def test_a_password_is_asked_once_and_guards_the_file(video: Video) -> None:
    """Wrong: asked again. Right: page and file. Changed: asked again."""
    Video.objects.update(is_draft=False, password="open sesame")
    client = Client()
    page, file = f"/video/{video.slug}/", f"/video/media/{video.slug}/"
    assert b"<video" not in client.get(page).content
    assert client.get(file).status_code == 403
    assert b"<video" not in client.post(page, {"password": "wrong"}).content
    client.post(page, {"password": "open sesame"})
    assert b"<video" in client.get(page).content
    assert client.get(file).status_code == 200
    Video.objects.update(password="another")
    assert client.get(file).status_code == 403


def test_a_video_in_the_trash_is_for_its_owners_only(video: Video, signed: Client) -> None:
    """Deleted is gone for others, and can be brought back by its owner."""
    Video.objects.update(is_draft=False)
    signed.post(f"/video/delete/{video.slug}/", {"confirmed": "1"})
    assert status(video, None) == (302, 403)
    signed.post(f"/video/restore/{video.slug}/")
    assert status(video, None) == (200, 200)


def test_the_players_own_menu_offers_no_more_than_the_page(video: Video, signed: Client) -> None:
    """It saves under the video's title, and only for whom the page has a link."""
    Video.objects.update(is_draft=False, title="Été")
    hidden = 'controlslist="nodownload"'
    assert hidden in Client().get(video.get_absolute_url()).content.decode()
    assert hidden not in signed.get(video.get_absolute_url()).content.decode()
    named = signed.get(f"/video/media/{video.slug}/")["Content-Disposition"]
    assert named == "inline; filename=\"_t_.mp4\"; filename*=UTF-8''%C3%89t%C3%A9.mp4"


def test_an_owner_changes_title_date_and_visibility(video: Video, signed: Client) -> None:
    """The form of “My videos”."""
    values = {"title": "Algebra II", "date_evt": "2021-06-01", "description": "New", "is_restricted": "on"}
    assert signed.post(f"/video/edit/{video.slug}/", values).status_code == 302
    video.refresh_from_db()
    assert (video.title, str(video.date_evt), video.is_draft, video.is_restricted) == (
        "Algebra II",
        "2021-06-01",
        False,
        True,
    )


@pytest.mark.parametrize("second", ["83.5", "0"])
def test_the_address_can_name_a_second(second: str, video: Video, signed: Client) -> None:
    """`?t=83.5` begins there, also without JavaScript."""
    text = signed.get(f"/video/{video.slug}/?t={second}").content.decode()
    assert ("#t=83.50" in text) == (second != "0")


@pytest.mark.parametrize("second", ["x", "-1", "inf", "nan", "1e99", ""])
def test_odd_seconds_are_passed_over(second: str, video: Video, signed: Client) -> None:
    """An address that was cut or mangled shows the video from its beginning."""
    answer = signed.get(f"/video/{video.slug}/?t={second}")
    assert answer.status_code == 200
    assert b"#t=" not in answer.content.split(b"<track")[0].split(b"<video")[1].split(b">")[0]


def test_an_owner_shares_a_video_with_others(video: Video, signed: Client, colleague: User) -> None:
    """By user name or mail; a name of nobody is an error; without the name the right ends."""
    values = {"title": "Algebra", "is_draft": "on", "co_owners": "BOB@example.org"}
    assert signed.post(f"/video/edit/{video.slug}/", values).status_code == 302
    assert status(video, colleague) == (200, 200)
    browser = Client(headers={"Accept-Language": "en"})
    browser.force_login(colleague)
    assert "shared by ada" in browser.get("/video/my/").content.decode()
    assert "shared by" not in signed.get("/video/my/", headers={"Accept-Language": "en"}).content.decode()
    assert signed.post(f"/video/edit/{video.slug}/", {**values, "co_owners": "nobody"}).status_code == 200
    signed.post(f"/video/edit/{video.slug}/", {**values, "co_owners": ""})
    assert status(video, colleague) == (403, 403)


EVIL = "<script>alert('x')</script><img src=x onerror=alert(1)>"


def test_whatever_is_called_script_stays_text(video: Video, signed: Client, teacher: User) -> None:
    """Title, course, description, people, chapters, chat, captions, slides, and what a search finds."""
    User.objects.filter(pk=teacher.pk).update(first_name=EVIL[:30], last_name=EVIL[:30])
    Video.objects.filter(pk=video.pk).update(title=EVIL, description=EVIL, password=EVIL[:50])
    VideoDetail.objects.update_or_create(video=video, defaults={"course": EVIL, "shared_notes": EVIL})
    video.chapters.create(start=0, title=EVIL)
    video.chat.create(start=1, name=EVIL, text=EVIL)
    video.slides.create(start=0, end=1, text=EVIL)
    captions = Path(video.video.path).with_name("evil.vtt")
    captions.write_text(f"WEBVTT\n\n00:00.000 --> 00:01.000\n{EVIL}\n", encoding="utf-8")
    name = captions.relative_to(settings.MEDIA_ROOT).as_posix()
    video.captions.create(locale="en", name=EVIL, file=name)
    for address in (
        video.get_absolute_url(), f"{video.get_absolute_url()}?q=script", "/video/my/",
        f"/video/edit/{video.slug}/", f"/video/my/?q={EVIL}", f"{video.get_absolute_url()}?q={EVIL}",
    ):  # fmt: skip
        page = signed.get(address).content.decode()
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "&lt;script&gt;alert" in page
    asked = signed.post(f"/video/delete/{video.slug}/").content.decode()
    assert "<script>alert" not in asked


@pytest.mark.parametrize(
    ("columns", "said"),
    [
        ({"is_draft": True}, {"private"}),
        ({"is_draft": True, "password": "x"}, {"private", "with a password"}),
        ({"is_draft": False, "is_restricted": True}, {"for signed-in users"}),
        ({"is_draft": False, "password": "x"}, {"with a password"}),
        (
            {"is_draft": False, "is_restricted": True, "password": "x"},
            {"for signed-in users", "with a password"},
        ),
        ({"is_draft": False, "password": ""}, {"public"}),
        ({"is_draft": False}, {"public"}),
    ],
)
def test_a_video_behind_a_password_is_not_called_public(
    video: Video, signed: Client, columns: dict[str, Any], said: set[str]
) -> None:
    """The list and the page say who can watch, and each filter finds what is called as the filter is."""
    Video.objects.filter(pk=video.pk).update(**columns)
    signed.cookies["django_language"] = "en"
    for address in ("/video/my/", video.get_absolute_url()):
        page = signed.get(address).content.decode()
        assert set(re.findall(r'<span class="state">([^<]+)</span>', page)) == said
    found_by = {
        str(label)
        for word, (label, _rows) in COLUMNS.states.items()
        if "1 video" in signed.get(f"/video/my/?state={word}").content.decode()
    }
    assert found_by == said


MOST_BYTES = 300_000  # of a first load
TEXT = "What was said at this second, with some words"


def test_a_day_of_slides_and_chat_does_not_slow_the_first_load(video: Video, signed: Client) -> None:
    """The page of 3,000 slides and 10,000 lines of chat, with its styles and scripts, stays under 300 KB."""
    slides, chapters, chat = (video.slides.model, video.chapters.model, video.chat.model)
    slides.objects.bulk_create(slides(video=video, start=n, end=n + 1) for n in range(3000))
    chapters.objects.bulk_create(chapters(video=video, start=n, title=TEXT) for n in range(3000))
    chat.objects.bulk_create(chat(video=video, start=n, name="Noor", text=TEXT) for n in range(10_000))
    page = signed.get(f"/video/{video.slug}/").content.decode()
    found = re.findall(r'(?:src|href)="/static/([^"]+[.](?:js|css))"', page)
    assert len(found) == 6
    files = sum(Path(str(finders.find(name))).stat().st_size for name in found)
    assert len(page.encode()) + files < MOST_BYTES
    whole = signed.get(f"/video/{video.slug}/?all=1").content.decode()
    assert page.count('href="?all=1') == 3
    assert (whole.count("data-t="), whole.count('href="?all=1')) == (16_000, 0)


def test_a_video_whose_file_is_gone_says_so(video: Video, signed: Client) -> None:
    """Instead of a player that does nothing."""
    Path(video.video.path).unlink()
    page = signed.get(f"/video/{video.slug}/", headers={"Accept-Language": "en"})
    assert page.status_code == 200
    assert "The file of this video is missing" in page.content.decode()


@pytest.mark.parametrize(("restricted", "words"), [(0, "without an account"), (1, "after logging in")])
def test_the_share_link_says_for_whom_it_is(
    restricted: int, words: str, video: Video, signed: Client
) -> None:
    """A restricted draft is opened by its link to who has logged in only."""
    Video.objects.update(is_restricted=restricted)
    page = signed.get(f"/video/{video.slug}/", headers={"Accept-Language": "en"}).content.decode()
    assert f"Share link: anyone who has it can watch{'' if restricted else ', even'} {words}" in page

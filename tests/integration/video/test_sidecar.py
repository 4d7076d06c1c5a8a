"""What the converter told of a video: taken over as far as it is usable, and never more than its folder."""

from __future__ import annotations

import errno
import json
import re
from io import BytesIO
from pathlib import Path
from typing import Any, NoReturn

import pytest
from django.conf import LazySettings
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image

from pod.video import sidecar
from pod.video.models import Caption, Chapter, ChatLine, Slide, Video
from pod.video.sidecar import attach, poster_path, show_frame
from tests.sampling import examples

JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
ENTRY = st.dictionaries(
    st.sampled_from(
        [
            "start",
            "end",
            "text",
            "thumbnail",
            "title",
            "locale",
            "name",
            "file",
            "moderator",
            "href",
            "edited",
        ]
    )
    | st.sampled_from(["answered", "reactions", "question", "answers"]),
    JSON,
)
TOLD = st.fixed_dictionaries(
    {},
    optional={
        "slides": st.lists(ENTRY, max_size=3) | JSON,
        "chapters": st.lists(ENTRY, max_size=3) | JSON,
        "captions": st.lists(ENTRY, max_size=3) | JSON,
        "chat": st.lists(ENTRY, max_size=3) | JSON,
        "polls": st.lists(ENTRY, max_size=3) | JSON,
        "poster": JSON,
        "notes": JSON,
    },
)


def tell(folder: Path, told: Any) -> dict[str, Any]:
    """Write a sidecar and return the report that names it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "told.json").write_text(json.dumps(told), encoding="utf-8")
    return {"folder": str(folder), "sidecar": "told.json"}


@settings(
    max_examples=examples(60), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(told=TOLD)
def test_no_sidecar_at_all_breaks_an_import(told: Any, video: Video, tmp_path: Path) -> None:
    """Odd entries are left out; the video stays."""
    attach(video, tell(tmp_path / "told", told))
    for model in (Slide, Chapter, Caption, ChatLine):
        model.objects.all().delete()


def test_what_was_told_is_found_where_the_converters_folder_is_by_now(
    video: Video, tmp_path: Path, settings: LazySettings
) -> None:
    """CONVERSION_DIR moved to a larger disk while the recording waited to be claimed."""
    report = tell(tmp_path / "former" / "7", {"chapters": [{"start": 0, "title": "Limits"}]})
    settings.CONVERSION_DIR = tmp_path / "larger"
    (tmp_path / "former").rename(tmp_path / "larger")
    attach(video, report)
    assert Chapter.objects.get().title == "Limits"


@pytest.mark.parametrize("name", ["x" * 5000, "nul\0.png", "../told.json", "."])
def test_a_name_that_no_file_can_have_is_left_out(name: str, video: Video, tmp_path: Path) -> None:
    """The slide comes without its picture."""
    told = {"slides": [{"start": 0, "end": 2, "text": "One", "thumbnail": name}]}
    attach(video, tell(tmp_path / "told", told))
    assert [(slide.text, slide.picture.name) for slide in video.slides.all()] == [("One", "")]


def test_pictures_and_captions_are_copied(video: Video, tmp_path: Path) -> None:
    """The converter's folder may go; ours has what it needs."""
    folder = tmp_path / "told"
    folder.mkdir()
    Image.new("RGB", (40, 30)).save(folder / "1.png")
    (folder / "fr.vtt").write_text("WEBVTT\n\n00:00.000 --> 00:01.000\nOui\n", encoding="utf-8")
    told = {
        "slides": [{"start": 0, "end": 2, "text": "One\nmore", "thumbnail": "1.png"}],
        "captions": [{"locale": "fr_FR", "name": "français", "file": "fr.vtt"}],
    }
    attach(video, tell(folder, told))
    (folder / "1.png").unlink()
    slide, caption, chapter = Slide.objects.get(), Caption.objects.get(), Chapter.objects.get()
    assert Path(slide.picture.path).is_file()
    assert (caption.locale, Path(caption.file.path).read_text(encoding="utf-8")[:6]) == ("fr-FR", "WEBVTT")
    assert (chapter.start, chapter.title) == (0.0, "One")


def full(*_arguments: object) -> NoReturn:
    """Stand for a disk that fills up just now."""
    raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("writer", ["write_thumbnail", "frame_thumbnail"])
def test_a_full_disk_is_no_picture_that_is_none(
    writer: str, video: Video, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The video is made anew when there is space; without its picture it would stay so for ever."""
    Image.new("RGB", (40, 30)).save(tmp_path / "poster.jpg")
    report = tell(tmp_path, {"poster": "poster.jpg"})
    monkeypatch.setattr(sidecar, writer, full)
    with pytest.raises(OSError, match="No space left"):
        attach(video, report) if writer == "write_thumbnail" else show_frame(video, 0)


@pytest.mark.parametrize("name", ["../secret.png", "/etc/passwd", "link.png", "told.json", "page.png", ""])
def test_nothing_outside_and_nothing_else_than_pictures_is_taken(
    name: str, video: Video, tmp_path: Path
) -> None:
    """Names that lead out, links that lead out, and files that are no pictures are left out."""
    folder = tmp_path / "told"
    folder.mkdir()
    Image.new("RGB", (4, 3)).save(tmp_path / "secret.png")
    (folder / "link.png").symlink_to(tmp_path / "secret.png")
    (folder / "page.png").write_text("<svg onload='alert(1)'>", encoding="utf-8")
    attach(video, tell(folder, {"slides": [{"start": 0, "thumbnail": name}]}))
    assert str(Slide.objects.get().picture) == ""


def test_shared_notes_keep_no_scripts(video: Video, tmp_path: Path) -> None:
    """What others wrote in the meeting is shown as text with its paragraphs."""
    told = {"notes": "<p onclick='x()'>Hello<script>alert(1)</script><img src=x></p>"}
    attach(video, tell(tmp_path / "told", told))
    assert "script" not in video.detail.shared_notes
    assert "onclick" not in video.detail.shared_notes


def test_addresses_in_the_chat_are_links(video: Video, tmp_path: Path, signed: Client) -> None:
    """As in the old server's player; whatever else a message holds is text."""
    text = "see https://univ.example/a?b=1&c=2 <b>or</b> javascript:alert(1)"
    attach(video, tell(tmp_path / "told", {"chat": [{"start": 1, "name": "Ada", "text": text}]}))
    page = signed.get(video.get_absolute_url()).content.decode()
    line = re.findall('<span class="said">(.*?)</span>', page)
    link = (
        '<a href="https://univ.example/a?b=1&amp;c=2" rel="nofollow">https://univ.example/a?b=1&amp;c=2</a>'
    )
    assert line == [f"see {link} &lt;b&gt;or&lt;/b&gt; javascript:alert(1)"]


def test_the_chat_tells_what_the_old_servers_player_told(
    video: Video, tmp_path: Path, signed: Client
) -> None:
    """What a message replies to, that it was edited, how others reacted; and polls with their votes."""
    told = {
        "chat": [
            {"start": 1, "name": "Ada", "text": "Any questions?"},
            {
                "start": 2, "name": "Noor", "text": "Yes <3", "edited": True, "answered": "Any questions?",
                "reactions": [{"emoji": "👍", "count": 3}, {"emoji": "🎉", "count": 1}],
            },
        ],
        "polls": [{"start": 1.5, "question": "Clear?", "answers": [{"text": "Yes", "votes": 5}]}],
    }  # fmt: skip
    attach(video, tell(tmp_path / "told", told))
    page = signed.get(
        f"{video.get_absolute_url()}?q=clear", headers={"Accept-Language": "en"}
    ).content.decode()
    lines = [
        " ".join(re.sub("<[^>]+>", "", line).split())
        for line in re.findall(
            "<li>.*?</li>", page.split('class="timed chat"')[1].split("</ol>")[0], re.DOTALL
        )
    ]
    assert lines == [
        "0:01 Ada Ada Any questions?",
        "0:01 Poll Poll Clear? Yes: 5",
        "0:02 Noor Noor (edited) in reply to Any questions? Yes &lt;3 👍 3 🎉 1",
    ]
    assert "<time>0:01</time> Poll</a> <span>Clear? Yes: 5</span>" in page


def size_of(signed: Client, video: Video, kind: str) -> tuple[int, int]:
    """Return the size of the picture that the site sends."""
    answer = signed.get(f"/video/media/{video.slug}/{kind}/")
    with Image.open(BytesIO(b"".join(answer.streaming_content))) as picture:  # type: ignore[attr-defined]
        return picture.size


def test_the_player_shows_a_large_picture_and_the_lists_a_small_one(
    video: Video, tmp_path: Path, signed: Client
) -> None:
    """Both are made of the poster; a small picture drawn large would look like a bad video."""
    folder = tmp_path / "made"
    folder.mkdir()
    Image.new("RGB", (1920, 1080), "teal").save(folder / "poster.jpg")
    attach(video, tell(folder, {"poster": "poster.jpg"}))
    assert size_of(signed, video, "thumbnail") == (320, 180)
    assert size_of(signed, video, "poster") == (1280, 720)
    assert (
        f'poster="/video/media/{video.slug}/poster/"' in signed.get(video.get_absolute_url()).content.decode()
    )


def test_a_video_of_before_has_its_small_picture_in_the_player(video: Video, signed: Client) -> None:
    """What was brought home by an older version has no large one."""
    poster_path(Path(video.video.path)).unlink()
    assert size_of(signed, video, "poster") == size_of(signed, video, "thumbnail")

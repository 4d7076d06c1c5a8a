"""What is saved from the page of a video: for whom, and under which name."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

from django.contrib.auth.models import User
from django.test import Client

from pod.video.models import Video
from pod.video.serving import send_archive


def body(answer: object) -> bytes:
    """Return all bytes of an answer that is streamed."""
    return b"".join(answer.streaming_content)  # type: ignore[attr-defined]


def test_an_archive_holds_each_file_that_is_there_once(tmp_path: Path) -> None:
    """Two slides may show the same picture, and one may have gone from the disk."""
    first, second, gone = (tmp_path / name for name in ("1.png", "2.png", "gone.png"))
    first.write_bytes(b"one")
    second.write_bytes(b"two")
    with zipfile.ZipFile(io.BytesIO(body(send_archive([first, second, first, gone], "slides.zip")))) as sent:
        assert {name: sent.read(name) for name in sent.namelist()} == {"1.png": b"one", "2.png": b"two"}


def test_an_archive_has_the_whole_title_as_its_name(tmp_path: Path) -> None:
    """Also what stands before a slash: “TD 12/03” is no file of a folder."""
    answer = send_archive([], "TD 12/03 – Algèbre.zip")
    assert answer["Content-Type"] == "application/zip"
    assert answer["Content-Disposition"] == (
        'attachment; filename="TD_12_03_Alg_bre.zip"; '
        "filename*=UTF-8''TD%2012%2F03%20%E2%80%93%20Alg%C3%A8bre.zip"
    )


def test_others_download_only_what_the_owner_offers(video: Video, colleague: User) -> None:
    """The download is the owner's word."""
    Video.objects.update(is_draft=False)
    client = Client()
    assert client.get(f"/video/media/{video.slug}/download/").status_code == 403
    Video.objects.update(allow_downloading=True, title='Été "1"/2')
    answer = client.get(f"/video/media/{video.slug}/download/")
    assert answer["Content-Disposition"].startswith('attachment; filename="_t_1_2.mp4"; filename*=UTF-8')


def test_others_download_a_smaller_version_only_if_the_owner_offers_it(video: Video) -> None:
    """The same rule as for the whole video; to watch it is another thing."""
    video.renditions.create(height=24, file=video.video.name)
    Video.objects.filter(pk=video.pk).update(is_draft=False)
    address = f"/video/media/{video.slug}/rendition/24/"
    assert Client().get(address).status_code == 200
    assert Client().get(f"{address}?download=1").status_code == 403
    Video.objects.filter(pk=video.pk).update(allow_downloading=True)
    assert Client().get(f"{address}?download=1").status_code == 200


def test_a_smaller_version_is_downloaded_under_the_videos_name(video: Video, signed: Client) -> None:
    """The link of the page saves a file; the player's own address plays it."""
    video.renditions.create(height=24, file=video.video.name)
    page = signed.get(video.get_absolute_url()).content.decode()
    address = f"/video/media/{video.slug}/rendition/24/"
    assert f'href="{address}?download=1"' in page
    answer = signed.get(f"{address}?download=1")
    assert answer["Content-Disposition"].startswith('attachment; filename="Algebra_24p.mp4"')
    assert not signed.get(address)["Content-Disposition"].startswith("attachment")

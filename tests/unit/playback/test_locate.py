"""From links of all ages, or a folder, to where the files are."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.errors import PlaybackError
from pod.bbb.playback.locate import Kind, locate
from pod.bbb.playback.read import read_playback

ID = "0123456789abcdef0123456789abcdef01234567-1700000000000"
HOST = "https://bbb.example.org"


@pytest.mark.parametrize(
    "path",
    [
        f"/playback/presentation/2.0/playback.html?recordID={ID}",
        f"/playback/presentation/playback.html?meetingId={ID}",
        f"/playback/presentation/0.81/playback.html?meetingId={ID}",
        f"/playback/presentation/0.9.0/playback.html?meetingId={ID}",
        f"/playback/presentation/2.0/playback.html?meetingId={ID}",
        f"/playback/presentation/2.0/playback.html?lang=fr&meetingId={ID}#t=3",
        f"/playback/presentation/2.3/{ID}",
        f"/playback/presentation/2.3/{ID}/",
        f"/playback/presentation/2.3/{ID}?t=1h2m3s&l=content",
        f"/presentation/{ID}",
        f"/presentation/{ID}/",
        f"/presentation/{ID}/metadata.xml",
        f"/presentation/{ID}/video/webcams.webm",
        f"\n   /playback/presentation/2.3/{ID}\n  ".strip(),
    ],
)
def test_every_form_of_link_leads_to_the_same_files(path: str) -> None:
    """The files are at /presentation/ID/, whatever the player's version; BBBLB's place is tried next."""
    found = locate(f"  {HOST}{path} \n")
    assert (found.kind, found.record_id) == (Kind.PRESENTATION, ID)
    assert found.bases == (f"{HOST}/presentation/{ID}/", f"{HOST}/playback/presentation/{ID}/")
    assert found.entry == ""


def test_a_link_broken_over_lines_is_joined() -> None:
    """Some servers' XML has newlines inside."""
    assert locate(f"{HOST}/playback/presentation/2.3/\n   {ID}\t").record_id == ID


def test_the_media_path_of_the_player_comes_first() -> None:
    """?p=PATH: the player looks at /presentation/PATH/ID/."""
    found = locate(f"{HOST}/playback/presentation/2.3/{ID}?p=archive/2020")
    assert found.bases[0] == f"{HOST}/presentation/archive/2020/{ID}/"
    assert f"{HOST}/presentation/{ID}/" in found.bases


def test_files_below_a_media_path_are_found() -> None:
    """The address of a file below it tells the path."""
    assert (
        locate(f"{HOST}/presentation/archive/{ID}/shapes.svg").bases[0]
        == f"{HOST}/presentation/archive/{ID}/"
    )


def test_bbblb_serves_files_below_the_player() -> None:
    """A link of that form is tried first at its own place."""
    assert locate(f"{HOST}/playback/presentation/{ID}/").bases[0] == f"{HOST}/playback/presentation/{ID}/"


def test_scalelites_protected_link_is_opened_first() -> None:
    """/recording/ID/FORMAT?token=: the cookie that it sets opens the files at the usual place."""
    link = f"{HOST}/recording/{ID}/presentation?token=S3CRET"
    found = locate(link)
    assert (found.kind, found.record_id, found.entry) == (Kind.PRESENTATION, ID, link)
    assert found.bases[0] == f"{HOST}/presentation/{ID}/"


def test_a_token_is_not_shown() -> None:
    """A Location may be logged."""
    assert "S3CRET" not in repr(locate(f"{HOST}/recording/{ID}/presentation?token=S3CRET"))


@pytest.mark.parametrize(
    ("path", "kind", "base"),
    [
        (f"/playback/video/{ID}/", Kind.VIDEO, f"/playback/video/{ID}/"),
        (f"/video/{ID}/", Kind.VIDEO, f"/playback/video/{ID}/"),
        (f"/recording/{ID}/video?token=x", Kind.VIDEO, f"/playback/video/{ID}/"),
        (f"/recording/screenshare/{ID}/", Kind.SCREENSHARE, f"/recording/screenshare/{ID}/"),
        (f"/screenshare/{ID}/", Kind.SCREENSHARE, f"/recording/screenshare/{ID}/"),
        (f"/podcast/{ID}/audio.ogg", Kind.PODCAST, f"/podcast/{ID}/"),
    ],
)
def test_other_formats_are_told_apart(path: str, kind: Kind, base: str) -> None:
    """Video, screenshare and podcast have places of their own."""
    found = locate(HOST + path)
    assert (found.kind, found.record_id, found.bases[0]) == (kind, ID, HOST + base)


def test_an_http_link_is_also_tried_with_https() -> None:
    """Old links are http although the host has long been https only; another port stays what it is."""
    origins = [
        base.partition("/presentation")[0] for base in locate(f"http://b.org/presentation/{ID}/").bases
    ]
    assert origins == ["http://b.org", "http://b.org/playback", "https://b.org", "https://b.org/playback"]
    assert all(
        base.startswith("http://b.org:8080/") for base in locate(f"http://b.org:8080/presentation/{ID}").bases
    )


def test_a_prefix_of_a_reverse_proxy_is_kept() -> None:
    """Some hosts serve BigBlueButton below a path."""
    assert locate(f"{HOST}/bbb/playback/presentation/2.3/{ID}").bases[0] == f"{HOST}/bbb/presentation/{ID}/"


def test_odd_record_ids_are_accepted() -> None:
    """Test servers have short ones."""
    assert locate(f"{HOST}/playback/presentation/2.3/abc_DEF-1").record_id == "abc_DEF-1"


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/",
        "/playback/presentation/2.3/",
        "/playback/presentation/2.0/playback.html",
        "/playback/presentation/2.0/playback.html?meetingId=..",
        "/playback/presentation/2.0/playback.html?meetingId=a/b",
        "/playback/presentation/2.3/%2e%2e",
        "/playback/presentation/2.3/a%2Fb",
        "/presentation/..",
        f"/playback/presentation/2.3/{ID}?p=../..",
        f"/playback/presentation/2.3/{ID}?p=a%00",
        "/bigbluebutton/api/getRecordings",
        "/playback/notes/x",
        "/playback",
    ],
)
def test_links_without_a_valid_record_id_are_refused(path: str) -> None:
    """Neither slashes nor dots get into an address or a file's name."""
    with pytest.raises(PlaybackError):
        locate(HOST + path)


@pytest.mark.parametrize(
    "source",
    ["file:///etc/passwd", "ftp://h/presentation/a", "http://", "https://:80/x", "http://h:x/", "", "\x00"],
)
def test_other_sources_are_refused(source: str) -> None:
    """Only http, https and folders."""
    with pytest.raises(PlaybackError):
        locate(source)


def test_a_link_with_a_password_is_refused_without_telling_it() -> None:
    """Secrets do not get into messages."""
    with pytest.raises(PlaybackError) as refused:
        locate(f"https://user:hunter2@b.org/presentation/{ID}/")
    assert "hunter2" not in str(refused.value)


def test_only_allowed_hosts_are_asked() -> None:
    """A link in a form must not reach the inner network; a folder is none of its business either."""
    link = f"https://BBB.example.org:8443/presentation/{ID}/"
    assert locate(link, {"bbb.example.org"}).record_id == ID
    for source in (
        f"http://169.254.169.254/presentation/{ID}/",
        "/etc",
        f"https://bbb.example.org.evil/presentation/{ID}",
    ):
        with pytest.raises(PlaybackError):
            locate(source, {"bbb.example.org"})


def test_a_folder_is_a_source(tmp_path: Path) -> None:
    """Also named by its metadata.xml or shapes.svg."""
    for name in ("metadata.xml", "shapes.svg"):
        (tmp_path / name).write_text("<x/>")
    named = (tmp_path / "metadata.xml", tmp_path / "shapes.svg")
    for source in (str(tmp_path), f" {tmp_path}/ ", *map(str, named)):
        found = locate(source)
        assert (found.kind, found.folder, found.record_id) == (Kind.FOLDER, tmp_path, tmp_path.name)


def test_another_file_is_no_recording(tmp_path: Path) -> None:
    """A film beside them, say."""
    (tmp_path / "film.mp4").touch()
    with pytest.raises(PlaybackError, match="neither a link nor a folder"):
        locate(str(tmp_path / "film.mp4"))


def test_a_location_tells_its_host() -> None:
    """For messages: without its port."""
    assert locate(f"https://bbb.example.org:8443/presentation/{ID}/").host == "bbb.example.org"


def test_a_folder_of_something_else_is_called_so(tmp_path: Path) -> None:
    """Who gives the folder above learns what to give, not that media are damaged."""
    (tmp_path / "presentation" / "0123abcd-1").mkdir(parents=True)
    with pytest.raises(PlaybackError, match="holds no published recording: give the folder in which"):
        read_playback(tmp_path / "presentation")


@given(st.text(max_size=80))
def test_any_text_is_located_or_refused(text: str) -> None:
    """No text ends in another error, or in an address with dots."""
    for source in (
        text,
        HOST + "/" + text,
        f"{HOST}/playback/presentation/2.3/{text}",
        f"{HOST}/presentation/{text}",
    ):
        try:
            found = locate(source, {"bbb.example.org"})
        except PlaybackError:
            continue
        for base in found.bases:
            assert base.startswith(HOST)
            assert "/../" not in base

"""Servers that keep recordings elsewhere, protect them, or lead from one address to another."""

from __future__ import annotations

import logging
import re
import shutil
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import pytest
import requests

from pod.bbb.errors import FetchError
from pod.bbb.playback.fetch import fetch
from pod.bbb.playback.locate import Location, locate
from pod.bbb.playback.read import read_playback
from pod.bbb.render.images.pictures import Pictures
from tests.fake_bbb.behaviour import Fault
from tests.fake_bbb.server import FakeBBB
from tests.integration.playback.bringing import QUICK, bring


@pytest.mark.parametrize("layout", ["bbblb"])
def test_other_servers_layouts_are_found(bbb: FakeBBB, sample: Path, tmp_path: Path, layout: str) -> None:
    """BBBLB serves the files below /playback/presentation/."""
    bbb.behaviour.layout = layout  # type: ignore[assignment]
    assert "video/webcams.webm" in bring(bbb, sample, tmp_path / "job").files


def protected(bbb: FakeBBB, record: Path) -> Location:
    """The location of a protected recording, with a fresh token."""
    query = f"recordID={record.name}"
    checksum = sha256(f"getRecordings{query}{bbb.secret}".encode()).hexdigest()
    text = requests.get(f"{bbb.api_url}api/getRecordings?{query}&checksum={checksum}", timeout=10).text
    link = re.search(r"http[^<]*/recording/[^<]*token=\w+", text)
    assert link is not None
    return locate(link[0])


def test_scalelites_protected_recordings_are_opened_with_their_token(
    bbb: FakeBBB, sample: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """The link's cookie opens the files; its token is in no log."""
    bbb.behaviour.layout = "scalelite"
    location = protected(bbb, sample)
    token = location.entry.partition("token=")[2]
    with caplog.at_level(logging.DEBUG):
        assert "video/webcams.webm" in fetch(location, tmp_path / "job", options=QUICK).files
    assert caplog.records
    assert token not in caplog.text


def test_a_protected_link_may_redirect_before_it_sets_its_cookie(
    bbb: FakeBBB, sample: Path, tmp_path: Path
) -> None:
    """A link with http leads to https first; only what answers there knows the token."""
    bbb.behaviour.layout = "scalelite"
    location = protected(bbb, sample)
    again = f"{{base}}/recording/{sample.name}/presentation?{{query}}"
    bbb.behaviour.faults.append(Fault(path="^/recording/", times=1, status=301, location=again))
    assert "video/webcams.webm" in fetch(location, tmp_path / "job", options=QUICK).files


def test_a_used_token_is_an_error_without_the_token(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """It works once; the message says what to do."""
    bbb.behaviour.layout = "scalelite"
    location = protected(bbb, sample)
    fetch(location, tmp_path / "one", options=QUICK)
    with pytest.raises(FetchError, match="list the recordings again") as refused:
        fetch(location, tmp_path / "two", options=QUICK)
    assert location.entry.partition("token=")[2] not in str(refused.value)


def test_a_protected_recording_without_its_token_is_refused_clearly(
    bbb: FakeBBB, sample: Path, tmp_path: Path
) -> None:
    """Not taken for an absent one."""
    bbb.behaviour.layout = "scalelite"
    with pytest.raises(FetchError, match="is protected"):
        bring(bbb, sample, tmp_path / "job")


def test_redirects_stay_on_allowed_hosts(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """A server cannot lead the converter into the inner network."""
    bbb.behaviour.faults.append(
        Fault(path="cursor.xml", times=-1, status=302, location="http://localhost:1/presentation/x")
    )
    with pytest.raises(FetchError, match="leads to localhost, which is not an allowed host"):
        bring(bbb, sample, tmp_path / "job")


def test_redirects_to_allowed_hosts_are_followed(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """A playback server may hand its files to another."""
    target = f"http://localhost:{bbb.port}/presentation/{sample.name}/cursor.xml"
    bbb.behaviour.faults.append(Fault(path="cursor.xml", times=1, status=307, location=target))
    found = bring(bbb, sample, tmp_path / "job", allowed_hosts={"localhost"})
    assert "cursor.xml" in found.files


def test_redirects_in_a_circle_end(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """After a few hops."""
    circle = f"{bbb.url}/presentation/{sample.name}/cursor.xml"
    bbb.behaviour.faults.append(Fault(path="cursor.xml", times=-1, status=302, location=circle))
    with pytest.raises(FetchError, match="in a circle"):
        bring(bbb, sample, tmp_path / "job")


@pytest.mark.parametrize("name", ["slide %41.png", "slide#1.png", "slide&é;+1.png"])
def test_a_file_is_asked_for_and_opened_by_its_own_name(
    bbb: FakeBBB, sample: Path, tmp_path: Path, name: str
) -> None:
    """What a reference quotes is read once, whatever letters the name then has."""
    picture = next(sample.glob("presentation/*/slide-1.png"))
    picture.rename(picture.with_name(name))
    shapes = (sample / "shapes.svg").read_text(encoding="utf-8")
    (sample / "shapes.svg").write_text(shapes.replace("slide-1.png", quote(name)), encoding="utf-8")
    found = bring(bbb, sample, tmp_path / "job")
    href = read_playback(found.folder).slides[0].href
    assert href.endswith(f"/{name}")
    assert href in found.files
    assert Pictures(found.folder, pytest.fail).get(href, 100) is not None


def test_a_server_that_asks_to_wait_is_not_asked_at_every_address_so_often(
    bbb: FakeBBB, sample: Path, tmp_path: Path
) -> None:
    """After one round all attempts are made at one address: a minute each at all would be half an hour."""
    bbb.behaviour.faults.append(Fault(times=-1, status=429, headers={"Retry-After": "0"}))
    location = locate(f"{bbb.url}/playback/presentation/2.3/{sample.name}")
    with pytest.raises(FetchError, match="answered 429"):
        fetch(location, tmp_path / "job", options=QUICK)
    assert len(bbb.requests) == 2 * len(location.bases) + QUICK.attempts


@pytest.mark.parametrize("other", ["webcams.mp4", "webcams.webm"])
def test_media_that_break_off_are_not_the_only_ones_fetched(
    bbb: FakeBBB, sample: Path, tmp_path: Path, other: str
) -> None:
    """A file may be cut short and the one beside it whole; where that cannot be had, the first will do."""
    webcams = sample / "video/webcams.webm"
    shutil.copyfile(webcams, sample / "video/webcams.mp4")
    webcams.write_bytes(webcams.read_bytes()[: webcams.stat().st_size // 2])
    if other == "webcams.webm":
        bbb.behaviour.faults.append(Fault(path=r"webcams\.mp4", times=-1, status=503))
    playback = read_playback(bring(bbb, sample, tmp_path / "job").folder)
    assert playback.webcams is not None
    assert playback.webcams.path.name == other

"""Protected recordings: their links open once, so a conversion asks the server for a new one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import requests
from django.conf import LazySettings

from pod.bbb.api import Client
from pod.conversion.causes import Cause
from pod.conversion.engines.video_file import VideoFileEngine
from pod.conversion.services import run
from pod.main.states import State
from tests.fake_bbb import Behaviour, FakeBBB
from tests.integration.conversion.conftest import Ask
from tests.samples import make_recording

pytestmark = pytest.mark.django_db


def used_link(bbb: FakeBBB, record_id: str, kind: str = "presentation") -> str:
    """Return a link to the format `kind` with a token that somebody has opened already."""
    with Client(bbb.api_url, bbb.secret) as client:
        recording = client.recording(record_id)
    link = recording.url(kind) if recording else ""
    assert "token=" in link
    requests.get(link, timeout=10)
    return link


@pytest.mark.parametrize("record_id", ["", "0" * 40 + "-1614590000000"])
def test_a_link_to_another_recording_than_the_catalogues_is_not_renewed(
    ask: Ask, delivered: list[Path], settings: LazySettings, tmp_path: Path, record_id: str
) -> None:
    """Who types the address of somebody else's protected recording is given no more than the server gives."""
    sample = make_recording(tmp_path / "bbb", "audio-only", 3.0)
    with FakeBBB(tmp_path / "bbb", behaviour=Behaviour(layout="scalelite")) as bbb:
        settings.SCRIPT_BBB_SERVER_URL, settings.SCRIPT_BBB_SECRET_KEY = bbb.api_url, bbb.secret
        job = ask(source_url=used_link(bbb, sample.record_id), record_id=record_id)
        state = run(job.pk)
    assert (state, delivered) == (State.FAILED, [])


@pytest.mark.parametrize("known", [True, False])
def test_a_used_link_is_renewed_where_the_server_is_known(
    ask: Ask,
    delivered: list[Path],
    settings: LazySettings,
    tmp_path: Path,
    known: bool,  # noqa: FBT001 - a table
) -> None:
    """With SCRIPT_BBB_SERVER_URL the job gets a new token; without it, it says that files were refused."""
    sample = make_recording(tmp_path / "bbb", "audio-only", 3.0)
    settings.CONVERSION_SIZE = "320x180"
    settings.BBB_ALLOWED_HOSTS = ["127.0.0.1"]
    with FakeBBB(tmp_path / "bbb", behaviour=Behaviour(layout="scalelite")) as bbb:
        job = ask(source_url=used_link(bbb, sample.record_id), record_id=sample.record_id)
        if known:
            settings.SCRIPT_BBB_SERVER_URL, settings.SCRIPT_BBB_SECRET_KEY = bbb.api_url, bbb.secret
        state = run(job.pk)
    job.refresh_from_db()
    assert state == (State.DONE if known else State.FAILED), job.error
    assert job.cause == ("" if known else Cause.FETCH)
    assert "token" not in job.error
    assert len(delivered) == int(known)


def test_a_used_link_to_a_ready_film_is_renewed(
    ask: Ask, delivered: list[Path], settings: LazySettings, tmp_path: Path
) -> None:
    """The `video` format's links open once, too: the film's importer asks for a new one of that format."""
    sample = make_recording(tmp_path / "bbb", "video", 3.0)
    with FakeBBB(tmp_path / "bbb", behaviour=Behaviour(layout="scalelite")) as bbb:
        settings.SCRIPT_BBB_SERVER_URL, settings.SCRIPT_BBB_SECRET_KEY = bbb.api_url, bbb.secret
        link = used_link(bbb, sample.record_id, "video")
        job = ask(source_url=link, record_id=sample.record_id, engine=VideoFileEngine.name)
        state = run(job.pk)
    job.refresh_from_db()
    assert state == State.DONE, job.error
    assert len(delivered) == 1


def test_the_browser_plugin_gets_a_link_that_nobody_has_used(
    ask: Ask, plugin: Callable[[str], Path], settings: LazySettings, tmp_path: Path
) -> None:
    """Its browser opens the link as anybody's does: the token must be new."""
    sample = make_recording(tmp_path / "bbb", "audio-only", 3.0)
    out = plugin("open(out + 'url.txt', 'w').write(url); sys.exit(1)")
    with FakeBBB(tmp_path / "bbb", behaviour=Behaviour(layout="scalelite")) as bbb:
        settings.SCRIPT_BBB_SERVER_URL, settings.SCRIPT_BBB_SECRET_KEY = bbb.api_url, bbb.secret
        link = used_link(bbb, sample.record_id)
        run(ask(suffix=".webm", source_url=link, record_id=sample.record_id).pk)
    given = (out / "url.txt").read_text(encoding="utf-8")
    assert given != link
    assert given.partition("token=")[0] == link.partition("token=")[0]

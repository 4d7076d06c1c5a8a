"""Fetching a published recording from a server, over a real connection."""

from __future__ import annotations

import contextlib
import shutil
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest

from pod.bbb.errors import AwayError, Cancelled, FetchError
from pod.bbb.playback import needed
from pod.bbb.playback.fetch import Fetched, fetch
from pod.bbb.playback.locate import Kind, Location, locate
from pod.bbb.playback.read import read_playback
from pod.bbb.transfer.client import PER_HOST
from tests.fake_bbb.behaviour import Fault
from tests.fake_bbb.server import FakeBBB
from tests.integration.playback.bringing import QUICK, asked, bring
from tests.samples import make_recording
from tests.unit.playback.writing import RECORD


def test_what_is_fetched_reads_like_the_original(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """Each file is the server's, byte by byte, and nothing that matters is missing."""
    found = bring(bbb, sample, tmp_path / "job")
    for name in found.files:
        assert (found.folder / name).read_bytes() == (sample / name).read_bytes()
    here, there = read_playback(found.folder), read_playback(sample)
    assert (here.slides, here.views, here.cursors, here.chat) == (
        there.slides,
        there.views,
        there.cursors,
        there.chat,
    )
    assert here.notes == there.notes
    assert "layout.xml" in found.absent


def test_a_second_call_asks_for_nothing(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """A retried job finds everything in its folder."""
    first = bring(bbb, sample, tmp_path / "job")
    bbb.requests.clear()
    second = bring(bbb, sample, tmp_path / "job")
    assert bbb.requests == []
    assert (second.files, second.absent, second.bytes) == (first.files, first.absent, 0)


def test_what_another_recording_left_in_the_folder_goes(sample: Path, tmp_path: Path) -> None:
    """Jobs get the numbers of earlier ones after a database was restored: nobody sees another's webcams."""
    other = make_recording(tmp_path / "published", "audio-only", 3.0)
    with FakeBBB(tmp_path / "published") as bbb:
        bring(bbb, sample, tmp_path / "job")
        folder = bring(bbb, sample.with_name(other.record_id), tmp_path / "job").folder
    found = read_playback(folder)
    assert (found.record_id, found.webcams, found.captions) == (other.record_id, None, ())


def test_a_damaged_file_is_fetched_again(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """One whose length is no longer what arrived does not count."""
    folder = bring(bbb, sample, tmp_path / "job").folder
    (folder / "cursor.xml").write_text("short")
    bbb.requests.clear()
    bring(bbb, sample, tmp_path / "job")
    assert (folder / "cursor.xml").read_bytes() == (sample / "cursor.xml").read_bytes()
    assert asked(bbb, "webcams") == 0


def test_a_cut_is_resumed_where_it_happened(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """With Range and If-Range; what had arrived does not travel twice."""
    film = sample / "video/webcams.webm"
    film.write_bytes(film.read_bytes() + bytes(400_000))
    bbb.behaviour.faults.append(Fault(path="webcams", times=2, cut_after=150_000))
    found = bring(bbb, sample, tmp_path / "job")
    assert (found.folder / "video/webcams.webm").read_bytes() == film.read_bytes()
    ranges = [request.headers["Range"] for request in bbb.requests if "Range" in request.headers]
    assert len(ranges) == 2
    assert all("If-Range" in request.headers for request in bbb.requests if "Range" in request.headers)
    assert ranges[0] != ranges[1]


def test_a_server_without_ranges_starts_afresh(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """A whole answer to a Range request replaces what was there."""
    film = sample / "video/webcams.webm"
    film.write_bytes(film.read_bytes() + bytes(400_000))
    bbb.behaviour.ranges = False
    bbb.behaviour.faults.append(Fault(path="webcams", cut_after=150_000))
    found = bring(bbb, sample, tmp_path / "job")
    assert (found.folder / "video/webcams.webm").read_bytes() == film.read_bytes()


def test_a_job_that_failed_goes_on_in_the_next_call(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """Complete files stay; a begun one is resumed, unless the server's file has changed."""
    film = sample / "video/webcams.webm"
    film.write_bytes(film.read_bytes() + bytes(400_000))
    bbb.behaviour.faults.append(Fault(path="webcams", times=1, cut_after=150_000))
    bbb.behaviour.faults.append(Fault(path="webcams", times=4, status=503))
    with pytest.raises(FetchError, match=r"webcams\.webm"):
        bring(bbb, sample, tmp_path / "job")
    bbb.requests.clear()
    found = bring(bbb, sample, tmp_path / "job")
    assert asked(bbb, "shapes.svg") == 0
    assert [
        request.headers.get("Range") is not None for request in bbb.requests if "webcams" in request.path
    ] == [True]
    assert (found.folder / "video/webcams.webm").read_bytes() == film.read_bytes()


def test_a_changed_file_is_not_joined_to_its_old_beginning(
    bbb: FakeBBB, sample: Path, tmp_path: Path
) -> None:
    """If-Range makes the server send the new file whole."""
    film = sample / "video/webcams.webm"
    film.write_bytes(film.read_bytes() + bytes(400_000))
    bbb.behaviour.faults.append(Fault(path="webcams", times=1, cut_after=150_000))
    bbb.behaviour.faults.append(Fault(path="webcams", times=4, status=503))
    with pytest.raises(FetchError):
        bring(bbb, sample, tmp_path / "job")
    film.write_bytes(bytes(reversed(film.read_bytes())))
    found = bring(bbb, sample, tmp_path / "job")
    assert (found.folder / "video/webcams.webm").read_bytes() == film.read_bytes()


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_passing_troubles_are_tried_again(bbb: FakeBBB, sample: Path, tmp_path: Path, status: int) -> None:
    """With a pause that grows."""
    bbb.behaviour.faults.append(Fault(path="shapes.svg", times=3, status=status))
    bring(bbb, sample, tmp_path / "job")
    assert asked(bbb, "shapes.svg") == 4


def test_a_range_that_the_server_does_not_know_is_fetched_from_the_beginning(
    bbb: FakeBBB, sample: Path, tmp_path: Path
) -> None:
    """HTTP 416 after a cut."""
    bbb.behaviour.faults += [
        Fault(path="webcams", times=1, cut_after=90_000),
        Fault(path="webcams", times=1, status=416),
    ]
    bring(bbb, sample, tmp_path / "job")
    fetched = (tmp_path / "job/video/webcams.webm").read_bytes()
    assert fetched == (sample / "video/webcams.webm").read_bytes()


def test_a_connection_that_breaks_after_every_few_bytes_is_given_up(
    bbb: FakeBBB, sample: Path, tmp_path: Path
) -> None:
    """A hundred bytes an attempt are no progress, though each attempt brings some."""
    bbb.behaviour.faults.append(Fault(path="webcams", times=-1, cut_after=100))
    with pytest.raises(FetchError, match=r"webcams.*Tried 5 times"):
        bring(bbb, sample, tmp_path / "job")


def test_a_server_that_sends_nothing_for_long_is_given_up(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """Whatever it may still be doing: an error that can be tried again, not a job without end."""
    bbb.behaviour.faults.append(Fault(path="webcams", times=-1, delay=4))
    location = locate(f"{bbb.url}/playback/presentation/2.3/{sample.name}")
    with pytest.raises(FetchError, match="nothing arrived for 1 s"):
        fetch(location, tmp_path / "job", options=replace(QUICK, stall=1.0))


def test_a_handshake_that_never_ends_is_given_up_after_one_round(tmp_path: Path) -> None:
    """Every place is asked for once, then one of them as often as any file: not each of them so often."""
    with socket.create_server(("127.0.0.1", 0)) as server:  # takes connections, and says nothing
        location = locate(f"https://127.0.0.1:{server.getsockname()[1]}/playback/presentation/2.3/{RECORD}")
        with pytest.raises(FetchError, match="did not answer in time") as failed:
            fetch(location, tmp_path / "job", options=replace(QUICK, connect_timeout=0.1, attempts=3))
        server.setblocking(False)
        connections = 0
        with contextlib.suppress(BlockingIOError):
            while True:
                server.accept()[0].close()
                connections += 1
    assert connections == 2 * len(location.bases) + 3
    assert "Tried 3 times" in str(failed.value)


@pytest.mark.parametrize(("path", "status", "away"), [("", 503, True), ("shapes.svg", 500, False)])
def test_a_server_that_is_away_is_told_from_a_file_that_it_does_not_give(
    bbb: FakeBBB, sample: Path, tmp_path: Path, path: str, status: int, *, away: bool
) -> None:
    """The first is no trouble of this recording: whoever asks for the next one may stop."""
    bbb.behaviour.faults.append(Fault(path=path, times=-1, status=status))
    with pytest.raises(FetchError) as failed:
        bring(bbb, sample, tmp_path / "job")
    causes = [
        failed.value,
        failed.value.__cause__,
        failed.value.__cause__ and failed.value.__cause__.__cause__,
    ]
    assert any(isinstance(one, AwayError) for one in causes) == away


def test_lasting_trouble_is_an_error_that_names_the_file(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """And the status, and what to do."""
    bbb.behaviour.faults.append(Fault(path="panzooms.xml", times=-1, status=502))
    with pytest.raises(FetchError, match=r"panzooms\.xml: the server answered 502.*try again later"):
        bring(bbb, sample, tmp_path / "job")


def test_a_short_answer_is_no_file(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """Fewer bytes than announced are fetched on, or are an error; never a file."""
    bbb.behaviour.faults.append(Fault(path="webcams", times=-1, cut_after=100))
    with pytest.raises(FetchError, match="webcams"):
        bring(bbb, sample, tmp_path / "job")
    assert not (tmp_path / "job/video/webcams.webm").exists()


def test_no_file_is_written_outside_the_folder(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """Names with dots, absolute names and other hosts are not asked for."""
    shapes = (sample / "shapes.svg").read_text()
    evil = "".join(
        f'<image id="image9{number}" in="1" out="2" xlink:href="{href}" width="5" height="5"/>'
        for number, href in enumerate(
            ("../../evil.png", "/etc/evil.png", "http://127.0.0.1:1/evil.png", "a/%2e%2e/evil")
        )
    )
    (sample / "shapes.svg").write_text(shapes.replace("</svg>", f"{evil}</svg>"))
    bring(bbb, sample, tmp_path / "jobs/job")
    assert not list(tmp_path.rglob("*evil*"))
    assert not any("evil" in request.path for request in bbb.requests)


def test_stopping_waits_for_no_server_and_keeps_what_came(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """The server answers only when the call is over; another call asks for the rest alone."""
    over, waiting = threading.Event(), threading.Event()
    real = bbb.behaviour.fault_for

    def silent(path: str) -> Fault | None:
        if "webcams" in path:
            waiting.set()
            over.wait(60)
        return real(path)

    bbb.behaviour.fault_for = silent  # type: ignore[method-assign]
    try:
        with pytest.raises(Cancelled):
            bring(bbb, sample, tmp_path / "job", cancelled=waiting.is_set)
    finally:
        over.set()
    bring(bbb, sample, tmp_path / "job")
    assert asked(bbb, "metadata.xml") == 1


def test_who_is_stopped_takes_nothing_from_another_that_has_the_folder_now(
    bbb: FakeBBB, sample: Path, tmp_path: Path
) -> None:
    """A worker that was taken for dead: the one that has its job reads these files."""
    over, waiting = threading.Event(), threading.Event()
    real = bbb.behaviour.fault_for
    found: list[Fetched] = []

    def silent(path: str) -> Fault | None:
        if "webcams" in path and not waiting.is_set():
            waiting.set()
            over.wait(60)
        return real(path)

    def taken_over() -> bool:
        if waiting.is_set():
            found.append(bring(bbb, sample, tmp_path / "job"))
        return waiting.is_set()

    bbb.behaviour.fault_for = silent  # type: ignore[method-assign]
    try:
        with pytest.raises(Cancelled):
            bring(bbb, sample, tmp_path / "job", cancelled=taken_over)
    finally:
        over.set()
    assert all((tmp_path / "job" / name).is_file() for name in found[0].files)


def test_a_server_that_announces_more_than_it_has_is_given_up(
    bbb: FakeBBB, sample: Path, tmp_path: Path
) -> None:
    """It has nothing after the file's end, and the same again from the beginning: that is no progress."""
    (sample / "video/webcams.webm").write_bytes(bytes(200_000))
    bbb.behaviour.faults = [Fault(path="webcams", times=-1, announce=10**9)]
    with pytest.raises(FetchError, match="Tried 5 times"):
        bring(bbb, sample, tmp_path / "job")
    assert asked(bbb, "webcams.webm") == 5


def test_after_a_failure_nothing_is_written_any_more(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """Answers that arrive later find no folder, and make none: it was removed, and is somebody else's."""
    elsewhere = Fault(path="webcams", times=-1, status=302, location="http://elsewhere.invalid/")
    bbb.behaviour.faults = [elsewhere, Fault(path=r"\.(png|vtt)$", times=-1, delay=1.5)]
    before = set(threading.enumerate())
    with pytest.raises(FetchError, match="not an allowed host"):
        bring(bbb, sample, tmp_path / "job")
    shutil.rmtree(tmp_path / "job")
    for thread in set(threading.enumerate()) - before:
        thread.join(5)
    assert not (tmp_path / "job").exists()


def test_few_connections_are_open_at_once(bbb: FakeBBB, sample: Path, tmp_path: Path) -> None:
    """A cap for each host, over all jobs of the process."""
    bbb.behaviour.faults.append(Fault(path=r"\.(png|svg|xml)$", times=-1, delay=0.05))
    open_now, most, lock = 0, 0, threading.Lock()
    real = bbb.behaviour.fault_for

    def counted(path: str) -> Fault | None:
        nonlocal open_now, most
        with lock:
            open_now += 1
            most = max(most, open_now)
        time.sleep(0.03)
        with lock:
            open_now -= 1
        return real(path)

    bbb.behaviour.fault_for = counted  # type: ignore[method-assign]
    jobs = [
        threading.Thread(target=bring, args=(bbb, sample, tmp_path / f"job{number}")) for number in range(2)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert 1 < most <= PER_HOST


def test_a_folder_stays_where_it_is(sample: Path, tmp_path: Path) -> None:
    """Nothing is copied or fetched."""
    assert fetch(locate(str(sample)), tmp_path / "job").folder == sample
    assert not (tmp_path / "job").exists()


def test_other_formats_are_no_presentations(tmp_path: Path) -> None:
    """A ready video needs no converter."""
    location = Location(Kind.VIDEO, "x", ("http://127.0.0.1:1/video/x/",))
    with pytest.raises(FetchError, match="format video"):
        fetch(location, tmp_path / "job")


def test_a_file_larger_than_allowed_is_refused(
    bbb: FakeBBB, sample: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it fills the disk."""
    monkeypatch.setattr(needed, "LARGEST_PICTURE", 1000)
    with pytest.raises(FetchError, match="is too large"):
        bring(bbb, sample, tmp_path / "job")
    assert not list((tmp_path / "job").rglob("slide-1.png"))

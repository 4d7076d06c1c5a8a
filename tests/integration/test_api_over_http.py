"""The client against the fake server: every kind of server, every fault, nothing secret in any message."""

from __future__ import annotations

import itertools
import logging
import traceback
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path
from typing import Any

import pytest

from pod.bbb.api import Client, Problem, Recording
from pod.bbb.errors import ApiError
from tests.fake_bbb import LOGIN_PAGE, Behaviour, Entry, FakeBBB, Fault, FormatEntry, synthetic

CATALOGUE = tuple(synthetic(230))
PAIRS = sum(len(entry.formats) for entry in CATALOGUE)


@pytest.fixture
def bbb() -> Iterator[FakeBBB]:
    """A server with 230 recordings, in one or two formats each."""
    with FakeBBB(entries=CATALOGUE) as server:
        yield server


class Waits(list[float]):
    """Stands for sleeping: notes how long, and does not."""

    def __call__(self, seconds: float) -> None:
        """Note it."""
        self.append(seconds)


def client(bbb: FakeBBB, **more: Any) -> Client:
    """A client that does not really wait."""
    return Client(bbb.api_url, more.pop("secret", bbb.secret), sleep=more.pop("sleep", Waits()), **more)


def listed(bbb: FakeBBB, **more: Any) -> list[Recording]:
    """The whole catalogue, which must be without a problem."""
    found = list(client(bbb, **more).recordings())
    assert [str(item) for item in found if isinstance(item, Problem)] == []
    return [item for item in found if isinstance(item, Recording)]


def assert_whole(found: list[Recording]) -> None:
    """Every recording of the catalogue once, with all its formats."""
    assert len(found) == len(CATALOGUE)
    expected = {entry.record_id: {shown.kind for shown in entry.formats} for entry in CATALOGUE}
    assert {item.record_id: {shown.type for shown in item.formats} for item in found} == expected


@pytest.mark.parametrize("pagination", ["final", "beta", "silent", "ignored"])
def test_every_kind_of_paging_gives_the_whole_catalogue(bbb: FakeBBB, pagination: Any) -> None:
    """BBB 2.6, its betas, BBBLB that does not say that it pages, and servers that do not page."""
    bbb.behaviour.pagination = pagination
    assert_whole(listed(bbb))


def test_a_page_is_a_hundred(bbb: FakeBBB) -> None:
    """Pages of 100 up to the announced number of pairs, one call at a time."""
    listed(bbb)
    asked = [request.query for request in bbb.requests]
    assert asked == [f"offset={offset}&limit=100" for offset in range(0, PAIRS, 100)]


def test_a_server_that_does_not_page_is_asked_once(bbb: FakeBBB) -> None:
    """More recordings than the limit without any word of pages: that was everything."""
    bbb.behaviour.pagination = "ignored"
    listed(bbb)
    assert len(bbb.requests) == 1


def test_a_list_whose_order_changes_between_pages_is_listed_again() -> None:
    """Pairs that fell between two pages are found by another pass with other pages."""
    behaviour = Behaviour(shuffle_calls=3)
    with FakeBBB(entries=CATALOGUE, behaviour=behaviour) as bbb:
        assert_whole(listed(bbb))
        assert any("limit=83" in request.query for request in bbb.requests)


def test_announced_formats_that_never_come_are_a_problem_not_an_error() -> None:
    """A broken metadata.xml on the server is counted, but not listed."""
    with FakeBBB(entries=CATALOGUE, behaviour=Behaviour(extra_total=2)) as bbb:
        found = list(client(bbb).recordings())
    assert sum(isinstance(item, Recording) for item in found) == len(CATALOGUE)
    assert [f"announces {PAIRS + 2}" in item.why for item in found if isinstance(item, Problem)] == [True]


@pytest.mark.parametrize("status", [404, 502, 504])
def test_a_list_that_takes_too_long_is_split_by_record_id(status: int) -> None:
    """Nginx gives up and shows a page, sometimes with 404: smaller parts still work."""
    behaviour = Behaviour(pagination="ignored", answer_at_most=100, overload_status=status)
    with FakeBBB(entries=CATALOGUE, behaviour=behaviour) as bbb:
        assert_whole(listed(bbb, retries=1))
        assert any("recordID=f" in request.query for request in bbb.requests)


def test_parts_that_take_too_long_as_well_are_split_once_more() -> None:
    """00 to ff where 0 to f is still too much."""
    behaviour = Behaviour(pagination="ignored", answer_at_most=12)
    with FakeBBB(entries=CATALOGUE, behaviour=behaviour) as bbb:
        assert_whole(listed(bbb, retries=0))
        assert any("recordID=ff" in request.query for request in bbb.requests)


def test_a_record_id_that_no_part_of_the_list_has_is_missed_aloud() -> None:
    """The parts begin with hexadecimal digits, as BigBlueButton's own ids do: the announced number tells."""
    odd = replace(CATALOGUE[-1], record_id=f"x{CATALOGUE[-1].record_id[1:]}")
    too_slow = Fault("getRecordings", skip=1, status=504)  # after the first page
    with FakeBBB(entries=(*CATALOGUE[:-1], odd), behaviour=Behaviour(faults=[too_slow])) as bbb:
        found = list(client(bbb, retries=0).recordings())
        assert any("recordID=f" in request.query for request in bbb.requests)
    assert sum(isinstance(item, Recording) for item in found) == len(CATALOGUE) - 1
    (problem,) = (item for item in found if isinstance(item, Problem))
    assert f"announces {PAIRS} formats of recordings, but lists {PAIRS - len(odd.formats)}" in problem.why
    assert "begin with no hexadecimal digit" in problem.why


def test_a_server_that_can_list_nothing_in_time_is_an_error_with_advice() -> None:
    """Not an empty catalogue, and not hundreds of requests."""
    behaviour = Behaviour(pagination="ignored", answer_at_most=0)
    with FakeBBB(entries=CATALOGUE, behaviour=behaviour) as bbb:
        with pytest.raises(ApiError, match="proxy_read_timeout"):
            list(client(bbb).recordings())
        assert len(bbb.requests) < 80


def test_a_wrong_address_is_not_split_but_told(bbb: FakeBBB) -> None:
    """HTTP 404 can also mean that there is no API."""
    with pytest.raises(ApiError, match="no BigBlueButton API"):
        list(Client(f"{bbb.url}/elsewhere/", bbb.secret).recordings())
    assert len(bbb.requests) == 2


@pytest.mark.parametrize(
    "behaviour", [Behaviour(pagination="ignored", allow_fetch_all=False), Behaviour(filtered=True)]
)
def test_servers_that_want_ids_are_asked_by_prefix(behaviour: Behaviour) -> None:
    """allowFetchAllRecordings=false, and Scalelite's GET_RECORDINGS_API_FILTERED."""
    with FakeBBB(entries=CATALOGUE, behaviour=behaviour) as bbb:
        assert_whole(listed(bbb))


def test_a_server_that_stumbles_over_pages_is_asked_without(bbb: FakeBBB) -> None:
    """HTTP 500 for limit and offset: one call for everything."""
    bbb.behaviour.faults.append(Fault("getRecordings", status=500, body="<html>oops</html>"))
    assert_whole(listed(bbb))
    assert [request.query for request in bbb.requests][-1] == ""


def test_a_server_that_stumbles_over_pages_and_is_slow_without_is_asked_in_parts() -> None:
    """What came of neither is no empty catalogue."""
    behaviour = Behaviour(pagination="ignored", answer_at_most=100)
    behaviour.faults.append(Fault("getRecordings", status=500, body="<html>oops</html>"))
    with FakeBBB(entries=CATALOGUE, behaviour=behaviour) as bbb:
        assert_whole(listed(bbb, retries=0))


@pytest.mark.parametrize("algorithm", ["sha1", "sha256", "sha384", "sha512"])
def test_a_setting_forces_the_algorithm(algorithm: str) -> None:
    """A server that takes this one only, and no other call is made."""
    behaviour = Behaviour(algorithms=frozenset({algorithm}), pagination="ignored")
    with FakeBBB(entries=CATALOGUE, behaviour=behaviour) as bbb:
        assert_whole(listed(bbb, algorithm=algorithm))
        assert len(bbb.requests) == 1


def test_sha1_is_tried_when_sha256_is_refused_and_then_kept() -> None:
    """Old servers know sha1 only: one refused call, not one for each page."""
    with FakeBBB(entries=CATALOGUE, behaviour=Behaviour(algorithms=frozenset({"sha1"}))) as bbb:
        assert_whole(listed(bbb))
        assert len(bbb.requests) == -(-PAIRS // 100) + 1


@pytest.mark.parametrize(("status", "shape"), itertools.product([200, 500], ["plain", "list", "attributes"]))
def test_a_wrong_secret_is_told_with_what_to_check(bbb: FakeBBB, status: int, shape: Any) -> None:
    """Every shape of checksumError, also with HTTP 500."""
    bbb.behaviour.checksum_status, bbb.behaviour.error_shape = status, shape
    with pytest.raises(ApiError, match=r"sha256 and sha1.*shared secret"):
        client(bbb, secret="wrong").check()


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_busy_server_is_asked_again_after_longer_and_longer_waits(bbb: FakeBBB, status: int) -> None:
    """Twice busy, then well: two waits, the second about twice the first."""
    waits = Waits()
    bbb.behaviour.faults.append(Fault("getRecordings", times=2, status=status))
    assert_whole(listed(bbb, sleep=waits))
    assert len(waits) == 2
    assert 0.8 <= waits[0] <= 1.2
    assert 1.6 <= waits[1] <= 2.4


def test_the_server_says_how_long_to_wait(bbb: FakeBBB) -> None:
    """Retry-After counts when it is longer than our own wait."""
    waits = Waits()
    bbb.behaviour.faults.append(Fault("getRecordings", status=503, headers={"Retry-After": "17"}))
    assert_whole(listed(bbb, sleep=waits))
    assert waits == [17.0]


def test_the_server_may_say_until_when_to_wait(bbb: FakeBBB) -> None:
    """Retry-After may be a date, too; none is waited for longer than two minutes."""
    waits = Waits()
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    bbb.behaviour.faults.append(Fault("getRecordings", status=503, headers={"Retry-After": later}))
    assert_whole(listed(bbb, sleep=waits))
    assert waits == [120.0]


def test_an_answer_that_comes_too_late_is_asked_for_again(bbb: FakeBBB) -> None:
    """A read time-out is a fault like others."""
    bbb.behaviour.faults.append(Fault("getRecordings", delay=1.5))
    assert_whole(listed(bbb, read_timeout=0.4))


def test_an_answer_that_breaks_off_is_asked_for_again(bbb: FakeBBB) -> None:
    """A closed connection in the middle of the body never passes for the whole."""
    bbb.behaviour.faults.append(Fault("getRecordings", times=2, cut_after=2000))
    assert_whole(listed(bbb))


def test_an_empty_answer_is_asked_for_again(bbb: FakeBBB) -> None:
    """So looks a connection that ends among the headers."""
    bbb.behaviour.faults.append(Fault("getRecordings", status=200))
    assert_whole(listed(bbb))


def test_a_compressed_answer_is_read() -> None:
    """Nginx compresses long answers."""
    with FakeBBB(entries=CATALOGUE, behaviour=Behaviour(gzip=True)) as bbb:
        assert_whole(listed(bbb))


def test_a_redirect_is_followed_with_the_very_same_query(bbb: FakeBBB) -> None:
    """A moved server; the checksum is right there only if the query stayed as it was."""
    entry = Entry("a" * 40 + "-1", "a b[0]~é", "One", 1, 2, formats=(FormatEntry("video", "/video/x/"),))
    with FakeBBB(entries=[entry]) as new:
        target = f"{new.url}/bigbluebutton/api/getRecordings"
        bbb.behaviour.faults.append(Fault("getRecordings", status=301, location=target))
        found = list(client(bbb).recordings(states=["published", "a b[0]~é"]))
        assert [item.record_id for item in found if isinstance(item, Recording)] == [entry.record_id]
        assert len(bbb.requests) == 1  # from then on the new address is asked


def test_redirects_in_circles_end(bbb: FakeBBB) -> None:
    """An error, not an endless loop."""
    location = "{base}/bigbluebutton/api/getRecordings"
    bbb.behaviour.faults.append(Fault("getRecordings", times=-1, status=302, location=location))
    with pytest.raises(ApiError, match="in a circle"):
        list(client(bbb).recordings())


def test_a_redirect_that_names_no_address_is_an_error(bbb: FakeBBB) -> None:
    """And no answer: there is none to read."""
    bbb.behaviour.faults.append(Fault("getRecordings", times=-1, status=302, headers={"Location": ""}))
    with pytest.raises(ApiError, match="HTTP 302"):
        list(client(bbb).recordings())


@pytest.mark.parametrize("fault", [
    Fault("getRecordings", times=-1, status=200, body=LOGIN_PAGE),
    Fault("getRecordings", times=-1, status=302, location="/login?next=x"),
    Fault("getRecordings", times=-1, status=401, body=LOGIN_PAGE),
])  # fmt: skip
def test_a_login_page_before_the_api_is_told(bbb: FakeBBB, fault: Fault) -> None:
    """As a page, as a redirect, as a status: the message speaks of the login."""
    bbb.behaviour.faults.append(fault)
    with pytest.raises(ApiError, match=r"(?i)log ?in"):
        list(client(bbb).recordings())


def test_a_server_that_does_not_run_is_told() -> None:
    """The port is closed: after the retries, what to check."""
    with FakeBBB() as gone:
        address = gone.api_url
    waits = Waits()
    with pytest.raises(ApiError, match=r"refused the connection.*Check"):
        Client(address, "s3cret", retries=2, sleep=waits).check()
    assert len(waits) == 2


def test_check_tells_the_version(bbb: FakeBBB) -> None:
    """The server answers and takes the checksum."""
    bbb.behaviour.version = "2.6.18"
    assert client(bbb).check() == "2.6.18"


@pytest.mark.parametrize("fault", [
    None,
    Fault("getRecordings", times=-1, status=500, body="<html>"),
    Fault("getRecordings", times=-1, status=404, body="<html>"),
    Fault("getRecordings", times=-1, cut_after=500),
    Fault("getRecordings", times=-1, delay=0.6),
    Fault("getRecordings", times=-1, status=302, location="/login?{query}"),
    Fault("getRecordings", times=-1, status=200, body="<html><title>GET {query}</title>"),
])  # fmt: skip
def test_no_message_log_or_trace_shows_a_checksum_or_the_secret(
    bbb: FakeBBB, caplog: pytest.LogCaptureFixture, fault: Fault | None
) -> None:
    """At DEBUG, whatever goes wrong: the signed query is nowhere, not even in the chain of exceptions."""
    if fault:
        bbb.behaviour.faults.append(fault)
    told = ""
    with caplog.at_level(logging.DEBUG):
        try:
            list(client(bbb, retries=1, read_timeout=0.2).recordings())
        except ApiError as error:
            told = (
                "".join(traceback.format_exception(error)) + repr(error.__context__) + repr(error.__cause__)
            )
    assert (fault is not None) == bool(told)
    assert "getRecordings" in caplog.text
    for text in (caplog.text, told):
        assert bbb.secret not in text
        assert "checksum=" not in text.replace("checksum=***", "")


def test_the_states_that_are_asked_for_reach_the_server(bbb: FakeBBB) -> None:
    """States are passed on."""
    hidden = [item for item in client(bbb).recordings(states=["unpublished"]) if isinstance(item, Recording)]
    assert {item.state for item in hidden} == {"unpublished"}


def test_kept_answers_are_read_back_without_asking(bbb: FakeBBB, tmp_path: Path) -> None:
    """The second run gives the same from the folder; `refresh` asks again; another question is asked."""
    first = listed(bbb, cache=tmp_path)
    bbb.requests.clear()
    again = listed(bbb, cache=tmp_path)
    assert again == first
    assert bbb.requests == []
    list(client(bbb, cache=tmp_path).recordings(refresh=True))
    assert len(bbb.requests) == 3
    list(client(bbb, cache=tmp_path).recordings(states=["any"]))
    assert len(bbb.requests) == 6


def test_an_interrupted_listing_is_not_read_back(bbb: FakeBBB, tmp_path: Path) -> None:
    """Half a catalogue must not pass for a kept one."""
    bbb.behaviour.faults.append(Fault("getRecordings", times=-1, skip=1, status=503))
    with pytest.raises(ApiError):
        list(client(bbb, cache=tmp_path).recordings())
    bbb.behaviour.faults.clear()
    assert_whole(listed(bbb, cache=tmp_path))


@pytest.mark.parametrize("damage", ["answer gone", "manifest cut"])
def test_a_damaged_kept_listing_is_asked_for_again(bbb: FakeBBB, tmp_path: Path, damage: str) -> None:
    """Someone tidied up the folder: the catalogue is fetched anew, and whole."""
    listed(bbb, cache=tmp_path)
    if damage == "answer gone":
        next(tmp_path.rglob("0002.xml")).unlink()
    else:
        next(tmp_path.rglob("listing.json")).write_text('{"server":')
    bbb.requests.clear()
    assert_whole(listed(bbb, cache=tmp_path))
    assert len(bbb.requests) == 3


def test_the_kept_answers_are_for_this_account_only(bbb: FakeBBB, tmp_path: Path) -> None:
    """They may hold tokens that open recordings; checksums are not kept at all."""
    listed(bbb, cache=tmp_path)
    (folder,) = tmp_path.iterdir()
    assert folder.stat().st_mode & 0o077 == 0
    assert not any(b"checksum" in path.read_bytes() for path in folder.iterdir())


def test_broken_recordings_are_told_and_the_others_come(bbb: FakeBBB) -> None:
    """A recording without an id and one that is not XML, in the first page."""
    bbb.behaviour.extra_xml = ("<recording><error><recordID>bad-1</recordID></error></recording>",)
    bbb.behaviour.extra_xml += ("<recording><recordID>bad-2</recordID><name>\x0b</recording>",)
    found = list(client(bbb).recordings())
    assert sum(isinstance(item, Recording) for item in found) == len(CATALOGUE)
    assert {"bad-1", "bad-2"} <= {item.which for item in found if isinstance(item, Problem)}


def test_progress_is_told_after_each_answer(bbb: FakeBBB) -> None:
    """Pairs listed so far, and pairs announced."""
    told: list[tuple[int, int | None]] = []
    list(client(bbb).recordings(progress=lambda done, total: told.append((done, total))))
    assert told[-1] == (PAIRS, PAIRS)
    assert [done for done, _ in told] == [100, 200, PAIRS]

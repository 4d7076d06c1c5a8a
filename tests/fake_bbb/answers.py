"""The answers of /bigbluebutton/api, in the shapes of BBB, Scalelite and BBBLB."""

from __future__ import annotations

import hashlib
import hmac
import random
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from urllib.parse import parse_qs
from xml.sax.saxutils import escape, quoteattr

from tests.fake_bbb.behaviour import ALGORITHMS, NGINX_404, Behaviour
from tests.fake_bbb.entries import Entry, FormatEntry, Pair


@dataclass(frozen=True)
class Answer:
    """What goes back: status, body, and its type."""

    body: str
    status: int = 200
    content_type: str = "text/xml;charset=utf-8"


def without_checksum(query: str) -> str:
    """The query as it was signed: the server cuts the checksum out textually."""
    return re.sub(r"&checksum=[^&]*|^checksum=[^&]*&|^checksum=[^&]*$", "", query)


def checksum_is_right(call: str, query: str, secret: str, algorithms: Iterable[str]) -> bool:
    """Whether the query's checksum is that of one of `algorithms`; its length names the algorithm."""
    given = re.search(r"(?:^|&)checksum=([^&]*)", query)
    if not given:
        return False
    name = ALGORITHMS.get(len(given[1]))
    if name is None or name not in algorithms:
        return False
    expected = hashlib.new(name, (call + without_checksum(query) + secret).encode()).hexdigest()
    return hmac.compare_digest(expected, given[1].lower())


def failed(key: str, message: str, shape: str = "plain") -> str:
    """A refusal in one of the shapes that servers use."""
    inside = {
        "plain": f"<messageKey>{key}</messageKey><message>{escape(message)}</message>",
        "list": f"<errors><error><key>{key}</key><message>{escape(message)}</message></error></errors>",
        "attributes": f"<errors><error key={quoteattr(key)} message={quoteattr(message)}/></errors>",
    }[shape]
    return f"<response><returncode>FAILED</returncode>{inside}</response>"


def version(behaviour: Behaviour) -> Answer:
    """What /bigbluebutton/api says without a checksum."""
    return Answer(
        "<response><returncode>SUCCESS</returncode><version>2.0</version><apiVersion>2.0</apiVersion>"
        f"<bbbVersion>{escape(behaviour.version)}</bbbVersion></response>"
    )


def get_recordings(
    listed: Sequence[Pair], raw_query: str, secret: str, behaviour: Behaviour, base: str
) -> Answer:
    """The answer to one getRecordings call."""
    if not checksum_is_right("getRecordings", raw_query, secret, behaviour.algorithms):
        text = failed("checksumError", "You did not pass the checksum security check", behaviour.error_shape)
        return Answer(text, behaviour.checksum_status)
    asked = {k: v[-1] for k, v in parse_qs(raw_query, keep_blank_values=True).items()}
    if behaviour.filtered and not (asked.get("meetingID") or asked.get("recordID")):
        text = failed(
            "missingParameters", "param meetingID or recordID must be included.", behaviour.error_shape
        )
        return Answer(text)
    pages = behaviour.pagination != "ignored" and "limit" in asked
    if not behaviour.allow_fetch_all and not pages and not (asked.get("meetingID") or asked.get("recordID")):
        message = "No recordings found. This may occur if you attempt to retrieve all recordings."
        return Answer(_success("", f"<messageKey>noRecordings</messageKey><message>{message}</message>"))
    found = chosen(listed, asked)
    if behaviour.shuffled():
        random.Random(behaviour.shuffle_calls).shuffle(found)  # noqa: S311 - repeatable disorder
    return _page(found, asked, behaviour, base) if pages else _everything(found, behaviour, base)


def _everything(found: list[Pair], behaviour: Behaviour, base: str) -> Answer:
    if behaviour.answer_at_most is not None and len(found) > behaviour.answer_at_most:
        return Answer(NGINX_404, behaviour.overload_status, "text/html")
    return _listing(found, behaviour, base, first=True)


def _page(found: list[Pair], asked: dict[str, str], behaviour: Behaviour, base: str) -> Answer:
    limit = min(100, max(1, int(asked["limit"])))
    offset = max(0, int(asked.get("offset") or 0))
    if behaviour.pagination != "silent" and found and offset >= len(found) + behaviour.extra_total:
        return Answer("<html><body><h1>HTTP Status 500</h1></body></html>", 500, "text/html")
    page = found[offset : offset + limit]
    if behaviour.answer_at_most is not None and len(page) > behaviour.answer_at_most:
        return Answer(NGINX_404, behaviour.overload_status, "text/html")
    total = len(found) + behaviour.extra_total
    tail = {
        "final": (
            f"<pagination><pageable><offset>{offset}</offset><limit>{limit}</limit><paged>true</paged>"
            f"<unpaged>false</unpaged></pageable><totalElements>{total}</totalElements>"
            f"<empty>{str(not page).lower()}</empty></pagination>"
        ),
        "beta": f"<totalElements>{total}</totalElements>",
    }.get(behaviour.pagination, "")
    return _listing(page, behaviour, base, tail, first=offset == 0)


def _listing(
    page: Sequence[Pair],
    behaviour: Behaviour,
    base: str,
    tail: str = "",
    *,
    first: bool,
) -> Answer:
    """Merge the pairs of this answer by recording, in order of appearance."""
    merged: dict[str, Entry] = {}
    for entry, shown in page:
        known = merged.get(entry.record_id, replace(entry, formats=()))
        merged[entry.record_id] = replace(known, formats=(*known.formats, shown)) if shown else known
    text = "".join(behaviour.extra_xml) if first else ""
    text += "".join(recording_xml(entry, behaviour, base) for entry in merged.values())
    if not text:
        message = "There are no recordings for the meeting(s)."
        tail += f"<messageKey>noRecordings</messageKey><message>{message}</message>"
    return Answer(_success(text, tail))


def _success(recordings: str, tail: str) -> str:
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n<response>\n<returncode>SUCCESS</returncode>\n'
        f"<recordings>{recordings}</recordings>\n{tail}</response>\n"
    )


def chosen(listed: Iterable[Pair], asked: dict[str, str]) -> list[Pair]:
    """The pairs of recordings that the parameters of the call name."""
    states = _words(asked.get("state")) or ["published", "unpublished"]
    records, meetings = _words(asked.get("recordID")), _words(asked.get("meetingID"))
    metas = {k.removeprefix("meta_"): v for k, v in asked.items() if k.startswith("meta_")}
    found = []
    for pair in listed:
        entry = pair[0]
        if "any" not in states and entry.state not in states:
            continue
        if records and not entry.record_id.startswith(tuple(records)):
            continue
        if meetings and not records and entry.meeting_id not in meetings:
            continue
        if all(_matches(entry.metadata.get(k, ""), v) for k, v in metas.items()):
            found.append(pair)
    return found


def _words(text: str | None) -> list[str]:
    return [word for word in (text or "").split(",") if word]


def _matches(value: str, pattern: str) -> bool:
    inner = pattern.strip("%")
    if pattern.startswith("%") and pattern.endswith("%"):
        return inner in value
    if pattern.startswith("%"):
        return value.endswith(inner)
    return value.startswith(inner) if pattern.endswith("%") else value == pattern


def recording_xml(entry: Entry, behaviour: Behaviour, base: str) -> str:
    """One `<recording>`, with the elements of bbb-web 2.4 and later."""
    meta = "".join(f"<{key}>{escape(value)}</{key}>" for key, value in entry.metadata.items())
    breakout = ""
    if entry.parent_id:
        breakout = (
            f"<breakout><parentId>{escape(entry.parent_id)}</parentId><sequence>1</sequence>"
            "<freeJoin>false</freeJoin></breakout>"
        )
    size = sum(shown.size for shown in entry.formats)
    shown = "".join(_format_xml(entry, one, behaviour, base) for one in entry.formats)
    return (
        f"<recording><recordID>{entry.record_id}</recordID><meetingID>{escape(entry.meeting_id)}</meetingID>"
        f"<internalMeetingID>{entry.record_id}</internalMeetingID><name>{escape(entry.name)}</name>"
        f"<isBreakout>{str(bool(entry.parent_id)).lower()}</isBreakout>"
        f"<published>{str(entry.state == 'published').lower()}</published><state>{entry.state}</state>"
        f"<startTime>{entry.start_ms}</startTime><endTime>{entry.end_ms}</endTime>"
        f"<participants>{entry.participants}</participants><rawSize>{entry.raw_size}</rawSize>"
        f"<metadata>{meta}</metadata>{breakout}<size>{size}</size>"
        f"<playback>{shown}</playback><data/></recording>\n"
    )


def _format_xml(entry: Entry, shown: FormatEntry, behaviour: Behaviour, base: str) -> str:
    url = base + link_of(entry, shown, behaviour)
    if behaviour.padded_links:
        url = f"\n              {url}\n            "
    images = "".join(
        f'<image width="176" height="132" alt={quoteattr(text)}>{escape(base + path)}</image>'
        for path, text in shown.images
    )
    preview = f"<preview><images>{images}</images></preview>" if images else ""
    return (
        f"<format><type>{shown.kind}</type><url>{escape(url)}</url>"
        f"<processingTime>{shown.processing_ms}</processingTime><length>{shown.length}</length>"
        f"<size>{shown.size}</size>{preview}</format>"
    )


def link_of(entry: Entry, shown: FormatEntry, behaviour: Behaviour) -> str:
    """The path of the format's page for this kind of server; a protected one still lacks its token."""
    if behaviour.layout == "scalelite":
        return f"/recording/{entry.record_id}/{shown.kind}?token=@TOKEN@"
    if behaviour.old_links and shown.kind == "presentation":
        return f"/playback/presentation/2.0/playback.html?meetingId={entry.record_id}"
    return shown.link

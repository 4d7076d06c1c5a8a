"""Whatever bytes a server sends: Recordings, Problems or one ApiError, and never anything else."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from pod.bbb.api import Problem, Recording, recordings_from_file
from pod.bbb.errors import ApiError
from tests.sampling import examples

SAMPLE = b"""<?xml version="1.0" encoding="UTF-8"?>
<response><returncode>SUCCESS</returncode><recordings><recording><recordID>aaa-1504087272607</recordID>
<meetingID>m</meetingID><name><![CDATA[Caf&#xe9; <1>]]></name><startTime>1504087272607</startTime>
<endTime>Fri Nov 18 12:10:23 UTC 2011</endTime><metadata><recording>true</recording><a>b</a></metadata>
<playback><format><type>presentation</type><url>https://x/y?token=1</url><length>3</length><preview><images>
<image width="1" alt="&quot;a&quot;">u</image></images></preview></format></playback></recording>
<recording><recordID>bbb-1504087272608</recordID><name>\xc3\xa9t\xc3\xa9 &amp;amp; co</name></recording>
</recordings><pagination><totalElements>2</totalElements></pagination></response>"""
# Pieces that parsers stumble over, put anywhere into a good answer.
PIECES = [
    *(b"<recording>", b"</recording>", b"<recording><recordID>", b"</recordings>", b"<recordings>"),
    *(b"</response>", b"<", b"&", b"&nbsp;", b"&#0;", b"&#xffffff;", b"]]>", b"<![CDATA[", b"<!--", b"-->"),
    *(b"<?", b"\x00", b"\xff\xfe", b"\xed\xa0\x80", b"<!DOCTYPE x [<!ENTITY e 'f'>]>", b"xmlns='u'"),
    *(b"<a:b>", b"<html>", b"FAILED", b"\xef\xbb\xbf", b" " * 400),
]


def read(data: bytes) -> None:
    """Read `data`; fails on anything but what the module promises."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "answer.xml"
        path.write_bytes(data)
        try:
            found = list(recordings_from_file(path))
        except ApiError:
            return
        for item in found:
            assert isinstance(item, Recording | Problem)
            if isinstance(item, Recording):
                assert item.record_id
                assert item.duration is None or item.duration > 0
                assert item.start is None or item.start.tzinfo is not None


@given(st.binary(max_size=2000))
@settings(max_examples=examples(150), deadline=None)
def test_arbitrary_bytes(data: bytes) -> None:
    """Noise is an ApiError."""
    read(data)


@given(st.binary(max_size=300))
@settings(max_examples=examples(150), deadline=None)
def test_noise_inside_an_answer(data: bytes) -> None:
    """Noise where the recordings should be."""
    read(b"<response><returncode>SUCCESS</returncode><recordings>" + data + b"</recordings></response>")


@given(
    st.lists(
        st.tuples(st.integers(0, len(SAMPLE)), st.integers(0, 40), st.sampled_from([*PIECES, b""])),
        max_size=5,
    )
)
@settings(max_examples=examples(400), deadline=None)
def test_a_good_answer_with_pieces_cut_out_and_put_in(changes: list[tuple[int, int, bytes]]) -> None:
    """Mutations of a real shape: tags lost, doubled, cut; forbidden characters; document types."""
    data = SAMPLE
    for place, length, piece in changes:
        data = data[:place] + piece + data[place + length :]
    read(data)


@given(st.integers(0, len(SAMPLE)))
@settings(max_examples=examples(100), deadline=None)
def test_an_answer_cut_anywhere(end: int) -> None:
    """A connection that breaks off at any byte."""
    read(SAMPLE[:end])


ENCODINGS = ["utf-16", "latin-1", "utf-8-sig", "cp037", "utf-7"]
DECLARED = ["UTF-8", "ISO-8859-1", "nonsense", "UTF-16", "idna", "windows-1252"]


@given(st.sampled_from(ENCODINGS), st.sampled_from(DECLARED))
@settings(max_examples=examples(40), deadline=None)
def test_any_encoding_whatever_is_declared(encoding: str, declared: str) -> None:
    """The declared encoding may be wrong or unknown."""
    text = SAMPLE.decode().replace("UTF-8", declared)
    read(text.encode(encoding))

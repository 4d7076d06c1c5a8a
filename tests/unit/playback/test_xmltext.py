"""XML that parsers refuse for one character."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from pod.bbb.playback.notes import Notes
from pod.bbb.playback.xmlfile import elements
from pod.bbb.playback.xmltext import Mending
from pod.bbb.render.images.svg import read_svg

PIECES = st.sampled_from(
    [
        b"&",
        b";",
        b"&amp;",
        b"&nbsp;",
        b"&foo;",
        b"&#8;",
        b"&#65;",
        b"&#xD800;",
        b"\xc3\xa9",
        b"\xe9",
        b"\x0b",
        b"\xef\xbf\xbf",
        "字".encode(),
    ]
)


def cut(data: bytes, size: int) -> Iterator[bytes]:
    """Pieces of that size."""
    return (data[at : at + size] for at in range(0, len(data), size))


@pytest.mark.parametrize(
    ("written", "read"),
    [
        (b"a\x0bb", "ab"),
        (b"a&#11;b&#x0;", "a\ufffdb\ufffd"),
        (b"R&D &c", "R&D &c"),
        (b"a&nbsp;&eacute;&lt;", "a\xa0é<"),
        (b"\xe9t\xe9 \x92", "été ’"),
        (b"&unknown;", "&unknown;"),
        (b"a\xef\xbf\xbfb\xef\xbf\xbe\xe9", "a\ufffdb\ufffdé"),
    ],
)
def test_one_character_costs_nothing_of_what_comes_after(tmp_path: Path, written: bytes, read: str) -> None:
    """Neither a line break of PowerPoint, nor a bare "&", nor Latin-1; it is noted."""
    (tmp_path / "a.xml").write_bytes(b'<r><m t="' + written + b'"/><m t="after"/></r>')
    notes = Notes()
    assert [one.get("t") for one in elements(tmp_path / "a.xml", ("m",), notes)] == [read, "after"]
    assert notes.sentences() == ("a.xml contains characters that XML does not allow: they were repaired.",)


def test_a_slide_of_pdf_is_mended_in_the_same_way() -> None:
    """One control character in a text must not take the whole slide away; it is noted."""
    said: list[str] = []
    found = read_svg(
        b'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text>a\x0bb &nbsp;&</text></svg>',
        said.append,
    )
    assert "ab \xa0&amp;" in found.text
    assert "they were repaired" in said[0]


@pytest.mark.parametrize(
    ("before", "after"), [(b"\n ", b""), (b"\xef\xbb\xbf\n", b""), (b"", b"\0" * 512), (b"", b"\n")]
)
def test_blanks_around_a_document_cost_nothing(tmp_path: Path, before: bytes, after: bytes) -> None:
    """Before the declaration none may stand, and a file that was not written wholly ends in zeros."""
    (tmp_path / "a.xml").write_bytes(before + b'<?xml version="1.0"?><r><m/></r>' + after)
    assert len(list(elements(tmp_path / "a.xml", ("m",), Notes()))) == 1


@pytest.mark.parametrize(
    ("encoding", "declared"), [("utf-16", ""), ("latin-1", "ISO-8859-1"), ("cp1252", "windows-1252")]
)
def test_documents_of_other_encodings_pass_as_they_are(tmp_path: Path, encoding: str, declared: str) -> None:
    """Parsers know them; nothing is noted."""
    declaration = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    (tmp_path / "a.xml").write_bytes(f'{declaration}<r><m t="été &amp;"/></r>'.encode(encoding))
    notes = Notes()
    assert [one.get("t") for one in elements(tmp_path / "a.xml", ("m",), notes)] == ["été &"]
    assert not notes.sentences()


@pytest.mark.parametrize("size", range(1, 50))
def test_references_stand_for_themselves_where_xml_says_so(size: int) -> None:
    """In CDATA sections, wherever the pieces end."""
    data = b"<r><m><![CDATA[R&D &nbsp;]]></m></r>"
    mending = Mending()
    assert b"".join(mending.pieces(cut(data, size))) == data
    assert not mending.done


@given(st.lists(PIECES, max_size=30), st.integers(1, 9))
def test_mending_does_not_depend_on_the_pieces(parts: list[bytes], size: int) -> None:
    """A letter or a reference may lie across two; what comes out can always be read."""
    data = b"<r>" + b"".join(parts) + b"</r>"
    whole = b"".join(Mending().pieces([data]))
    assert b"".join(Mending().pieces(cut(data, size))) == whole
    etree.fromstring(whole)


@given(
    st.text(st.characters(codec="utf-8", exclude_characters="\x00", exclude_categories=("Cc", "Cs", "Cn")))
)
def test_what_xml_may_hold_is_not_touched(text: str) -> None:
    """To the byte."""
    element = etree.Element("r")
    element.text = text
    data = etree.tostring(element)
    mending = Mending()
    assert b"".join(mending.pieces(cut(data, 5))) == data
    assert not mending.done

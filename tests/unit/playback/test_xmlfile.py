"""XML that is built to need memory or time."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from pod.bbb.playback.notes import Notes
from pod.bbb.playback.xmlfile import LARGEST_ELEMENT, MOST_ATTRIBUTES, elements

EVENT = '<event timestamp="1"/>'


def found(folder: Path, content: str, notes: Notes) -> list[int]:
    """How many children the root of the parser's tree has at each event."""
    path = folder / "panzooms.xml"
    path.write_text(f"<recording>{content}</recording>", encoding="utf-8")
    return [len(element.getroottree().getroot()) for element in elements(path, ("event",), notes)]


@pytest.mark.parametrize("unknown", ['<other a="1">text</other>', "<!-- remark -->", "<?remark?>"])
def test_what_nobody_asks_for_is_not_kept(tmp_path: Path, unknown: str) -> None:
    """Two hundred thousand unknown things between two events do not stay in the parser's tree."""
    notes = Notes()
    kept = found(tmp_path, EVENT * 10 + unknown * 200_000 + EVENT, notes)
    assert len(kept) == 11
    assert max(kept) < 20_000
    assert not notes.sentences()


def test_a_shape_is_whole_however_the_file_is_cut_into_pieces(tmp_path: Path) -> None:
    """What is inside an element that is asked for stays until it was used."""
    path = tmp_path / "panzooms.xml"
    inside = "<point/>" * 50_000
    path.write_text(f"<recording>{f'<event>{inside}</event>' * 5}</recording>", encoding="utf-8")
    assert [len(event) for event in elements(path, ("event",), Notes())] == [50_000] * 5


def test_a_long_file_is_read_to_its_end_wherever_its_pieces_end(tmp_path: Path) -> None:
    """Each piece of a lecture's drawings ends inside one, as they are written with line breaks in them."""
    notes = Notes()
    event = f"<event>\n  <path d='{'1 2 ' * 2000}'/>\n</event>"
    count = 2 * LARGEST_ELEMENT // len(event)
    kept = found(tmp_path, event * count, notes)
    assert len(kept) == count
    assert max(kept) < 100
    assert not notes.sentences()


def test_an_endless_element_ends_the_reading(tmp_path: Path) -> None:
    """What came before is used, and it is said."""
    notes = Notes()
    content = EVENT * 3 + "<event>" + "<point/>" * (LARGEST_ELEMENT // 4) + "</event>" + EVENT
    assert len(found(tmp_path, content, notes)) == 3
    assert "one element" in notes.sentences()[0]


@pytest.mark.parametrize("written", [' a{}="1"', " a{} = '1'", "\n\n\na{}=\n'>'"])
def test_a_tag_with_a_million_attributes_is_damage(
    tmp_path: Path, written: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The parser, which compares each with all others, does not get to see them."""
    monkeypatch.setattr("pod.bbb.playback.xmlfile.PIECE", 8192)
    notes = Notes()
    tag = "<event" + "".join(written.format(number) for number in range(MOST_ATTRIBUTES + 500)) + "/>"
    assert len(found(tmp_path, EVENT * 1000 + tag + EVENT, notes)) >= 1000 - 8192 // len(EVENT)
    assert "attributes" in notes.sentences()[0]


def test_many_tags_with_a_few_attributes_are_none(tmp_path: Path) -> None:
    """Only those of one tag are counted together."""
    notes = Notes()
    assert len(found(tmp_path, EVENT * 3 * MOST_ATTRIBUTES, notes)) == 3 * MOST_ATTRIBUTES
    assert not notes.sentences()


def test_what_comes_before_damage_in_the_same_piece_is_used(tmp_path: Path) -> None:
    """The parser stops at the damage, its readers have had the rest."""
    notes = Notes()
    assert len(found(tmp_path, f"{EVENT * 7}<event></other>{EVENT}", notes)) == 7
    assert "damaged" in notes.sentences()[0]


def test_remarks_behind_the_document_end_the_reading(tmp_path: Path) -> None:
    """They are outside of what can be let go."""
    path = tmp_path / "panzooms.xml"
    path.write_text(f"<recording>{EVENT}</recording>{'<!-- remark -->' * 50_000}<broken", encoding="utf-8")
    notes = Notes()
    assert all(isinstance(element, etree._Element) for element in elements(path, ("event",), notes))
    assert not notes.sentences()

"""An answer that is no XML, read in blocks: where they end makes no difference."""

from __future__ import annotations

from pathlib import Path

import pytest
from lxml import etree

from pod.bbb.api import salvage
from pod.bbb.api.parse import AnswerFile
from pod.bbb.api.recording import Problem, Recording

HEAD = "<response><returncode>SUCCESS</returncode>" + " " * 900 + "<recordings>"
TAIL = "</recordings>" + "\n" * 1900 + "<messageKey>é</messageKey></response>"


def recording(number: int) -> str:
    """Return a recording that no XML parser takes, long or short, with an element of its own name inside."""
    inside = "<metadata><recording>é</recording></metadata>" * (number % 5 * 20)
    return f"<recording>\n  <recordID>rec-{number}</recordID><name>A&B</name>{inside}</recording>"


RECORDINGS = [recording(number) for number in range(12)]


def taken_apart(path: Path) -> tuple[list[str], str]:
    """Return the recordings' texts, and all text outside of them."""
    outside: list[str] = []
    found = list(salvage.pieces(path, outside))
    return found, "".join(outside)


@pytest.mark.parametrize("block", [1, 3, 50, 799, 801, 1603, 4000])
def test_nothing_is_lost_where_a_block_ends(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, block: int
) -> None:
    """In a tag, in a letter, between two recordings, or behind the last."""
    path = tmp_path / "answer.xml"
    path.write_text(HEAD + "".join(RECORDINGS) + TAIL, encoding="utf-8")
    monkeypatch.setattr(salvage, "BLOCK", block)
    assert taken_apart(path) == (RECORDINGS, HEAD + TAIL)


def test_what_is_cut_off_in_a_letter_ends_with_what_was_there(tmp_path: Path) -> None:
    """Half a letter is shown as a damaged one."""
    path = tmp_path / "answer.xml"
    path.write_bytes((HEAD + RECORDINGS[1]).encode() + "é".encode()[:1])
    assert taken_apart(path) == ([f"{RECORDINGS[1]}\ufffd"], HEAD)


def test_the_last_recording_needs_no_end_of_the_list(tmp_path: Path) -> None:
    """A list that is not closed holds what it holds."""
    path = tmp_path / "answer.xml"
    path.write_text(HEAD + "".join(RECORDINGS) + "</response>", encoding="utf-8")
    found = list(AnswerFile(path, "the answer", saved=True).check().recordings())
    ids = [one.record_id for one in found if isinstance(one, Recording)]
    assert ids == [f"rec-{number}" for number in range(12)]


def test_what_xml_allows_is_left_as_it_is_and_what_it_forbids_is_blank() -> None:
    """In a recording that had to be repaired, references in decimal and hexadecimal."""
    name = "A&B &#233;&#xE9;&#x10FFFF;|&#1;&#x1;&#x110000;&#xD800;|&eacute;"
    (found,) = salvage.elements(f"<recording><name>{name}</name></recording>", "number 1")
    assert isinstance(found, etree._Element)
    assert found.findtext("name") == "A&B éé\U0010ffff|    |&eacute;"


@pytest.mark.parametrize("encoding", ["iso-8859-1", "utf-8"])
def test_names_are_read_in_the_encoding_that_the_answer_declares(tmp_path: Path, encoding: str) -> None:
    """Also where it is no XML."""
    path = tmp_path / "answer.xml"
    text = f'<?xml version="1.0" encoding="{encoding}"?><response><recordings>{RECORDINGS[1]}</recordings>'
    path.write_bytes(text.encode(encoding))
    assert taken_apart(path)[0] == [RECORDINGS[1]]


@pytest.mark.parametrize(("beginning", "which"), [("<recordID> rec-1 <", "rec-1"), ("<error>", "number 1")])
def test_a_recording_that_is_beyond_repair_is_told_by_its_id_or_place(beginning: str, which: str) -> None:
    """Else nobody finds out which it is."""
    (problem,) = salvage.elements(f"<recording>{beginning}</recording>", "number 1")
    assert isinstance(problem, Problem)
    assert problem.which == which

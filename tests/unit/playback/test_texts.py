"""Slide texts, captions, shared notes."""

from __future__ import annotations

import json
from pathlib import Path

from pod.bbb.playback.notes import Notes
from pod.bbb.playback.texts import SlideTexts, read_captions, read_shared_notes


def test_a_slides_text_is_in_presentation_text(tmp_path: Path) -> None:
    """Both for PNG slides and for the SVG slides of BBB >= 2.6, whose names have no dash."""
    (tmp_path / "presentation_text.json").write_text(json.dumps({"deck": {"slide-2": "Two\n"}}))
    texts = SlideTexts(tmp_path, Notes())
    assert texts.of("presentation/deck/slide-2.png", "") == "Two"
    assert texts.of("presentation/deck/svgs/slide2.svg", "") == "Two"
    assert texts.of("presentation/other/slide-2.png", "") == ""


def test_without_it_the_slides_own_text_file_counts(tmp_path: Path) -> None:
    """BBB < 1.0 has only textfiles/."""
    (tmp_path / "presentation").mkdir()
    (tmp_path / "presentation/slide-1.txt").write_text("One")
    assert SlideTexts(tmp_path, Notes()).of("presentation/slide-1.png", "presentation/slide-1.txt") == "One"


def test_captions_that_are_there_are_listed(tmp_path: Path) -> None:
    """A track whose file is missing is noted; a locale that is no name is nothing."""
    entries = [{"locale": "fr", "localeName": "français"}, {"locale": "de"}, {"locale": "../x"}, 5]
    (tmp_path / "captions.json").write_text(json.dumps(entries))
    (tmp_path / "caption_fr.vtt").write_text("WEBVTT\n")
    notes = Notes()
    (track,) = read_captions(tmp_path, notes)
    assert (track.locale, track.name, track.path.name) == ("fr", "français", "caption_fr.vtt")
    assert notes.sentences() == ("The captions in de are announced but absent.",)


def test_shared_notes_are_harmless_html(tmp_path: Path) -> None:
    """Scripts and event handlers do not pass."""
    (tmp_path / "notes.html").write_text(
        '<html><body>\nShared<br><script>alert(1)</script><b onclick="x()">bold</b>\n</body></html>'
    )
    assert read_shared_notes(tmp_path, Notes()) == "Shared<br><b>bold</b>"


def test_notes_of_endless_tags_are_not_used(tmp_path: Path) -> None:
    """Cleaning them would take minutes."""
    (tmp_path / "notes.html").write_text("<body>" + "<div>" * 100_000 + "</body>")
    notes = Notes()
    assert read_shared_notes(tmp_path, notes) == ""
    assert "too many tags" in notes.sentences()[0]

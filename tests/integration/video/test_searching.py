"""Searching inside one video."""

from __future__ import annotations

import pytest

from pod.video.models import Video
from pod.video.search import search


@pytest.mark.parametrize("typed", ["ete", "ÉTÉ", "été", "e\u0301te\u0301", " Été  "])
def test_case_and_accents_do_not_matter(typed: str, video: Video) -> None:
    """On every database, in slides and chat; what is shown is the text as it was."""
    video.slides.create(start=9, end=12, text=f"{'œ' * 90} L’ÉTÉ\nindien {'x' * 90}")
    video.chat.create(start=3, name="Ada", text="Un été")
    found = search(video, typed)
    assert [place.start for place in found] == [3, 9]
    assert found[0].text == "Ada: Un été"
    assert "L’ÉTÉ indien" in found[1].text
    assert (found[1].text[0], found[1].text[-1]) == ("…", "…")


@pytest.mark.parametrize("typed", ["%", "_", "", "  ", "hiver"])
def test_what_is_not_said_is_not_found(typed: str, video: Video) -> None:
    """Percent and underscore are letters, nothing is nothing."""
    video.slides.create(start=9, end=12, text="L’été indien")
    video.chat.create(start=3, name="Ada", text="Un été")
    assert search(video, typed) == []


def test_a_caption_file_that_is_gone_ends_no_search(video: Video) -> None:
    """What else there is, is found."""
    video.captions.create(locale="fr", name="français", file="videos/gone.vtt")
    video.chat.create(start=3, name="Ada", text="Un été")
    assert [place.start for place in search(video, "été")] == [3]

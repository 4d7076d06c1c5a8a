"""Bringing a recording's formats together, and what a kept listing gives back."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from pod.bbb.api import Problem, Recording, recordings_from_file
from pod.bbb.api.store import join
from pod.bbb.errors import ApiError


def write(folder: Path, name: str, *recordings: tuple[str, str]) -> None:
    """An answer with (record id, format type) recordings."""
    inside = "".join(
        f"<recording><recordID>{record}</recordID><size>10</size><playback><format><type>{kind}</type>"
        f"<url>http://x/{kind}?token={name}</url><size>10</size></format></playback></recording>"
        for record, kind in recordings
    )
    (folder / name).write_text(
        f"<response><returncode>SUCCESS</returncode><recordings>{inside}</recordings></response>"
    )


def test_formats_that_stand_pages_apart_become_one_recording(tmp_path: Path) -> None:
    """bbb-web cuts its list of formats into pages: video can be far behind presentation."""
    write(tmp_path, "1.xml", ("a", "presentation"), ("b", "presentation"))
    write(tmp_path, "2.xml", ("c", "presentation"))
    write(tmp_path, "3.xml", ("b", "video"), ("a", "video"))
    found = [item for item in recordings_from_file(tmp_path) if isinstance(item, Recording)]
    assert {item.record_id: [shown.type for shown in item.formats] for item in found} == {
        "a": ["presentation", "video"],
        "b": ["presentation", "video"],
        "c": ["presentation"],
    }
    assert {item.record_id: item.size for item in found} == {"a": 20, "b": 20, "c": 10}


def test_a_format_listed_twice_is_kept_once_with_its_newest_token(tmp_path: Path) -> None:
    """Listing again must not double formats; Scalelite's tokens differ each time."""
    write(tmp_path, "1.xml", ("a", "video"))
    write(tmp_path, "2.xml", ("a", "video"))
    found = [item for item in recordings_from_file(tmp_path) if isinstance(item, Recording)]
    assert [item.url("video") for item in found] == ["http://x/video?token=2.xml"]
    assert len(found[0].formats) == 1


@pytest.mark.parametrize(
    ("states", "becomes"),
    [
        (("published", "unpublished"), ("unpublished", False)),
        (("unpublished", "published"), ("unpublished", False)),
        (("processing", "published"), ("published", True)),
        (("published", "processing"), ("published", True)),
    ],
)
def test_what_is_hidden_in_one_place_is_hidden(
    tmp_path: Path, states: tuple[str, str], becomes: tuple[str, bool]
) -> None:
    """In any order: unpublished in one answer is unpublished, and published counts before unfinished."""
    for name, state in zip("12", states, strict=True):
        (tmp_path / f"{name}.xml").write_text(
            "<response><returncode>SUCCESS</returncode><recordings><recording><recordID>a</recordID>"
            f"<state>{state}</state><published>{str(state == 'published').lower()}</published>"
            "</recording></recordings></response>"
        )
    (found,) = (item for item in recordings_from_file(tmp_path) if isinstance(item, Recording))
    assert (found.state, found.published) == becomes


def test_a_problem_that_stands_in_two_answers_is_told_once(tmp_path: Path) -> None:
    """The same broken recording on two passes is one problem."""
    broken = "<recording><error><recordID>a-1</recordID></error></recording>"
    for name in ("1.xml", "2.xml"):
        text = f"<response><returncode>SUCCESS</returncode><recordings>{broken}</recordings></response>"
        (tmp_path / name).write_text(text)
    found = list(recordings_from_file(tmp_path))
    assert [type(item) for item in found] == [Problem]


def test_a_file_that_is_not_there_is_a_clear_error(tmp_path: Path) -> None:
    """The path is named."""
    with pytest.raises(ApiError, match=json.dumps(str(tmp_path / "none.xml"))[1:-1]):
        list(recordings_from_file(tmp_path / "none.xml"))


def test_what_only_one_part_says_of_a_recording_is_kept() -> None:
    """Front-ends are told by it, and owners; what the first part leaves empty the second fills in."""
    one = Recording("a", "m", "Algebra", "published", True, None, None, metadata={"origin": "", "name": "x"})
    other = replace(one, metadata={"origin": "Moodle", "name": "y", "course": "7"})
    assert join(one, other).metadata == {"origin": "Moodle", "name": "x", "course": "7"}

"""tldraw.json, and the stream that it is read with."""

from __future__ import annotations

import io
import json
import math
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.playback import json_stream
from pod.bbb.playback.json_stream import JsonStream
from pod.bbb.playback.notes import Notes
from pod.bbb.playback.tldraw import Tldraw, read_tldraw, version_tuple


def entry(name: str, start: float, undo: float = -1, **data: Any) -> dict[str, Any]:
    """One entry of a slide's shapes."""
    return {"id": 1, "timestamp": start, "undo": undo, "shape_data": {"id": name, "type": "draw", **data}}


def read(folder: Path, *entries: dict[str, Any], version: str = "2.6.1") -> tuple[Tldraw, tuple[str, ...]]:
    """What a file with these entries on image1 says."""
    content = {"bbb_version": version, "1": {"shapes": list(entries), "timestamp": 0.0}}
    (folder / "tldraw.json").write_text(json.dumps(content))
    notes = Notes()
    return read_tldraw(folder, notes), notes.sentences()


def test_shapes_are_found_by_image(tmp_path: Path) -> None:
    """The key is the number of shapes.svg's image."""
    found, notes = read(tmp_path, entry("a", 1.0, point=[1, 2]))
    (shape,) = found.by_image["image1"]
    assert (shape.shape, shape.start, shape.end) == ("a", 1.0, math.inf)
    assert shape.data["point"] == [1, 2]
    assert found.version == "2.6.1"
    assert not notes


def test_later_entries_overwrite_earlier_ones(tmp_path: Path) -> None:
    """By shape_data.id, as with shapes.svg."""
    found, _notes = read(tmp_path, entry("a", 1), entry("b", 1.5), entry("a", 2))
    assert [(one.shape, one.start, one.end) for one in found.by_image["image1"]] == [
        ("a", 1, 2),
        ("b", 1.5, math.inf),
        ("a", 2, math.inf),
    ]


def test_control_characters_in_texts_are_part_of_them(tmp_path: Path) -> None:
    """A line break that was not escaped costs neither its shape nor those after it."""
    read(tmp_path, entry("a", 1, text="one two"), entry("b", 2))
    path = tmp_path / "tldraw.json"
    path.write_text(path.read_text().replace("one two", "one\ntwo\x0b"))
    notes = Notes()
    (shapes,) = read_tldraw(tmp_path, notes).by_image.values()
    assert [shape.data.get("text") for shape in shapes] == ["one\ntwo\x0b", None]
    assert not notes.sentences()


def test_a_file_that_may_not_be_read_is_noted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Slides, sound and all else are there without the drawings."""
    read(tmp_path, entry("a", 1))

    def refuse(*_arguments: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", refuse)
    notes = Notes()
    assert not read_tldraw(tmp_path, notes).by_image
    assert "Permission denied" in notes.sentences()[0]


def test_a_deleted_shape_ends_with_all_its_versions(tmp_path: Path) -> None:
    """All of them carry the undo."""
    found, _notes = read(tmp_path, entry("a", 1, 9), entry("a", 2, 9))
    assert [(one.start, one.end) for one in found.by_image["image1"]] == [(1, 2), (2, 9)]


def test_the_order_of_shapes_is_told_by_both_versions_of_tldraw(tmp_path: Path) -> None:
    """By childIndex (v1), index (v2), then who was drawn first; a later version keeps its place."""
    found, _notes = read(
        tmp_path,
        entry("a", 1, childIndex=2),
        entry("b", 1, index="a1"),
        entry("c", 1),
        entry("b", 2, index="a1"),
    )
    assert [one.z for one in found.by_image["image1"]] == [(2, "", 0), (0, "a1", 1), (0, "", 2), (0, "a1", 1)]


def test_what_is_in_a_group_is_told(tmp_path: Path) -> None:
    """By tldraw 1; a damaged list tells nothing."""
    found, _notes = read(
        tmp_path, entry("g", 1, children=["a", "b"]), entry("h", 1, children={}), entry("a", 1)
    )
    assert [one.children for one in found.by_image["image1"]] == [("a", "b"), (), ()]


def test_versions_of_a_group_share_what_is_in_it(tmp_path: Path) -> None:
    """Each as a list of its own, a file of 100 MB took 900."""
    found, _notes = read(
        tmp_path, *(entry("g", at, children=list(names)) for at, names in enumerate(["ab", "ab", "a"]))
    )
    one, two, three = (shape.children for shape in found.by_image["image1"])
    assert one is two
    assert three == ("a",)


def test_of_more_groups_than_can_be_kept_the_first_ones_are(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Those beyond lie where their shapes' own numbers say."""
    monkeypatch.setattr("pod.bbb.playback.tldraw._Groups.BYTES", 200)
    found, _notes = read(tmp_path, *(entry(name, 1, children=["a", "b"]) for name in "ghi"))
    assert [one.children for one in found.by_image["image1"]] == [("a", "b"), (), ()]


@pytest.mark.parametrize("broken", [{}, {"timestamp": 1}, {"timestamp": "x", "shape_data": {}}])
def test_entries_without_data_or_time_are_left_out(tmp_path: Path, broken: dict[str, Any]) -> None:
    """With a note; the others stay."""
    found, notes = read(tmp_path, broken, entry("a", 1))
    assert [one.shape for one in found.by_image["image1"]] == ["a"]
    assert notes


def test_a_file_that_breaks_off_gives_what_came_before(tmp_path: Path) -> None:
    """Truncation costs only what is cut off."""
    read(tmp_path, entry("a", 1), entry("b", 2))
    path = tmp_path / "tldraw.json"
    path.write_text(path.read_text()[: path.read_text().index('"b"')])
    notes = Notes()
    found = read_tldraw(tmp_path, notes)
    assert [one.shape for one in found.by_image["image1"]] == ["a"]
    assert "damaged" in notes.sentences()[0]


@pytest.mark.parametrize(
    "content", ["", "[", "[]", "7", "{", '{"1":', '{"1":7}', "\x00", '{"1":{"shapes":{}}}']
)
def test_any_other_content_is_no_error(tmp_path: Path, content: str) -> None:
    """Nothing is drawn, nothing fails."""
    (tmp_path / "tldraw.json").write_text(content)
    assert not any(read_tldraw(tmp_path, Notes()).by_image.values())


def test_deep_nesting_is_damage(tmp_path: Path) -> None:
    """A thousand brackets do not exhaust the stack."""
    (tmp_path / "tldraw.json").write_text('{"1":{"shapes":[' + "[" * 100_000)
    notes = Notes()
    assert not any(read_tldraw(tmp_path, notes).by_image.values())
    assert "damaged" in notes.sentences()[0]


@pytest.mark.parametrize(
    ("text", "parts"),
    [("2.6.1", (2, 6, 1)), ("3.0.0-beta.1", (3, 0, 0)), ("2.7", (2, 7, 0)), ("", None), ("x", None)],
)
def test_versions_are_compared_by_their_numbers(text: str, parts: tuple[int, int, int] | None) -> None:
    """What stands behind them does not count."""
    assert version_tuple(text) == parts


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**6), 10**6) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4),
    max_leaves=12,
)


@given(st.dictionaries(st.text(max_size=5), st.lists(JSON, max_size=4), max_size=4), st.integers(1, 9))
def test_the_stream_gives_what_json_gives(content: dict[str, list[Any]], chunk: int) -> None:
    """Wherever the pieces of the file end."""
    kept, json_stream.CHUNK = json_stream.CHUNK, chunk
    try:
        stream = JsonStream(io.BytesIO(json.dumps(content, ensure_ascii=False, indent=1).encode()))
        read_back = {key: [stream.value()[0] for _index in stream.items()] for key in stream.members()}
    finally:
        json_stream.CHUNK = kept
    assert read_back == content


def lettered(name: str, start: float, font: str = "mono", **data: Any) -> dict[str, Any]:
    """An entry of a shape that may have letters."""
    return entry(name, start, **{"type": "rectangle", "style": {"font": font}, **data})


def early(found: Tldraw) -> list[tuple[str, float]]:
    """The shapes and times of what is measured before its font is loaded."""
    return sorted((one.shape, one.start) for one in found.by_image["image1"] if one.early)


def test_the_first_text_in_a_font_is_early(tmp_path: Path) -> None:
    """The player of tldraw 1 loads each font when its first text or label is shown, and measures before."""
    found, _notes = read(
        tmp_path,
        lettered("later", 3, label="A: 1"),
        lettered("pen", 1, type="draw"),
        lettered("first", 2, label="B: 1"),
        lettered("at once", 2, label="C: 1"),
        lettered("other", 4, "script", type="text", text="a"),
        lettered("other", 5, "script", type="text", text="ab"),
    )
    assert early(found) == [("at once", 2), ("first", 2), ("other", 4)]


def test_an_empty_label_loads_its_font(tmp_path: Path) -> None:
    """The player ends every label with an invisible character, which loads the font for what follows."""
    found, _notes = read(
        tmp_path,
        lettered("empty", 1, type="arrow", style={}),
        lettered("script", 2, "script", type="text", text="a"),
        lettered("mono", 2, label="A: 1"),
    )
    assert early(found) == [("empty", 1), ("mono", 2)]


@pytest.mark.parametrize(
    ("change", "kept"),
    [
        ({"point": [9, 9]}, True),
        ({"size": [9, 9]}, True),
        ({"size": [9, 9], "type": "triangle"}, False),
        ({"label": "A: 2"}, False),
        ({"style": {"font": "mono", "color": "red"}}, True),
        ({"style": {"font": "mono", "size": "large"}}, False),
        ({"style": "damaged"}, False),
        ({"timestamp": 4}, False),
    ],
)
def test_an_early_label_keeps_its_size(tmp_path: Path, change: dict[str, Any], *, kept: bool) -> None:
    """The player measures a label again when its words, font or place change, or it was away."""
    when = change.pop("timestamp", 2)
    first = lettered("a", 1, label="A: 1", type=change.get("type", "rectangle"))
    first["undo"] = 3 if when > 3 else -1
    found, _notes = read(tmp_path, first, lettered("a", when, **{"label": "A: 1", **change}))
    assert early(found) == [("a", 1), *[("a", 2)] * kept]


def test_a_first_text_shown_again_is_not_early(tmp_path: Path) -> None:
    """A slide that comes back lists its shapes with their first times again; the font is loaded then."""
    shapes = [lettered("a", 1, type="text", text="A")]
    pages = {str(k): {"shapes": shapes, "timestamp": 10.0 * k} for k in (1, 2)}
    (tmp_path / "tldraw.json").write_text(json.dumps({"bbb_version": "2.6.1", **pages}))
    found = read_tldraw(tmp_path, Notes())
    assert [found.by_image[image][0].early for image in ("image1", "image2")] == [True, False]

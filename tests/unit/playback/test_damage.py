"""Folders that are damaged, hostile or endless."""

from __future__ import annotations

import json
import random
from pathlib import Path

import pytest

from pod.bbb.contents import probe
from pod.bbb.errors import Cancelled, PlaybackError
from pod.bbb.playback.model import Playback, SvgShape
from pod.bbb.playback.read import read_playback
from pod.bbb.render.timing.timeline import Timeline
from tests.unit.playback.writing import cursor, write_events

BOMB = f"""<!DOCTYPE r [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "{"&a;" * 10}"><!ENTITY c "{"&b;" * 10}">]>"""


@pytest.mark.parametrize(
    "name", ["metadata.xml", "shapes.svg", "panzooms.xml", "cursor.xml", "slides_new.xml"]
)
@pytest.mark.parametrize(
    "content",
    [
        BOMB + '<recording><id>&c;</id><event timestamp="1"><viewBox>&c;</viewBox></event></recording>',
        '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/hostname">]><recording><id>&x;</id></recording>',
        "<recording><event timestamp='1'>",
        "<html><body>Log in<br></body></html>",
        "",
        "\x00\x01\x02",
        '<?xml version="1.0" encoding="utf-16"?><recording/>',
        "<a>" * 5000,
        "<recording>" + "<event/>" * 1000 + "</recording>",
    ],
)
def test_hostile_or_broken_xml_costs_only_its_own_part(folder: Path, name: str, content: str) -> None:
    """Entity bombs, external entities, truncation, deep nesting: the rest is read, nothing fails."""
    (folder / name).write_text(content)
    found = read_playback(folder)
    assert found.duration == pytest.approx(20, abs=0.1)
    assert list(Timeline(found).scenes())


def test_entities_are_refused_with_a_note(folder: Path) -> None:
    """No file of BigBlueButton declares any."""
    (folder / "slides_new.xml").write_text(BOMB + '<popcorn><chattimeline in="1" message="x"/></popcorn>')
    found = read_playback(folder)
    assert found.chat == ()
    assert any("entities" in note for note in found.notes)


def use(found: Playback) -> None:
    """Do with a recording what the converter does, short of painting."""
    for _start, _end, scene in Timeline(found).scenes():
        for one in scene.shapes:
            assert len(one.ops if isinstance(one, SvgShape) else one.data) >= 0
    json.dumps(probe(found))


MUTABLE = ("metadata.xml", "shapes.svg", "panzooms.xml", "cursor.xml", "deskshare.xml", "tldraw.json")


@pytest.mark.parametrize("seed", range(120))
def test_damage_anywhere_ends_in_a_recording_or_one_clear_error(folder: Path, seed: int) -> None:
    """Bytes changed, cut and repeated at random: never another error."""
    write_events(folder, "deskshare.xml", '<event start_timestamp="5" stop_timestamp="9"/>')
    if seed % 2:
        entry = {"timestamp": 1, "undo": -1, "shape_data": {"id": "a", "type": "draw", "point": [1, 2]}}
        (folder / "tldraw.json").write_text(json.dumps({"bbb_version": "2.6.1", "1": {"shapes": [entry]}}))
    dice = random.Random(seed)  # noqa: S311 - damage is no secret
    for name in MUTABLE:
        path = folder / name
        if path.is_file() and dice.random() < 0.6:
            path.write_bytes(damaged(path.read_bytes(), dice))
    try:
        use(read_playback(folder))
    except PlaybackError as error:
        assert len(str(error)) > 20  # noqa: PT017 - either outcome is right


def damaged(data: bytes, dice: random.Random) -> bytes:
    """`data` with one kind of damage."""
    at = dice.randrange(len(data))
    kind = dice.randrange(4)
    if kind == 0:
        return data[:at]
    if kind == 1:
        return data[:at] + bytes(dice.randrange(256) for _ in range(8)) + data[at + 8 :]
    if kind == 2:
        return data[:at] + data[at // 2 : at] * 3 + data[at:]
    for number in (b"1.0", b"0.0", b"1600", b"900", b"5", b"0"):
        if number in data:
            return data.replace(number, dice.choice([b"NaN", b"-1", b"1e9", b"", b"-0.0", b"inf"]), 3)
    return b""


@pytest.mark.parametrize("name", ["cursor.xml", "tldraw.json", "webcams"])
def test_reading_can_be_ended(folder: Path, name: str) -> None:
    """Long files are read piece by piece, and whoever waits is asked in between."""
    asked: list[str] = []

    def breathe() -> None:
        asked.append(name)
        raise Cancelled("enough")

    if name == "cursor.xml":
        (folder / "video/webcams.webm").unlink()
        write_events(folder, name, *(cursor(f"{at / 100}", "0.5 0.5") for at in range(1500)))
    elif name == "tldraw.json":
        (folder / "video/webcams.webm").unlink()
        (folder / name).write_text('{"1": {"shapes": [{}]}}')
    with pytest.raises(Cancelled):
        read_playback(folder, breathe)
    assert asked == [name]

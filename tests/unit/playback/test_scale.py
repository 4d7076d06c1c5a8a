"""Very long recordings: memory stays small, whatever the files' length."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.unit.playback.writing import SVG, image

pytestmark = pytest.mark.slow
MEGABYTES = 300
MEASURE = """
import sys
from pathlib import Path
from pod.bbb.playback.{module} import {function} as read
from pod.bbb.playback.notes import Notes
from tests.memory import peak_mb
found = read(Path(sys.argv[1]), *{arguments}, Notes())
print({result}, round(peak_mb()))
"""


def measured(folder: Path, module: str, function: str, arguments: str, result: str) -> tuple[int, int]:
    """What a reader found, and the most memory (MB) that a process of its own needed for it."""
    program = MEASURE.format(module=module, function=function, arguments=arguments, result=result)
    done = subprocess.run(
        [sys.executable, "-c", program, str(folder)],
        check=True,
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    count, peak = done.stdout.split()
    return int(count), int(peak)


def test_a_million_pointer_events_need_little_memory(tmp_path: Path) -> None:
    """Ten a second are kept, as many as the player looks at."""
    with (tmp_path / "cursor.xml").open("w") as file:
        file.write('<recording id="cursor_events">')
        for number in range(1_000_000):
            place = number % 997 / 997
            file.write(f'<event timestamp="{number * 0.0144:.4f}"><cursor>{place:.5f} 0.5</cursor></event>')
        file.write("</recording>")
    count, peak = measured(tmp_path, "cursor", "read_cursor", "[14400.0]", "len(found.events)")
    assert 140_000 < count <= 144_001
    assert peak < MEGABYTES


def test_seventy_thousand_versions_of_strokes_need_little_memory(tmp_path: Path) -> None:
    """Five thousand strokes of four hours, each written fourteen times."""
    with (tmp_path / "shapes.svg").open("w") as file:
        file.write(f'{SVG}{image(1, "0", "14400")}<g class="canvas" id="canvas1" image="image1">')
        for stroke in range(5000):
            for version in range(1, 15):
                points = "".join(
                    f"L{stroke % 1600} {(stroke * 7 + step * 13) % 900}.12345" for step in range(6 * version)
                )
                file.write(
                    f'<g class="shape" timestamp="{stroke * 2 + version / 10:.1f}" undo="-1" '
                    f'shape="image1-pencil{stroke}" style="stroke:#f00"><path d="M1 1{points}"/></g>'
                )
        file.write("</g></svg>")
    count, peak = measured(tmp_path, "shapes", "read_shapes", "['']", "len(found.by_image['image1'])")
    assert count == 70_000
    assert peak < MEGABYTES


def test_a_hundred_megabytes_of_tldraw_need_little_memory(tmp_path: Path) -> None:
    """Read as a stream, kept packed."""
    with (tmp_path / "tldraw.json").open("w") as file:
        file.write('{"bbb_version":"3.0.4","1":{"timestamp":0.0,"shapes":[')
        for number in range(20_000):
            points = ",".join(
                f'{{"x":{number % 1440},"y":{step * 7 % 810}.5,"z":0.5}}' for step in range(200)
            )
            comma = "," if number else ""
            file.write(
                f'{comma}{{"id":{number},"timestamp":{number / 10},"undo":-1,'
                f'"shape_data":{{"id":"shape:{number // 20}","type":"draw","index":"a1",'
                f'"props":{{"segments":[{{"points":[{points}]}}]}}}}}}'
            )
        file.write("]}}")
    assert (tmp_path / "tldraw.json").stat().st_size > 90_000_000
    count, peak = measured(tmp_path, "tldraw", "read_tldraw", "[]", "len(found.by_image['image1'])")
    assert count == 20_000
    assert peak < MEGABYTES

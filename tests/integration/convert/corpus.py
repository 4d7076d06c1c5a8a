"""Damaged recordings: made from good ones by a seed, each the same every time.

`python -m tests.integration.convert.corpus BASES FIRST LAST` converts the
damaged recordings FIRST to LAST-1 and writes a line for each: number, outcome
("video", "note" for a video with notes, "error"), seconds, what was done. It is
a process of its own, so that one that crashes or hangs can be seen and ended.
"""

from __future__ import annotations

import os
import random
import re
import resource
import shutil
import struct
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from pod.bbb.choices import ConvertOptions
from pod.bbb.convert import convert
from pod.bbb.errors import BBBError
from tests.memory import peak_mb

OPTIONS = ConvertOptions(size=(320, 180), jobs=1)
HOSTILE = (
    "NaN",
    "-1",
    "0",
    "1e9",
    "-0.0",
    "99999999999999999999",
    "inf",
    "",
    "0.0000001",
    "50000",
    "abc",
    "１２",
)
ENTITIES = (
    '<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    '<!ENTITY c "&b;&b;&b;&b;&b;&b;">'
    '<!ENTITY f SYSTEM "file:///etc/passwd">]>'
)
NUMBER = re.compile(rb"-?\d+(?:\.\d+)?")
TEXT = {".xml", ".svg", ".json", ".vtt", ".html", ".txt"}


def _cut(data: bytes, rng: random.Random) -> bytes:
    return data[: rng.randrange(len(data) + 1)]


def _flip(data: bytes, rng: random.Random) -> bytes:
    changed = bytearray(data)
    for _ in range(rng.randint(1, 30)):
        changed[rng.randrange(len(changed))] = rng.randrange(256)
    return bytes(changed)


def _double(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    end = min(len(data), start + rng.randint(1, 2000))
    return data[:end] + data[start:end] * rng.randint(1, 3) + data[end:]


def _drop(data: bytes, rng: random.Random) -> bytes:
    start = rng.randrange(len(data))
    return data[:start] + data[start + rng.randint(1, 2000) :]


def _nothing(_data: bytes, _rng: random.Random) -> bytes:
    return b""


def _numbers(data: bytes, rng: random.Random) -> bytes:
    share = rng.choice((0.02, 0.2, 1.0))
    return NUMBER.sub(lambda m: rng.choice(HOSTILE).encode() if rng.random() < share else m[0], data)


def _entities(data: bytes, rng: random.Random) -> bytes:
    body = re.sub(rb"<\?xml.*?\?>|<!DOCTYPE[^>]*>", b"", data)
    return ENTITIES.encode() + body.replace(b">", rng.choice((b">&c;", b">&f;")), rng.randint(1, 5))


def _huge_picture(data: bytes, _rng: random.Random) -> bytes:
    if data[:8] != b"\x89PNG\r\n\x1a\n":
        return data
    return data[:16] + struct.pack(">II", 50_000, 50_000) + data[24:]


ANY: tuple[Callable[[bytes, random.Random], bytes], ...] = (_cut, _flip, _double, _drop, _nothing)


def damage(folder: Path, rng: random.Random) -> str:
    """Damage one to three files of a recording; say what was done."""
    done = []
    for _ in range(rng.randint(1, 3)):
        files = sorted(path for path in folder.rglob("*") if path.is_file())
        path = rng.choice(files)
        ways = list(ANY)
        if path.suffix in TEXT:
            ways += [_numbers, _numbers, _numbers, _entities]
        if path.suffix == ".png":
            ways.append(_huge_picture)
        way = rng.choice(ways)
        data = path.read_bytes()
        if rng.random() < 0.05 or not data:
            path.unlink()
            done.append(f"{path.name} removed")
            continue
        path.write_bytes(way(data, rng))
        done.append(f"{path.name} {way.__name__.strip('_')}")
    return ", ".join(done)


def one(bases: list[Path], number: int, folder: Path) -> tuple[str, str]:
    """Damage and convert one recording; give the outcome and what was done."""
    rng = random.Random(number)  # noqa: S311 - the same damage every time
    base = bases[number % len(bases)]
    recording = folder / base.name
    shutil.copytree(base, recording)
    done = damage(recording, rng)
    out = folder / "out" / "video.mp4"
    out.parent.mkdir()
    try:
        report = convert(str(recording), out, OPTIONS)
    except BBBError as error:
        left = list(out.parent.iterdir())
        return ("error" if str(error) and not left else "LEFT BEHIND"), f"{done}: {error}"
    if not out.stat().st_size or abs(report.duration) > 60:
        return "USELESS", done
    return ("note" if report.notes else "video"), done


def main(bases: Path, first: int, last: int) -> None:
    """Convert the damaged recordings and write a line for each."""
    folders = sorted(path for path in bases.glob("*/presentation/*") if path.is_dir())
    for number in range(first, last):
        began = time.monotonic()
        folder = Path(tempfile.mkdtemp(dir=os.environ.get("CORPUS_DIR")))
        try:
            outcome, done = one(folders, number, folder)
        finally:
            shutil.rmtree(folder)
        sys.stdout.write(f"{number}\t{outcome}\t{time.monotonic() - began:.2f}\t{done!r}\n")
        sys.stdout.flush()
    children = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    sys.stdout.write(f"memory\t{max(round(peak_mb()), children)}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))

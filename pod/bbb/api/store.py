"""The raw answers of a listing in a folder: what is read from, and kept for the next run if wanted."""

from __future__ import annotations

import json
import logging
import shutil
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

from pod.bbb.api.parse import AnswerFile
from pod.bbb.api.recording import Format, Problem, Recording

log = logging.getLogger(__name__)

MANIFEST = "listing.json"


def folder_of(cache: Path, server: str, params: Mapping[str, str]) -> Path:
    """Where the answers to this question are kept below `cache`."""
    question = json.dumps([server, dict(params)], sort_keys=True)
    return cache / f"getRecordings-{sha256(question.encode()).hexdigest()[:12]}"


def keep(
    part: Path, final: Path, server: str, answers: list[AnswerFile], problems: list[Problem]
) -> list[AnswerFile]:
    """Make a complete listing in `part` the one that is read back; return its answers where they are then.

    The answers may hold tokens: only this account may read them.
    """
    told = {
        "server": server,
        "answers": [answer.path.name for answer in answers],
        "problems": [[problem.what, problem.why, problem.which] for problem in problems],
    }
    (part / MANIFEST).write_text(json.dumps(told, indent=1), encoding="utf-8")
    part.chmod(0o700)
    if final.exists():
        shutil.rmtree(final)
    part.replace(final)
    return [
        replace(answer, path=final / answer.path.name, source=_source(answer.path.name, server))
        for answer in answers
    ]


def read_back(folder: Path) -> tuple[list[AnswerFile], list[Problem]] | None:
    """The answers of an earlier complete listing, checked again; None if there is none."""
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return None
    try:
        told = json.loads(manifest.read_text(encoding="utf-8"))
        names, server = [str(name) for name in told["answers"]], str(told["server"])
        problems = [Problem(*problem) for problem in told["problems"]]
    except (ValueError, KeyError, TypeError) as error:
        log.warning("The kept listing in %s cannot be read (%s): asking the server again", folder, error)
        return None
    if not all((folder / name).is_file() for name in names):
        log.warning("The kept listing in %s lacks some of its answers: asking the server again", folder)
        return None
    return [AnswerFile(folder / name, _source(name, server)).check() for name in names], problems


def _source(name: str, server: str) -> str:
    return f"the kept answer {name} of {server}"


def merged(answers: list[AnswerFile], problems: list[Problem]) -> Iterator[Recording | Problem]:
    """Every recording of the answers once, its formats brought together; then what went wrong.

    Only recordings that stand in more than one place are held in memory.
    """
    places = Counter(record for answer in answers for record in answer.records)
    held: dict[str, Recording] = {}
    reported: set[Problem] = set()
    for answer in answers:
        for found in answer.recordings():
            if isinstance(found, Problem):
                if found not in reported:
                    reported.add(found)
                    yield found
                continue
            record = found.record_id
            whole = join(held.pop(record), found) if record in held else found
            places[record] -= 1
            if places[record] > 0:
                held[record] = whole
            else:
                del places[record]
                yield whole
    yield from problems


def join(one: Recording, other: Recording) -> Recording:
    """One recording from two parts of it: all formats; of one in both the later (its token is newer)."""
    formats: dict[tuple[str, str], Format] = {}
    for found in (*one.formats, *other.formats):
        formats[found.type, found.url.partition("?")[0] if "token=" in found.url else found.url] = found
    said = min(one, other, key=_rank)
    sizes = [found.size for found in formats.values() if found.size is not None]
    return replace(
        one,
        formats=tuple(formats.values()),
        size=sum(sizes) if sizes else one.size,
        metadata={**other.metadata, **{k: v for k, v in one.metadata.items() if v}},
        state=said.state,
        published=said.published,
    )


def _rank(recording: Recording) -> int:
    """Which part of a recording says its state: a hidden one first, then what is published.

    Between two answers, or in one of its formats, it may have been unpublished: then nobody shows it.
    """
    order = ("unpublished", "published")
    return order.index(recording.state) if recording.state in order else len(order)

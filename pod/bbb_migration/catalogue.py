"""The catalogue in its order, without holding it in memory: recordings lie in a temporary file.

Positions are places in the whole catalogue ordered newest first, then by record id, whatever
order the server lists it in (a directory's order, which may change between two calls).
"""

from __future__ import annotations

import pickle  # our own temporary file, never anyone else's
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import PurePath
from types import TracebackType
from typing import IO, Self

from pod.bbb.api import Problem, Recording
from pod.bbb_migration import naming
from pod.bbb_migration.plan import Selection, order_key, start_of
from pod.main.parts import AT_ONCE, in_parts

Found = Iterator[Recording | Problem]


@dataclass(order=True)
class _Place:
    """Where a recording lies in the file, and in the order."""

    key: tuple[float, str]
    at: int = field(compare=False)
    name_key: int = field(compare=False)


class Catalogue:
    """All recordings of a server, sorted; use it as a context manager, it owns a temporary file."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile(prefix="pod-catalogue-")  # noqa: SIM115 - closed below
        self._places: list[_Place] = []
        self.problems: list[Problem] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

    def __len__(self) -> int:
        return len(self._places)

    def read(self, found: Found) -> None:
        """Take everything from the server or a saved answer; what cannot be read becomes a problem."""
        for one in found:
            if isinstance(one, Problem):
                self.problems.append(one)
                continue
            place = _Place(order_key(one), self._file.tell(), hash(_name_parts(one)))
            pickle.dump(one, self._file, protocol=pickle.HIGHEST_PROTOCOL)
            self._places.append(place)
        self._places.sort()

    def batches(self, selection: Selection, size: int = AT_ONCE) -> Iterator[list[tuple[int, Recording]]]:
        """Yield (position, recording) of those asked for, `size` at a time, in order."""
        for batch in in_parts(self._selected(selection), size):
            yield [(position, self._load(place)) for position, place in batch]

    def count(self, selection: Selection) -> int:
        """Return how many recordings are asked for."""
        return sum(1 for _ in self._selected(selection))

    def missing(self, selection: Selection) -> list[str]:
        """Return the asked-for record ids that are not in the catalogue at all."""
        known = {place.key[1] for place in self._places} | {problem.which for problem in self.problems}
        rooms = {record_id.rpartition("-")[0] for record_id in known}
        return sorted(given for given in selection.record_ids if given not in known | rooms)

    def marked(self, folder: PurePath) -> frozenset[str]:
        """Return the record ids whose plain file names in `folder` another recording has, too.

        Computed over the whole catalogue, so that a part of it gets the same names. Only
        recordings that begin in the same second of the same room are looked at closely.
        """
        groups: dict[int, list[_Place]] = {}
        for place in self._places:
            groups.setdefault(place.name_key, []).append(place)
        close = [self._load(place) for group in groups.values() if len(group) > 1 for place in group]
        return naming.marked_ids(
            (naming.stem(one.name, start_of(one), one.record_id, folder=folder), one.record_id)
            for one in close
        )

    def _selected(self, selection: Selection) -> Iterator[tuple[int, _Place]]:
        for position, place in enumerate(self._places, 1):
            start = -place.key[0]
            if selection.takes(position, place.key[1], datetime.fromtimestamp(start, tz=UTC)):
                yield position, place

    def _load(self, place: _Place) -> Recording:
        self._file.seek(place.at)
        loaded = pickle.load(self._file)  # noqa: S301 - written by this process
        if not isinstance(loaded, Recording):
            raise TypeError(f"The temporary file holds {type(loaded).__name__} instead of a recording")
        return loaded


def _name_parts(recording: Recording) -> tuple[str, str]:
    return naming.stamp(start_of(recording)), naming.room(recording.record_id)

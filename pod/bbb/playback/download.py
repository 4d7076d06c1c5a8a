"""Bringing the files of one recording into its folder, each whole before it gets its name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

from pod.bbb.places import part_of
from pod.bbb.playback.manifest import Manifest
from pod.bbb.playback.needed import Wanted
from pod.bbb.transfer.client import Client
from pod.bbb.transfer.resume import Begun, Order, Patience, Transfer, writing


@dataclass(frozen=True, slots=True)
class Downloader:
    """Fetches files below one base URL into `folder`; `arrived` is told of each piece's bytes."""

    client: Client
    folder: Path
    manifest: Manifest
    patience: Patience
    arrived: Callable[[int], None]

    def fetch(self, base: str, wanted: Wanted, patience: Patience | None = None) -> None:
        """Bring `wanted`, unless it is here already.

        Raises AbsentError, WithheldError or FetchError (which says what was tried), Cancelled.
        """
        href = wanted.href
        if self.manifest.has(href):
            return
        order = Order(
            base + quote(href), href, part_of(self.folder / href), wanted.largest, page=href.endswith(".html")
        )
        transfer = Transfer(
            self.client,
            order,
            _Remembered(self.manifest, href),
            lambda piece, _here, _length: self.arrived(piece),
        )
        size = transfer.run(patience or self.patience)
        with writing(href):
            self._name(order.part, self.folder / href)
        self.manifest.finish(href, size)

    @staticmethod
    def _name(part: Path, path: Path) -> None:
        try:
            part.replace(path)
        except FileNotFoundError:  # a worker that was taken for dead was first: they are the same bytes
            if not path.is_file():
                raise


@dataclass(frozen=True, slots=True)
class _Remembered:
    """What the manifest remembers of one file."""

    manifest: Manifest
    href: str

    def begun(self) -> Begun | None:
        return self.manifest.begun(self.href)

    def begin(self, progress: Begun) -> None:
        self.manifest.begin(self.href, progress)

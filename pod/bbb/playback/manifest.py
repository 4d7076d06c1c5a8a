"""What has already been fetched into a job's folder, so that a second attempt does not fetch it again."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import Any

from pod.bbb.places import own_part_of, whole
from pod.bbb.transfer.resume import Begun

NAME = ".fetched.json"


class Manifest:
    """The list of complete and begun files, kept in the folder itself; safe to use from threads.

    The folder is made, and what another recording left in it goes: readers take all that is there.
    """

    def __init__(self, folder: Path, record_id: str) -> None:
        self._folder = folder
        self._record_id = record_id
        self._lock = threading.Lock()
        content = _of_before(folder, record_id)
        folder.mkdir(parents=True, exist_ok=True)
        self.base: str = content.get("base", "")
        self.complete: bool = content.get("complete", False)
        self._files: dict[str, int] = content.get("files", {})
        self._begun = {name: Begun(*one) for name, one in content.get("begun", {}).items()}
        self.absent: set[str] = set(content.get("absent", ()))
        # of the absent ones those that the server sent a web page in place of
        self.pages: set[str] = set(content.get("pages", ()))

    def has(self, href: str) -> bool:
        """Whether `href` was fetched wholly and still has its length."""
        with self._lock:
            size = self._files.get(href)
        path = self._folder / href
        return size is not None and path.is_file() and path.stat().st_size == size

    def begun(self, href: str) -> Begun | None:
        """What is known of a file that an earlier attempt began."""
        with self._lock:
            return self._begun.get(href)

    def begin(self, href: str, progress: Begun) -> None:
        """Remember that `href` is under way."""
        with self._lock:
            self._begun[href] = progress
            self._save()

    def finish(self, href: str, size: int) -> None:
        """Remember that `href` is whole."""
        with self._lock:
            self._begun.pop(href, None)
            self._files[href] = size
            self.absent.discard(href)
            self.pages.discard(href)
            self._save()

    def miss(self, href: str, *, page: bool = False) -> None:
        """Remember that the server has no `href`, or only a web page in its place."""
        with self._lock:
            self.absent.add(href)
            if page:
                self.pages.add(href)
            self._save()

    def located(self, base: str) -> None:
        """Remember where the files are."""
        with self._lock:
            self.base = base
            self._save()

    def finish_all(self) -> None:
        """Remember that nothing is left to fetch."""
        with self._lock:
            self.complete = True
            self._save()

    def files(self) -> tuple[str, ...]:
        """The complete files."""
        with self._lock:
            return tuple(sorted(self._files))

    def _save(self) -> None:
        content = {
            "record_id": self._record_id,
            "base": self.base,
            "complete": self.complete,
            "files": self._files,
            "begun": {name: (one.validator, one.length) for name, one in self._begun.items()},
            "absent": sorted(self.absent),
            "pages": sorted(self.pages),
        }
        path = self._folder / NAME
        # A worker that was taken for dead may write its list, too.
        with whole(path, own_part_of(path)) as part:
            part.write_text(json.dumps(content), encoding="utf-8")


def _of_before(folder: Path, record_id: str) -> dict[str, Any]:
    """What an earlier attempt wrote; nothing, and an empty place, when the folder is another recording's."""
    try:
        content: dict[str, Any] = json.loads((folder / NAME).read_text(encoding="utf-8"))
        if content["record_id"] == record_id:
            return content
    except (FileNotFoundError, NotADirectoryError):  # nothing was fetched into it yet
        return {}
    except (ValueError, KeyError, TypeError):  # whose it was cannot be told any more
        pass
    shutil.rmtree(folder)
    return {}

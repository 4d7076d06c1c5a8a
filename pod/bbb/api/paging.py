"""Getting the whole catalogue, from servers that page, that do not, and that are too slow to list it at once.

Pages are slices of the server's list of (recording, format) pairs, in an order
that may change between calls: a recording's formats can be pages apart, a page
can hold fewer recordings than its limit, and a pass can miss some.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from pod.bbb.api.failures import BrokenServerError, FailedAnswerError, OverloadedError
from pod.bbb.api.parse import AnswerFile
from pod.bbb.api.recording import Problem

log = logging.getLogger(__name__)

PAGE = 100  # the most that BBB gives at once
AGAIN = (83, 61)  # other page sizes for listing again: other slices, so other pairs fall between two pages
DEEPEST = 2  # hex digits of a record id's prefix: 00 to ff
GIVE_UP = 3  # prefixes that fail before any answered

Ask = Callable[[Mapping[str, str], int | None], AnswerFile]  # (parameters, how many retries at most)
Progress = Callable[[int, int | None], None]


def _silent(_done: int, _total: int | None) -> None:
    """No progress wanted."""


@dataclass
class Listing:
    """Collects the answers of one listing. `ask` gives a checked answer or raises ApiError."""

    ask: Ask
    params: Mapping[str, str]
    confirm: Callable[[], object]  # raises ApiError when there is no API at the address
    progress: Progress = _silent
    answers: list[AnswerFile] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    pairs: set[tuple[str, str]] = field(default_factory=set)
    retries: int | None = None  # at most; None: as many as the transport is set to
    _whole: int = 0  # pairs announced of a list whose pages did not come to their end
    _parts: int = 0  # and by the parts in which it came then
    _cause: str = "the list changes"

    def run(self) -> None:
        """Get everything: in pages, else at once, else by the beginnings of record ids."""
        total = self._attempt()
        self._compare(max(self._whole, self._parts) if total is None else self._again(total))

    def _again(self, total: int | None) -> int | None:
        """List again what pages left out. The announced number of pairs as it is then."""
        for size in AGAIN:
            before = len(self.pairs)
            if total is None or before >= total:
                break
            log.info("%d of %d formats listed; listing again, %d at a time", len(self.pairs), total, size)
            total = self._pages(self.params, size)
            if len(self.pairs) == before:
                break  # what is announced beyond these is nothing that the server can list
        return total

    def _compare(self, total: int | None) -> None:
        """Say what is missing of the pairs that were announced."""
        if total is not None and len(self.pairs) < total:
            told = f"the server announces {total} formats of recordings, but lists {len(self.pairs)}"
            why = f"{told}: some metadata.xml on it cannot be read, or {self._cause}"
            self.problems.append(Problem("listing the catalogue", why))

    def _attempt(self) -> int | None:
        """The first way that works; the number of announced pairs where that can be compared."""
        try:
            total = self._pages(self.params, PAGE)
        except OverloadedError as error:
            self._split_after(error)
            return None
        except (FailedAnswerError, BrokenServerError) as error:
            if isinstance(error, FailedAnswerError) and error.is_about_checksum:
                raise
            self._whole = self._announced()
            return self._at_once(error)
        if self._withheld():
            self._split_after(None)
        return total

    def _at_once(self, error: FailedAnswerError | BrokenServerError) -> int | None:
        """Without limit and offset, for servers that stumble over them; by prefixes where ids are needed."""
        if isinstance(error, FailedAnswerError) and error.key == "missingParameters":
            self._split_after(None)
            return None
        log.info("%s; asking without pages", error)
        try:
            self._keep(self.ask(self.params, None))
        except OverloadedError as slow:
            self._split_after(slow)
        if self._withheld():
            self._split_after(None)
        return None

    def _announced(self) -> int:
        """Return the most pairs that an answer announced so far."""
        return max((answer.envelope.total or 0 for answer in self.answers), default=0)

    def _withheld(self) -> bool:
        """Whether the server keeps back its list (allowFetchAllRecordings=false)."""
        return not self.pairs and any("retrieve all" in answer.envelope.message for answer in self.answers)

    def _keep(self, answer: AnswerFile) -> None:
        """Take an answer, and tell how far the listing is."""
        self.answers.append(answer)
        self.pairs.update(answer.pairs)
        self.progress(len(self.pairs), answer.envelope.total)

    def _pages(self, params: Mapping[str, str], size: int) -> int | None:
        """One pass in pages. The announced number of pairs, None from a server that announces none."""
        offset, total = 0, None
        seen: set[str] = set()
        while True:
            try:
                answer = self.ask({**params, "offset": str(offset), "limit": str(size)}, self.retries)
            except BrokenServerError:
                if offset == 0:
                    raise
                return total  # an offset beyond the list, which became shorter meanwhile
            self._keep(answer)
            ids = {record for record, _ in answer.pairs}
            total = answer.envelope.total
            if total is None:
                # BBB before 2.6 and Scalelite answer with everything; BBBLB pages without saying so.
                if len(ids) > size or ids <= seen:
                    return None
            elif offset + size >= total or not ids:
                return total
            seen |= ids
            offset += size

    def _split_after(self, error: OverloadedError | None) -> None:
        """List by the beginnings of record ids, which are hexadecimal (sha1)."""
        if error is not None:
            if error.maybe_wrong_address:
                self.confirm()
            log.info("%s; listing by the beginnings of record ids", error)
        self.retries = 1
        self._whole = self._announced()
        self._cause = "some record ids begin with no hexadecimal digit"
        failed = self._split("", [])
        if failed and not self.pairs:
            raise OverloadedError(
                f"{error or failed[-1]}. "
                "Parts of the list (by the beginning of the record id) take too long as well. Raise "
                "proxy_read_timeout of the server's nginx, or save the answer to a file on the server itself "
                "and give that file."
            )

    def _split(self, prefix: str, failed: list[OverloadedError]) -> list[OverloadedError]:
        for digit in "0123456789abcdef":
            part = prefix + digit
            try:
                self._parts += self._pages({**self.params, "recordID": part}, PAGE) or 0
            except OverloadedError as error:
                if len(part) < DEEPEST:
                    self._split(part, failed)
                else:
                    failed.append(error)
                    why = f"the recordings whose id begins with {part} could not be listed: {error}"
                    self.problems.append(Problem("listing the catalogue", why, part))
            if len(failed) >= GIVE_UP and not self.pairs:
                return failed
        return failed

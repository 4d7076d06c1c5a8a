"""The client of one BigBlueButton (or Scalelite, BBBLB) server's getRecordings."""

from __future__ import annotations

import itertools
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from types import TracebackType
from typing import Self

from pod.bbb.api import store
from pod.bbb.api.failures import FailedAnswerError, OverloadedError
from pod.bbb.api.paging import Listing, Progress
from pod.bbb.api.parse import AnswerFile
from pod.bbb.api.recording import Problem, Recording
from pod.bbb.api.signing import ALGORITHMS, Endpoint
from pod.bbb.api.transport import READ_TIMEOUT, RETRIES, Transport
from pod.bbb.errors import ApiError
from pod.bbb.places import part_of

CALL = "getRecordings"
FIRST_TRIED = ("sha256", "sha1")
NOBODY = f"{'0' * 40}-{'0' * 13}"


class Client:
    """Asks one server. Use it as a context manager, or `close()` it.

    `algorithm` forces sha1, sha256, sha384 or sha512; without one sha256 is tried,
    and sha1 when the server refuses the checksum. `cache` is a folder that keeps the raw
    answers of complete listings: the next listing with the same parameters is
    read from there. The secret is never part of a message, a log or the repr.
    """

    def __init__(
        self,
        server_url: str,
        secret: str,
        algorithm: str | None = None,
        *,
        cache: Path | None = None,
        retries: int = RETRIES,
        read_timeout: float = READ_TIMEOUT,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        if algorithm and algorithm.lower() not in ALGORITHMS:
            raise ApiError(f"The checksum algorithm {algorithm!r} is not one of {', '.join(ALGORITHMS)}.")
        self._algorithms = (algorithm.lower(),) if algorithm else FIRST_TRIED
        self._cache = cache
        self._transport = Transport(
            Endpoint.of(server_url),
            secret.strip(),
            retries=retries,
            read_timeout=read_timeout,
            sleep=sleep,
        )

    def __repr__(self) -> str:
        return f"Client({self._transport.endpoint.url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Give the connections back."""
        self._transport.session.close()

    @property
    def server(self) -> str:
        """Where the API is, for messages."""
        return self._transport.endpoint.url

    # --- what can be asked ------------------------------------------------------------------
    def check(self) -> str:
        """Ask the server's version, then whether it takes our checksum.

        Gives the version's text, "" if the server hides it.

        Raises ApiError saying which of the two failed, and what to do.
        """
        version = self._version()
        with tempfile.TemporaryDirectory(prefix="bbb-api-") as folder:
            self._ask({"recordID": NOBODY, "limit": "1"}, Path(folder) / "check.xml")
        return version

    def recordings(
        self,
        *,
        states: Iterable[str] = (),
        progress: Progress | None = None,
        refresh: bool = False,
    ) -> Iterator[Recording | Problem]:
        """List the catalogue; nothing is asked before the first item is taken.

        The answers are stored first and read then, so that all formats of a
        recording come together and memory stays small. `states` empty means what
        the server gives by itself: published and unpublished ones.
        `progress(pairs listed, pairs announced or None)` is called after each answer.
        `refresh` asks again although the answers are kept. Raises ApiError; a
        recording that cannot be used is a Problem instead.
        """
        params = {"state": ",".join(states)} if states else {}
        yield from self._list(params, progress, refresh=refresh)

    def recording(self, record_id: str) -> Recording | None:
        """One recording as it is now, with a fresh URL (Scalelite's tokens open a recording once)."""
        with tempfile.TemporaryDirectory(prefix="bbb-api-") as folder:
            answer = self._ask({"recordID": record_id}, Path(folder) / "one.xml")
            for found in store.merged([answer], []):
                if isinstance(found, Recording) and found.record_id == record_id:
                    return found
                if isinstance(found, Problem) and found.which == record_id:
                    raise ApiError(str(found))
        return None

    # --- how --------------------------------------------------------------------------------
    def _list(
        self, params: Mapping[str, str], progress: Progress | None, *, refresh: bool
    ) -> Iterator[Recording | Problem]:
        if self._cache is None:
            with tempfile.TemporaryDirectory(prefix="bbb-api-") as folder:
                listing = self._listing(Path(folder), params, progress)
                yield from store.merged(listing.answers, listing.problems)
            return
        final = store.folder_of(self._cache, self.server, params)
        kept = None if refresh else store.read_back(final)
        if kept is None:
            part = part_of(final)
            shutil.rmtree(part, ignore_errors=True)
            part.mkdir(parents=True)
            listing = self._listing(part, params, progress)
            answers = store.keep(part, final, self.server, listing.answers, listing.problems)
            kept = answers, listing.problems
        yield from store.merged(*kept)

    def _listing(self, folder: Path, params: Mapping[str, str], progress: Progress | None) -> Listing:
        names = (f"{number:04}.xml" for number in itertools.count(1))

        def ask(asked: Mapping[str, str], retries: int | None) -> AnswerFile:
            return self._ask(asked, folder / next(names), retries)

        listing = Listing(ask, params, self._version)
        if progress is not None:
            listing.progress = progress
        listing.run()
        return listing

    def _version(self) -> str:
        """What `/api` says without a checksum: that this is a BigBlueButton API, and which version."""
        with tempfile.TemporaryDirectory(prefix="bbb-api-") as folder:
            path = Path(folder) / "version.xml"
            try:
                self._transport.get("", {}, "", path)
            except OverloadedError as error:
                if not error.maybe_wrong_address:
                    raise
                raise ApiError(
                    f"There is no BigBlueButton API at {self.server} (HTTP 404). Give the address that "
                    "`bbb-conf --secret` shows on the server."
                ) from None
            return AnswerFile(path, f"The answer of {self.server}").check().envelope.version

    def _ask(self, params: Mapping[str, str], path: Path, retries: int | None = None) -> AnswerFile:
        """One checked answer, with the checksum that the server takes."""
        for algorithm in self._algorithms:
            self._transport.get(CALL, params, algorithm, path, retries)
            try:
                answer = AnswerFile(path, f"The answer of {self._transport.host}").check()
            except FailedAnswerError as error:
                if not error.is_about_checksum:
                    raise
                refusal = error
            else:
                self._algorithms = (algorithm,)
                return answer
        tried = " and ".join(self._algorithms)
        raise FailedAnswerError(
            f"{self._transport.host} does not accept the checksum ({tried}). Check the shared secret "
            f"(`bbb-conf --secret`) and which algorithms the server supports. Its answer: {refusal}",
            refusal.key,
        )


def recordings_from_file(path: Path) -> Iterator[Recording | Problem]:
    """Read saved answers: an XML file, or all .xml files of a folder. Raises ApiError as for a server."""
    paths = sorted(path.glob("*.xml")) if path.is_dir() else [path]
    if not paths or not all(one.is_file() for one in paths):
        raise ApiError(f"There is no saved answer of getRecordings at {path}.")
    try:
        answers = [AnswerFile(one, f"The file {one}", saved=True).check() for one in paths]
    except OSError as error:
        raise ApiError(f"The saved answer at {path} cannot be read: {error.strerror}.") from error
    return store.merged(answers, [])

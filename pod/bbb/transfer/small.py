"""A small file of a server, brought whole while a page waits for it: one try, nothing kept."""

from __future__ import annotations

import time

from pod.bbb.errors import Cancelled, FetchError
from pod.bbb.transfer.client import Client, SilentError, host_of

WHOLE_S = 10.0  # however steadily its bytes drip in


def small_file(
    url: str, what: str, allowed: frozenset[str], *, most: int, timeout: tuple[float, float]
) -> bytes:
    """Return the body of `url`, `most` bytes at most; only `allowed` hosts are asked, redirects included.

    `what` and `timeout` are as in `Client`. Raises FetchError; SilentError, too, when the whole has not come
    in WHOLE_S.
    """
    until = time.monotonic() + WHOLE_S
    client = Client(lambda asked: host_of(asked) in allowed, lambda: time.monotonic() > until, timeout)
    try:
        with client.get(url, what) as answer:
            body = client.beginning(answer, what, most + 1)
    except Cancelled:
        raise SilentError(f"Fetching {what}: it had not come whole after {WHOLE_S:.0f} s.") from None
    finally:
        client.close()
    if len(body) > most:
        raise FetchError(f"Fetching {what}: it has more than {most} bytes.")
    return body

"""A small file of a server, brought whole while a page waits for it: one try, nothing kept."""

from __future__ import annotations

from pod.bbb.errors import FetchError
from pod.bbb.transfer.client import Client, host_of


def small_file(
    url: str, what: str, allowed: frozenset[str], *, most: int, timeout: tuple[float, float]
) -> bytes:
    """Return the body of `url`, `most` bytes at most; only `allowed` hosts are asked, redirects included.

    `what` and `timeout` are as in `Client`. Raises FetchError.
    """
    client = Client(lambda asked: host_of(asked) in allowed, lambda: False, timeout)
    try:
        with client.get(url, what) as answer:
            body = client.beginning(answer, what, most + 1)
    finally:
        client.close()
    if len(body) > most:
        raise FetchError(f"Fetching {what}: it has more than {most} bytes.")
    return body

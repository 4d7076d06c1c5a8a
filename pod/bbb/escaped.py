"""Names and texts that bbb-web stored HTML-escaped, some of them twice."""

from __future__ import annotations

import html
import re

# Only entities that end with ";" : "AT&T" and "?a=1&copy=2" are no entities.
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_ESCAPED_AGAIN = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|amp|lt|gt|quot|apos);")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def unescape(text: str) -> str:
    """Plain text of a name that bbb-web stored HTML-escaped.

    Entities are resolved once, and once more only if known ones remain (bbb-web
    escapes what was escaped before); control characters become spaces. A name of
    which nothing would be seen (spaces, marks of no width) is "".
    """
    text = _CONTROL.sub(" ", unescape_again(_resolved(text))).strip()
    return text if any(letter.isprintable() and letter != " " for letter in text) else ""


def unescape_again(text: str) -> str:
    """What was unescaped once, once more if that shows that it was escaped twice."""
    return _resolved(text) if _ESCAPED_AGAIN.search(text) else text


def _resolved(text: str) -> str:
    return _ENTITY.sub(lambda found: html.unescape(found[0]), text)

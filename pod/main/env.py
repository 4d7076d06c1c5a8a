"""Typed readers of environment variables, empty ones being the default; only `pod/settings.py` uses them."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from typing import Any

TRUE_WORDS = frozenset({"1", "true", "yes", "on"})
FALSE_WORDS = frozenset({"0", "false", "no", "off"})
_IPV6 = re.compile(r"\s*\[[0-9A-Fa-f]*:")


class EnvironmentValueError(ValueError):
    """A variable holds something that cannot be what it must be."""


def text(name: str, default: str = "") -> str:
    """Return NAME, or the content of the file that NAME_FILE names (for secrets), or, if empty, the default.

    A secret given by file keeps out of the process list and of `docker inspect`.
    """
    path = os.environ.get(f"{name}_FILE")
    if not path:
        return os.environ.get(name) or default
    try:
        content = Path(path).read_text(encoding="utf-8-sig").strip()
    except UnicodeDecodeError:
        raise EnvironmentValueError(
            f"{name}_FILE names {path}, which is no UTF-8 text: save it in that encoding."
        ) from None  # the error holds what was read
    except OSError as error:
        raise EnvironmentValueError(
            f"{name}_FILE names {path}, which cannot be read ({error.strerror}): "
            "give a readable file or unset it."
        ) from error
    if not content:
        raise EnvironmentValueError(
            f"{name}_FILE names {path}, which is empty: fill it or unset {name}_FILE."
        )
    return content


def boolean(name: str, *, default: bool) -> bool:
    """Return NAME as a truth value: 1, true, yes, on or 0, false, no, off, in any case."""
    value = os.environ.get(name, "")
    word = value.strip().lower()
    if not word:
        return default
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise EnvironmentValueError(f"{name}={value!r} is neither true nor false: write True or False.")


def integer(name: str, default: int) -> int:
    """Return NAME as a whole number."""
    value = os.environ.get(name, "").strip()
    if not value:
        return default
    try:
        return int(value)
    except ValueError as error:
        raise EnvironmentValueError(f"{name}={value!r} is not a whole number.") from error


def words(name: str, default: list[str]) -> list[str]:
    """Return NAME as a list, its items separated by commas or given as a JSON list; `[]` is the empty one.

    `[::1]` is an IPv6 address, as ALLOWED_HOSTS may hold one.
    """
    value = os.environ.get(name, "")
    if not value.strip():
        return list(default)
    if value.lstrip().startswith("[") and not _IPV6.match(value):
        return [str(item) for item in _from_json(name, value)]
    return [word.strip() for word in value.split(",") if word.strip()]


def document(name: str, default: Any) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return NAME (or the file NAME_FILE) read as JSON."""
    value = text(name)
    return _from_json(name, value) if value.strip() else default


def _from_json(name: str, value: str) -> Any:  # noqa: ANN401 - JSON may be anything
    """Return `value` read as JSON; the error never repeats it, it may hold passwords."""
    try:
        return json.loads(value)
    except json.JSONDecodeError as error:
        raise EnvironmentValueError(
            f"{name} is not valid JSON (line {error.lineno}, column {error.colno}): check quotes and commas."
        ) from error

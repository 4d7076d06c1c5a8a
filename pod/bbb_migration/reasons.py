"""Reasons that travel as words: said when somebody reads them, in the language of who does. Pure."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Reason:
    """A sentence in English, as gettext knows it, and what goes into its `%(name)s` places.

    A value may be a reason itself. Without words it is no reason, and false.
    """

    words: str = ""
    values: tuple[tuple[str, str | int | Reason], ...] = ()

    def __bool__(self) -> bool:
        return bool(self.words)

    def __str__(self) -> str:
        """The sentence in English, for logs."""
        return self.said(str)

    def said(self, translated: Callable[[str], str]) -> str:
        """Return the sentence in the language of `translated`."""
        values = {
            name: value.said(translated) if isinstance(value, Reason) else value
            for name, value in self.values
        }
        return translated(self.words) % values if self.words else ""


NONE = Reason()


def because(words: str, /, **values: str | int | Reason) -> Reason:
    """Return a reason of words that were marked for translation where they stand."""
    return Reason(words, tuple(values.items()))


def quoted(text: str) -> Reason:
    """Return what a program said, which nobody translates."""
    return because("%(text)s", text=text) if text else NONE


def listed(reasons: Iterable[Reason], between: str = "; ") -> Reason:
    """Return several reasons as one."""
    said = [reason for reason in reasons if reason]
    if len(said) == 1:
        return said[0]
    parts = {str(number): reason for number, reason in enumerate(said)}
    return Reason(between.join(f"%({number})s" for number in parts), tuple(parts.items()))


def remarked(reason: Reason, remarks: Iterable[Reason]) -> Reason:
    """Return a reason with remarks behind it, if there are any."""
    said = listed(remarks)
    return because("%(reason)s [%(remarks)s]", reason=reason, remarks=said) if said else reason


def written(reason: Reason) -> str:
    """Return the reason as text that `read` understands."""
    return json.dumps(_plain(reason), ensure_ascii=False)


def read(text: str) -> Reason:
    """Return the reason that was written down; of any other text, the text itself."""
    try:
        return _reason(json.loads(text))
    except (ValueError, TypeError, AttributeError):
        return quoted(text)


def _plain(reason: Reason) -> list[Any]:
    values = {name: _plain(one) if isinstance(one, Reason) else one for name, one in reason.values}
    return [reason.words, values]


def _reason(plain: Any) -> Reason:  # noqa: ANN401 - what JSON may hold
    words, values = plain
    return because(
        words, **{name: _reason(one) if isinstance(one, list) else one for name, one in values.items()}
    )

"""What a reader has to say about a recording: what was missing, unknown or repaired."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

LIMIT = 200  # different sentences: a broken file must not give a million

Note = Callable[[str], None]  # takes a sentence of what is missing or unknown, for whoever reads the report


class Notes:
    """Collects sentences, each once, with how often it was said.

    `breathe` belongs to whoever waits for the reading: readers call it often, and what it raises ends it.
    """

    def __init__(self, breathe: Callable[[], None] = lambda: None) -> None:
        self._said: Counter[str] = Counter()
        self.breathe = breathe

    def add(self, sentence: str) -> None:
        """Remember a sentence; beyond `LIMIT` different ones only the known are counted."""
        if sentence in self._said or len(self._said) < LIMIT:
            self._said[sentence] += 1

    def once(self, sentence: str) -> None:
        """Remember a sentence that is about the whole recording: how often it is said does not count."""
        if sentence not in self._said:
            self.add(sentence)

    def sentences(self) -> tuple[str, ...]:
        """What was said, in order, repeated ones with their number."""
        return tuple(text if times == 1 else f"{text} ({times} times)" for text, times in self._said.items())

"""The shapes of tldraw 2 that one of them must know to be drawn: itself, and those its ends are bound to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pod.bbb.playback.drawing import Matrix
from pod.bbb.render.tldraw.geometry import placed
from pod.bbb.render.tldraw.values import mapping, num, word


@dataclass(frozen=True, slots=True)
class Facts:
    """What is asked of a shape again and again, read from its data once."""

    kind: str
    bound: tuple[str, ...]  # ids of the shapes that an arrow's ends are bound to

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Facts:
        """Read the facts of one version of a shape."""
        kind = word(data.get("type"), "without a type")
        props = mapping(data.get("props")) if kind == "arrow" else {}
        ends = [mapping(props.get(end)) for end in ("start", "end")]
        bound = tuple(word(end.get("boundShapeId")) for end in ends if end.get("type") == "binding")
        return cls(kind, bound)


@dataclass(frozen=True, slots=True)
class Page:
    """Shapes by id: their data as published, and their facts."""

    data: Mapping[str, Mapping[str, Any]]
    facts: Mapping[str, Facts]

    def matrix(self, name: str) -> Matrix:
        """From the shape's own space to the whiteboard."""
        data = self.data[name]
        return placed(complex(num(data.get("x")), num(data.get("y"))), self.turn(name))

    def turn(self, name: str) -> float:
        """The shape's rotation about its origin, in radians."""
        return num(self.data[name].get("rotation"))

    def opacity(self, name: str) -> float:
        """The shape's opacity, 0 to 1."""
        return min(1.0, max(0.0, num(self.data[name].get("opacity"), 1.0)))

    def props(self, name: str) -> Mapping[str, Any]:
        """What is particular to the shape's kind."""
        return mapping(self.data[name].get("props"))

    def bound(self, name: str) -> list[str]:
        """The shapes that an arrow's ends are bound to, if they are there."""
        return [one for one in self.facts[name].bound if one in self.data and one != name]

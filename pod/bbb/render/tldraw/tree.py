"""Parents, places and order of the shapes of tldraw 2."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pod.bbb.playback.drawing import Matrix
from pod.bbb.render.tldraw.geometry import IDENTITY, multiply, placed
from pod.bbb.render.tldraw.values import mapping, num, word

_DEEPEST: Final = 40  # groups within groups; a ring of parents ends there too
_TOP: Final = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What is asked of a shape again and again, read from its data once."""

    kind: str
    parent: str  # id of a shape; "" on the page
    index: str  # v2: sorts siblings
    child_index: float  # v1: sorts all shapes
    bound: tuple[str, ...]  # ids of the shapes that an arrow's ends are bound to

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Facts:
        """Read the facts of one version of a shape."""
        kind, parent = word(data.get("type"), "without a type"), word(data.get("parentId"))
        props = mapping(data.get("props")) if kind == "arrow" else {}
        ends = [mapping(props.get(end)) for end in ("start", "end")]
        return cls(
            kind=kind,
            parent=parent if parent.startswith("shape:") else _TOP,
            index=word(data.get("index")),
            child_index=num(data.get("childIndex")),
            bound=tuple(word(end.get("boundShapeId")) for end in ends if end.get("type") == "binding"),
        )


class Tree:
    """The shapes visible at one moment, by id; one whose parent is absent stands on the page."""

    def __init__(
        self, data: Mapping[str, Mapping[str, Any]], facts: Mapping[str, Facts], *, nested: bool
    ) -> None:
        """Take the shapes' data and facts; `data` holds them in the order of equal indices.

        Unless `nested`, all shapes stand on the page itself.
        """
        self.data, self.facts, self._nested = data, facts, nested

    def parent(self, name: str) -> str:
        """The id of the shape's parent if that is a visible shape, else ""."""
        found = self.facts[name].parent if self._nested else _TOP
        return found if found in self.data and found != name else _TOP

    def ancestors(self, name: str) -> list[str]:
        """The shape's parents that are shapes, the nearest first."""
        found: list[str] = []
        parent = self.parent(name)
        while parent and parent not in found and parent != name and len(found) < _DEEPEST:
            found.append(parent)
            parent = self.parent(parent)
        return found

    def matrix(self, name: str) -> Matrix:
        """From the shape's own space to the whiteboard."""
        result = IDENTITY
        for one in [name, *self.ancestors(name)]:
            data = self.data[one]
            place = placed(complex(num(data.get("x")), num(data.get("y"))), num(data.get("rotation")))
            result = multiply(place, result)
        return result

    def opacity(self, name: str) -> float:
        """The shape's opacity times that of its parents."""
        result = 1.0
        for one in [name, *self.ancestors(name)]:
            result *= min(1.0, max(0.0, num(self.data[one].get("opacity"), 1.0)))
        return result

    def frames(self, name: str) -> list[str]:
        """The frames that the shape is inside of, the nearest first."""
        return [one for one in self.ancestors(name) if self.facts[one].kind == "frame"]

    def props(self, name: str) -> Mapping[str, Any]:
        """What is particular to the shape's kind."""
        return mapping(self.data[name].get("props"))

    def bound(self, name: str) -> list[str]:
        """The visible shapes that an arrow's ends are bound to."""
        return [one for one in self.facts[name].bound if one in self.data and one != name]

    def needed(self, name: str) -> list[str]:
        """The other shapes that this one's look depends on."""
        facts = self.facts[name]
        if not facts.bound and not (self._nested and facts.parent):
            return []
        found = self.ancestors(name)
        for one in self.bound(name):
            found += [one, *self.ancestors(one)]
        return list(dict.fromkeys(found))

    def ordered(self) -> list[str]:
        """All ids from the lowest to the highest: siblings by their index, children above their parent."""
        names = sorted(self.data, key=lambda name: self.facts[name].index)
        children: dict[str, list[str]] = {}
        for name in names:
            parent = self.parent(name)
            if parent and name in self.ancestors(parent):  # a ring of parents
                parent = _TOP
            children.setdefault(parent, []).append(name)
        found: list[str] = []
        waiting = list(reversed(children.get(_TOP, [])))
        while waiting:
            name = waiting.pop()
            found.append(name)
            waiting.extend(reversed(children.get(name, [])))
        return found

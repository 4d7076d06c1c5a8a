"""Parents, places and order of the shapes of tldraw 2."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from pod.bbb.playback.drawing import Matrix
from pod.bbb.render.tldraw.geometry import IDENTITY, multiply, placed
from pod.bbb.render.tldraw.values import mapping, num, word

_DEEPEST: Final = 40  # groups within groups; a ring of parents ends there too
_TOP: Final = ""


class Tree:
    """The shapes visible at one moment, by id."""

    def __init__(self, data: Mapping[str, Mapping[str, Any]]) -> None:
        """Take the shapes' data by shape id; one whose parent is absent stands on the page."""
        self.data = data
        self._parents = {name: self._parent_of(name) for name in data}

    def _parent_of(self, name: str) -> str:
        parent = word(self.data[name].get("parentId"))
        return parent if parent in self.data and parent != name else _TOP

    def ancestors(self, name: str) -> list[str]:
        """The shape's parents that are shapes, the nearest first."""
        found: list[str] = []
        parent = self._parents.get(name, _TOP)
        while parent and parent not in found and parent != name and len(found) < _DEEPEST:
            found.append(parent)
            parent = self._parents[parent]
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
        return [one for one in self.ancestors(name) if self.data[one].get("type") == "frame"]

    def props(self, name: str) -> Mapping[str, Any]:
        """What is particular to the shape's kind."""
        return mapping(self.data[name].get("props"))

    def bound(self, name: str) -> list[str]:
        """The visible shapes that an arrow's ends are bound to."""
        if self.data[name].get("type") != "arrow":
            return []
        props = self.props(name)
        found = [word(mapping(props.get(end)).get("boundShapeId")) for end in ("start", "end")]
        return [one for one in found if one in self.data and one != name]

    def needed(self, name: str) -> list[str]:
        """The other shapes that this one's look depends on."""
        found = self.ancestors(name)
        for one in self.bound(name):
            found += [one, *self.ancestors(one)]
        return list(dict.fromkeys(found))

    def ordered(self) -> list[str]:
        """All ids from the lowest to the highest: siblings by their index, children above their parent."""
        children: dict[str, list[str]] = {}
        for name in self.data:
            parent = self._parents[name]
            if parent and name in self.ancestors(parent):  # a ring of parents
                parent = _TOP
            children.setdefault(parent, []).append(name)
        for siblings in children.values():
            siblings.sort(key=lambda name: word(self.data[name].get("index")))
        found: list[str] = []
        waiting = list(reversed(children.get(_TOP, [])))
        while waiting:
            name = waiting.pop()
            found.append(name)
            waiting.extend(reversed(children.get(name, [])))
        return found

"""Which processes can be looked for by their numbers."""

from __future__ import annotations

from pathlib import Path

import pytest

from pod.main import processes
from pod.main.processes import here


def place(monkeypatch: pytest.MonkeyPatch, folder: Path, namespace: str) -> str:
    """Return what a process says of its place in a container with this namespace of process numbers."""
    link = folder / namespace
    link.symlink_to(namespace)
    monkeypatch.setattr(processes, "NAMESPACE", link)
    return here.__wrapped__()


def test_containers_of_one_host_name_are_different_places(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Each has a process number 1: that of the other must not be looked for here."""
    first, second = (place(monkeypatch, tmp_path, name) for name in ("pid:[1]", "pid:[2]"))
    assert first != second
    assert first.partition("/")[0] == second.partition("/")[0]


def test_processes_of_one_machine_are_at_one_place() -> None:
    """They find one another, whoever starts them."""
    assert here.__wrapped__() == here()

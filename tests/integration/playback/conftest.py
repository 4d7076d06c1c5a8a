"""A small lecture on a server that publishes it."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fake_bbb.server import FakeBBB
from tests.samples import Sample, make_recording


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Sample:
    """A small lecture, made once."""
    return make_recording(tmp_path_factory.mktemp("made"), "lecture", 12.0)


@pytest.fixture
def sample(made: Sample, tmp_path: Path) -> Path:
    """A copy of the lecture's published files, to be changed by a test."""
    shutil.copytree(made.root, tmp_path / "published")
    return tmp_path / "published/presentation" / made.record_id


@pytest.fixture
def bbb(sample: Path, tmp_path: Path) -> Iterator[FakeBBB]:
    """A server that has the lecture."""
    assert sample.is_dir()
    with FakeBBB(tmp_path / "published") as server:
        yield server

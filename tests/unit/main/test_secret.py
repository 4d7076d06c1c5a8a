"""The key of an installation that was given none: made once, whoever starts first."""

from __future__ import annotations

import threading
from pathlib import Path

from pod.main.secret import installation_key


def test_who_starts_at_the_same_time_gets_the_same_key(tmp_path: Path) -> None:
    """A site's processes, its workers and a command start together the first time, too."""
    for attempt in range(30):
        path, keys = tmp_path / f"{attempt}", list[str]()
        together = threading.Barrier(6)

        def start(path: Path = path, keys: list[str] = keys, together: threading.Barrier = together) -> None:
            together.wait()
            keys.append(installation_key(path))

        threads = [threading.Thread(target=start) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert keys == [path.read_text()] * 6
        assert keys[0]


def test_the_key_stays(tmp_path: Path) -> None:
    """Else everybody would be logged out at each start."""
    assert installation_key(tmp_path / "data/key") == installation_key(tmp_path / "data/key")


def test_only_its_owner_can_read_the_key(tmp_path: Path) -> None:
    """Whoever has it can make a session of anybody."""
    installation_key(tmp_path / "key")
    assert (tmp_path / "key").stat().st_mode & 0o777 == 0o600


def test_a_file_that_was_left_empty_gets_a_key(tmp_path: Path) -> None:
    """As by a disk that was full: Django would refuse every start for it."""
    (tmp_path / "key").touch()
    assert installation_key(tmp_path / "key") == (tmp_path / "key").read_text() != ""

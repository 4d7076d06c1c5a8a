"""The browser plugin is not believed: each way in which it is known to fail is told."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from pod.conversion.checks_media import media_duration
from pod.conversion.engines import bbb_recorder
from pod.conversion.models import Conversion
from pod.conversion.services import run
from pod.main.states import State
from tests.integration.conversion.conftest import Ask, make_film

pytestmark = pytest.mark.django_db
Install = Callable[[str], Path]


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bbb_recorder, "LATE_S", 2.0)
    monkeypatch.setattr(bbb_recorder, "POLL_S", 0.05)


def outcome(job: Conversion) -> tuple[State, str]:
    """Run the job; return its state and the cause of its failure."""
    state = run(job.pk)
    job.refresh_from_db()
    return state, job.error


def test_its_film_arrives(ask: Ask, plugin: Install, delivered: list[Path], tmp_path: Path) -> None:
    """`node export.js URL NAME` in the plugin's folder; the file it leaves is the job's, with its length."""
    film = make_film(tmp_path / "film.webm")
    out = plugin(
        f"assert url.startswith('https://'); shutil.copy({str(film)!r}, out + name); print('recorded')"
    )
    job = ask(suffix=".webm")
    assert outcome(job) == (State.DONE, "")
    assert delivered == [Path(job.target)]
    assert job.report["duration"] == pytest.approx(media_duration(film))  # as the native engine names it
    assert "recorded" in next((out / "logs").iterdir()).read_text(encoding="utf-8")


def test_a_url_is_never_seen_by_a_shell(ask: Ask, plugin: Install, tmp_path: Path) -> None:
    """What looks like a command in a link stays a link."""
    plugin("open(out + 'url.txt', 'w').write(url)")
    link = f"https://bbb.example.org/x; touch {tmp_path}/owned; `touch {tmp_path}/owned`"
    outcome(ask(suffix=".webm", source_url=link))
    assert not (tmp_path / "owned").exists()
    assert (tmp_path / "recorded" / "url.txt").read_text(encoding="utf-8") == link


def test_exit_0_without_a_file_is_a_failure(ask: Ask, plugin: Install) -> None:
    """It exits 0 on failure: only the file counts."""
    plugin("print('Error: protocol error'); sys.exit(0)")
    state, cause = outcome(ask(suffix=".webm"))
    assert state == State.FAILED
    assert "without leaving" in cause


def test_a_code_other_than_0_is_a_failure(ask: Ask, plugin: Install) -> None:
    """Its code is told, and where its log is."""
    plugin("sys.exit(3)")
    state, cause = outcome(ask(suffix=".webm"))
    assert state == State.FAILED
    assert "code 3" in cause


def test_what_the_plugin_says_is_kept_without_the_token(ask: Ask, plugin: Install) -> None:
    """It logs the address that it was given; who may look at jobs may not open the recording by that."""
    plugin("print('no page at', url); sys.exit(3)")
    address = "https://bbb.example.org/playback/presentation/2.3/abc?token=s3cret"
    job = ask(suffix=".webm", source_url=address)
    outcome(job)
    job.refresh_from_db()
    assert "token=***" in job.detail
    assert "s3cret" not in f"{job.error} {job.detail}"


def test_a_late_file_is_waited_for(ask: Ask, plugin: Install, delivered: list[Path], tmp_path: Path) -> None:
    """The copy may go on after the plugin's end."""
    film = make_film(tmp_path / "film.webm")
    plugin(
        f"""
        import subprocess
        subprocess.Popen(['sh', '-c', 'sleep 0.6; cp {film} ' + out + name], start_new_session=True)
        """
    )
    assert outcome(ask(suffix=".webm"))[0] == State.DONE


def test_a_black_film_is_a_failure(ask: Ask, plugin: Install, tmp_path: Path) -> None:
    """Black films are a known fault of the plugin."""
    film = make_film(tmp_path / "film.webm", grey=0)
    plugin(f"shutil.copy({str(film)!r}, out + name)")
    state, cause = outcome(ask(suffix=".webm"))
    assert state == State.FAILED
    assert "black" in cause


def test_a_film_of_one_second_is_a_failure(ask: Ask, plugin: Install, tmp_path: Path) -> None:
    """Cut films are a known fault of the plugin."""
    film = make_film(tmp_path / "film.webm", seconds=1.0)
    plugin(f"shutil.copy({str(film)!r}, out + name)")
    state, cause = outcome(ask(suffix=".webm"))
    assert state == State.FAILED
    assert "only" in cause


def test_a_plugin_that_never_ends_is_stopped(
    ask: Ask, plugin: Install, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The time it may take follows from the recording's length."""
    monkeypatch.setattr(bbb_recorder, "START_S", 0.2)
    monkeypatch.setattr(bbb_recorder, "PLAYS_AT", 0.01)
    plugin("time.sleep(600)")
    state, cause = outcome(ask(suffix=".webm"))
    assert state == State.FAILED
    assert "was stopped" in cause


def test_a_missing_plugin_is_told_with_the_setting_to_change(ask: Ask, plugin: Install) -> None:
    """Without export.js the administrator reads which setting to look at."""
    state, cause = outcome(ask(suffix=".webm"))
    assert state == State.FAILED
    assert "IMPORT_VIDEO_BBB_RECORDER_PLUGIN" in cause

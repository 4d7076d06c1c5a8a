"""The environment readers say plainly what is wrong, and never repeat a secret."""

from __future__ import annotations

import os
import subprocess
import sys
import traceback
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pod.main import env


def test_a_secret_may_come_from_a_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """NAME_FILE names a file whose content is the value, without its last line break."""
    (tmp_path / "secret").write_text("sesame\n", encoding="utf-8")
    monkeypatch.setenv("SCRIPT_BBB_SECRET_KEY_FILE", str(tmp_path / "secret"))
    assert env.text("SCRIPT_BBB_SECRET_KEY") == "sesame"


def test_a_mark_before_a_secret_is_no_part_of_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Some editors write a byte order mark that nobody sees: the server would refuse the secret."""
    (tmp_path / "secret").write_text("sesame\n", encoding="utf-8-sig")
    monkeypatch.setenv("KEY_FILE", str(tmp_path / "secret"))
    assert env.text("KEY") == "sesame"


def test_a_secret_in_another_encoding_is_an_error_that_names_its_file(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """Nothing of it is guessed, nor said."""
    (tmp_path / "secret").write_text("sésame", encoding="latin-1")
    monkeypatch.setenv("KEY_FILE", str(tmp_path / "secret"))
    with pytest.raises(env.EnvironmentValueError, match="secret, which is no UTF-8") as caught:
        env.text("KEY")
    assert "same" not in "".join(traceback.format_exception(caught.value))


def test_a_missing_secret_file_is_an_error_that_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """A typo in a file name must not become an empty secret."""
    monkeypatch.setenv("KEY_FILE", "/nowhere/secret")
    with pytest.raises(env.EnvironmentValueError, match="/nowhere/secret"):
        env.text("KEY")


def test_an_empty_secret_file_is_an_error_that_names_it(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A secret that was not filled in yet must not become the default: another database, say."""
    (tmp_path / "secret").write_text("\n", encoding="utf-8")
    monkeypatch.setenv("DATABASE_URL_FILE", str(tmp_path / "secret"))
    with pytest.raises(env.EnvironmentValueError, match="secret, which is empty"):
        env.text("DATABASE_URL", "sqlite:///pod.sqlite3")


def test_what_is_empty_is_the_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """`DATABASE_URL=` is SQLite, and `MEDIA_ROOT=` is not the folder that the process stands in."""
    monkeypatch.setenv("MEDIA_ROOT", "")
    assert env.text("MEDIA_ROOT", "data/media") == "data/media"


@pytest.mark.parametrize(("word", "value"), [("True", True), ("on", True), ("0", False)])
def test_truth_values(monkeypatch: pytest.MonkeyPatch, word: str, value: bool) -> None:  # noqa: FBT001 - a table
    """The usual words for true and false are understood in any case."""
    monkeypatch.setenv("FLAG", word)
    assert env.boolean("FLAG", default=not value) is value


@pytest.mark.parametrize("default", [True, False])
def test_a_switch_left_empty_is_as_by_default(monkeypatch: pytest.MonkeyPatch, default: bool) -> None:  # noqa: FBT001 - a table
    """`ALLOW_MANUAL_RECORDING_CLAIMING=` does not close the page."""
    monkeypatch.setenv("FLAG", " ")
    assert env.boolean("FLAG", default=default) is default


def test_a_word_that_is_neither_true_nor_false_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """`maybe` is not silently false."""
    monkeypatch.setenv("FLAG", "maybe")
    with pytest.raises(env.EnvironmentValueError, match="neither true nor false"):
        env.boolean("FLAG", default=False)


@given(broken=st.text(alphabet="{}[]:,\"ab'", max_size=20))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_broken_json_is_one_clear_error_that_does_not_repeat_it(
    monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """DB_PARAMS holds passwords: an error says where it is wrong, not what stands there."""
    monkeypatch.setenv("DB_PARAMS", f"{broken}sesame")
    with pytest.raises(env.EnvironmentValueError, match="DB_PARAMS is not valid JSON") as caught:
        env.document("DB_PARAMS", {})
    assert "sesame" not in str(caught.value)


def test_addresses_of_numbers_are_words_of_a_list(monkeypatch: pytest.MonkeyPatch) -> None:
    """An IPv6 address begins as a JSON list does."""
    monkeypatch.setenv("ALLOWED_HOSTS", "[::1], [2001:db8::1]")
    assert env.words("ALLOWED_HOSTS", []) == ["[::1]", "[2001:db8::1]"]


def test_lists_are_words_or_json(monkeypatch: pytest.MonkeyPatch) -> None:
    """IGNORED_SERVERS may be given either way."""
    monkeypatch.setenv("NAMES", "a.example, b.example")
    assert env.words("NAMES", []) == ["a.example", "b.example"]
    monkeypatch.setenv("NAMES", '["a.example", "b.example"]')
    assert env.words("NAMES", []) == ["a.example", "b.example"]


def test_a_list_left_empty_is_as_by_default(monkeypatch: pytest.MonkeyPatch) -> None:
    """`ALLOWED_HOSTS=` does not refuse everybody; `[]` is the list that has nothing in it."""
    monkeypatch.setenv("NAMES", "")
    assert env.words("NAMES", ["a.example"]) == ["a.example"]
    monkeypatch.setenv("NAMES", "[]")
    assert env.words("NAMES", ["a.example"]) == []


def test_a_number_that_is_none_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """SCRIPT_ADMIN_ID=two is an error, not 1."""
    monkeypatch.setenv("SCRIPT_ADMIN_ID", "two")
    with pytest.raises(env.EnvironmentValueError, match="whole number"):
        env.integer("SCRIPT_ADMIN_ID", 1)


def test_a_command_says_in_one_line_which_setting_is_wrong() -> None:
    """Who mistyped a line of .env reads what to do, not where in this program it was noticed."""
    given = {**os.environ, "POD_ISOLATED": "1", "SITE_ID": "first"}
    root = Path(__file__).resolve().parents[3]
    asked = [sys.executable, "manage.py", "check"]
    done = subprocess.run(asked, cwd=root, env=given, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "SITE_ID='first' is not a whole number.\n")

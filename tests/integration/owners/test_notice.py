"""The notice in Moodle's activities, written into real databases."""

from __future__ import annotations

from contextlib import closing
from typing import Any

import pytest

from pod.bbb_migration.owners.base import Activity
from pod.bbb_migration.owners.db_params import read_params
from pod.bbb_migration.owners.moodle_tables import MOODLE
from pod.bbb_migration.sinks.moodle_notice import MoodleNotice, NoticeOutcome, NoticeResult, _Intro, _swap
from pod.bbb_migration.sinks.moodle_text import MARK, NoticeError
from tests.integration.owners.conftest import ENGINES
from tests.integration.owners.databases import Server
from tests.moodle import Moodle

TEXT = "<p>Vos enregistrements sont dans <a href='https://pod.example'>Pod</a> — « été » 100 %s.</p>"
NOW = 1_795_500_000
INTROS = {1: ("<p>Podcast d'été 🎓</p>", 1), 2: (None, 1), 3: ("brut <b>", 2), 4: ("**gras**", 4), 5: ("", 0)}


@pytest.fixture
def params(server: Server) -> dict[str, Any]:
    """Five activities in two courses; only activity 1 is described on its course's page."""
    moodle = Moodle()
    shown, hidden = moodle.course("Shown"), moodle.course("Hidden")
    for number, (intro, form) in INTROS.items():
        course = shown if number == 1 else hidden
        moodle.activity(course, f"Lesson {number}", (), intro=intro, introformat=form)
    for row in moodle.tables["course_modules"]:
        row["showdescription"] = int(row["instance"] == 1 and row["module"] == 2)
    # a forum of the same number in the other course, described there
    forum = next(
        row for row in moodle.tables["course_modules"] if row["instance"] == 2 and row["module"] == 9
    )
    forum["showdescription"] = 1
    return server.hold(moodle)


def activities(*ids: int) -> list[Activity]:
    """Return activities of the default Moodle."""
    return [Activity("moodle:default", number, "Lesson", 1, "Shown") for number in ids or INTROS]


def notice(params: dict[str, Any], text: str = TEXT, **options: Any) -> MoodleNotice:
    """Return the sink for one Moodle."""
    return MoodleNotice({"default": params}, text, clock=lambda: NOW, **options)


def outcomes(results: list[NoticeResult]) -> dict[int, str]:
    """Return {activity: outcome}."""
    return {result.id: result.outcome.value for result in results}


def intros(server: Server, params: dict[str, Any]) -> dict[int, str | None]:
    """Return what stands in the database."""
    return {
        int(number): text for number, text in server.value(params, "SELECT id, intro FROM {bigbluebuttonbn}")
    }


def revisions(server: Server, params: dict[str, Any]) -> list[int]:
    """Return the courses' cacherev."""
    return [int(value) for (value,) in server.value(params, "SELECT cacherev FROM {course} ORDER BY id")]


def test_it_is_written_and_taken_out_again(server: Server, params: dict[str, Any]) -> None:
    """In every format, NULL included: and what was there before is there again."""
    before = intros(server, params)
    assert set(outcomes(notice(params).put(activities())).values()) == {"written"}
    after = intros(server, params)
    assert after[1] == f"<div {MARK}>{TEXT}</div><p>Podcast d'été 🎓</p>"
    assert after[3] is not None
    assert after[3].startswith("[bbb-migration]")
    assert set(outcomes(notice(params).undo()).values()) == {"removed"}
    assert intros(server, params) == before


def test_twice_is_once(server: Server, params: dict[str, Any]) -> None:
    """The second run leaves everything alone, also the courses' revision."""
    notice(params).put(activities())
    first = intros(server, params), revisions(server, params)
    assert set(outcomes(notice(params).put(activities())).values()) == {"unchanged"}
    assert (intros(server, params), revisions(server, params)) == first


def test_new_wording_replaces_the_old(server: Server, params: dict[str, Any]) -> None:
    """One notice, the new one."""
    notice(params, "<p>old</p>").put(activities(1))
    assert outcomes(notice(params, "<p>new</p>").put(activities(1))) == {1: "replaced"}
    assert intros(server, params)[1] == f"<div {MARK}><p>new</p></div><p>Podcast d'été 🎓</p>"


def test_only_the_activities_asked_for_change(server: Server, params: dict[str, Any]) -> None:
    """The descriptions of all others stay as they are."""
    before = intros(server, params)
    notice(params).put(activities(1))
    after = intros(server, params)
    assert [number for number in INTROS if after[number] != before[number]] == [1]


def test_a_dry_run_writes_nothing(server: Server, params: dict[str, Any]) -> None:
    """And says what it would do."""
    before = intros(server, params), revisions(server, params)
    results = notice(params, dry_run=True).put(activities())
    assert set(outcomes(results).values()) == {"written"}
    assert (intros(server, params), revisions(server, params)) == before


@pytest.mark.parametrize(
    ("old", "new"),
    [(NOW - 7, NOW), (NOW, NOW + 1), (NOW + 3600, NOW + 3601), (NOW + 3601, NOW)],
    ids=["smaller: now", "equal: one more", "within the hour: one more", "far ahead: now"],
)
def test_the_course_page_is_built_again(server: Server, params: dict[str, Any], old: int, new: int) -> None:
    """`cacherev` grows as Moodle lets it grow, only where a description is shown on the course's page."""
    server.value(params, f"UPDATE {{course}} SET cacherev = {old}")
    notice(params).put(activities())
    assert revisions(server, params) == [new, old]


def test_a_teachers_save_in_between_survives(
    server: Server, params: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was saved after we had read is read again, and the notice put before it."""
    saved: list[object] = []

    def save_first(*arguments: Any) -> bool:
        if not saved:
            saved.append(
                server.value(params, "UPDATE {bigbluebuttonbn} SET intro = '<p>Saved</p>' WHERE id = 1")
            )
        return _swap(*arguments)

    if server.engine == "sqlite":
        # one writer at a time: the save must come before our transaction begins
        monkeypatch.setattr("pod.bbb_migration.sinks.moodle_notice._read", _stale(server, params))
    else:
        monkeypatch.setattr("pod.bbb_migration.sinks.moodle_notice._swap", save_first)
    assert outcomes(notice(params).put(activities(1))) == {1: "written"}
    assert intros(server, params)[1] == f"<div {MARK}>{TEXT}</div><p>Saved</p>"


def _stale(server: Server, params: dict[str, Any]) -> Any:
    from pod.bbb_migration.sinks import moodle_notice  # noqa: PLC0415 - the real one, before it is replaced

    read = moodle_notice._read
    seen: list[object] = []

    def reading(database: Any, ids: Any) -> dict[int, _Intro]:
        found = read(database, ids)
        if not seen:
            seen.append(
                server.value(params, "UPDATE {bigbluebuttonbn} SET intro = '<p>Saved</p>' WHERE id = 1")
            )
        return found

    return reading


def test_a_difference_of_one_accent_is_a_difference(server: Server, params: dict[str, Any]) -> None:
    """MySQL's collations take e for é: the comparison does not."""
    from pod.bbb_migration.owners.database import FrontEndDatabase  # noqa: PLC0415

    database = FrontEndDatabase(read_params({"default": params}, MOODLE)["default"], writable=True)
    with database.transaction():
        assert not _swap(database, _Intro(1, 1, "<p>Podcast d'ete 🎓</p>", 1), "lost")
        assert not _swap(database, _Intro(1, 1, None, 1), "lost")
        assert not _swap(database, _Intro(2, 1, "", 1), "lost")
    database.close()
    assert "lost" not in str(intros(server, params))


def test_activities_that_are_gone_are_told(params: dict[str, Any]) -> None:
    """One that was deleted since fails by itself; one of another front-end is not ours."""
    other = Activity("greenlight", 1, "Room", None, "")
    results = notice(params).put([*activities(1, 99), other])
    assert outcomes(results) == {1: "written", 99: "failed"}


def test_a_damaged_description_is_left_alone(server: Server, params: dict[str, Any]) -> None:
    """A notice without end fails for that activity only."""
    server.value(params, f"UPDATE {{bigbluebuttonbn}} SET intro = '<div {MARK}>half' WHERE id = 1")
    assert outcomes(notice(params).put(activities(1, 2))) == {1: "failed", 2: "written"}


def test_an_empty_text_is_refused_before_anything(server: Server, params: dict[str, Any]) -> None:
    """SCRIPT_INFORM says nothing: no activity is touched."""
    before = intros(server, params)
    with pytest.raises(NoticeError, match="SCRIPT_INFORM"):
        notice(params, " ").put(activities())
    assert intros(server, params) == before


# SQLite has no accounts
@pytest.mark.parametrize("server", ENGINES[1:], indirect=True)
def test_without_rights_each_activity_fails_with_the_reason(server: Server, params: dict[str, Any]) -> None:
    """An account that may only read: nothing is written, and the message says what to check."""
    prefix, name = params["prefix"], f"reader{params['database'][-8:]}"
    user = name if server.engine == "postgresql" else f"'{name}'@'%'"
    create = f"CREATE ROLE {name} LOGIN" if server.engine == "postgresql" else f"CREATE USER {user}"
    server.run(create, f"GRANT SELECT ON {prefix}bigbluebuttonbn TO {user}")
    try:
        results = notice({**params, "user": name}).put(activities(1, 2))
    finally:
        owned = [f"DROP OWNED BY {name}", f"DROP ROLE {name}"]
        server.run(*(owned if server.engine == "postgresql" else [f"DROP USER {user}"]))
    assert outcomes(results) == {1: "failed", 2: "failed"}
    assert all("denied" in result.note and "DB_PARAMS['default']" in result.note for result in results)


@pytest.mark.parametrize("server", ENGINES[1:], indirect=True)
def test_without_the_course_right_the_notice_stands_and_says_so(
    server: Server, params: dict[str, Any]
) -> None:
    """UPDATE(intro) alone: written; the course page follows with Moodle's next purge."""
    prefix, name = params["prefix"], f"writer{params['database'][-8:]}"
    user = name if server.engine == "postgresql" else f"'{name}'@'%'"
    create = f"CREATE ROLE {name} LOGIN" if server.engine == "postgresql" else f"CREATE USER {user}"
    tables = ", ".join(f"{prefix}{table}" for table in ("course_modules", "modules"))
    grants = [f"GRANT SELECT ON {table} TO {user}" for table in tables.split(", ")]
    grants += [f"GRANT SELECT, UPDATE (intro) ON {prefix}bigbluebuttonbn TO {user}"]
    server.run(create, *grants)
    try:
        (result,) = notice({**params, "user": name}).put(activities(1))
    finally:
        owned = [f"DROP OWNED BY {name}", f"DROP ROLE {name}"]
        server.run(*(owned if server.engine == "postgresql" else [f"DROP USER {user}"]))
    assert result.outcome is NoticeOutcome.WRITTEN
    assert "purge" in result.note
    text = intros(server, params)[1]
    assert text is not None
    assert MARK in text


def test_connections_are_given_back(server: Server, params: dict[str, Any]) -> None:
    """After the work nothing holds a lock: the tables can be altered."""
    notice(params).put(activities())
    notice(params).undo()
    if server.engine != "sqlite":
        with closing(server.connect()) as connection, closing(connection.cursor()) as cursor:
            cursor.execute(f"ALTER TABLE {params['prefix']}modules ADD COLUMN later int")
            cursor.execute(f"ALTER TABLE {params['prefix']}modules DROP COLUMN later")

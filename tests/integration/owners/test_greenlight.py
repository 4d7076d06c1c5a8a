"""Owners from real PostgreSQL databases of Greenlight 2 and 3."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Collection, Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from django.contrib.auth.models import User

from pod.bbb_migration.owners.accounts import AccountAction, Accounts
from pod.bbb_migration.owners.base import OwnersError
from pod.bbb_migration.owners.greenlight import GreenlightOwners
from tests.greenlight import DENIED, Greenlight
from tests.integration.owners.databases import HOST, Server, temporary
from tests.integration.owners.recs import Rec, who

OWNER, SHARED = "greenlight:owner", "greenlight:shared"
OURS = {"bbb-origin": "greenlight"}
pytestmark = pytest.mark.usefixtures("in_english")
postgresql = pytest.mark.server("postgresql")
Ask = Callable[..., GreenlightOwners]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A PostgreSQL database for the whole module."""
    with temporary("postgresql", tmp_path_factory.mktemp("greenlight")) as made:
        yield made


@pytest.fixture
def hold(server: Server) -> Callable[..., dict[str, Any]]:
    """Write a Greenlight into a schema of its own; return the GREENLIGHT_DB_PARAMS that read it."""

    def holding(greenlight: Greenlight, leave_out: Collection[str] = ()) -> dict[str, Any]:
        schema = f"g{uuid.uuid4().hex[:8]}"
        with closing(server.connect()) as connection:
            with closing(connection.cursor()) as cursor:
                cursor.execute(f"CREATE SCHEMA {schema}")
                cursor.execute(f"SET search_path TO {schema}")
            greenlight.write(connection, leave_out=leave_out)
        return {**server.params, "schema": schema}

    return holding


def rooms(version: int) -> Greenlight:
    """Ada's room, shared with Bob, with Eve who was banned, and with Ada herself; one of nobody."""
    made = Greenlight(version)
    ada, bob = made.user("ada"), made.user("bob")
    eve = made.user("eve", **({"role_id": DENIED} if version == 2 else {"status": 2}))
    made.share(made.room(ada, "adas-room"), bob, eve, ada)
    made.room(eve, "eves-room")
    made.room(None, "nobodys-room")
    return made


@postgresql
@pytest.mark.parametrize("version", [2, 3])
def test_the_rooms_owner_and_those_it_is_shared_with(
    hold: Callable[..., dict[str, Any]], version: int
) -> None:
    """Which version it is shows in its tables; who was banned there gets nothing."""
    asked = [Rec(one, one, OURS) for one in ("adas-room", "eves-room", "nobodys-room", "elsewhere")]
    with closing(GreenlightOwners(hold(rooms(version)))) as owners:
        found = owners.find(asked)
    assert {name: who(one) for name, one in found.items()} == {
        "adas-room": {"ada": OWNER, "bob": SHARED},
        "eves-room": {},
        "nobodys-room": {},
        "elsewhere": {},
    }
    assert [name for name, one in found.items() if one.unknown] == ["elsewhere"]
    assert f"Greenlight {version}, room “Algebra”" in str(found["adas-room"].reason)


@postgresql
def test_a_deleted_room_still_names_its_owner(hold: Callable[..., dict[str, Any]]) -> None:
    """Greenlight 2 deletes rooms and people softly: the room counts, the person does not."""
    made = Greenlight(2)
    ada, gone = made.user("ada"), made.user("gone", deleted=True)
    made.room(ada, "old", deleted=True)
    made.share(made.room(gone, "older", deleted=True), ada)
    with closing(GreenlightOwners(hold(made))) as owners:
        found = owners.find([Rec("old", "1"), Rec("older", "2")])
    assert (who(found["1"]), who(found["2"])) == ({"ada": OWNER}, {"ada": SHARED})


@postgresql
def test_an_early_greenlight_2_lacks_tables_and_columns(hold: Callable[..., dict[str, Any]]) -> None:
    """Shared rooms, roles in `users` and soft deletion came later: the check says that they are not read."""
    params = hold(rooms(2), leave_out={"shared_accesses", "roles", "role_id", "deleted", "provider"})
    with closing(GreenlightOwners(params)) as owners:
        line = owners.check()[-1]
        lacking = "users.deleted, users.provider, roles, shared_accesses"
        assert line.what == f"tables of version 2, without {lacking}"
        assert (line.ok, line.needed, "grant SELECT" in line.hint) == (False, "more", True)
        found = owners.find([Rec("adas-room", "1"), Rec("eves-room", "2")])
    assert (who(found["1"]), who(found["2"])) == ({"ada": OWNER}, {"eve": OWNER})


@postgresql
def test_questions_do_not_grow_with_recordings(hold: Callable[..., dict[str, Any]]) -> None:
    """Two for 500 recordings, and one about the tables; whatever a meetingID holds is only a value."""
    made = Greenlight(3)
    ada = made.user("ada")
    for number in range(600):
        made.room(ada, f"room-{number}")
    hostile = [Rec(name, name) for name in ("' OR '1'='1", "%s", "{rooms}", "a\0b", "\ud800")]
    with closing(GreenlightOwners(hold(made))) as owners:
        found = owners.find([Rec(f"room-{number}", str(number)) for number in range(600)] + hostile)
        assert owners.queries == 1 + 2 * 2
    assert sum(who(one) == {"ada": OWNER} for one in found.values()) == 600
    assert all(found[one.record_id].unknown for one in hostile)


@postgresql
@pytest.mark.parametrize("version", [2, 3])
def test_the_documented_grants_are_enough(
    server: Server, hold: Callable[..., dict[str, Any]], version: int
) -> None:
    """The account of docs/operate.md reads who owns a room, and no password."""
    params = hold(rooms(version))
    role, schema = f"reader_{params['schema']}", params["schema"]
    guide = (Path(__file__).resolve().parents[3] / "docs" / "operate.md").read_text(encoding="utf-8")
    part = guide.split(f"-- Greenlight {version}")[1].split("--")[0].split("\n\n")[0]
    grants = [one.strip() for one in part.partition("\n")[2].split(";") if one.strip()]
    server.run(
        f"CREATE ROLE {role} LOGIN",
        f"GRANT USAGE ON SCHEMA {schema} TO {role}",
        f"SET search_path TO {schema}",
        *(one.replace("pod_readonly", role) for one in grants),
    )
    try:
        with closing(GreenlightOwners({**params, "user": role})) as owners:
            assert [(line.what, line.ok, line.hint) for line in owners.check()] == [
                ("connection", True, ""),
                (f"tables of version {version}", True, ""),
            ]
            assert who(owners.find([Rec("adas-room")])["rec-1"]) == {"ada": OWNER, "bob": SHARED}
            with pytest.raises(OwnersError, match="denied"):
                owners._database.rows("SELECT password_digest FROM {users}")
    finally:
        server.run(f"DROP OWNED BY {role}", f"DROP ROLE {role}")


@postgresql
def test_another_programs_database_is_told_from_greenlight(server: Server) -> None:
    """Recordings stay for the next run; the check says what to correct."""
    with closing(GreenlightOwners(server.params)) as owners:
        (connection, tables) = owners.check()
        finding = owners.find([Rec("room")])["rec-1"]
    assert (connection.ok, tables.ok, finding.failed) == (True, False, True)
    assert "no table `rooms` of Greenlight 2 or 3" in tables.hint


def test_a_database_that_is_down_leaves_recordings_for_later() -> None:
    """Its name is told, and the setting; the password is not."""
    owners = GreenlightOwners({"host": HOST, "port": 9, "database": "g", "user": "u", "password": "hidden"})
    finding = owners.find([Rec("room", metadata=OURS)])["rec-1"]
    (line,) = owners.check()
    assert (finding.failed, line.ok) == (True, False)
    for text in (str(finding.reason), line.hint):
        assert "The database of Greenlight cannot be reached" in text
        assert "Check GREENLIGHT_DB_PARAMS and" in text
        assert "hidden" not in text


@pytest.mark.parametrize("origin", ["Moodle", "WordPress"])
def test_other_front_ends_recordings_are_not_asked_about(origin: str) -> None:
    """Not even a connection is opened for them; the reason names the front-end."""
    owners = GreenlightOwners({"host": HOST, "port": 9, "database": "g"})
    finding = owners.find([Rec("seed-1-2", metadata={"bbb-origin": origin})])["rec-1"]
    assert (finding.unknown, finding.failed, owners.queries) == (True, False, 0)
    assert f"“{origin.lower()}”" in str(finding.reason)


def test_of_a_meeting_id_that_no_database_holds_the_reason_says_so() -> None:
    """It is not taken for another front-end's."""
    finding = GreenlightOwners({"host": HOST, "port": 9, "database": "g"}).find([Rec("a\0b")])["rec-1"]
    assert "its meetingID holds characters" in str(finding.reason)


def test_who_has_no_username_goes_by_what_the_log_in_service_calls_them(tmp_path: Path) -> None:
    """Greenlight 2 has two columns for it, and `username` counts first; who has neither goes by mail."""
    made = Greenlight(2)
    made.room(made.user("ada", social_uid="uid-of-ada"), "adas")
    made.room(made.user("bob", username=None, social_uid="bob"), "bobs")
    made.room(made.user("cyd", username=None), "cyds")
    with closing(GreenlightOwners(made.write_sqlite(tmp_path / "greenlight.sqlite3"))) as owners:
        found = owners.find([Rec(room, room) for room in ("adas", "bobs", "cyds")])
    assert [who(one) for one in found.values()] == [{"ada": OWNER}, {"bob": OWNER}, {"": OWNER}]


@pytest.mark.parametrize("provider", ["google", "twitter"])
def test_what_others_call_somebody_is_no_username(tmp_path: Path, provider: str) -> None:
    """Greenlight 2 makes a Google account's username of its address: ada@gmail.example is not our ada."""
    made = Greenlight(2)
    stranger = made.user("ada", email="ada@gmail.example", social_uid="ada", provider=provider)
    made.room(stranger, "room")
    with closing(GreenlightOwners(made.write_sqlite(tmp_path / "greenlight.sqlite3"))) as owners:
        (evidence,) = owners.find([Rec("room")])["rec-1"].owners
    assert (evidence.person.username, evidence.person.idnumber) == ("", "")
    assert evidence.person.email == "ada@gmail.example"


@pytest.mark.parametrize(("written", "expected"), [("t", {}), ("f", {"ada": OWNER})])
def test_rails_writes_letters_into_sqlite(tmp_path: Path, written: str, expected: dict[str, str]) -> None:
    """Small Greenlights 2 live in SQLite, where an older Rails writes booleans as t and f."""
    made = Greenlight(2)
    made.room(made.user("ada", deleted=written), "room")
    with closing(GreenlightOwners(made.write_sqlite(tmp_path / "greenlight.sqlite3"))) as owners:
        assert who(owners.find([Rec("room")])["rec-1"]) == expected


def test_reading_cannot_write(tmp_path: Path) -> None:
    """The connection refuses it."""
    owners = GreenlightOwners(rooms(3).write_sqlite(tmp_path / "greenlight.sqlite3"))
    with closing(owners), pytest.raises(OwnersError, match="readonly"):
        owners._database.rows("DELETE FROM {rooms}")


def test_whom_a_log_in_service_numbers_is_found_by_mail(db: None, tmp_path: Path) -> None:
    """Greenlight 3 keeps OpenID Connect's key: the account is the one with the mail address."""
    made = Greenlight(3)
    made.room(made.user("ada", external_id=str(uuid.UUID(int=7))), "room")
    claire = User.objects.create_user("ada.king", "Ada@univ.example")
    with closing(GreenlightOwners(made.write_sqlite(tmp_path / "greenlight.sqlite3"))) as owners:
        (evidence,) = owners.find([Rec("room")])["rec-1"].owners
    assert (evidence.person.first_name, evidence.person.last_name) == ("Ada", "Smith")
    (decision,) = Accounts(create=True, staff=False).decide([evidence.person]).values()
    assert (decision.action, decision.user_id) == (AccountAction.MATCH, claire.pk)


# --- the tables of real Greenlights: the owners worked out by hand ----------------------------
SEMINAR = {"claire": OWNER, "jose": SHARED, "zoe": SHARED}
EXPECTED: dict[str, dict[str, dict[str, str]]] = {
    "2": {
        "5kl9f8yy": {"claire": OWNER},
        "q49ptii5": SEMINAR,
        "zc981xsx": {"claire": OWNER},  # a deleted room
        "a3qt5aml": {"jose": OWNER},  # shared with somebody who was deleted
        "4chaeezs": {},  # of somebody who was deleted
        "r88tnbve": {"zoe": OWNER, "banni": SHARED, "brigitte": SHARED},
        "s1wqgtx8": {"ahmed": OWNER},
        "gfdx17m7": {"banni": OWNER},
        "i0y2sq6t": {"jdupont": OWNER},
        "7wuryzag": {"jdupont2": OWNER},
        "gonexxxx": {},
    },
}
EXPECTED["3"] = {
    **EXPECTED["2"],
    "zc981xsx": {},  # deleted rooms did not come along
    "r88tnbve": {"zoe": OWNER, "brigitte": SHARED},  # banned by now
    "gfdx17m7": {},
}


@postgresql
@pytest.mark.shared_data
@pytest.mark.parametrize("version", ["2", "3"])
def test_real_tables_give_the_owners_worked_out_by_hand(shared: Path, tmp_path: Path, version: str) -> None:
    """Every recording of the data; in version 3, half of the people are numbered by a log-in service."""
    folder = shared / "data" / "frontends"
    listed = json.loads((folder / "greenlight_recordings.json").read_text(encoding="utf-8"))
    asked = [Rec(one["meetingID"], one["recordID"]) for one in listed]
    with temporary("postgresql", tmp_path) as server:
        server.run((folder / f"greenlight_v{version}_pg.sql").read_text(encoding="utf-8"))
        with closing(GreenlightOwners(server.params)) as owners:
            found = owners.find(asked)
    given = {
        one.meeting_id[:8]: {
            evidence.person.username or evidence.person.email.partition("@")[0]: evidence.via
            for evidence in found[one.record_id].owners
        }
        for one in asked
    }
    assert given == EXPECTED[version]

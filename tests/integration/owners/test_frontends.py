"""Owners on the data of a real Moodle 4.5: what each of its 31 activities must give.

The tables below were worked out by hand from the rules and the rows: who holds
which role in which context, which accounts are left out, and who opened the room.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from pod.bbb_migration.owners.base import Finding
from pod.bbb_migration.owners.moodle import MoodleOwners
from tests.integration.owners.databases import Server, mariadb, temporary
from tests.integration.owners.recs import NOW, Rec, enrolled, flagged, read_recordings, who

pytestmark = pytest.mark.shared_data

EDITING = "role:editingteacher"
TEACHER = "role:teacher"
MAIL = "fallback:mail"

# Course 2 (context 43). Editing teachers there: claire, suspendu (suspended), enrsusp and enrfin (enrolment
# suspended, ended). Teachers: jose, obrien, nologin (no login), nonconf (unconfirmed). presenter has the role
# "presenter". modctx is a teacher in activity 9 alone. patrick and helene are managers of the site and of
# category 2. Course 3 (context 44): editing teacher lukasz, teacher noel.
EXPECTED: dict[int, dict[str, str]] = {
    1: {"claire": "user"},
    2: {"claire": EDITING, "enrsusp": EDITING, "enrfin": EDITING},
    # everybody moderates; BBB noted zoe as moderator and brigitte not
    3: {"zoe": "summary"},
    # "", [] and cut-off JSON: the default list, "0", is who made the activity
    4: {"claire": "default:owner"},
    5: {"claire": "default:owner"},
    6: {"claire": "default:owner"},
    # by shortname, beside a role that is not there
    7: {"claire": EDITING, "enrsusp": EDITING, "enrfin": EDITING},
    # six people by name: one suspended, one deleted, one unknown
    8: {"desinscrit": "user", "obrien": "user", "jean.dupont@univ.fr": "user"},
    9: {"jose": TEACHER, "obrien": TEACHER, "modctx": TEACHER},
    # roles 7 (authenticated user) and 6 (guest) are in nobody's assignments
    12: {"presenter": "role:presenter"},
    # made by an account that is deleted since: who opened the room
    13: {"claire": MAIL},
    14: {"lukasz": MAIL},
    # "cohort" 4 is read as role 4; role "presenter" is not viewer
    15: {"lukasz": "user", "mei": "user", "noel": TEACHER},
    # the activity was deleted; its row and logs are still here
    16: {"lukasz": MAIL},
    17: {"lukasz": EDITING},
    18: {"lukasz": "default:owner"},
    # made by a site administrator, who is no owner: who opened the room
    19: {"lukasz": MAIL},
}
GROUPS: dict[int, dict[str, str]] = {
    # teachers of the course and groupe, by name; jose and groupe are in group 1, obrien in group 2
    1: {"jose": TEACHER, "groupe": "user"},
    2: {"obrien": TEACHER},
}
FLAGGED = {9: {"patrick", "helene"}}
NOT_ENROLLED = {"enrsusp", "enrfin", "desinscrit"}

# Course 4, a copy of course 2 with the same seeds (context 64); all enrolments there are running, desinscrit
# is an editing teacher there. These are meetings held in the copies, without a mail in their metadata.
STAFF = {"claire": EDITING, "enrsusp": EDITING, "enrfin": EDITING, "desinscrit": EDITING}
TEACHERS = dict.fromkeys(("claire", "enrsusp", "enrfin", "desinscrit", "jose", "obrien"), "fallback:teacher")
COPIES: dict[int, dict[str, str]] = {
    11: {"jose": "user"},
    20: {"claire": "user"},
    21: STAFF,
    22: TEACHERS,
    23: {"claire": "default:owner"},
    24: {"claire": "default:owner"},
    25: {"claire": "default:owner"},
    26: STAFF,
    27: {"desinscrit": "user", "obrien": "user", "jean.dupont@univ.fr": "user"},
    28: {"jose": TEACHER, "obrien": TEACHER, "modctx": TEACHER},
    30: {"jose": "user"},
    31: {"presenter": "role:presenter"},
    32: TEACHERS,
}
COPIED_GROUPS = {3: {"jose": TEACHER, "groupe": "user"}, 4: {"obrien": TEACHER}}


def load(server: Server, dump: Path, prefix: str, schema: str) -> dict[str, Any]:
    """Load a dump under another prefix and schema; return the DB_PARAMS entry that reads it."""
    sql = dump.read_text(encoding="utf-8").replace("mdl_", prefix)
    if server.engine == "postgresql":
        with closing(server.connect()) as connection, closing(connection.cursor()) as cursor:
            if schema:
                cursor.execute(f'CREATE SCHEMA "{schema}"')
                cursor.execute(f'SET search_path TO "{schema}"')
            cursor.execute(sql)
            connection.commit()
    else:
        connection = mariadb(str(server.params["database"]), many=True)
        with closing(connection), closing(connection.cursor()) as cursor:
            cursor.execute(sql)
            while cursor.nextset():
                pass
    return {**server.params, "prefix": prefix, **({"schema": schema} if schema else {})}


VARIANTS = [
    pytest.param((engine, prefix, schema), marks=pytest.mark.server(mark), id=f"{mark}-{prefix}{schema}")
    for engine, mark, schemas in (
        ("postgresql", "postgresql", ("", "moodle")),
        ("mysql", "mariadb", ("", "")),
    )
    for prefix, schema in (("mdl_", schemas[0]), ("u24_", schemas[1]))
]


@pytest.fixture(scope="module", params=VARIANTS)
def owners(
    request: pytest.FixtureRequest, shared: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[MoodleOwners]:
    """The real Moodle's tables on both engines, each under two prefixes (and schemas)."""
    engine, prefix, schema = request.param
    dump = (
        shared / "data" / "frontends" / ("moodle_pg.sql" if engine == "postgresql" else "moodle_mariadb.sql")
    )
    with temporary(engine, tmp_path_factory.mktemp("dump")) as server:
        params = load(server, dump, prefix, schema)
        with MoodleOwners({"default": params}, clock=lambda: NOW) as made:
            yield made


@pytest.fixture(scope="module")
def recordings(shared: Path) -> list[Rec]:
    """BBB's side of the same meetings."""
    return read_recordings(shared / "data" / "frontends" / "moodle_recordings.json")


@pytest.fixture(scope="module")
def findings(owners: MoodleOwners, recordings: list[Rec]) -> dict[str, Finding]:
    """What Moodle says about all of them."""
    return owners.find(recordings)


def instance_of(recording: Rec) -> int:
    """Return the activity's id from a meetingID."""
    return int(recording.meeting_id.split("[")[0].rsplit("-", 1)[1])


def test_each_recording_goes_to_the_people_worked_out_by_hand(
    findings: dict[str, Finding], recordings: list[Rec]
) -> None:
    """Every recording of the real Moodle has exactly the owners, and the evidence, of the table."""
    expected = {
        one.record_id: GROUPS[int(one.meeting_id[-2])]
        if instance_of(one) == 10
        else EXPECTED[instance_of(one)]
        for one in recordings
    }
    assert {record_id: who(finding) for record_id, finding in findings.items()} == expected
    assert len(expected) == 20


def test_managers_above_the_course_are_mentioned_only(
    findings: dict[str, Finding], recordings: list[Rec]
) -> None:
    """A manager of a category or of the site is flagged and owns nothing."""
    for one in recordings:
        if instance_of(one) != 10:
            assert flagged(findings[one.record_id]) == FLAGGED.get(instance_of(one), set())


def test_ended_enrolments_are_kept_and_told(findings: dict[str, Finding]) -> None:
    """People whose enrolment was suspended, ended or removed stay owners, with enrolled = False."""
    seen = {name: state for finding in findings.values() for name, state in enrolled(finding).items()}
    assert {name for name, state in seen.items() if state is False} == NOT_ENROLLED
    assert None not in seen.values()


def test_nothing_sure_is_to_be_confirmed(findings: dict[str, Finding]) -> None:
    """The meetingID names the original activity of all of them, copies notwithstanding."""
    assert not any(finding.to_confirm or finding.failed for finding in findings.values())


def test_copies_held_meetings_of_their_own(owners: MoodleOwners) -> None:
    """Meetings held in the copied course, and in the activity without meetings, follow their own rows."""
    seeds = _seeds(owners)
    asked = [Rec(f"{seeds[one]}-{4 if one >= 20 else 2}-{one}[0]", f"copy-{one}") for one in COPIES]
    asked += [Rec(f"{seeds[29]}-4-29[{group}]", f"copy-29-{group}") for group in COPIED_GROUPS]
    found = owners.find(asked)
    assert {one: who(found[f"copy-{one}"]) for one in COPIES} == COPIES
    assert {group: who(found[f"copy-29-{group}"]) for group in COPIED_GROUPS} == COPIED_GROUPS
    assert flagged(found["copy-28"]) == {"patrick", "helene"}
    assert all(state for finding in found.values() for state in enrolled(finding).values())


def test_the_tables_name_every_activity() -> None:
    """31 activities are in the data and one was deleted: each is in a table."""
    assert {*EXPECTED, *COPIES, 10, 29} == set(range(1, 33))


def test_a_row_without_activity_and_course_gives_nobody(owners: MoodleOwners) -> None:
    """A headless row of a course that is gone: no owner, and the reason says what was found."""
    record_id = "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb-1600000000008"
    finding = owners.find([Rec("0123456789abcdef-99-999[0]", record_id)])[record_id]
    assert who(finding) == {}
    assert "deleted here" in str(finding.reason)


def _seeds(owners: MoodleOwners) -> dict[int, str]:
    rows = owners._database("default").rows("SELECT id, meetingid FROM {bigbluebuttonbn}")
    return {int(number): str(seed) for number, seed in rows}

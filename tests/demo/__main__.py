"""Play the demo: `python -m tests.demo`; with DEMO_ONCE=1 it ends by itself and leaves no site."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing

import psycopg2

from tests.demo.seed import PASSWORD
from tests.demo.stage import (
    ROOT,
    DemoError,
    Stage,
    forget_moodle,
    new_stage,
    program,
    wait_until_answers,
)
from tests.moodle.demo import demo as moodle_and_meetings
from tests.moodle.write import write
from tests.samples import make_recording

SECONDS = 20.0
FINISHED_WITH_FAILURES = 3  # the broken recording must be reported, and must not stop the others


def say(title: str, *lines: str) -> None:
    """Print a heading and what there is to know."""
    sys.stdout.write(f"\n\033[1m== {title}\033[0m\n" if sys.stdout.isatty() else f"\n== {title}\n")
    sys.stdout.write("".join(f"   {line}\n" for line in lines))
    sys.stdout.flush()


def prepare(stage: Stage) -> None:
    """Make the recordings, Moodle's database and Pod's."""
    moodle, meetings = moodle_and_meetings()
    say("Making recordings and a small Moodle", f"in {stage.folder.relative_to(ROOT)}")
    for meeting in meetings:
        make_recording(
            stage.published,
            meeting.kind,
            SECONDS,
            name=meeting.name,
            meeting_id=meeting.meeting_id,
            start_ms=meeting.start_ms,
            meta=meeting.metadata,
            base_url=f"http://127.0.0.1:{stage.bbb_port}",
        )
    if stage.moodle["engine"] == "sqlite":
        with closing(sqlite3.connect(str(stage.moodle["database"]))) as connection:
            write(connection, "sqlite", moodle)
    else:
        with closing(
            psycopg2.connect(
                host=str(stage.moodle["host"]),
                port=str(stage.moodle["port"]),
                user=str(stage.moodle["user"]),
                dbname=str(stage.moodle["database"]),
            )
        ) as postgres:
            write(postgres, "postgresql", moodle, schema="public")
    stage.manage("migrate", "--verbosity", "0")
    inside(stage, "tests.demo.seed")


def inside(stage: Stage, module: str) -> None:
    """Run a module of the demo inside Django."""
    done = subprocess.run([sys.executable, "-m", module], cwd=ROOT, env=stage.environment, check=False)
    if done.returncode:
        raise DemoError(f"{module} ended with code {done.returncode}")


def migrate(stage: Stage) -> None:
    """Show each mode as an administrator would run it: the dry run first."""
    command = "migrate_bbb_recordings"
    say("1. Is everything there that a migration needs?")
    stage.manage(command, "--check", "--use-manual-claim", "--use-database-moodle")
    say("2. A dry run: what would be put into the claim folder, and whose it probably is")
    stage.manage(command, "--use-manual-claim", "--use-database-moodle", "--dry")
    say("3. The same for real: files are downloaded, presentations converted; one recording is broken")
    stage.manage(command, "--use-manual-claim", "--use-database-moodle", codes=(FINISHED_WITH_FAILURES,))
    say("4. The other way: every moderator gets a row in “My external videos”")
    stage.manage(command, "--use-import-video", "--use-database-moodle")
    say("5. And a list for those who want to look first")
    stage.manage(command, "--use-export-csv", "--csv", str(stage.folder / "recordings.csv"))
    say("6. Ada imports one of hers; the worker converts it")
    inside(stage, "tests.demo.journey")
    stage.manage("run_conversions", "--once")
    inside(stage, "tests.demo.results")


def serve(stage: Stage) -> None:
    """Leave the site and its worker running until Ctrl-C."""
    with (
        program(stage, "manage.py", "run_conversions", log="worker.log"),
        program(
            stage, "manage.py", "runserver", "--noreload", f"127.0.0.1:{stage.web_port}", log="site.log"
        ) as site,
    ):
        address = f"http://localhost:{stage.web_port}"
        wait_until_answers(f"{address}/accounts/login/", site)
        say(
            f"The site is on {address}",
            f"ada.martin / {PASSWORD}     a teacher: external videos, files to claim, one video imported",
            f"bruno.keller / {PASSWORD}   another teacher",
            f"admin / {PASSWORD}          the administrator: {address}/admin/",
            "Ctrl-C ends the demo.",
        )
        site.wait()


def main() -> int:
    """Play it all; 0 when everything arrived."""
    stage = new_stage()
    try:
        prepare(stage)
        with program(
            stage,
            "-m",
            "tests.fake_bbb",
            *("--port", str(stage.bbb_port)),
            *("--secret", stage.secret, "--folder", str(stage.published)),
            log="bbb.log",
        ) as server:
            wait_until_answers(f"http://127.0.0.1:{stage.bbb_port}/bigbluebutton/api", server)
            migrate(stage)
            if os.environ.get("DEMO_ONCE") == "1":
                say("Everything arrived.")
            else:
                serve(stage)
    except DemoError as error:
        say(f"The demo stopped: {error}")
        return 1
    except KeyboardInterrupt:
        say("Ended.")
    finally:
        forget_moodle(stage)
    return 0


if __name__ == "__main__":
    sys.exit(main())

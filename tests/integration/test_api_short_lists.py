"""Lists that hold less than was announced: no recording is left out quietly."""

from __future__ import annotations

from pod.bbb.api import Client, Problem, Recording
from tests.fake_bbb import Behaviour, FakeBBB, Fault, synthetic

ANSWER = "<response><returncode>{}</returncode><messageKey>{}</messageKey></response>"


def test_a_whole_list_that_is_shorter_than_its_pages_announced_is_missed_aloud() -> None:
    """Its second page fails, so everything is asked for at once, and that is less."""
    faults = [
        Fault("getRecordings", skip=1, status=200, body=ANSWER.format("FAILED", "generalError")),
        Fault("getRecordings", skip=1, status=200, body=ANSWER.format("SUCCESS", "noRecordings")),
    ]
    entries = list(synthetic(230))
    with FakeBBB(entries=entries, behaviour=Behaviour(faults=faults)) as bbb:
        found = list(Client(bbb.api_url, bbb.secret).recordings())
    assert 0 < sum(isinstance(item, Recording) for item in found) < len(entries)
    (problem,) = (item for item in found if isinstance(item, Problem))
    assert f"announces {sum(len(entry.formats) for entry in entries)} formats" in problem.why

"""Why somebody owns a recording, said to whoever reads it."""

from __future__ import annotations

import pytest
from django.utils import translation

from pod.bbb_migration.owners.moodle_decision import Account, Facts, Site, decide
from pod.bbb_migration.reasons import because, listed, quoted, read, written
from pod.bbb_migration.wording import Note, noted, said


def test_what_the_ledger_keeps_is_said_in_the_readers_language() -> None:
    """A run in English leaves reasons that a page in French gives in French, with all that stands in them."""
    facts = Facts(participants="[]", joins=(3,), accounts={3: Account(3, "cy", suspended=True)})
    (remark,) = decide(Site(), facts).remarks
    kept = noted(listed([remark, because("username %(name)s", name="100 % ada")]))
    assert kept["why"] == Note.TOLD
    with translation.override("en"):
        assert said(**_detail(kept)) == "left out: user 3, suspended; username 100 % ada"
    with translation.override("fr"):
        assert said(**_detail(kept)) == "écarté\xa0: utilisateur 3, suspendu\xa0; nom d’utilisateur 100 % ada"


@pytest.mark.parametrize("text", ["", "12", "[]", "null", '["words"]', "it’s gone: 50 % of it", '{"a": 1}'])
def test_what_is_no_reason_is_said_as_it_stands(text: str) -> None:
    """Nothing that a row holds makes its page fail."""
    assert str(read(text)) == text


def test_a_reason_comes_back_as_it_was() -> None:
    """Also one that holds others, numbers and letters of any kind."""
    reason = because("%(a)s, %(b)s", a=because("left out: user %(user)s, %(why)s", user=7, why="x"), b="é%(")
    assert read(written(reason)) == reason
    assert not quoted("")


def _detail(kept: dict[str, str]) -> dict[str, str]:
    return {"why": kept["why"], "detail": kept["reason"]}

"""Kinds of failure and their sentences."""

from __future__ import annotations

import errno

import pytest
from django.utils import translation

from pod.bbb.errors import FetchError, RenderError
from pod.conversion.causes import Cause, cause_of, sentence, with_detail
from pod.conversion.errors import made_of
from pod.conversion.models import Conversion


def raised_from(outer: Exception, inner: Exception) -> Exception:
    """Return `outer` as if it was made of `inner`."""
    outer.__cause__ = inner
    return outer


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EDQUOT])
@pytest.mark.parametrize("outer", [FetchError("x"), RenderError("x")])
def test_a_full_disk_is_named_whatever_was_made_of_it(outer: Exception, number: int) -> None:
    """The old server is not to blame for a full disk here."""
    assert cause_of(raised_from(outer, OSError(number, "full"))) is Cause.FULL


@pytest.mark.parametrize("number", [errno.EACCES, errno.EIO, errno.ENOTCONN, errno.EHOSTDOWN])
def test_a_disk_that_refuses_or_is_away_is_the_servers(number: int) -> None:
    """Not the recording's fault."""
    assert cause_of(raised_from(RenderError("x"), OSError(number, "no"))) is Cause.DISK


@pytest.mark.parametrize("cause", list(Cause))
def test_each_cause_has_a_french_sentence(cause: Cause) -> None:
    """Teachers who read French get no English sentence."""
    with translation.override("en"):
        english = sentence(cause)
    with translation.override("fr"):
        assert sentence(cause) not in {"", english}


@pytest.mark.parametrize("stored", ["", "of-another-time"])
def test_an_unknown_cause_has_the_general_sentence(stored: str) -> None:
    """Rows of before still show."""
    assert sentence(stored) == str(Cause.UNEXPECTED.label)


def test_reports_keep_what_the_programs_said() -> None:
    """The sentence first, the detail behind it."""
    with translation.override("en"):
        said = with_detail(Cause.FULL, "No space left on device")
    assert said == "The server has no space left for the video. No space left on device"


@pytest.mark.parametrize(("detail", "said"), [("", "Broken."), ("''", "Broken."), ("EOF", "Broken. EOF")])
def test_support_reads_what_the_programs_said(detail: str, said: str) -> None:
    """Without the quoted nothing that rows of before hold."""
    assert Conversion(error="Broken.", detail=detail).for_support == said


def test_an_error_made_of_nothing_has_no_detail() -> None:
    """Nothing is said instead of an empty quotation."""
    assert made_of(FetchError("x")) == ""
    assert made_of(raised_from(FetchError("x"), KeyError("y"))) == "KeyError('y')"

"""Numbers of files that other programs wrote."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pod.bbb.playback.numbers import LARGEST, bounded, number, numbers, seconds


@pytest.mark.parametrize(
    ("text", "value"),
    [("12", 12.0), (" 1.5\n", 1.5), ("-.5", -0.5), ("1e3", 1000.0), ("23.17597px", 23.17597)],
)
def test_reads_decimal_numbers_and_lets_go_of_pixel_units(text: str, value: float) -> None:
    """Decimal numbers are read; a unit px or pt after them means nothing."""
    assert number(text) == value


@pytest.mark.parametrize(
    "text", ["", "NaN", "nan", "inf", "-Infinity", "1e309", "1_0", "0x10", "12em", "--1", None]
)
def test_what_is_no_finite_number_is_nothing(text: str | None) -> None:
    """NaN, infinities, foreign spellings and text are nothing, not zero."""
    assert number(text) is None


@pytest.mark.parametrize("value", [3, 2.5])
def test_a_number_of_json_is_read_as_it_is(value: float) -> None:
    """There a time may be a number or a text."""
    assert number(value) == value


@pytest.mark.parametrize("value", [[], {}, [3], "1" + 400 * " "])
def test_what_is_neither_text_nor_number_is_nothing(value: object) -> None:
    """Nor is a text longer than any number."""
    assert number(value) is None


def test_an_absurd_number_is_nothing() -> None:
    """A size of 10^9 is damage."""
    assert number("1000000000") is None
    assert number(True) is None
    assert number(float("nan")) is None


@pytest.mark.parametrize("value", [10**400, -(10**400), 2**53])
def test_an_integer_beyond_all_bounds_is_nothing(value: int) -> None:
    """JSON knows no end of integers; those that no float can hold are damage as well."""
    assert number(value) is None
    assert bounded(value) is None


def test_minus_zero_is_zero() -> None:
    """BigBlueButton writes -0.0; the sign is let go."""
    assert str(number("-0.0")) == "0.0"


def test_a_list_keeps_the_places_of_broken_numbers() -> None:
    """A broken number of a list does not shift the others."""
    assert numbers("1, 2 NaN\n4") == [1.0, 2.0, None, 4.0]


@pytest.mark.parametrize("text", [None, "", " "])
def test_where_nothing_is_written_there_is_no_number(text: str | None) -> None:
    """An attribute may be absent or empty."""
    assert numbers(text) == []


def test_times_before_the_start_are_at_the_start() -> None:
    """A negative time is 0."""
    assert seconds("-3.2") == 0.0


@given(st.text(max_size=40))
def test_any_text_gives_a_bounded_number_or_nothing(text: str) -> None:
    """No text makes the reader fail or gives a number that is not finite."""
    value = number(text)
    assert value is None or abs(value) <= LARGEST


@given(st.floats(min_value=-LARGEST, max_value=LARGEST))
def test_every_written_number_is_read_back(value: float) -> None:
    """What was written with repr is read as the same number."""
    assert number(repr(value)) == value

"""The time that work on hostile input may take."""

from __future__ import annotations

from pod.bbb.render.process.credit import DEBT, Credit


def test_what_took_far_too_long_is_forgiven() -> None:
    """One piece of work that broke all bounds does not keep the rest of a long recording from being done."""
    credit = Credit(1.0)
    credit.spend(1000.0)
    assert credit.left == -DEBT
    credit.earn(2.0)
    assert credit.left > 0

"""SPEC Q1, B9: what comes of a document when something changes between two attempts."""

from __future__ import annotations

import pytest

from tests.unit.delivery.one_document import OneDocument


@pytest.fixture
def one(monkeypatch: pytest.MonkeyPatch) -> OneDocument:
    return OneDocument(monkeypatch)


async def test_Q1_a_lost_answer_is_looked_up_by_the_number_that_was_sent(one: OneDocument) -> None:
    """Severa numbers it anew, or takes its number away, while it isn't known whether the POST was executed."""
    one.edit(number=1001)
    one.posts = ["made"]
    await one.transfer()
    one.edit(number=1002)
    await one.transfer()
    assert one.valid == 1


async def test_Q1_a_look_up_that_was_refused_says_nothing_so_the_intent_stays(one: OneDocument) -> None:
    one.posts = ["made"]
    await one.transfer()
    one.unreadable = {1}
    await one.transfer()
    one.unreadable = set()
    await one.transfer()
    assert one.valid == 1

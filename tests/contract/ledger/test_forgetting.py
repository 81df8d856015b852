"""Records that rest for long leave the ledger, which says until when it has forgotten (decision 12)."""

from __future__ import annotations

import dataclasses
import time

from gateway.ledger import Home, HomeConfig
from tests.unit.ledger.promises import ORG, write
from tests.waiting import until

KEEP = 1.0


def is_done(value: bytes) -> bool:
    return value.startswith(b"done")


async def test_decision_12_old_records_leave_and_their_time_stays(config: HomeConfig) -> None:
    config = dataclasses.replace(config, keep=KEEP)
    home = await Home.take(0, config, rests=is_done)
    began = time.time()
    assert home.forgotten == 0
    await home.commit(writes=[write(f"a/b/{n}", b"done %d" % n) for n in range(9)])
    await home.commit(writes=[write("a/b/1", b"open again"), write("a/b/other", b"open"), write("a/b/2", None)])
    await home.open_intent("a/b/3", b"", ORG)
    await home.close()
    wrote = time.time()
    await until(lambda: time.time() > wrote + KEEP, 5, "the end of the time for which they are kept")

    for _ in range(2):  # and once more: it stays so
        home = await Home.take(0, config, rests=is_done)
        await home.commit(writes=[write("a/b/young", b"done lately")])
        left = {name: home.get(f"a/b/{name}") for name in ["other", "young", *map(str, range(9))]}
        kept = {"1": b"open again", "3": b"done 3", "other": b"open", "young": b"done lately"}
        assert left == {name: kept.get(name) for name in left}
        assert began - 1 <= home.forgotten / 1000 <= wrote + 1
        await home.close()


async def test_Q1_nothing_is_forgotten_unless_the_terms_say_so(config: HomeConfig) -> None:
    home = await Home.take(0, config, rests=is_done)
    await home.commit(writes=[write(f"a/b/{n}", b"done %d" % n) for n in range(9)])
    await home.close()
    home = await Home.take(0, dataclasses.replace(config, keep=3600.0), rests=is_done)
    assert [home.get(f"a/b/{n}") for n in range(9)] == [b"done %d" % n for n in range(9)]
    assert home.forgotten == 0
    await home.close()

"""S18, Q4: workers of one prefix whose settings differ starve no company in silence."""

from __future__ import annotations

from structlog.testing import capture_logs

from gateway.ledger import partition_of
from streams.serving import Owners, Served, Watch, address, unserved

NORDIC, BOLT, SVEA = Served("nordic", "acme-fi"), Served("nordic", "bolt-fi"), Served("svea", "cirrus-se")
HOMES = {one: partition_of(one.organisation, 4) for one in (NORDIC, BOLT, SVEA)}
ALL = [NORDIC, BOLT, SVEA]


def owners(*workers: tuple[str, list[int]]) -> Owners:
    """Addresses with their homes, as Faust tells them: the same ones in each topic."""
    return {worker: {"changes": homes, "commands": homes} for worker, homes in workers}


def test_S18_company_of_other_settings_is_unserved() -> None:
    """Whoever looks finds the same, also a worker without any home."""
    old, new = address([NORDIC]), address(ALL)
    assert unserved(owners((old, [0, 1, 2, 3]), (new, [])), 4) == {BOLT: HOMES[BOLT], SVEA: HOMES[SVEA]}
    assert unserved(owners((old, []), (new, [0, 1, 2, 3])), 4) == {}


def test_S18_workers_of_equal_settings_serve_all() -> None:
    one, other = address(ALL), address(ALL)
    assert one != other  # else one would stand for both
    assert unserved(owners((one, [0, 2]), (other, [1, 3])), 4) == {}


def test_S18_what_is_not_known_is_no_fault() -> None:
    """A worker of an older version says nothing of what it serves; a home may have no owner for a moment."""
    older = "http://some-host:6066"
    assert unserved(owners((older, [0, 1, 2, 3]), (address(ALL), [])), 4) == {}
    assert unserved(owners((address(ALL), [])), 4) == {}
    assert unserved(owners((address([]), [0, 1, 2, 3])), 4) == {}


def test_S18_a_change_is_logged_once() -> None:
    old, new, watch = address([NORDIC]), address([NORDIC, SVEA]), Watch(4)
    with capture_logs() as logs:
        for _ in range(2):
            watch.assigned(owners((old, [0, 1, 2, 3]), (new, [])))
        assert list(watch.unserved) == [SVEA]
        watch.assigned(owners((new, [0, 1, 2, 3])))
    assert [(line["log_level"], line["company"]) for line in logs] == [("error", "cirrus-se"), ("info", "cirrus-se")]
    assert watch.unserved == {}

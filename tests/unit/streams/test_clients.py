"""Decision 18 over a home that moves: the limits hold in the very second in which it does."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from gateway.http import RateBudget
from gateway.http.budget import MARGIN
from gateway.settings import GatewaySettings, load
from streams.clients import Clients
from tests.unit.budgets import at_once

COMPANY = """
      - id: {id}
        business_unit: {id}
        procountor: {{api_key: key-of-{id}}}
        default_codes: {{product: P, work_type: W, travel_expense: T}}
        sales: {{status_before: Ready, status_after: Done}}"""
SETTINGS = f"""
procountor: {{client_id: gw, client_secret: s}}
organisations:
  - name: nordic
    severa: {{client_id: s, client_secret: s}}
    companies:{COMPANY.format(id="one")}{COMPANY.format(id="two")}
"""


@pytest.fixture(autouse=True)
def one_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    """Budgets whose clock stands still: a slow machine would let the second pass."""
    monkeypatch.setattr("streams.clients.RateBudget", partial(RateBudget, clock=lambda: 100.0))


@pytest.fixture
def settings(tmp_path: Path) -> GatewaySettings:
    (tmp_path / "gateway.yaml").write_text(SETTINGS)
    return load(tmp_path / "gateway.yaml", {})


def a_worker(settings: GatewaySettings, *here: str) -> tuple[Clients, RateBudget]:
    clients = Clients(settings)
    budgets = [clients.procountor(one)._calls.transport.budget for one in settings.companies()]
    clients.share(here)
    return clients, budgets[0]


def test_Q4_companies_that_move_take_no_call_along(settings: GatewaySettings) -> None:
    before, budget = a_worker(settings, "one", "two")
    budget.taken_over()
    before.share(["one"])
    _, other = a_worker(settings, "two")
    assert at_once(budget) + at_once(other) == 0


def test_Q4_organisation_polled_elsewhere_waits_a_second(settings: GatewaySettings) -> None:
    clients = Clients(settings)
    organisation = settings.organisations[0]
    budget = clients.severa(organisation)._calls.transport.budget
    assert at_once(budget) == settings.severa.requests_per_second / 2
    clients.taken_over(organisation)
    assert 1.0 < budget.seconds_until_next() <= 1.0 + MARGIN


def test_Q4_home_that_is_read_slowly_waits_no_second_more(settings: GatewaySettings) -> None:
    clients = Clients(settings)
    budget = clients.severa(settings.organisations[0])._calls.transport.budget
    clients.taken_over(settings.organisations[0], ago=0.8)
    assert 0.1 < budget.seconds_until_next() <= 0.2 + MARGIN

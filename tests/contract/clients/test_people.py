"""The calls of users and persons, against the sandbox (F5, S12, R3)."""

from __future__ import annotations

import datetime as dt
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta

import pytest
from pydantic import SecretStr

from gateway.documents import NumberState
from gateway.errors import Configuration, Permanent
from gateway.http import HttpTransport, RateBudget
from gateway.ledger import Lease
from gateway.procountor.client import ProcountorClient
from gateway.procountor.persons import changed
from gateway.registers.persons import find_person
from gateway.rules.personal_id import personal_id as read
from gateway.rules.persons import ACCOUNT, ACTIVE, new_person
from gateway.sandbox.server.server import SandboxApis
from gateway.sandbox.world.demo_travel import add_travel, iban, person, personal_id, user
from gateway.sandbox.world.demo_world import FIRMS, base_world, guid
from gateway.severa.users import SeveraUsers

ACME = FIRMS[0]
LEASE = Lease("k", 1e12, lambda: 0.0, lambda: None)
TODAY, FIRST = dt.date(2026, 3, 2), guid("acme-fi", "user", 0)


@pytest.fixture
def sandbox() -> Iterator[SandboxApis]:
    """230 users, of whom the first left and is an inactive person."""
    world = add_travel(base_world((ACME,), severa_per_second=1000, procountor_per_second=1000), ACME)
    users = [user(ACME, n, isActive=n > 0, lastUpdatedDateTime=f"$now-{n}d") for n in range(230)]
    world["severa"]["nordic"]["/v1/users"] = users
    world["procountor"]["acme-fi"]["/persons"] = [
        person(ACME, users[0], 700, registryInfo={"active": False, "phone": "09 1234"}, jobTitle="Boss")
    ]
    with SandboxApis(world) as running:
        yield running


@pytest.fixture
async def severa(sandbox: SandboxApis) -> AsyncIterator[SeveraUsers]:
    transport = HttpTransport("Severa", sandbox.severa_url, RateBudget(1000), 5)
    yield SeveraUsers("nordic", "nordic-client", SecretStr("nordic-secret"), transport)
    await transport.close()


async def test_F5_users_are_paged_inactive_ones_too(severa: SeveraUsers) -> None:
    found = await severa.users(None, TODAY)
    assert len(found) == 230 and [one.user.is_active for one in found].count(False) == 1
    assert {one.unit for one in found} == {guid("acme-fi", "unit")}
    recent = await severa.users(datetime.now(UTC) - timedelta(days=2.5), TODAY)
    assert [one.user.last_name for one in recent] == ["Matkaaja 0", "Matkaaja 1", "Matkaaja 2"]


async def test_R3_number_and_account_are_on_the_card_alone(severa: SeveraUsers) -> None:
    listed, card = await severa.user(FIRST, TODAY), await severa.card(FIRST, TODAY)
    assert listed is not None and card is not None
    assert (listed.user.personal_id, listed.user.account) == (NumberState.VALID, "FI49…8730")
    assert (card.user, card.personal_id, card.account) == (listed.user, personal_id(ACME, 0), iban(ACME))
    assert not any(secret in repr((listed, card)) for secret in (personal_id(ACME, 0), iban(ACME)))
    assert await severa.user("nobody", TODAY) is None and await severa.card("nobody", TODAY) is None


async def test_S12_a_login_without_the_scope_says_so(sandbox: SandboxApis, severa: SeveraUsers) -> None:
    sandbox.apis.world["credentials"]["severa"]["nordic"]["scopes"] = ["invoices:read"]
    with pytest.raises(Configuration) as caught:
        await severa.users(None, TODAY)
    assert caught.value.code == "USER_SCOPES_MISSING" and "users:read" in caught.value.message


async def test_S12_a_person_is_written_whole_by_its_version(procountor: ProcountorClient) -> None:
    """What the gateway doesn't know stays; an old version is refused."""
    there = await procountor.person(700)
    assert there is not None and not there.active and there.value("jobTitle") == "Boss"
    body = changed(there, {ACTIVE: True, "deliveryAddress.city": "Turku", ACCOUNT: "FI2112345600000785"})
    await procountor.update_person(700, body, LEASE)
    now = await procountor.person(700)
    assert now is not None and now.active and now.value("deliveryAddress.city") == "Turku"
    assert (now.value("registryInfo.phone"), now.value(ACCOUNT)) == ("09 1234", "FI2112345600000785")
    assert now.identifier == there.identifier and personal_id(ACME, 0) not in repr(now)
    with pytest.raises(Permanent) as caught:
        await procountor.update_person(700, body, LEASE)
    assert caught.value.code == "PROCOUNTOR_REFUSED"
    assert await procountor.person(1) is None


async def test_S12_a_person_is_found_inactive_or_new(severa: SeveraUsers, procountor: ProcountorClient) -> None:
    own = read(personal_id(ACME, 0), "FI", TODAY)
    assert own is not None
    found = await find_person(procountor, own, "Maija", TODAY, inactive_too=True)
    assert found is not None and (found.id, found.active, found.identifier) == (700, False, None)
    card, new = await severa.card(guid("acme-fi", "user", 5), TODAY), read(personal_id(ACME, 5), "FI", TODAY)
    assert card is not None and new is not None
    assert await find_person(procountor, new, "Maija", TODAY) is None
    body, _ = new_person(card.user, new, iban(ACME), "FI")
    made = await procountor.create_person(body, LEASE)
    found = await find_person(procountor, new, "Maija", TODAY)
    assert found is not None and found.id == made.id

"""Q3: a refusal is reported once per cause, and tried again when something that may fix it has changed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from gateway.documents import OutcomeState
from gateway.sandbox.world.demo_world import FIRMS, base_world, business_id, guid, many_invoices
from tests.system import Gateway

BOLT = FIRMS[1]  # may not create products
ROWS = "invoiceRowsGetInvoiceRowsForInvoice"


def refused(gateway: Callable[..., Gateway], **settings: Any) -> Gateway:
    """One invoice whose product is in neither register."""
    world = base_world((BOLT,), severa_per_second=60)
    many_invoices(world, BOLT, 1, rows=1)
    world["severa"]["nordic"]["/v1/invoicerows"][0]["code"] = ["NEW"]
    one = gateway(world, firms=(BOLT,), **{"severa": {"requests_per_second": 50}, **settings})
    one.stage.start_worker()
    return one


async def test_Q3_fifty_polls_of_a_refused_invoice_are_one_mail(
    gateway: Callable[..., Gateway],
) -> None:
    """And one outcome."""
    one = refused(gateway, polling={"interval_min": 0.1})
    await one.until_told(20_001, OutcomeState.REFUSED, "PRODUCT_MISSING")
    read = len(one.apis.journal(operation=ROWS))
    await one.polls(50)
    assert len(one.apis.journal(operation=ROWS)) == read == 1
    assert (one.seen.count, len(one.mails.messages)) == (1, 1)


async def test_Q3_B8_all_that_is_wrong_is_one_outcome_and_one_mail(gateway: Callable[..., Gateway]) -> None:
    """20001 by itself: five faults, found without a call to Procountor. 20002 by what the registers say, of which
    nothing is made: two products that may not be made, and a customer number of somebody else.
    """
    world = base_world((BOLT,), severa_per_second=60)
    many_invoices(world, BOLT, 2, rows=2)
    first, second = world["severa"]["nordic"]["/v1/invoices"]
    first |= {"receiverVatNumber": "0112038-8", "dueDate": "$today+1500d", "overdueInterest": -4.0}
    first["receiverAddress"] = {"addressline": "Mannerheimintie 1", "postalCode": "00100"}
    for row in world["severa"]["nordic"]["/v1/invoicerows"]:
        if row["invoiceGuid"] == second["guid"]:
            row["code"] = [f"NEW-{row['sortOrder']}"]
    for card in world["procountor"]["bolt-fi"]["/businesspartners"]:
        card["invoicingInfo"]["identifier"] = business_id("FI", 900)
    one = gateway(world, firms=(BOLT,), severa={"requests_per_second": 50})
    one.stage.start_worker()
    await one.until(lambda: len(one.mails.messages) == 2, 60, "two mails")
    await one.polls(10)
    told = {number: one.outcome(number) for number in (20_001, 20_002)}
    codes = {n: [also.code for also in each.error.each] for n, each in told.items()}  # type: ignore[union-attr]
    assert codes == {
        20_001: ["COUNTRY_MISSING", "BUSINESS_ID_INVALID", "DUE_DATE_WRONG", "INTEREST_WRONG", "ADDRESS_INCOMPLETE"],
        20_002: ["PARTNER_NUMBER_TAKEN", "PRODUCT_MISSING", "PRODUCT_MISSING"],
    }
    mail = next(each for each in one.mails.messages if "20001" in each["Subject"])
    assert mail["Subject"].strip() == "[bolt-fi] Invoice 20001 was not transferred: COUNTRY_MISSING and 4 more"
    assert all(f"{n}. " in mail.get_content() for n in range(1, 6)) and "-4 %" in mail.get_content()
    assert [each for each in one.apis.journal(api="procountor") if each["effect"]] == []
    assert (one.seen.count, len(one.mails.messages)) == (2, 2)


async def test_Q3_a_changed_product_is_seen_with_the_next_poll(gateway: Callable[..., Gateway]) -> None:
    """The refused row's product was corrected in both registers; the change in Severa makes the document due."""
    one = refused(gateway)
    await one.until_told(20_001, OutcomeState.REFUSED, "PRODUCT_MISSING")
    new = {"type": "SALES", "code": "NEW", "name": "New", "active": True, "price": 1.0}
    one.change("/products", {"id": 77, **new}, api="procountor", owner="bolt-fi")
    await one.polls(4)
    assert one.is_told(20_001, OutcomeState.REFUSED)
    product = {"guid": guid("product"), "code": "NEW", "name": "New", "lastUpdatedDateTime": "$now"}
    one.change("/v1/products", product)
    await one.until_told(20_001, OutcomeState.CREATED)


async def test_Q3_a_mend_in_procountor_is_seen_within_the_hour(gateway: Callable[..., Gateway]) -> None:
    """The hour is three seconds here."""
    one = refused(gateway, polling={"retry_refused": 3})
    await one.until_told(20_001, OutcomeState.REFUSED, "PRODUCT_MISSING")
    new = {"type": "SALES", "code": "NEW", "name": "New", "active": True, "price": 1.0}
    one.change("/products", {"id": 77, **new}, api="procountor", owner="bolt-fi")
    await one.until_told(20_001, OutcomeState.CREATED)
    assert len(one.mails.messages) == 1


async def test_Q3_a_mend_in_the_settings_is_seen_with_the_next_start(gateway: Callable[..., Gateway]) -> None:
    one = refused(gateway)
    await one.until_told(20_001, OutcomeState.REFUSED, "PRODUCT_MISSING")
    one.stage.stop_worker()
    settings = yaml.safe_load(one.stage.settings_file.read_text())
    settings["organisations"][0]["companies"][0]["create_products"] = True
    one.stage.settings_file.write_text(yaml.safe_dump(settings))
    one.stage.start_worker()
    await one.until_told(20_001, OutcomeState.CREATED)


async def test_decision_9_Q3_not_found_in_three_rounds_rests(
    gateway: Callable[..., Gateway],
) -> None:
    """Procountor fails at each POST: three of them, an error, then none until the hour or an operator's word."""
    world = base_world((BOLT,), severa_per_second=60)
    many_invoices(world, BOLT, 1)
    one = gateway(world, firms=(BOLT,), severa={"requests_per_second": 50}, polling={"interval_min": 0.5})
    one.apis.faults({"api": "procountor", "operation": "saveInvoice", "kind": "fail_before", "times": 0})
    one.stage.start_worker()
    await one.until_told(20_001, OutcomeState.REFUSED, "INVOICE_NOT_FOUND")
    looked = len(one.apis.journal(operation="searchInvoice"))
    await one.polls(25)  # more than twice the time in which an open intent is counted out
    assert len(one.apis.journal(operation="saveInvoice")) == 3
    assert len(one.apis.journal(operation="searchInvoice")) == looked
    one.apis.faults()
    one.say("retry", next(iter(one.seen.current)))
    await one.until_told(20_001, OutcomeState.CREATED)
    assert set(one.made().values()) == {1}

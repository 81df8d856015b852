"""The plan of a travel reimbursement: person, items, file, the travel invoice, its receipt, its status (decision 4).

Number and bank account of the user are read here, for this plan alone (R3).
"""

from __future__ import annotations

from gateway.delivery.attempt import Attempt
from gateway.delivery.plan import Plan, planned_payload
from gateway.documents import TravelReimbursement, Truncation
from gateway.errors import Faults, refuse
from gateway.flows.travel_reimbursements.actions import travel_actions
from gateway.flows.travel_reimbursements.package import Package
from gateway.flows.travel_reimbursements.profile import today, travel_profile
from gateway.flows.travel_reimbursements.rules.mapping import (
    Mapped,
    check_reimbursement,
    find_products,
    map_reimbursement,
)
from gateway.flows.travel_reimbursements.rules.persons import Payee, payee
from gateway.ledger.effects import Effect, Planned, effects_of
from gateway.registers.persons import find_person
from gateway.rules.persons import new_person
from gateway.rules.register_items import PersonCard, TravelProduct, UserCard
from gateway.steps.known_person import known_person
from gateway.steps.ledger_receipt import receipt
from gateway.steps.procountor_invoice import created
from gateway.steps.row_dimensions import RowPlan, plan_items, plan_rows


async def plan_reimbursement(attempt: Attempt[TravelReimbursement]) -> Plan:
    """Check, look for person, travel codes and dimension items, map, merge the receipts. Nothing is created yet.

    Raises every kind of GatewayError; Permanent with everything that refuses the reimbursement.
    """
    document, context = attempt.document, attempt.context
    profile = await travel_profile(context, document)
    check_reimbursement(document, profile.vat_percents)
    faults, rows, truncations = Faults(), RowPlan({}), list[Truncation]()
    products, person, who = dict[str, TravelProduct](), Planned[PersonCard](), None
    with faults:
        rows = await plan_rows(attempt)
    with faults:
        products = find_products(document, await context.registers.travel_codes())
    with faults:
        user = await context.severa.travel.user(document.user_id, today(context))
        who = payee(user, context.company.country, today(context))
        person = await _person(attempt, user, who, truncations)
    faults.raise_all()
    assert who is not None
    account, package = who.iban, Package(attempt)
    await package.make()
    rows = await plan_items(attempt, rows)

    def person_id() -> int:
        return person.card.id if person.card else 0

    def mapped() -> Mapped:
        marker = attempt.revision.marker(document.id)
        return map_reimbursement(document, profile, (person_id(), account), products, marker)

    now, objects = mapped(), effects_of(person, *rows.items.values())
    notes = (*now.notes, *rows.notes)
    return Plan(
        objects=objects,
        document=created(
            attempt, f"create travel invoice {document.number}", lambda: (mapped() if objects else now).body
        ),
        steps=_following(attempt, rows, package),
        payload=planned_payload(attempt, (*truncations, *now.truncations), notes),
        partner_id=person_id,
    )


async def plan_steps(attempt: Attempt[TravelReimbursement]) -> tuple[Effect, ...]:
    """What follows the travel invoice and may be missing: its items, file, receipt and status."""
    rows = await plan_items(attempt, await plan_rows(attempt))
    return (*effects_of(*rows.items.values()), *_following(attempt, rows, Package(attempt)))


def _following(attempt: Attempt[TravelReimbursement], rows: RowPlan, package: Package) -> tuple[Effect, ...]:
    target = attempt.context.company.travel.target_status
    return (*package.effects(), *receipt(attempt, rows), *travel_actions(attempt, target))


async def _person(
    attempt: Attempt[TravelReimbursement], user: UserCard, who: Payee, truncations: list[Truncation]
) -> Planned[PersonCard]:
    """The person with the user's number; to be created where S12 allows it. Raises Permanent."""
    context = attempt.context

    async def look() -> PersonCard | None:
        return await find_person(context.procountor, who.id, user.name, today(context))

    async def body() -> dict[str, object]:
        known = known_person(attempt.home, context.company.id, user.id)
        if known and await context.procountor.person(known) is not None:  # a second one would be for the same human
            raise refuse("PERSON_NUMBER_DIFFERS", user=user.name, id=known)
        if not context.company.people.enabled:
            raise refuse("PERSON_MISSING", user=user.name)
        made, lost = new_person(user.user, who.id, who.iban, context.company.country)
        truncations.extend(lost)
        return made

    return await context.registers.person(attempt.home, user.id, user.name, look, body, attempt.word)

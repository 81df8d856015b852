"""Project fees in Severa: what an allocation needs there, by a look at it (U1-U4, ADR 29)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from gateway.delivery.attempt import Attempt
from gateway.delivery.plan import Synced, Update, planned_payload
from gateway.documents import CostAllocation, OutcomeState, Target
from gateway.errors import Permanent, refuse
from gateway.flows.purchase_invoices.known import looks_from
from gateway.flows.purchase_invoices.memo import decoded, encoded
from gateway.flows.purchase_invoices.rules.decision import Action, Decision, Looked, decide, notes
from gateway.flows.purchase_invoices.rules.fee import FeeProfile, MappedFee, map_fee, replacing
from gateway.flows.purchase_invoices.rules.marker import own_fee
from gateway.flows.purchase_invoices.rules.memo import Memo, deleting
from gateway.flows.purchase_invoices.rules.wording import about
from gateway.flows.purchase_invoices.source import Purchases
from gateway.ledger import Lease
from gateway.ledger.effects import Effect
from gateway.ledger.rounds import ROUNDS
from gateway.rules.purchases import ProjectFee, SeveraProject
from gateway.severa.fees import SeveraFees

#: The code of the error of a creation or deletion without an answer in three rounds.
UNANSWERED = "FEE_UNANSWERED"


class InSevera:
    """A SyncTarget."""

    async def plan(self, attempt: Attempt[CostAllocation]) -> Update:
        """The fee's creation, deletion, or both; nothing if it is in step. Reads only. Raises every kind of
        GatewayError.
        """
        look = LookAtFee(attempt, decoded(attempt.memo, attempt.key))
        document, memo = attempt.document, look.memo
        looked = await look.see()
        mapped = None
        if looked.project is not None:
            settings = attempt.context.company.purchases
            profile = FeeProfile(settings.product_type, settings.billable)
            mapped = map_fee(document, looked.project.id, profile, attempt.document_key, attempt.revision)
        decision = decide(document, attempt.revision, looked, mapped, memo, attempt.create_anyway)
        return Planned(attempt, look.severa, looked.project, mapped, memo, decision).update()


@dataclass(frozen=True, slots=True)
class LookAtFee:
    """A look at an allocation's project and fee."""

    attempt: Attempt[CostAllocation]
    memo: Memo | None

    @property
    def severa(self) -> SeveraFees:
        """The calls of projects and fees."""
        return self.attempt.context.severa.fees

    @property
    def source(self) -> Purchases:
        """Where the flow's allocations come from: it shares its reads with the target."""
        return cast(Purchases, self.attempt.context.sources[self.attempt.flow.kind])

    async def see(self) -> Looked:
        """The project that the allocation names, its fee, and the project that has the fee. Raises Permanent."""
        context, document = self.attempt.context, self.attempt.document
        project = None
        if document.withdrawn is None:
            project = await self.source.projects.needed(context, document)
        fee = await self._fee(project)
        if fee is None or (project is not None and fee.project_id == project.id):
            return Looked(project, fee, project)
        return Looked(project, fee, await self.severa.project(fee.project_id))

    async def _fee(self, project: SeveraProject | None) -> ProjectFee | None:
        """The allocation's fee: the one that the ledger knows, otherwise by its marker where an attempt has not ended,
        or an earlier ledger may have known it.
        """
        attempt, memo = self.attempt, self.memo
        key, context = attempt.document_key, attempt.context
        if memo is not None and memo.fee_id:
            known = await self.severa.fee(memo.fee_id)
            if known is not None and own_fee(key, [known]) is not None:
                return known
        old = memo is None and self.source.may_have_fees(context, attempt.document.invoice_id)
        if attempt.intent is None and memo is None and not old:
            return None
        places = {project.id} if project is not None else set[str]()
        if memo is not None:
            places |= {memo.project_id, *([memo.deleted.project_id] if memo.deleted is not None else [])} - {""}
        found = [one for place in sorted(places) for one in await self.severa.fees_of_project(place)]
        return own_fee(key, [*found, *(await self._marked() if old else ())])

    async def _marked(self) -> list[ProjectFee]:
        """Fees with the allocation's marker in whatever project, as they are now: the list of all is an old one."""
        key, context, since = self.attempt.document_key, self.attempt.context, looks_from(self.attempt.context)
        listed = await self.source.fees.of_invoice(key.company, self.attempt.document.invoice_id, since)
        own = [one.id for one in listed if own_fee(key, [one]) is not None]
        return [fee for one in own if (fee := await context.severa.fees.fee(one)) is not None]


@dataclass(slots=True)
class Planned:
    """What is to be done with a fee, and what became of it."""

    attempt: Attempt[CostAllocation]
    severa: SeveraFees
    project: SeveraProject | None
    mapped: MappedFee | None
    memo: Memo | None
    decision: Decision
    created: ProjectFee | None = None

    def update(self) -> Update:
        """The plan."""
        action, effects = self.decision.action, list[Effect]()
        if action in (Action.REPLACE, Action.DELETE):
            effects.append(Effect("delete project fee", self._delete, unanswered=self._unanswered("deleted")))
        if action in (Action.REPLACE, Action.CREATE):
            effects.append(Effect("create project fee", self._create, unanswered=self._unanswered("created")))
        truncations = self.mapped.truncations if self.mapped is not None and effects else ()
        payload = planned_payload(self.attempt, truncations, notes(self.decision), memo=encoded(self._begun()))
        return Update(tuple(effects), payload, self._result)

    async def _delete(self, lease: Lease) -> None:
        assert self.decision.fee is not None
        await self.severa.delete_fee(self.decision.fee.id, lease)

    async def _create(self, lease: Lease) -> None:
        assert self.project is not None
        assert self.mapped is not None
        deleted = self._begun().deleted
        body: Mapping[str, object] = self.mapped.body
        if deleted is not None:
            body = replacing(self.mapped, deleted, self.project.id)
        self.created = await self.severa.create_fee(body, lease)

    def _begun(self) -> Memo:
        """What is kept before the first call: which fee the gateway itself deletes, and where the new one will be."""
        document, before, fee = self.attempt.document, self.memo, self.decision.fee
        place = self.project.id if self.project is not None else ""
        if self.decision.action in (Action.REPLACE, Action.DELETE):
            assert fee is not None
            return Memo(document, "", place or fee.project_id, deleting(fee))
        if fee is not None:
            return Memo(document, fee.id, fee.project_id)
        lost = before.fee_id if before is not None and self.decision.action is Action.NOTHING else ""
        return Memo(document, lost, place, before.deleted if before is not None else None)

    def _result(self) -> Synced:
        action, memo = self.decision.action, self._begun()
        if action is Action.DELETE:
            return Synced(OutcomeState.REMOVED, None, encoded(memo))
        fee = self.created or self.decision.fee
        if fee is None:
            return Synced(OutcomeState.WITHDRAWN, None, encoded(memo))
        target = Target("severa", "project-fee", fee.id, "billed" if fee.is_billed else "open")
        state = OutcomeState.UPDATED if self._had_one() else OutcomeState.CREATED
        return Synced(state, target, encoded(Memo(self.attempt.document, fee.id, fee.project_id)))

    def _had_one(self) -> bool:
        """Whether the allocation had a fee before this revision, in the eyes of people."""
        before, action = self.memo, self.decision.action
        if before is None or action is Action.REPLACE:
            return action is Action.REPLACE
        replaced = before.deleted is not None and before.allocation.withdrawn is None
        return replaced or (bool(before.fee_id) and action is Action.NOTHING)

    def _unanswered(self, step: str) -> Permanent:
        facts = {**about(self.attempt.document), "rounds": ROUNDS, "step": step}
        return refuse(UNANSWERED, **facts)

"""One log line per end of a document: its outcome, with the numbers that people know (F6)."""

from __future__ import annotations

import structlog

from gateway.documents import Outcome
from gateway.documents.keys import OF_DOCUMENTS
from gateway.telemetry.metrics import OUTCOMES, count
from gateway.telemetry.tracing import seconds_of_span

log = structlog.get_logger()


def log_outcome(outcome: Outcome) -> None:
    """Log and count an outcome that is about to be committed: its readers, such as mails, may be faster than the
    committer. If the commit is lost, event and line are repeated. Outcomes of a whole company have lines of their own.
    """
    if outcome.key.kind not in OF_DOCUMENTS:
        return
    count(OUTCOMES, company=outcome.key.company, flow=outcome.key.kind.value, outcome=outcome.state.value)
    target, error = outcome.target, outcome.error
    facts = {
        "document": str(outcome.key),
        "company": outcome.key.company,
        "number": outcome.subject.as_number,
        "target_number": (target.number or None) if target is not None else None,
        "target_id": target.id if target is not None else None,
        "revision": outcome.revision.number,
        "attempt": outcome.attempt,
        "seconds": seconds_of_span(),
    }
    known = {name: value for name, value in facts.items() if value is not None}
    if error is not None:
        known |= {"code": error.code, "message": error.message, "who": error.who, "detail": error.detail}
        log.warning("transfer refused", **known)
    else:
        log.info("transfer ended", state=outcome.state.value, **known)

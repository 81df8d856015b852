"""What a status means, as data (decision 19)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from gateway.errors import Configuration, GatewayError, InDoubt, Permanent, Transient, configuration, refuse, transient
from gateway.errors import in_doubt as not_known
from gateway.http.messages import Request, Response


@dataclass(frozen=True, slots=True)
class Rule:
    """`statuses` with `text` in the body are an error of this kind and code; the first rule that fits decides. Which of
    `words` the body has is a fact of the error.
    """

    statuses: range | tuple[int, ...]
    kind: type[GatewayError]
    code: str
    text: str = ""
    words: tuple[str, ...] = ()


#: What any other status means.
FAILED = Rule((), Transient, "API_FAILED")


def classify(rules: Sequence[Rule], request: Request, response: Response, api: str, what: str) -> GatewayError:
    """The error of a response that isn't a success.

    A call that must not happen twice and ended in 3xx, 408 or 5xx may have been executed: InDoubt (decision 7).
    `what`: what the API said, in short.
    """
    status = response.status
    detail = f"{api} answered {status} to {request.method} {request.path}: {what}"
    if request.once and (status < 400 or status == 408 or status >= 500):
        return not_known("ATTEMPT_UNKNOWN", detail=detail, operation=request.operation)
    text = response.body.decode("utf-8", "replace")
    rule = next((one for one in rules if status in one.statuses and one.text in text), FAILED)
    facts = {"api": api, "operation": request.operation}
    if rule.words:
        facts["named"] = ", ".join(word for word in rule.words if word in text) or "which ones is not told"
    if rule.kind is Transient:
        return transient(rule.code, detail=detail, retry_after=retry_after(response), **facts)
    if rule.kind is Configuration:
        return configuration(rule.code, detail=detail, **facts)
    assert rule.kind is Permanent
    return refuse(rule.code, detail=detail, said=what, **facts)


#: What the answer to a login means. A refused key or a wrong path concerns the whole company
#: (docs/api-facts.md 19).
LOGIN_RULES = (
    Rule((429,), Transient, "API_BUSY"),
    Rule((408,), Transient, "API_FAILED"),
    Rule(range(400, 500), Configuration, "LOGIN_REFUSED"),
)


def is_word(status: int) -> bool:
    """Whether a status that is no success is a word on the call, which only the API itself can give. Neither API
    declares a redirect; 408, 429 and 5xx mean the same whoever gives them.
    """
    return 300 <= status < 500 and status not in (408, 429)


def connection_error(request: Request, api: str, sent: bool, why: str) -> Transient | InDoubt:
    """No answer: InDoubt when the bytes may have gone and it must not happen twice, else it comes again."""
    if sent and request.once:
        return not_known("ATTEMPT_UNKNOWN", detail=f"{api}, {request.operation}: {why}", operation=request.operation)
    return transient("API_UNREACHABLE", detail=f"{request.operation}: {why}", api=api)


#: Seconds that an API is given at the most: a date is read by our clock, and either may be wrong.
LONGEST_WAIT = 3600.0


def retry_after(response: Response) -> float | None:
    """Seconds that the API asks to wait, given so or as a date; None when it doesn't ask, or makes no sense."""
    text = (response.header("Retry-After") or "").strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]*)?", text):
        return min(float(text), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
        wait = (at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
    return min(max(wait, 0.0), LONGEST_WAIT)

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
    """Answers with one of `statuses` and `text` in the body are errors of this kind and code. The first matching rule
    decides.
    """

    statuses: range | tuple[int, ...]
    kind: type[GatewayError]
    code: str
    text: str = ""
    #: Words of interest: those in the body are a fact of the error.
    words: tuple[str, ...] = ()


#: The meaning of any other status.
FAILED = Rule((), Transient, "API_FAILED")


def classify(rules: Sequence[Rule], request: Request, response: Response, api: str, what: str) -> GatewayError:
    """The error of an answer that is not a success.

    A call that must not happen twice and ended in 3xx, 408 or 5xx may have been executed: InDoubt (decision 7). `what`
    is the API's message, in short.
    """
    status = response.status
    detail = f"{api} answered {status} to {request.method} {request.path}: {what}"
    if request.once and (status < 400 or status == 408 or status >= 500):
        return not_known("ATTEMPT_UNKNOWN", detail=detail, operation=request.operation)
    text = response.body.decode("utf-8", "replace")
    rule = next((one for one in rules if status in one.statuses and one.text in text), FAILED)
    facts = {"api": api, "operation": request.operation}
    if rule.words:
        facts["named"] = ", ".join(word for word in rule.words if word in text) or "unknown ones"
    if rule.kind is Transient:
        return transient(rule.code, detail=detail, retry_after=retry_after(response), **facts)
    if rule.kind is Configuration:
        return configuration(rule.code, detail=detail, **facts)
    assert rule.kind is Permanent
    return refuse(rule.code, detail=detail, said=what, **facts)


#: The meaning of a login's answer. A rejected key or a wrong path concerns the whole company
#: (docs/api-facts.md 19).
LOGIN_RULES = (
    Rule((429,), Transient, "API_BUSY"),
    Rule((408,), Transient, "API_FAILED"),
    Rule(range(400, 500), Configuration, "LOGIN_REFUSED"),
)


def is_word(status: int) -> bool:
    """Whether a failure status can only come from the API itself. Neither API declares redirects, and 408, 429 and 5xx
    mean the same from anyone.
    """
    return 300 <= status < 500 and status not in (408, 429)


def connection_error(request: Request, api: str, sent: bool, why: str) -> Transient | InDoubt:
    """The error of a call without an answer: InDoubt if its bytes may have left and it must not happen twice, otherwise
    Transient.
    """
    if sent and request.once:
        return not_known("ATTEMPT_UNKNOWN", detail=f"{api}, {request.operation}: {why}", operation=request.operation)
    return transient("API_UNREACHABLE", detail=f"{request.operation}: {why}", api=api)


#: The longest wait that an API may ask for, in seconds: it may be a date, and either clock may be wrong.
LONGEST_WAIT = 3600.0


def retry_after(response: Response) -> float | None:
    """How many seconds the API asks to wait, as a number or a date; None if it doesn't ask, or the value makes no
    sense.
    """
    text = (response.header("Retry-After") or "").strip()
    if re.fullmatch(r"[0-9]+(\.[0-9]*)?", text):
        return min(float(text), LONGEST_WAIT)
    try:
        at = parsedate_to_datetime(text)
        wait = (at.replace(tzinfo=at.tzinfo or UTC).astimezone(UTC) - datetime.now(UTC)).total_seconds()
    except (ValueError, TypeError, LookupError, OverflowError):
        return None
    return min(max(wait, 0.0), LONGEST_WAIT)

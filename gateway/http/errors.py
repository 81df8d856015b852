"""What a status means, as data (decision 19)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.errors import Configuration, GatewayError, Permanent, Transient, Unknown, configuration, refuse, transient
from gateway.errors import unknown as not_known
from gateway.http.messages import Request, Response


@dataclass(frozen=True, slots=True)
class Rule:
    """`statuses` with `text` in the body are an error of this kind and code; the first rule that fits decides."""

    statuses: range | tuple[int, ...]
    kind: type[GatewayError]
    code: str
    text: str = ""


def classify(rules: Sequence[Rule], request: Request, response: Response, api: str, what: str) -> GatewayError:
    """The error of a response that isn't a success.

    A call that must not happen twice and ended in 408 or 5xx may have been executed: Unknown (decision 7).
    `what`: what the API said, in short.
    """
    status = response.status
    detail = f"{api} answered {status} to {request.method} {request.path}: {what}"
    if request.once and (status == 408 or status >= 500):
        return not_known("ATTEMPT_UNKNOWN", detail=detail, operation=request.operation)
    text = response.body.decode("utf-8", "replace")
    rule = next(one for one in rules if status in one.statuses and one.text in text)
    facts = {"api": api, "operation": request.operation}
    if rule.kind is Transient:
        return transient(rule.code, detail=detail, retry_after=retry_after(response), **facts)
    if rule.kind is Configuration:
        return configuration(rule.code, detail=detail, **facts)
    assert rule.kind is Permanent
    return refuse(rule.code, detail=detail, said=what, **facts)


def connection_error(request: Request, api: str, sent: bool, why: str) -> Transient | Unknown:
    """No answer: Unknown when the bytes may have gone and it must not happen twice, else it comes again."""
    if sent and request.once:
        return not_known("ATTEMPT_UNKNOWN", detail=f"{api}, {request.operation}: {why}", operation=request.operation)
    return transient("API_UNREACHABLE", detail=f"{request.operation}: {why}", api=api)


def retry_after(response: Response) -> float | None:
    """Seconds that the API asks to wait; None when it doesn't, or not in seconds."""
    text = response.header("Retry-After")
    return float(text) if text and text.isdecimal() else None

"""The one place that reads answers. An answer that is not the API's own, by content type and form, proves nothing.

Proxies, firewalls and login portals stand between the gateway and an API. Their page with status 200 doesn't prove that
a call was executed; with 404 it doesn't prove that an object is gone, with 403 not that the call was refused. Such an
answer is transient. A call that must not happen twice is in doubt then: it may have been executed (decision 7).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, TypeVar

from gateway.errors import GatewayError, in_doubt, transient
from gateway.http.errors import LOGIN_RULES, Rule, classify, is_word
from gateway.http.messages import Request, Response
from gateway.http.trees import Json, Odd, an_object

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply:
    """An API's answer."""

    api: str
    request: Request
    tree: Any = field(repr=False)
    #: The token of the next page of a list.
    following: str | None = None

    def read(self, reader: Callable[[Any], T]) -> T:
        """The tree as `reader` reads it. Raises Transient or InDoubt if it is not what the API declares."""
        with reading(self.api, self.request):
            return reader(self.tree)

    def read_of(self, key: str, asked: str | int, reader: Callable[[Any], T]) -> T:
        """Like `read`, for an object that was asked for by its id; without this id, any object would fit, since fields
        may be absent.
        """
        with reading(self.api, self.request):
            if str(an_object(self.tree).get(key)).lower() != str(asked).lower():
                raise Odd(f"{key}: the one that was asked for is expected")
            return reader(self.tree)


@dataclass(frozen=True, slots=True)
class Entries:
    """A whole list."""

    api: str
    request: Request
    trees: list[Any] = field(repr=False)

    def read(self, reader: Callable[[Any], T]) -> list[T]:
        """Each entry as `reader` reads it. Raises Transient if an entry is not what the API declares."""
        with reading(self.api, self.request):
            return [reader(one) for one in self.trees]


@dataclass(frozen=True, slots=True)
class Answers:
    """How one API answers."""

    api: str
    #: What the API's statuses mean.
    rules: Sequence[Rule]
    #: Reads an error in the API's own form; raises Odd for any other form.
    said: Callable[[Json], str]
    #: Statuses that the API answers without a body.
    bare: frozenset[int]
    #: What the statuses of the API's login mean.
    login_rules: Sequence[Rule] = LOGIN_RULES

    def reply(self, request: Request, answer: Response) -> Reply:
        """The reply of a success. Raises Transient or InDoubt if the answer is not the API's own JSON."""
        if request.bare and answer.status == 204:
            return Reply(self.api, request, None)
        if request.bare or not answer.is_json:
            raise self.foreign(request, answer)
        try:
            return Reply(self.api, request, answer.json(), answer.header("NextPageToken"))
        except (ValueError, RecursionError) as fault:
            raise self.foreign(request, answer, f"broken JSON ({type(fault).__name__})") from fault

    def own(self, answer: Response) -> str | None:
        """The text of an error; None if the answer is not the API's own. No API declares the form of a 401: any object
        counts.
        """
        if not answer.body:
            return "" if answer.status in self.bare else None
        try:
            tree = an_object(answer.json()) if answer.is_json else None
            return None if tree is None else "" if answer.status == 401 else self.said(tree)
        except (ValueError, RecursionError):
            return None

    def error(self, request: Request, answer: Response) -> GatewayError:
        """The error of an answer that is not a success."""
        said = self.own(answer)
        if said is None and is_word(answer.status):
            return self.foreign(request, answer)
        return classify(self.rules, request, answer, self.api, said or kind_of(answer))

    def foreign(self, request: Request, answer: Response, what: str = "") -> GatewayError:
        """The error of an answer from something in between, or of a truncated answer. It repeats nothing of the
        answer's text.
        """
        about = f"{answer.status} to {request.method} {request.path} with {what or kind_of(answer)}"
        detail = f"{self.api} didn't answer itself: {about}, Server {answer.header('Server') or 'not named'!s:.60}"
        if request.once:
            return in_doubt("ATTEMPT_UNKNOWN", detail=detail, operation=request.operation)
        return transient("ANSWER_FOREIGN", detail=detail, api=self.api, operation=request.operation)


@contextmanager
def reading(api: str, request: Request) -> Iterator[None]:
    """Turn any failure in this block into an error of the answer. Raises Transient, or InDoubt for a call that must not
    happen twice.
    """
    try:
        yield
    except GatewayError:
        raise
    except Exception as fault:
        said = str(fault) if isinstance(fault, Odd) else f"a value out of its range ({type(fault).__name__})"
        if request.once:
            detail = f"{api}, {request.operation}: {said}"
            raise in_doubt("ATTEMPT_UNKNOWN", detail=detail, operation=request.operation) from fault
        raise transient("ANSWER_ODD", detail=repr(fault), api=api, operation=request.operation, said=said) from fault


def kind_of(answer: Response) -> str:
    """Size and type of an answer, without its text."""
    return f"{len(answer.body)} bytes of {answer.media_type or 'no type'}" if answer.body else "nothing"

"""The one place that reads answers. What is not the API's own, by content type and form, says nothing of the call.

Between the gateway and an API stand proxies, firewalls and login portals. Their page with 200 doesn't say that a call
was executed, nor does one with 404 say that an object is gone, or one with 403 that it was refused. So such an answer
is transient, and unknown where the call must not happen twice: it may have been executed all the same (decision 7).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

from gateway.errors import GatewayError, in_doubt, transient
from gateway.http.errors import LOGIN_RULES, Rule, classify, is_word
from gateway.http.messages import Request, Response
from gateway.http.trees import Json, Odd, an_object

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Reply:
    """What an API told. `following`: where a list goes on."""

    api: str
    request: Request
    tree: Any
    following: str | None = None

    def read(self, reader: Callable[[Any], T]) -> T:
        """The tree as `reader` reads it. Raises Transient, or InDoubt, when it is not what the API declares."""
        with reading(self.api, self.request):
            return reader(self.tree)

    def read_of(self, key: str, asked: str | int, reader: Callable[[Any], T]) -> T:
        """The same of the object that was asked for: where each field may be absent, any object looks like it."""
        with reading(self.api, self.request):
            if str(an_object(self.tree).get(key)).lower() != str(asked).lower():
                raise Odd(f"{key}: the one that was asked for is expected")
            return reader(self.tree)


@dataclass(frozen=True, slots=True)
class Entries:
    """A list, whole."""

    api: str
    request: Request
    trees: list[Any]

    def read(self, reader: Callable[[Any], T]) -> list[T]:
        """Each entry as `reader` reads it. Raises Transient when one of them is not what the API declares."""
        with reading(self.api, self.request):
            return [reader(one) for one in self.trees]


@dataclass(frozen=True, slots=True)
class Answers:
    """How one API answers.

    rules  what its statuses mean
    said   what an error says in the API's own form; raises Odd when it has another form
    bare   statuses that the API answers without a body
    login_rules  what the statuses of its login mean
    """

    api: str
    rules: Sequence[Rule]
    said: Callable[[Json], str]
    bare: frozenset[int]
    login_rules: Sequence[Rule] = LOGIN_RULES

    def told(self, request: Request, answer: Response) -> Reply:
        """A success. Raises Transient or InDoubt when it is not the API's own JSON."""
        if not answer.is_json:
            raise self.foreign(request, answer)
        try:
            return Reply(self.api, request, answer.json(), answer.header("NextPageToken"))
        except (ValueError, RecursionError) as fault:
            raise self.foreign(request, answer, f"broken JSON ({type(fault).__name__})") from fault

    def own(self, answer: Response) -> str | None:
        """What an error says; None when it is not the API's own. No API declares what a 401 looks like: any object."""
        if not answer.body:
            return "" if answer.status in self.bare else None
        try:
            tree = an_object(answer.json()) if answer.is_json else None
            return None if tree is None else "" if answer.status == 401 else self.said(tree)
        except (ValueError, RecursionError):
            return None

    def error(self, request: Request, answer: Response) -> GatewayError:
        """The error of an answer that is no success."""
        said = self.own(answer)
        if said is None and is_word(answer.status):
            return self.foreign(request, answer)
        return classify(self.rules, request, answer, self.api, said or kind_of(answer))

    def foreign(self, request: Request, answer: Response, what: str = "") -> GatewayError:
        """Something that stands between answered, or half of an answer came. Nothing of its text is told."""
        about = f"{answer.status} to {request.method} {request.path} with {what or kind_of(answer)}"
        detail = f"{self.api} didn't answer itself: {about}, Server {answer.header('Server') or 'not named'!s:.60}"
        if request.once:
            return in_doubt("ATTEMPT_UNKNOWN", detail=detail, operation=request.operation)
        return transient("ANSWER_FOREIGN", detail=detail, api=self.api, operation=request.operation)


@contextmanager
def reading(api: str, request: Request) -> Iterator[None]:
    """Whatever fails in here fails by the answer. Raises Transient, or InDoubt for what must not happen twice."""
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
    """What came, in short, without its text."""
    return f"{len(answer.body)} bytes of {answer.media_type or 'no type'}" if answer.body else "nothing"

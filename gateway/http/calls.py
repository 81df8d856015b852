"""Calls of one client: logged in, and what comes back is read as the API's own answer or is none."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from pathlib import Path
from typing import Any, TypeVar

import structlog

from gateway.errors import GatewayError
from gateway.http.answers import Answers, Entries, Reply
from gateway.http.login import Login, Token
from gateway.http.messages import CallLease, Request, Response
from gateway.http.outage import Outage
from gateway.http.transport import HttpTransport
from gateway.http.trees import Odd, needed, number, text

log = structlog.get_logger()

T = TypeVar("T")

#: Seconds for which a token is believed at the most.
LONGEST_TOKEN = Decimal(86_400)
#: What a header takes.
_TOKEN = re.compile(r"[\x21-\x7e]+")
#: What a file is never said to be: a page, or an error.
_NO_FILE = re.compile(r"text/.*|application/(xhtml\+xml|xml|json)|.*\+json")


@dataclass(slots=True)
class Calls:
    """Calls under one login.

    owner          who logs in, and whose turn in the rate budget a login takes
    headers        those of a call with a token
    login_request  asks for a token
    lifetime       the field of its answer that tells for how many seconds a token lives
    """

    owner: str
    transport: HttpTransport
    answers: Answers
    headers: Callable[[str], Mapping[str, str]]
    login_request: Callable[[], Request]
    lifetime: str
    login: Login = field(init=False)
    _odd: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.login = Login(self._ask)

    @property
    def outage(self) -> Outage:
        """For how long the API hasn't answered."""
        return self.transport.outage

    async def tell(self, request: Request, company: str, lease: CallLease | None = None) -> Reply:
        """A call that must succeed. Raises the error of any other end."""
        told = await self.tell_if_there(request, company, lease, absent=False)
        assert told is not None
        return told

    async def tell_if_there(
        self, request: Request, company: str, lease: CallLease | None = None, absent: bool = True
    ) -> Reply | None:
        """None when the API itself says that there is no such object."""
        answer = await self._logged_in(request, lambda sent: self.transport.send(sent, company, lease))
        if absent and answer.status == 404 and self.answers.own(answer) is not None:
            self.outage.answered(answer.status)
            return None
        if not answer.is_success:
            raise self._not_told(answer, self.answers.error(request, answer))
        try:
            told = self.answers.told(request, answer)
        except GatewayError as error:
            raise self._not_told(answer, error) from error.__cause__
        self.outage.answered(answer.status)
        return told

    async def save(self, request: Request, company: str, target: Path, most: int) -> None:
        """A file, of `most` bytes at the most. Raises TooLarge, OSError, and the error of any other end."""
        answer = await self._logged_in(request, lambda sent: self.transport.download(sent, company, target, most))
        if not answer.is_success:
            raise self._not_told(answer, self.answers.error(request, answer))
        if _NO_FILE.fullmatch(answer.media_type) or (answer.status != 204 and not answer.media_type):
            raise self._not_told(answer, self.answers.foreign(request, answer, f"a file of {answer.media_type}"))
        self.outage.answered(answer.status)

    def readable(self, entries: Entries, reader: Callable[[Any], T]) -> list[T]:
        """Each entry that can be read; one that can't is the matter of what needs it, not of the others. Each such is
        logged once.
        """
        found = []
        for one in entries.trees:
            try:
                found.extend(replace(entries, trees=[one]).read(reader))
            except GatewayError as error:
                about = f"{entries.request.operation} {one.get('guid') if isinstance(one, dict) else ''}: {error.cause}"
                if about not in self._odd:
                    self._odd.add(about)
                    log.warning("list entry can't be read", api=entries.api, owner=self.owner, entry=about)
        return found

    async def _logged_in(self, request: Request, send: Callable[[Request], Any]) -> Response:
        """The answer to a call with a token; once more with a new one when the API doesn't take it."""
        answer: Response
        for again in (True, False):
            token = await self.login.token()
            answer = await send(replace(request, headers={**request.headers, **self.headers(token)}))
            if answer.status != 401:
                break
            self.login.refused(token)
            if not again or self.answers.own(answer) is None:
                break
        return answer

    async def _ask(self) -> Token:
        """What the answer says is not told: it may repeat the secrets that were sent."""
        request = self.login_request()
        answer = await self.transport.send(request, self.owner)
        answers = replace(
            self.answers, rules=self.answers.login_rules, said=lambda tree: ""
        )  # nor is a refusal's form declared
        if not answer.is_success:
            raise self._not_told(answer, answers.error(request, answer))
        try:
            token = answers.told(request, answer).read(self._token)
        except GatewayError as error:
            raise self._not_told(answer, error) from None
        self.outage.answered(answer.status)
        return token

    def _token(self, tree: Any) -> Token:
        value = needed(text(tree, "access_token"), "access_token")
        lives = needed(number(tree, self.lifetime), self.lifetime)
        if not _TOKEN.fullmatch(value):
            raise Odd("access_token: no token")
        if lives <= 0:
            raise Odd(f"{self.lifetime}: no lifetime")
        return Token(value, float(min(lives, LONGEST_TOKEN)))

    def _not_told(self, answer: Response, error: GatewayError) -> GatewayError:
        """The error. Behind a page of something else the API may be down (decision 14)."""
        if error.code in ("ANSWER_FOREIGN", "ATTEMPT_UNKNOWN"):
            self.outage.no_answer()
        else:
            self.outage.answered(answer.status)
        return error

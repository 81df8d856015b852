"""The calls of one client: logged in, with answers that are checked to be the API's own."""

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
from gateway.http.counting import counted, kind_of
from gateway.http.login import Login, Token
from gateway.http.messages import CallLease, Request, Response
from gateway.http.outage import Outage
from gateway.http.transport import HttpTransport
from gateway.http.trees import Odd, needed, number, text
from gateway.telemetry.spans import tries

log = structlog.get_logger()

T = TypeVar("T")

#: The longest lifetime of a token that is believed, in seconds.
LONGEST_TOKEN = Decimal(86_400)
#: Characters that a header may contain.
_TOKEN = re.compile(r"[\x21-\x7e]+")
#: Content types that no file has: a page, or an error.
_NO_FILE = re.compile(r"text/.*|application/(xhtml\+xml|xml|json)|.*\+json")


@dataclass(slots=True)
class Calls:
    """Calls under one login."""

    #: The company that logs in, and whose turn in the rate budget a login takes.
    owner: str
    transport: HttpTransport
    answers: Answers
    #: The headers of a call with this token.
    headers: Callable[[str], Mapping[str, str]]
    #: The request for a token.
    login_request: Callable[[], Request]
    #: The field of the login's answer with the lifetime of the token, in seconds.
    lifetime: str
    login: Login = field(init=False)
    _odd: set[str] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.login = Login(self._ask)

    @property
    def outage(self) -> Outage:
        """How long the API has not answered."""
        return self.transport.outage

    async def call(self, request: Request, company: str, lease: CallLease | None = None) -> Reply:
        """Make a call that must succeed. Raises the error of any other answer."""
        reply = await self.call_if_there(request, company, lease, absent=False)
        assert reply is not None
        return reply

    async def call_if_there(
        self, request: Request, company: str, lease: CallLease | None = None, absent: bool = True
    ) -> Reply | None:
        """Like `call`; None if the API itself says that the object doesn't exist."""
        answer = await self._logged_in(request, lambda sent: self.transport.send(sent, company, lease))
        if absent and answer.status == 404 and self.answers.own(answer) is not None:
            self.outage.answered(answer.status)
            return None
        if not answer.is_success:
            raise self._failed(answer, self.answers.error(request, answer))
        try:
            reply = self.answers.reply(request, answer)
        except GatewayError as error:
            raise self._failed(answer, error) from error.__cause__
        self.outage.answered(answer.status)
        return reply

    async def save(self, request: Request, company: str, target: Path, most: int) -> None:
        """Download a file of at most `most` bytes. Raises TooLarge, OSError, and the error of any other answer."""
        answer = await self._logged_in(request, lambda sent: self.transport.download(sent, company, target, most))
        if not answer.is_success:
            raise self._failed(answer, self.answers.error(request, answer))
        if _NO_FILE.fullmatch(answer.media_type) or (answer.status != 204 and not answer.media_type):
            raise self._failed(answer, self.answers.foreign(request, answer, f"a file of {answer.media_type}"))
        self.outage.answered(answer.status)

    def readable(self, entries: Entries, reader: Callable[[Any], T]) -> list[T]:
        """The readable entries. An unreadable entry concerns only the documents that need it: it is skipped and logged
        once.
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
        """The answer to a call with a token. If the API rejects the token, the call is made once more with a
        new one.
        """
        answer: Response
        with tries() as counting:
            for again in (True, False):
                token = await self.login.token()
                logged_in = replace(request, headers={**request.headers, **self.headers(token)})
                counting.begin()
                answer = await counted(self.answers.api, kind_of(request), send(logged_in))
                if answer.status != 401:
                    break
                self.login.refused(token)
                if not again or self.answers.own(answer) is None:
                    break
        return answer

    async def _ask(self) -> Token:
        """Ask for a token. Errors never repeat the answer's text: it may contain the secrets that were sent."""
        request = self.login_request()
        answer = await counted(self.answers.api, "login", self.transport.send(request, self.owner))
        answers = replace(
            self.answers, rules=self.answers.login_rules, said=lambda tree: ""
        )  # the form of a refusal isn't declared either
        if not answer.is_success:
            raise self._failed(answer, answers.error(request, answer))
        try:
            token = answers.reply(request, answer).read(self._token)
        except GatewayError as error:
            raise self._failed(answer, error) from None
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

    def _failed(self, answer: Response, error: GatewayError) -> GatewayError:
        """Note a missing answer and return the error. Behind a foreign page the API itself may be down
        (decision 14).
        """
        if error.code in ("ANSWER_FOREIGN", "ATTEMPT_UNKNOWN"):
            self.outage.no_answer()
        else:
            self.outage.answered(answer.status)
        return error

"""The mail server: one connection per mail, since mails are few."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import structlog

from gateway.errors import refuse, transient
from gateway.settings import Smtp
from gateway.telemetry.spans import mailed

log = structlog.get_logger()


@dataclass(slots=True)
class Mailer:
    """Sends mails with the settings' server."""

    #: Replaced when its password is rotated while the worker runs.
    smtp: Smtp

    @property
    def sender(self) -> str:
        """The sender of the mails."""
        return self.smtp.sender

    async def greet(self) -> None:
        """Connect and log in as for a mail, without sending one. Raises Transient, with the problem as its detail."""
        server = aiosmtplib.SMTP(**self._server())
        try:
            async with server:
                await server.noop()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise transient("MAIL_SERVER_FAILED", detail=repr(error), host=self.smtp.host) from error

    async def send(self, message: EmailMessage, recipients: Sequence[str]) -> list[str]:
        """Send the mail to these recipients. Returns those that must be tried again later.

        Raises Transient if the server accepts it for nobody now, Permanent if it never will.
        """
        with mailed(self.smtp.host, self.smtp.port):
            refused = await self._sent(message, recipients)
        if refused:  # the other recipients got it
            log.error("mail rejected for some recipients", message_id=message["Message-ID"], answers=repr(refused))
        return [address for address, answer in refused.items() if answer.code < 500]

    async def _sent(self, message: EmailMessage, recipients: Sequence[str]) -> Mapping[str, aiosmtplib.SMTPResponse]:
        try:
            refused, _ = await aiosmtplib.send(message, recipients=list(recipients), **self._server())
        except (aiosmtplib.SMTPException, OSError) as error:
            if said := _for_good(error):
                raise refuse("MAIL_REFUSED", detail=repr(error), host=self.smtp.host, said=said) from error
            raise transient("MAIL_SERVER_FAILED", detail=repr(error), host=self.smtp.host) from error
        return refused

    def _server(self) -> dict[str, Any]:
        return {
            "hostname": self.smtp.host,
            "port": self.smtp.port,
            "start_tls": self.smtp.starttls,
            "username": self.smtp.username or None,
            "password": self.smtp.password.get_secret_value() or None,
            "timeout": 20,
        }


def _for_good(error: Exception) -> str:
    """The server's answer if it rejects all recipients or the text with 5xx, otherwise "". A failing login, sender or
    connection doesn't concern this mail alone.
    """
    answers: list[aiosmtplib.SMTPResponseException] = []
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        answers = list(error.recipients)
    elif isinstance(error, aiosmtplib.SMTPDataError | aiosmtplib.SMTPRecipientRefused):
        answers = [error]
    if not answers or any(one.code < 500 for one in answers):
        return ""
    return f"{answers[0].code} {answers[0].message}"

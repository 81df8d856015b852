"""The mail server: one connection a mail, since mails are few."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from typing import Any

import aiosmtplib
import structlog

from gateway.errors import refuse, transient
from gateway.settings import Smtp

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends over SMTP with the settings' server."""

    smtp: Smtp

    @property
    def sender(self) -> str:
        """Who the mails are from."""
        return self.smtp.sender

    async def greet(self) -> None:
        """Connect and log in as for a mail, and send none. Raises Transient, with what went wrong as its detail."""
        server = aiosmtplib.SMTP(**self._server())
        try:
            async with server:
                await server.noop()
        except (aiosmtplib.SMTPException, OSError) as error:
            raise transient("MAIL_SERVER_FAILED", detail=repr(error), host=self.smtp.host) from error

    async def send(self, message: EmailMessage, recipients: Sequence[str]) -> list[str]:
        """Hand the mail to the server for these recipients; returns those for whom it must be sent again later.

        Raises Transient when the server takes it for nobody now, Permanent when it never will.
        """
        try:
            refused, _ = await aiosmtplib.send(
                message,
                recipients=list(recipients),
                **self._server(),
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            if said := _for_good(error):
                raise refuse("MAIL_REFUSED", detail=repr(error), host=self.smtp.host, said=said) from error
            raise transient("MAIL_SERVER_FAILED", detail=repr(error), host=self.smtp.host) from error
        if refused:  # the others have it
            log.error("mail rejected for some recipients", message_id=message["Message-ID"], answers=repr(refused))
        return [address for address, answer in refused.items() if answer.code < 500]

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
    """What the server says when it refuses all recipients or the text with 5xx, else "": a login, a sender or a
    connection that fails is no matter of this mail alone.
    """
    answers: list[aiosmtplib.SMTPResponseException] = []
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        answers = list(error.recipients)
    elif isinstance(error, aiosmtplib.SMTPDataError | aiosmtplib.SMTPRecipientRefused):
        answers = [error]
    if not answers or any(one.code < 500 for one in answers):
        return ""
    return f"{answers[0].code} {answers[0].message}"

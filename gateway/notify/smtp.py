"""The mail server: one connection a mail, since mails are few."""

from __future__ import annotations

from dataclasses import dataclass
from email.message import EmailMessage

import aiosmtplib

from gateway.errors import transient
from gateway.settings import Smtp


@dataclass(frozen=True, slots=True)
class Mailer:
    """Sends over SMTP with the settings' server."""

    smtp: Smtp

    @property
    def sender(self) -> str:
        """Who the mails are from."""
        return self.smtp.sender

    async def send(self, message: EmailMessage) -> None:
        """Hand the mail to the server. Raises Transient when it doesn't take it."""
        try:
            await aiosmtplib.send(
                message,
                hostname=self.smtp.host,
                port=self.smtp.port,
                start_tls=self.smtp.starttls,
                username=self.smtp.username or None,
                password=self.smtp.password.get_secret_value() or None,
                timeout=20,
            )
        except (aiosmtplib.SMTPException, OSError) as error:
            raise transient("MAIL_SERVER_FAILED", detail=repr(error), host=self.smtp.host) from error

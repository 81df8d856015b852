"""An SMTP server that keeps its mails, on a real socket."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import Any

from aiosmtpd.controller import Controller

from gateway.sandbox.broker.kafka import free_port


class MailCatcher:
    """Accepts mails on a loopback port, by default a free one.

    `show` is called with each mail. `down`: it rejects mails, as a server in trouble does.
    """

    def __init__(self, port: int = 0, show: Callable[[EmailMessage], None] | None = None) -> None:
        self.messages: list[EmailMessage] = []
        self.down = False
        self.port, self._show = port or free_port(), show
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port, ready_timeout=10)

    def start(self) -> MailCatcher:
        """Start it and wait until it listens."""
        self._controller.start()
        return self

    def stop(self) -> None:
        """Stop it."""
        self._controller.stop()

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        """aiosmtpd's hook: a mail has arrived."""
        if self.down:
            return "451 Temporary failure, try again"
        message = message_from_bytes(envelope.content, policy=default)
        assert isinstance(message, EmailMessage)
        self.messages.append(message)
        if self._show is not None:
            self._show(message)
        return "250 OK"

"""What a gateway on this machine needs besides the two APIs: Apache Kafka, and a mail server that prints its mails."""

from __future__ import annotations

import signal
import socket
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from email.message import EmailMessage

from gateway.sandbox.broker.kafka import KafkaBroker
from gateway.sandbox.errors import WorldError
from gateway.sandbox.smtp import MailCatcher


@contextmanager
def beside(kafka: int | None, mail: int | None) -> Iterator[None]:
    """Run whatever has a port until the end; SIGTERM ends it cleanly too. Raises WorldError, PartsError."""
    if mail is not None or kafka is not None:
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    with ExitStack() as parts:
        if mail is not None:
            _check_free(mail, "--mail")
            catcher = MailCatcher(mail, _show).start()
            parts.callback(catcher.stop)
            print(f"Mail server 127.0.0.1:{catcher.port}; its mails are shown here.", flush=True)
        if kafka is not None:
            _check_free(kafka, "--kafka")
            broker = KafkaBroker(port=kafka)
            parts.callback(broker.stop)
            broker.start()
            print(f"Kafka {broker.bootstrap}; its topics are gone when this command ends.", flush=True)
        yield


def _check_free(port: int, option: str) -> None:
    """A process that listens on the port would be mistaken for the part that starts. Raises WorldError."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            message = f"127.0.0.1:{port}: can't be listened on ({error.strerror})."
            raise WorldError(f"{message} Leave out {option} if one runs there already.") from error


def _show(mail: EmailMessage) -> None:
    text = mail.get_body(("plain",))
    lines = str(text.get_content()).strip().splitlines() if text is not None else []
    print("\n".join([f"Mail to {mail['To']}: {mail['Subject']}", *(f"  | {line}" for line in lines)]), flush=True)

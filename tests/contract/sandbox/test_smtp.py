"""The mail catcher, over a real socket."""

from __future__ import annotations

import smtplib
from email.message import EmailMessage

import pytest

from gateway.sandbox.smtp import MailCatcher


def test_a_mail_is_kept_unless_the_server_is_in_trouble() -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "gateway@demo.example", "finance@demo.example", "Lasku 7 hylättiin"
    mail.set_content("Asiakasnumero puuttuu.\n")
    catcher = MailCatcher().start()
    try:
        with smtplib.SMTP("127.0.0.1", catcher.port, timeout=10) as client:
            catcher.down = True
            with pytest.raises(smtplib.SMTPDataError) as refused:
                client.send_message(mail)
            assert (refused.value.smtp_code, catcher.messages) == (451, [])
            catcher.down = False
            client.send_message(mail)
    finally:
        catcher.stop()
    (kept,) = catcher.messages
    assert (kept["Subject"], kept.get_content().strip()) == ("Lasku 7 hylättiin", "Asiakasnumero puuttuu.")

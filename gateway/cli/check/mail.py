"""`gateway check` on the mail server: it connects and logs in, and sends no mail (S8)."""

from __future__ import annotations

from gateway.check.findings import Finding, State, in_settings
from gateway.errors import Transient
from gateway.notify.smtp import Mailer
from gateway.settings import GatewaySettings

PART = "mail server"


async def look_at_mail(settings: GatewaySettings) -> list[Finding]:
    """One line."""
    smtp = settings.smtp
    if not smtp.host:
        return [_nameless(settings)]
    thing = f"{smtp.host}:{smtp.port}"
    try:
        await Mailer(smtp).greet()
    except Transient as error:
        message = f"The gateway can't use the mail server with these settings. [{error.detail}]"
        step = in_settings("Correct smtp, or allow the gateway's mails on the mail server.")
        return [Finding(PART, thing, State.FAILED, message, step)]
    return [Finding(PART, thing, State.OK, "connected" + (f", logged in as {smtp.username}" if smtp.username else ""))]


def _nameless(settings: GatewaySettings) -> Finding:
    message = "The settings name no mail server: refusals are not mailed."
    mails = [(one.id, one.error_mail) for one in settings.companies() if one.active]
    readers = ", ".join(company for company, mail in mails if mail.enabled and mail.recipients)
    if not readers:
        return Finding(PART, "smtp.host", State.NOTE, message)
    step = in_settings(f"Set smtp.host, so that the recipients of {readers} get mails.")
    return Finding(PART, "smtp.host", State.MISSING, message, step)

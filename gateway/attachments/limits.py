"""How large a file may be, and what its handling may cost (X7, X8); docs/attachments.md says what follows beyond."""

from __future__ import annotations

from dataclasses import dataclass

#: Procountor's own: decimal, not 10 MiB (docs/api-facts.md 41).
PROCOUNTOR_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Limits:
    """Bytes, counts and seconds. A child process is held to `memory`, `cpu_seconds` and `scratch` by the kernel."""

    #: The largest file that is sent, to the byte.
    size: int = PROCOUNTOR_BYTES
    #: The largest file, and the largest sum of files, of which a smaller one is tried.
    source: int = 100_000_000
    #: Files in one package, pages in a package, times that one thing is packed.
    parts: int = 200
    pages: int = 2_000
    layers: int = 10
    #: Pixels of one picture, and of all frames of a GIF: A4 at 1000 dpi has 97 million.
    pixels: int = 100_000_000
    #: Bytes that one stream of a PDF, and all its streams together, unpack to.
    stream: int = 400_000_000
    unpacked: int = 2_000_000_000
    #: Of the child: address space, CPU time, seconds by the clock, one file that it writes.
    memory: int = 1_000_000_000
    cpu_seconds: int = 90
    seconds: float = 300.0
    scratch: int = 300_000_000

"""The cost of traces: the same worker with and without, on one broker, in turns."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from statistics import median

import yaml

from benchmarks.figures import Figure
from benchmarks.flow import FAST, FAST_SETTINGS
from benchmarks.run import a_stage, add_invoices, moment, moved, wait
from gateway.cli.demo.stage import Stage

ROUNDS, DOCUMENTS = 3, 150


def tracing() -> list[Figure]:
    """Documents per second, and the worker's processor time per document, while all spans are sent."""
    rates, spent = dict[bool, list[float]](), dict[bool, list[float]]()
    with _sink() as address, a_stage(FAST, **FAST_SETTINGS) as stage:
        for _ in range(ROUNDS):
            for traced in (False, True):
                rate, cpu = _batch(stage, address if traced else "")
                rates.setdefault(traced, []).append(rate)
                spent.setdefault(traced, []).append(cpu)
    what = f"the same without traces, median of {ROUNDS} in turns"
    return [
        Figure("documents/s, all traces sent", median(rates[True]), "1/s", median(rates[False]), what),
        Figure("processor time per document, all traces sent", median(spent[True]), "ms", median(spent[False]), what),
    ]


def _batch(stage: Stage, address: str) -> tuple[float, float]:
    """Documents per second of a worker of its own, and its processor time per document in ms."""
    tree = yaml.safe_load(stage.settings_file.read_text())
    tree["telemetry"]["otlp_endpoint"] = address
    stage.settings_file.write_text(yaml.safe_dump(tree, sort_keys=False))
    before = moved(stage)
    add_invoices(stage, before + 1, 1)
    pid = stage.start_worker()
    wait(lambda: moved(stage) == before + 1, 60, stage)
    began = _cpu(pid)
    add_invoices(stage, before + 2, DOCUMENTS)
    wait(lambda: moved(stage) == before + 1 + DOCUMENTS, 200, stage)
    cpu = (_cpu(pid) - began) * 1000 / DOCUMENTS
    patches = [moment(one) for one in stage.apis.journal(operation="invoicesPatchInvoice")][-DOCUMENTS:]
    stage.stop_worker()
    return (DOCUMENTS - 1) / (patches[-1] - patches[0]), cpu


def _cpu(pid: int) -> float:
    """The processor time that a process has taken, in seconds."""
    with open(f"/proc/{pid}/stat") as stat:
        fields = stat.read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _sink() -> Iterator[str]:
    """The address of a receiver of spans that keeps none."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(200)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        server.server_close()

"""A worker whose ledger forgets at once what is done: `python -m tests.stream.flow.forgetful SETTINGS`."""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from gateway.settings import load
from gateway.telemetry.logs import set_up_logs
from streams import worker

if __name__ == "__main__":
    worker.DONE_KEPT = 0.0
    set_up_logs("INFO", True)
    asyncio.run(worker.run_worker(load(Path(sys.argv[1]))))

"""Q6: the process ends in time, whatever hangs."""

from __future__ import annotations

import subprocess
import sys


def test_Q6_a_stop_that_hangs_ends_the_process_at_last() -> None:
    script = "import time; from streams.runtime import app; app.STOP_AT_LAST = 0.2; app.end_at_last(); time.sleep(100)"
    assert subprocess.run([sys.executable, "-c", script], timeout=60, check=False).returncode == 1


HANGS = """
import asyncio
from gateway.settings import Telemetry
from streams import worker
from streams.runtime import app
from tests.unit.streams.one_home import SETTINGS

app.STOP_AT_LAST = 0.5

async def ready(*_): ...

class Hanging:
    async def start(self):
        print("starting", flush=True)
        await asyncio.sleep(100)

worker.wait_until_ready = ready
settings = SETTINGS.model_copy(update={"telemetry": Telemetry(health_port=(0,))})
asyncio.run(worker.run_worker(settings, build=lambda *_, **__: Hanging()))
"""


def test_Q6_a_stop_while_the_start_hangs_ends_the_process_too() -> None:
    """A broker that takes connections and answers nothing holds up the start for longer than 30 s."""
    worker = subprocess.Popen([sys.executable, "-c", HANGS], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    try:
        assert "starting\n" in iter(worker.stdout.readline, "")
        worker.terminate()
        assert worker.wait(10) == 1
    finally:
        worker.kill()
        worker.wait(10)
        worker.stdout.close()

"""SPEC Q6: the process ends in time, whatever hangs."""

from __future__ import annotations

import subprocess
import sys


def test_Q6_a_stop_that_hangs_ends_the_process_at_last() -> None:
    script = "import time; from streams import app; app.STOP_AT_LAST = 0.2; app.end_at_last(); time.sleep(100)"
    assert subprocess.run([sys.executable, "-c", script], timeout=60, check=False).returncode == 1

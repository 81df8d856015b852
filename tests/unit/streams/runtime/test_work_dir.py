"""The worker's folder: a killed worker's is emptied by the next one, a living worker's is left alone."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from streams.runtime.work_dir import work_folder

HOLD = """
import pathlib, sys, time
from streams.runtime.work_dir import work_folder
with work_folder(pathlib.Path(sys.argv[1])) as folder:
    (folder / "half.pdf").write_bytes(b"x" * 100)
    print(folder, flush=True)
    time.sleep(60)
"""


def test_X8_files_of_a_killed_worker_are_removed(tmp_path: Path) -> None:
    """Those of a living one are not."""
    worker = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert worker.stdout is not None
    theirs = Path(worker.stdout.readline().strip())
    try:
        with work_folder(tmp_path) as mine:
            assert (theirs / "half.pdf").exists() and mine != theirs
        assert not mine.exists()
    finally:
        worker.send_signal(signal.SIGKILL)
        worker.wait(10)
        worker.stdout.close()
    with work_folder(tmp_path) as mine:
        assert [one.name for one in tmp_path.iterdir()] == [mine.name]
    assert list(tmp_path.iterdir()) == []

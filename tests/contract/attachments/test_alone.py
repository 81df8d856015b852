"""X8, S1: the child reaches no network where the kernel allows that, has no rights, and starts no other process."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.attachments import FileProcessor, file_processor
from gateway.attachments.process import Ended
from tests.contract.attachments import made
from tests.contract.attachments.conftest import MakePart

#: As any user, since a worker has no rights either.
USER = "import os; os.getuid() or (os.setgid(65534), os.setuid(65534))"
#: Whether the kernel lets this user do it, asked without the product.
ALLOWED = f"import ctypes; {USER}; print(ctypes.CDLL(None).unshare(0x50000000) == 0)"
CHILD = f"""
import json, os, socket, sys
from gateway.attachments.child.__main__ import hold_back
from gateway.attachments.limits import Limits
{USER}
alone, reached, forked = hold_back(Limits(), os.getppid()), True, True
try:
    socket.socket().connect(("127.0.0.1", int(sys.argv[1])))
except OSError:
    reached = False
try:
    if os.fork() == 0:
        os._exit(0)
except OSError:
    forked = False
rights = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("CapEff"))
print(json.dumps({{"alone": alone, "reached": reached, "forked": forked, "rights": int(rights, 16)}}))
"""


def said(code: str, *arguments: str) -> str:
    return subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, check=True).stdout


def test_X8_S1_child_reaches_no_network_where_the_kernel_allows() -> None:
    """And says truly whether it can."""
    allowed = said(ALLOWED).strip() == "True"
    with socket.create_server(("127.0.0.1", 0)) as server:
        child: dict[str, Any] = json.loads(said(CHILD, str(server.getsockname()[1])))
    assert child == {"alone": allowed, "reached": not allowed, "forked": False, "rights": 0}


@pytest.mark.parametrize("alone", [True, False])
async def test_X8_S1_network_of_the_child_is_reported_once(
    part: MakePart, monkeypatch: pytest.MonkeyPatch, alone: bool
) -> None:
    async def run(*given: Any) -> Ended:
        facts = {"kind": "pdf", "pages": 1, "size": 1, "side": None, "repaired": False, "as_is": True}
        return Ended({"made": facts, "cost": {"memory": 1, "seconds": 0.1}}, 0, 0, "", alone)

    monkeypatch.setattr(file_processor, "run_child", run)
    file_processor._report_network.cache_clear()
    one = part("a.pdf", made.pdf(["a"]))
    with capture_logs() as logs:
        for _ in range(2):
            await FileProcessor().check(one)
    assert [line["event"] for line in logs] == ([] if alone else ["attachments are processed with a network"])

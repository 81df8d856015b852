"""X8: the child may die in any way; the worker goes on, nothing is left, and a file is blamed for its own only."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from gateway.attachments import FileProcessor, Limits
from gateway.errors import Permanent, Transient
from tests.contract.attachments import made
from tests.contract.attachments.conftest import MakePart
from tests.waiting import until


def children_of(pid: int) -> list[int]:
    """Running children that are ours."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with contextlib.suppress(OSError):  # threads and children end during the check
            found += [int(one) for one in (task / "children").read_text().split() if _is_ours(int(one))]
    return found


def _is_ours(pid: int) -> bool:
    """Running, and no zombie: those have no command line."""
    try:
        return b"gateway.attachments.child" in Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return False


def environment_of(pid: int) -> bytes:
    return Path(f"/proc/{pid}/environ").read_bytes()


def slow() -> bytes:
    """Work for some seconds: two billion bytes to unpack, in pieces that are allowed."""
    block = made.stream(made.packed(390_000_000), "/FlateDecode")
    return made.raw_pdf([made.CATALOG, b"<</Type/Pages/Count 1/Kids[3 0 R]>>", made.LEAF, *[block] * 5])


@pytest.mark.parametrize("signal_", [signal.SIGKILL, signal.SIGTERM])
async def test_X8_a_child_killed_from_outside_is_tried_again(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path, signal_: signal.Signals
) -> None:
    work = asyncio.create_task(file_processor.merge([part("a.pdf", slow())], tmp_path / "out.pdf", "all.pdf"))
    await until(lambda: any(tmp_path.glob(".attachments-*/said.jsonl")), 20, "no child has begun")
    os.kill(children_of(os.getpid())[0], signal_)
    with pytest.raises(Transient) as error:
        await work
    assert error.value.code == "ATTACHMENT_INTERRUPTED"
    assert os.listdir(tmp_path) == ["in"]
    assert (await file_processor.check(part("b.pdf", made.pdf(["b"])))).pages == 1


@pytest.mark.parametrize("signal_", [signal.SIGSEGV, signal.SIGABRT, signal.SIGBUS])
async def test_X8_a_library_that_crashes_is_the_files_fault(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path, signal_: signal.Signals
) -> None:
    parts = [part("good.pdf", made.pdf(["a"])), part("crash.pdf", slow())]
    work = asyncio.create_task(file_processor.merge(parts, tmp_path / "out.pdf", "all.pdf"))
    await until(
        lambda: any('"at": 1' in x.read_text() for x in tmp_path.glob(".attachments-*/said.jsonl")), 20, "not at it"
    )
    os.kill(children_of(os.getpid())[0], signal_)
    with pytest.raises(Permanent, match=r"crash\.pdf") as error:
        await work
    assert error.value.code == "ATTACHMENT_EXCESSIVE"


async def test_X8_time_of_the_processor_is_the_files_own(part: MakePart, tmp_path: Path) -> None:
    with pytest.raises(Permanent, match="takes too much") as error:
        await FileProcessor(Limits(cpu_seconds=1)).check(part("a.pdf", slow()))
    assert error.value.code == "ATTACHMENT_EXCESSIVE"


async def test_X8_time_by_the_clock_is_not(part: MakePart, tmp_path: Path) -> None:
    with pytest.raises(Transient):
        await FileProcessor(Limits(seconds=0.5)).check(part("a.pdf", slow()))
    assert children_of(os.getpid()) == []


async def test_X8_cancelled_means_that_the_child_is_gone(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path
) -> None:
    work = asyncio.create_task(file_processor.merge([part("a.pdf", slow())], tmp_path / "out.pdf", "all.pdf"))
    await until(lambda: any(tmp_path.glob(".attachments-*/said.jsonl")), 20, "no child has begun")
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert children_of(os.getpid()) == []
    assert os.listdir(tmp_path) == ["in"]


WORKER = """
import asyncio, sys
from pathlib import Path
from gateway.attachments import Part, FileProcessor
path = Path(sys.argv[1])
asyncio.run(FileProcessor().merge([Part(path, "a")], path.with_suffix(".out"), "all"))
"""


async def test_X8_a_child_does_not_outlive_its_worker(part: MakePart, tmp_path: Path) -> None:
    worker = await asyncio.create_subprocess_exec(sys.executable, "-c", WORKER, str(part("a.pdf", slow()).path))
    try:
        await until(lambda: any((tmp_path / "in").glob(".attachments-*/said.jsonl")), 20, "no child has begun")
        child = children_of(worker.pid)[0]
    finally:
        worker.kill()
        await worker.wait()
    await until(lambda: not _is_ours(child), 2, "the child lives on")


async def test_X8_disk_is_bounded(part: MakePart, tmp_path: Path) -> None:
    parts = [part(f"{number}.jpg", made.jpeg(800, noise=60)) for number in range(3)]
    with pytest.raises(Permanent) as error:
        await FileProcessor(Limits(scratch=100_000)).merge(parts, tmp_path / "out.pdf", "all.pdf")
    assert error.value.code == "ATTACHMENT_EXCESSIVE"
    assert os.listdir(tmp_path) == ["in"]


async def test_X8_missing_file_or_folder_blames_no_file(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path
) -> None:
    one = part("a.pdf", made.pdf(["a"]))
    with pytest.raises(Transient):
        await file_processor.merge([one], tmp_path / "nowhere" / "out.pdf", "all.pdf")
    one.path.unlink()
    with pytest.raises(Transient):
        await file_processor.check(one)


async def test_X8_S1_the_child_knows_no_secret(
    file_processor: FileProcessor, part: MakePart, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PROCOUNTOR_KEY", "secret-of-a-company")
    work = asyncio.create_task(file_processor.merge([part("a.pdf", slow())], tmp_path / "out.pdf", "all.pdf"))
    await until(lambda: any(tmp_path.glob(".attachments-*/said.jsonl")), 20, "no child has begun")
    assert b"secret" not in environment_of(children_of(os.getpid())[0])
    work.cancel()
    await asyncio.wait([work])


async def test_X8_children_take_turns(part: MakePart, tmp_path: Path) -> None:
    file_processor, most = FileProcessor(at_once=2), 0
    works = [asyncio.create_task(file_processor.check(part(f"{n}.pdf", made.pdf(["a"])))) for n in range(4)]
    deadline = time.monotonic() + 60
    while not all(work.done() for work in works) and time.monotonic() < deadline:
        most = max(most, len(children_of(os.getpid())))
        await asyncio.sleep(0.005)
    assert [work.result().pages for work in works] == [1] * 4
    assert 1 <= most <= 2

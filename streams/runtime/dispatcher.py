"""Runs events concurrently: in order per document, at most a few at once per company (decision 3)."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Job:
    """One event to run. Its home decides when it is dropped; its company has separate room per handler."""

    home: int
    document: str
    company: str
    run: Callable[[], Awaitable[None]]
    handler: str = ""


class Dispatcher:
    """Takes every event at once, so that Faust's one loop never waits for a company. `room`: events per company and
    handler.

    A company exceeds its room only if its events are replayed, or another owner left them behind. Then its home's part
    of the topic is not fetched until it has room (`crowded`); what was fetched by then is still taken. So a worker
    holds `room` events per company, plus the rest of one fetch per partition.
    """

    def __init__(self, per_company: int = 8, room: int = 100) -> None:
        self._per_company, self._room = per_company, room
        self._held: Counter[tuple[str, int, str]] = Counter()
        self._waiting: dict[str, deque[Job]] = {}
        self._companies: dict[str, deque[str]] = {}
        self._running: Counter[str] = Counter()
        self._tasks: dict[asyncio.Task[None], Job] = {}

    def take(self, job: Job) -> None:
        """Accept an event; it runs when its document and its company are free."""
        self._held[job.handler, job.home, job.company] += 1
        line = self._waiting.get(job.document)
        if line is not None:
            line.append(job)
            return
        self._waiting[job.document] = deque([job])
        self._companies.setdefault(job.company, deque()).append(job.document)
        self._start(job.company)

    def crowded(self) -> set[tuple[str, int]]:
        """Handlers and homes in which a company has no room."""
        return {(handler, home) for (handler, home, _), held in self._held.items() if held >= self._room}

    def forget_waiting(self, home: int) -> int:
        """Drop events of a leaving home that have not started; the next owner reads them. Returns their number."""
        dropped = 0
        running = {job.document for job in self._tasks.values()}
        for document, line in list(self._waiting.items()):
            kept = deque(job for n, job in enumerate(line) if job.home != home or (n == 0 and document in running))
            gone = [job for job in line if job not in kept]
            dropped += len(gone)
            for job in gone:
                self._let_go(job)
            if kept:
                self._waiting[document] = kept
            else:
                del self._waiting[document]
                with contextlib.suppress(KeyError, ValueError):
                    self._companies[line[0].company].remove(document)
        return dropped

    async def ended(self, home: int, grace: float) -> bool:
        """Wait at most `grace` seconds for the running jobs of a home, then cancel them. True: all have ended."""
        tasks = [task for task, job in self._tasks.items() if job.home == home]
        if not tasks:
            return True
        _, late = await asyncio.wait(tasks, timeout=grace)
        for task in late:
            task.cancel()
        if late:
            await asyncio.wait(late, timeout=grace)
        return not late

    def homes(self) -> list[int]:
        """Homes with jobs here."""
        waiting = (job for line in self._waiting.values() for job in line)
        return sorted({job.home for job in (*self._tasks.values(), *waiting)})

    def running(self, home: int | None = None) -> int:
        """The number of running jobs, of one home or of all."""
        return sum(1 for job in self._tasks.values() if home in (None, job.home))

    def _start(self, company: str) -> None:
        line = self._companies.get(company)
        while line and self._running[company] < self._per_company:
            document = line.popleft()
            jobs = self._waiting.get(document)
            if not jobs:
                continue
            job = jobs[0]
            self._running[company] += 1
            task: asyncio.Task[None] = asyncio.create_task(_run(job), name=f"{job.document}")
            self._tasks[task] = job
            task.add_done_callback(self._finished)
        if line is not None and not line and not self._running[company]:
            self._companies.pop(company, None)
            self._running.pop(company, None)

    def _finished(self, task: asyncio.Task[None]) -> None:
        job = self._tasks.pop(task)
        self._let_go(job)
        self._running[job.company] -= 1
        line = self._waiting.get(job.document)
        if line and line[0] is job:
            line.popleft()
        if line:  # the next job may count for another company: an event of a user, and the outcome of the last one
            self._companies.setdefault(line[0].company, deque()).append(job.document)
            self._start(line[0].company)
        else:
            self._waiting.pop(job.document, None)
        self._start(job.company)

    def _let_go(self, job: Job) -> None:
        about = (job.handler, job.home, job.company)
        self._held[about] -= 1
        if not self._held[about]:
            del self._held[about]


async def _run(job: Job) -> None:
    await job.run()

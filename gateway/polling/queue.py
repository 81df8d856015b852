"""Two readers per company: they read and publish documents, companies concurrently (Q4, B7)."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

import structlog

from gateway.delivery.company import CompanyContext
from gateway.errors import GatewayError, unexpected
from gateway.ledger import HomeLost, Unreadable

log = structlog.get_logger()

#: Readers per company. A single reader would wait for its turn behind all transfers, which run out of work then.
AT_ONCE = 2

#: True: the document was published, and stays under way until its event has ended.
Step = Callable[[], Awaitable[bool]]


@dataclass(slots=True)
class DocumentQueues:
    """Queues per company. A queued document counts as under way, so no poll takes it twice."""

    _queues: dict[str, deque[tuple[CompanyContext, str, Step]]] = field(default_factory=dict)
    _tasks: dict[tuple[str, int], asyncio.Task[None]] = field(default_factory=dict)

    def put(self, context: CompanyContext, key: str, step: Step, counts: bool = True) -> None:
        """Read the document when a reader of its company is free. `counts`: in the window (decision 2)."""
        company = context.company.id
        context.in_flight[key] = counts
        self._queues.setdefault(company, deque()).append((context, key, step))
        for place in ((company, n) for n in range(AT_ONCE)):
            if place not in self._tasks or self._tasks[place].done():
                self._tasks[place] = asyncio.create_task(self._read(company), name=f"read {company}")
                return

    async def close(self) -> None:
        """Stop the readers."""
        for task in self._tasks.values():
            task.cancel()
        await asyncio.gather(*self._tasks.values(), return_exceptions=True)

    async def _read(self, company: str) -> None:
        queue = self._queues[company]
        while queue:
            context, key, step = queue.popleft()
            published = False
            try:
                published = await step()
            except Unreadable as error:
                context.cannot_read(error)
            except GatewayError as error:
                log.warning("document can't be read", document=key, code=error.code, detail=error.detail)
                context.later(key, error)
            except HomeLost:
                queue.clear()
            except Exception as fault:  # a fault of the gateway in one document must not stop the others
                log.exception("document can't be read", document=key)
                context.later(key, unexpected(fault))
            finally:
                if not published:
                    context.in_flight.pop(key, None)

"""The Faust app of a worker: safe settings, hooks that open and close homes, and an end within 30 s."""

from __future__ import annotations

import asyncio
import contextlib
import os
import threading
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import faust
import structlog
from faust.tables.manager import TableManager

from gateway.kafka import Cluster
from gateway.kafka.connection import NotReached, Refused, connected
from gateway.ledger import Home
from gateway.settings import GatewaySettings
from gateway.telemetry.flood import FLOOD
from gateway.telemetry.metrics import Reading
from streams.runtime.consumer import SafeTransport
from streams.runtime.dispatcher import Dispatcher
from streams.runtime.guard import DeadLetter, Guard
from streams.runtime.handler import Handler, HomeListener, Record, headers_of
from streams.runtime.homes import HomeManager
from streams.runtime.offsets import OffsetTracker
from streams.serving import Served, Watch, address

log = structlog.get_logger()

#: How long after a stop request the process ends whatever hangs, in seconds (Q6).
STOP_AT_LAST = 25.0
#: The size of a stream's queue, and the part that Faust reserves for events fetched before a pause.
BUFFER, ROOM = 5000, 1000


@dataclass(frozen=True, slots=True)
class WorkerSettings:
    """The settings that the app needs; durations in seconds."""

    app_id: str
    cluster: Cluster
    data_dir: Path
    partitions: int = 12
    session_timeout: float = 6.0
    rebalance_timeout: float = 10.0
    per_company: int = 8
    #: How many events of a company may wait or run at once.
    room: int = 100
    #: How long running events may take to end.
    grace: float = 4.0
    #: The companies that the group's other workers hear of.
    serves: tuple[Served, ...] = ()


class SafeApp(faust.App):
    """Faust with our transport, tracker and homes. Built by `build_app`."""

    tracker: OffsetTracker
    guard: Guard
    homes: HomeManager
    worker: WorkerSettings
    handlers: Sequence[Handler[Any]]
    at_stop: Sequence[Callable[[], Awaitable[None]]] = ()
    #: While a commit still works.
    at_revocation: Sequence[Callable[[], Awaitable[None]]] = ()
    last_fetch: float
    ended_polls: Callable[[], list[str]] = list
    lost: Callable[[], list[tuple[Any, int, float]]] = list
    held: Callable[[], list[dict[str, str]]] = list
    #: The metrics of homes, companies and APIs.
    readings: Callable[[], Iterable[Reading]] = list
    take_in: Callable[[GatewaySettings], Awaitable[list[str]]]
    watch: Watch
    report_unserved: Callable[[Mapping[Served, int]], Awaitable[None]] | None = None

    def _new_transport(self) -> Any:
        return SafeTransport(self.conf.broker_consumer, self)

    def on_rebalance_return(self) -> None:
        """Without tables, the first rebalance has ended before this; Faust would warn of a state that it expects."""
        if self._rebalancing_sensor_state:
            super().on_rebalance_return()

    async def on_stop(self) -> None:
        """Start nothing new, let running events end, commit, close the homes, leave the group."""
        end_at_last()
        if self._consumer is not None:
            self.consumer.stop_flow()
            self.flow_control.suspend()
        await self.guard.revoked(self.worker.grace)
        await self.commit_now()
        await self.homes.close()
        for step in self.at_stop:
            await step()
        await super().on_stop()

    async def commit_now(self) -> None:
        """Commit what has ended; a broker that is down must not delay the end."""
        if self._consumer is None:
            return
        with contextlib.suppress(Exception):
            async with asyncio.timeout(5):
                await self.consumer.force_commit()  # type: ignore[attr-defined]


class NoTables(TableManager):
    """The app has no tables (docs/faust.md row 8), for which Faust would wait a second before it subscribes to any
    topic.
    """

    async def on_start(self) -> None:
        await self._update_channels()
        await self.recovery.start()


def end_at_last() -> None:
    """From now on the process ends within the time of Q6, also if the broker is down."""
    timer = threading.Timer(STOP_AT_LAST, os._exit, (1,))
    timer.daemon = True
    timer.start()


def build_app(
    worker: WorkerSettings,
    handlers: Sequence[Handler[Any]],
    take: Callable[[int], Awaitable[Home]],
    listeners: Sequence[HomeListener],
    dead_letter: DeadLetter,
) -> SafeApp:
    """Build the app: one plain stream per topic, which passes every event to the guard un-acked."""
    app = SafeApp(
        worker.app_id,
        broker=f"kafka://{worker.cluster.bootstrap}",
        broker_credentials=credentials(worker.cluster),
        canonical_url=address(worker.serves),
        datadir=str(worker.data_dir),
        store="memory://",
        TableManager=NoTables,
        key_serializer="raw",
        value_serializer="raw",
        topic_allow_declare=False,
        topic_disable_leader=True,
        consumer_auto_offset_reset="earliest",
        stream_wait_empty=False,
        stream_buffer_maxsize=BUFFER,
        broker_max_poll_records=records_a_poll(worker.partitions),
        broker_commit_interval=0.5,
        broker_session_timeout=worker.session_timeout,
        broker_heartbeat_interval=worker.session_timeout / 3,
        broker_rebalance_timeout=worker.rebalance_timeout,
        broker_request_timeout=30.0,
        worker_redirect_stdouts=False,
        web_enabled=False,
    )
    app.boot_strategy.enable_web = False  # web_enabled alone does not stop it (docs/faust.md row 11)
    app.worker, app.handlers = worker, handlers
    app.last_fetch = time.monotonic()
    app.tracker = OffsetTracker()
    app.homes = HomeManager(take, listeners)
    app.watch = Watch(worker.partitions)
    dispatcher = Dispatcher(worker.per_company, worker.room)
    app.guard = Guard(app.tracker, dispatcher, app.homes, dead_letter)
    for handler in handlers:
        _listen(app, handler)
    app.on_partitions_revoked.connect(_revoked(app), weak=False)
    app.on_partitions_assigned.connect(_assigned(app), weak=False)
    return app


def credentials(cluster: Cluster) -> Any:
    """The cluster's TLS and login as Faust takes them; None without either."""
    security = cluster.security
    tls, mechanism = security.get("ssl_context"), security.get("sasl_mechanism")
    if (tokens := security.get("sasl_oauth_token_provider")) is not None:
        return faust.OAuthCredentials(oauth_cb=tokens, ssl_context=tls)
    if mechanism is not None:
        user, password = security["sasl_plain_username"], security["sasl_plain_password"]
        return faust.SASLCredentials(username=user, password=password, mechanism=mechanism, ssl_context=tls)
    return faust.SSLCredentials(tls) if tls is not None else None


def records_a_poll(partitions: int) -> int:
    """So few records per poll that no queue fills up: Faust's one loop would wait there and fetch from no topic.

    Faust pauses partitions one by one when the queue is four fifths full, each at its own next record. Each of them may
    still bring one more poll's records (docs/faust.md row 18).
    """
    return min(50, ROOM // partitions)


def _listen(app: SafeApp, handler: Handler[Any]) -> None:
    topic = app.topic(handler.topic, key_type=bytes, value_type=bytes, key_serializer="raw", value_serializer="raw")

    async def listen(stream: Any) -> None:
        async for event in stream.noack().events():
            message = event.message
            generation = message.generation_id
            record = Record(
                message.topic,
                message.partition,
                message.offset,
                message.key,
                message.value,
                headers_of(message.headers),
                round(message.timestamp * 1000),
            )
            await app.guard.take(handler, record, _same_generation(app, generation))

    listen.__name__ = handler.name.replace("-", "_")
    app.agent(topic, name=f"streams.{listen.__name__}")(listen)


def _same_generation(app: SafeApp, generation: int) -> Callable[[], bool]:
    """An event that waited may outlive a rebalance (docs/faust.md, The guard)."""
    return lambda: bool(generation == app.consumer_generation_id)


def _revoked(app: SafeApp) -> Callable[..., Awaitable[None]]:
    async def revoked(sender: Any, partitions: Any, **_: Any) -> None:
        """The flow is stopped here and a commit still works."""
        await app.guard.revoked(app.worker.grace)
        for step in app.at_revocation:
            await step()
        await app.commit_now()

    return revoked


def _assigned(app: SafeApp) -> Callable[..., Awaitable[None]]:
    async def assigned(sender: Any, partitions: Any, **_: Any) -> None:
        app.watch.assigned(app.assignor.external_topic_distribution)  # type: ignore[attr-defined]
        await app.homes.assigned({tp.partition for tp in partitions}, app.consumer_generation_id)
        if app.report_unserved is not None:
            await app.report_unserved(app.watch.unserved)

    return assigned


async def wait_for_broker(cluster: Cluster, again: float = 2.0) -> None:
    """Report once a minute that the broker does not answer, and retry until it does. Raises Refused."""
    while True:
        try:
            async with connected(cluster, seconds=3.0):
                return
        except Refused:
            raise
        except NotReached as error:
            FLOOD.away(str(error))
            await asyncio.sleep(again)


async def watch_fenced(app: SafeApp) -> None:
    """A home that another worker owns must be revoked by a rebalance soon. If none comes, restart the worker."""
    since: dict[int, int] = {}
    while True:
        await asyncio.sleep(1.0)
        fenced = app.homes.fenced()
        since = {number: since.get(number, 0) + 1 for number in fenced}
        if any(seconds > app.worker.session_timeout * 1.5 for seconds in since.values()):
            await app.crash(RuntimeError(f"homes {fenced} are another worker's and no rebalance came"))
            return

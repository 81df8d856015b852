"""The composition root: settings in, a running worker out."""

from __future__ import annotations

import asyncio
import gc
import signal
import time
import warnings
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import structlog

from gateway.delivery.record import is_done
from gateway.events.catalogue import KEPT, Topics
from gateway.events.codec import Codec
from gateway.events.known_schemas import KnownSchemas, NotRegistered
from gateway.events.registry import FileRegistry
from gateway.events.registry_client import RegistryClient
from gateway.events.unread import reading_with
from gateway.kafka import cluster_of
from gateway.ledger import Home, HomeConfig
from gateway.ledger.connections import Connections
from gateway.notify.smtp import Mailer
from gateway.rules.codes.countries import read_names
from gateway.settings import GatewaySettings, SettingsError, Telemetry
from gateway.settings.file import SettingsFile
from gateway.telemetry.health import Health
from gateway.telemetry.loop import LoopWatch
from gateway.telemetry.metrics import LOOP_BLOCKED, Reading
from gateway.telemetry.spans import committed
from streams.clients import Clients
from streams.contexts import HomeContexts
from streams.handlers.commands import commands_handler
from streams.handlers.mail import mail_handler
from streams.handlers.transfer import transfer_handler
from streams.handlers.write_back import write_back_handler
from streams.measures import begin_at_zero, of_contexts, of_health
from streams.publishing import Publishing
from streams.ready import wait_until_ready
from streams.reload import watch_settings
from streams.runtime.app import SafeApp, WorkerSettings, build_app, end_at_last, watch_fenced
from streams.runtime.guard import DeadLetter
from streams.runtime.handler import Handler
from streams.runtime.work_dir import work_folder
from streams.serving import address, served_by

log = structlog.get_logger()

#: How long the record of a finished document is kept, in seconds: as long as a replay may bring it back, and a month.
DONE_KEPT = KEPT / 1000 + 30 * 86_400
#: How long without progress before a worker is unhealthy, in seconds: no open event ends, nothing is fetched, or homes
#: don't open.
STALLED = 300.0


def home_config(settings: GatewaySettings) -> HomeConfig:
    """The delivery contract's configuration, from the settings."""
    delivery = settings.delivery
    return HomeConfig(
        bootstrap=settings.kafka.bootstrap,
        ledger_topic=Topics(settings.kafka.prefix).ledger,
        transactional_prefix=settings.kafka.prefix,
        partitions=settings.kafka.partitions,
        lease=delivery.lease,
        call_timeout=delivery.call_timeout,
        commit_lag=delivery.commit_lag,
        search_lag=delivery.search_lag,
        max_record_bytes=settings.kafka.max_record_bytes,
        keep=DONE_KEPT,
    )


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of a worker, whichever runtime passes its events."""

    handlers: Sequence[Handler[Any]]
    home_contexts: HomeContexts
    dead_letter: DeadLetter
    take: Callable[[int], Awaitable[Home]]
    worker: WorkerSettings
    #: Makes changed settings those of the worker, and returns the companies that it changed.
    take_in: Callable[[GatewaySettings], Awaitable[list[str]]]


def build_parts(
    settings: GatewaySettings,
    clients: Clients,
    data_dir: Path,
    homes: type[Home] = Home,
    mailers: type[Mailer] = Mailer,
    schemas: KnownSchemas | None = None,
) -> Parts:
    """All handlers of the gateway, with what they share. `schemas`: a registry's, opened; None: those of the file."""
    kafka, topics, config = settings.kafka, Topics(settings.kafka.prefix), home_config(settings)
    cluster = cluster_of(kafka)
    connections = Connections(cluster.producer, cluster.consumer)
    publishing = Publishing(topics, Codec(schemas or FileRegistry()))
    mailer = mailers(settings.smtp) if settings.smtp.host else None
    home_contexts = HomeContexts(settings, clients, publishing, data_dir)
    handlers: list[Handler[Any]] = [
        *(transfer_handler(flow, topics, home_contexts, publishing) for flow in home_contexts.flows.values()),
        write_back_handler(topics, home_contexts, publishing, mailer),
        mail_handler(topics, home_contexts, publishing, mailer),
        commands_handler(topics, home_contexts, publishing),
    ]
    if schemas is not None:
        handlers = [reading_with(handler, schemas) for handler in handlers]

    async def take(number: int) -> Home:
        home = await homes.take(number, config, rests=is_done, connections=connections)
        home.watched = committed(topics.ledger)
        return home

    async def take_in(settings: GatewaySettings) -> list[str]:
        clients.settings = settings
        if mailer is not None:
            mailer.smtp = settings.smtp
        return await home_contexts.take_in(settings)

    worker = WorkerSettings(
        app_id=kafka.prefix,
        cluster=cluster,
        data_dir=data_dir,
        partitions=kafka.partitions,
        session_timeout=kafka.session_timeout,
        rebalance_timeout=kafka.rebalance_timeout,
        per_company=settings.delivery.documents_at_once,
        serves=tuple(served_by(settings)),
        room=2 * settings.polling.window,  # the window, half a window for the sweep, and the rest of a poll
    )
    return Parts(handlers, home_contexts, publishing.dead_letter, take, worker, take_in)


def build_worker(
    settings: GatewaySettings,
    clients: Clients,
    data_dir: Path,
    homes: type[Home] = Home,
    mailers: type[Mailer] = Mailer,
    schemas: KnownSchemas | None = None,
) -> SafeApp:
    """The Faust app with all handlers of the gateway."""
    parts = build_parts(settings, clients, data_dir, homes, mailers, schemas)
    home_contexts = parts.home_contexts
    app = build_app(parts.worker, parts.handlers, parts.take, [home_contexts], parts.dead_letter)
    home_contexts.reopen, app.ended_polls, app.held = app.homes.reopened, home_contexts.ended_polls, home_contexts.held
    app.lost = home_contexts.lost
    app.readings = partial(of_contexts, home_contexts, clients)
    begin_at_zero(handler.topic for handler in parts.handlers)
    app.report_unserved = home_contexts.report_unserved
    app.take_in = parts.take_in
    app.homes.first = lambda number: bool(home_contexts.here(number))
    app.at_stop, app.at_revocation = (clients.close,), (home_contexts.report_replays,)
    return app


class Build(Protocol):
    """How a worker's app is built."""

    def __call__(
        self, settings: GatewaySettings, clients: Clients, data_dir: Path, *, schemas: KnownSchemas | None
    ) -> SafeApp: ...


async def run_worker(
    settings: GatewaySettings,
    clients_of: Callable[[GatewaySettings], Clients] = Clients,
    build: Build = build_worker,
    file: SettingsFile | None = None,
) -> None:
    """Run until SIGTERM or SIGINT. Changes of the `file` are taken in while it runs.

    Raises SettingsError if the topics differ from the settings, rights at Kafka or schemas in the registry are missing,
    or no port for health is free; Refused if Kafka rejects the login.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()

    def asked_to_stop() -> None:
        end_at_last()  # whatever hangs, also during the start
        stop.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, asked_to_stop)
    clients = clients_of(settings)
    async with _health(settings.telemetry) as health:
        schemas = _schemas(settings)
        if not await _unless_stopped(stop, _around_is_ready(settings, schemas)):
            return
        with work_folder() as folder:
            app, loop_watch = build(settings, clients, folder, schemas=schemas), LoopWatch()
            health.report = lambda: health_of(app, Topics(settings.kafka.prefix))
            health.readings = lambda: (
                *of_health(health.report()[1], settings.kafka.partitions),
                *app.readings(),
                Reading(LOOP_BLOCKED, loop_watch.longest()),
            )
            gc.freeze()  # what is there now stays: no later collection looks at it, which would block the loop
            await app.start()
            try:
                watch = asyncio.create_task(_watch(app, settings, file, loop_watch))
                log.info("worker started", kafka=settings.kafka.bootstrap, prefix=settings.kafka.prefix)
                await _unless_stopped(stop, app.wait_until_stopped())
                watch.cancel()
            finally:
                end_at_last()
                await app.stop()
                if schemas is not None:
                    await schemas.close()
                log.info("worker stopped")
            if app.crash_reason is not None:
                raise app.crash_reason


async def _watch(app: SafeApp, settings: GatewaySettings, file: SettingsFile | None, loop_watch: LoopWatch) -> None:
    async with asyncio.TaskGroup() as group:
        group.create_task(loop_watch.run())
        group.create_task(watch_fenced(app))
        group.create_task(asyncio.to_thread(read_names))  # otherwise the first document waits for them
        if file is not None:
            group.create_task(watch_settings(settings, file.changed, partial(_take_in, app)))


async def _take_in(app: SafeApp, settings: GatewaySettings) -> list[str]:
    """The worker's new settings, for itself, and for the group from its next rebalance on."""
    while app.rebalancing:  # noqa: ASYNC110 - its address must not change while the group takes it in
        await asyncio.sleep(0.1)
    with warnings.catch_warnings():  # Faust reads it again at each join
        warnings.simplefilter("ignore")
        app.conf.canonical_url = address(served_by(settings))  # type: ignore[assignment]  # Faust makes it a URL
    return await app.take_in(settings)


def _schemas(settings: GatewaySettings) -> KnownSchemas | None:
    """The registry's schemas; None where the settings name no registry."""
    registry = settings.kafka.registry
    if registry is None or registry.file:
        return None
    return KnownSchemas(RegistryClient(registry), settings.kafka.prefix)


async def _around_is_ready(settings: GatewaySettings, schemas: KnownSchemas | None) -> None:
    await wait_until_ready(settings)
    await _registered(schemas)


async def _registered(schemas: KnownSchemas | None) -> None:
    """Wait until the registry answers, and has what this version writes with."""
    if schemas is not None:
        try:
            await schemas.open()
        except NotRegistered as error:
            raise SettingsError(str(error)) from error


async def _unless_stopped(stop: asyncio.Event, work: Any) -> bool:
    """Run `work` to its end; False if a stop came first."""
    task, waiting = asyncio.ensure_future(work), asyncio.create_task(stop.wait())
    await asyncio.wait([task, waiting], return_when=asyncio.FIRST_COMPLETED)
    waiting.cancel()
    if task.done():
        await task
        return True
    task.cancel()
    return False


def health_of(app: SafeApp, topics: Topics) -> tuple[bool, dict[str, Any]]:
    """Whether events end, published events are read, records are fetched, homes open and polls run. Waiting for the
    mail server is no standstill. A company on hold is not either, as no restart would help; nor is a company that no
    worker serves, as a rollout of settings that waits for health would never finish.
    """
    homes, now = app.homes.numbers(), time.monotonic()
    opened, standing = app.tracker.open_count(homes), app.tracker.standing(homes)
    fetch, taking, ended = now - app.last_fetch, app.homes.taking_for(), app.ended_polls()
    unread = [at for kind, home, at in app.lost() if app.tracker.read_at((topics.changes(kind), home)) < at]
    facts = {
        "homes": homes,
        "unread_events": len(unread),
        "open_events": opened,
        "seconds_standing_still": round(standing, 1),
        "seconds_since_last_fetch": round(fetch, 1),
        "seconds_taking_homes": round(taking, 1),
        "ended_polls": ended,
        "held": app.held(),
        "unserved": [one.company for one in app.watch.unserved],
    }
    return max(standing, fetch, taking) <= STALLED and not ended and not unread, facts


@asynccontextmanager
async def _health(telemetry: Telemetry) -> AsyncIterator[Health]:
    """Serve health before the worker joins the group: a worker that can't be watched must not take homes from
    others.
    """
    began = time.monotonic()

    def waiting() -> tuple[bool, dict[str, Any]]:
        since = time.monotonic() - began
        return since <= STALLED, {"waiting_for": "Kafka", "seconds_since_last_fetch": round(since, 1)}

    health = Health(waiting)
    try:
        await health.listen(telemetry.health_host, telemetry.health_port)
    except OSError as error:
        ports = ", ".join(map(str, telemetry.health_port))
        raise SettingsError(
            f"telemetry.health_port: health can't be served on {telemetry.health_host}, port {ports} "
            f"({error.strerror}). Name a port that is free, a list of ports, or 0 for any."
        ) from error
    log.info("health", address=f"http://{telemetry.health_host}:{health.port}/")
    try:
        yield health
    finally:
        health.close()

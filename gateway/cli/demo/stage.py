"""The parts of the demo: Kafka, both sandbox APIs, an SMTP catcher, worker processes; on free loopback ports."""

from __future__ import annotations

import asyncio
import re
import subprocess
import sys
import tempfile
from collections import defaultdict
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import yaml

from gateway.events.catalogue import Topics, catalogue
from gateway.events.topics import apply, plan
from gateway.kafka import cluster_of
from gateway.ledger import Covered, Home, HomeConfig, partition_of, set_horizons, wait_out_quarantine
from gateway.ledger.connections import Connections
from gateway.sandbox.broker.kafka import KafkaBroker
from gateway.sandbox.server.server import SandboxApis
from gateway.sandbox.smtp import MailCatcher
from gateway.sandbox.world.demo_world import FIRMS, settings_for
from gateway.settings import GatewaySettings, load

#: Short config, so that nobody waits: decisions 8 and 9 with seconds instead of minutes.
PROFILE = {"lease": 3, "call_timeout": 3, "commit_lag": 1, "search_lag": 1}
PREFIX = "demo"


class Stage:
    """Started parts; `close` ends them all.

    `nothing_under_way`: no call of this gateway can be under way, so a company's new horizon needs no quarantine.
    """

    def __init__(
        self,
        world: dict[str, Any],
        broker: KafkaBroker | None = None,
        prefix: str = PREFIX,
        nothing_under_way: bool = True,
        **settings: Any,
    ) -> None:
        self._nothing_under_way = nothing_under_way
        self._folder = tempfile.TemporaryDirectory(prefix="gateway-demo-")
        self.folder = Path(self._folder.name)
        self._own_kafka = broker is None
        self.kafka, self.mails, self.prefix = (
            broker or KafkaBroker(self.folder / "kafka"),
            MailCatcher(show=self._keep_mail),
            prefix,
        )
        self.apis = SandboxApis(world)
        self.settings_file = self.folder / "gateway.yaml"
        self._tree = {**settings_for(world, settings.pop("firms", FIRMS)), **settings}
        self.workers: list[subprocess.Popen[bytes]] = []

    def open(self) -> GatewaySettings:
        """Start everything but the worker; returns the settings, which stand in a file of the folder."""
        self.apis.start()
        self.mails.start()
        if self._own_kafka:
            self.kafka.start()
        tree = self._tree
        tree["procountor"] = {**tree["procountor"], "base_url": self.apis.procountor_url}
        tree["severa"] = {"base_url": self.apis.severa_url, **tree.get("severa", {})}
        tree["kafka"] = {"bootstrap": self.kafka.bootstrap, "prefix": self.prefix, **tree.get("kafka", {})}
        tree["delivery"] = {**PROFILE, **tree.get("delivery", {})}
        tree["polling"] = {"interval_min": 1, "sync_interval": 1, **tree.get("polling", {})}
        tree["smtp"] = {
            "host": "127.0.0.1",
            "port": self.mails.port,
            "starttls": False,
            "sender": "gateway@demo.example",
        }
        tree["telemetry"] = {"health_port": 0, **tree.get("telemetry", {})}
        self.settings_file.write_text(yaml.safe_dump(tree, sort_keys=False))
        settings = load(self.settings_file)
        asyncio.run(_make_topics(settings))
        if self._nothing_under_way:
            asyncio.run(_wait_out_quarantine(settings))
        return settings

    def start_worker(self, *program: str) -> int:
        """One more worker process, `gateway run` or another `program`; its log goes to the folder. Returns its pid."""
        with (self.folder / f"worker-{len(self.workers)}.log").open("wb") as log:
            run = program or ("gateway.cli", "run", "--settings")
            command = [sys.executable, "-m", *run, str(self.settings_file)]
            self.workers.append(subprocess.Popen(command, stdout=log, stderr=log))
        return self.workers[-1].pid

    def _keep_mail(self, mail: EmailMessage) -> None:
        """For a person to read: a mail a file."""
        mails = self.folder / "mails"
        mails.mkdir(exist_ok=True)
        (mails / f"{len(self.mails.messages):04d}.txt").write_text(mail.as_string(), encoding="utf-8")

    def health(self) -> str:
        """Where the last worker serves its health; "" before it does."""
        log = (self.folder / f"worker-{len(self.workers) - 1}.log").read_text(errors="replace")
        found = re.search(r"http://[0-9.]+:\d+/", log)
        return found[0] if found else ""

    @property
    def worker(self) -> subprocess.Popen[bytes] | None:
        """The last one that was started."""
        return self.workers[-1] if self.workers else None

    def kill_worker(self) -> None:
        """kill -9."""
        if self.worker is not None:
            self.worker.kill()
            self.worker.wait(10)

    def stop_worker(self) -> None:
        """SIGTERM, and wait until it has left."""
        if self.worker is not None and self.worker.poll() is None:
            self.worker.terminate()
            self.worker.wait(35)

    def log_of_worker(self) -> str:
        """The end of the last worker's log."""
        return (self.folder / f"worker-{len(self.workers) - 1}.log").read_text(errors="replace")[-3000:]

    def close(self) -> None:
        """End all, in the reverse order."""
        for worker in self.workers:
            worker.kill()
            worker.wait(10)
        if self._own_kafka:
            self.kafka.stop()
        self.mails.stop()
        self.apis.stop()
        self._folder.cleanup()


async def _make_topics(settings: GatewaySettings) -> None:
    kafka = settings.kafka
    specs = catalogue(kafka.prefix, kafka.partitions, kafka.replication, kafka.max_record_bytes)
    cluster = cluster_of(kafka)
    await apply(cluster, specs, await plan(cluster, specs))


async def _wait_out_quarantine(settings: GatewaySettings) -> None:
    """Take each home once, as an owner who has nothing to wait for."""
    kafka = settings.kafka
    ledger = Topics(kafka.prefix).ledger
    config = HomeConfig(kafka.bootstrap, ledger, kafka.prefix, kafka.partitions, 0.0, 0.0, 0.0, 0.0)
    cluster = cluster_of(kafka)
    connections = Connections(cluster.producer, cluster.consumer)
    own = defaultdict[int, dict[str, Covered]](dict)
    for one in settings.organisations:
        covered = {company.id: Covered(one.name, company.active) for company in one.companies}
        own[partition_of(one.name, config.partitions)] |= covered
    for number, covered in own.items():
        home = await Home.take(number, config, connections=connections)
        await set_horizons(home, covered, timedelta(days=1))
        for company in covered:
            await wait_out_quarantine(home, company)
        await home.close()

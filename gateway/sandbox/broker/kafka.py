"""Apache Kafka as one process, broker and controller, on loopback: for demo and tests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from gateway.sandbox.broker.jars import PartsError, class_path, java

#: How soon a broker must answer, in seconds.
READY = 60.0
#: How soon the last member of a group must leave, in seconds: a killed member stays until its session ends.
LEAVES = 60.0

_PROPERTIES = """\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@127.0.0.1:{controller}
listeners=PLAINTEXT://127.0.0.1:{port},CONTROLLER://127.0.0.1:{controller}
advertised.listeners=PLAINTEXT://127.0.0.1:{port}
controller.listener.names=CONTROLLER
listener.security.protocol.map=PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT
log.dirs={folder}/data
auto.create.topics.enable=false
offsets.topic.num.partitions=4
offsets.topic.replication.factor=1
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
share.coordinator.state.topic.replication.factor=1
group.initial.rebalance.delay.ms=0
group.min.session.timeout.ms=1000
"""


def free_port() -> int:
    """A port that is free now on loopback."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class KafkaBroker:
    """A broker with a folder of its own, on a free port or on a given one.

    `start` and `stop` block; call them in a thread from asyncio.
    """

    def __init__(self, folder: Path | None = None, port: int = 0) -> None:
        self._made = None if folder else tempfile.TemporaryDirectory(prefix="kafka-")
        self.folder = folder or Path(self._made.name if self._made else "")
        self.port, self.controller = port or free_port(), free_port()
        self.bootstrap = f"127.0.0.1:{self.port}"
        #: Further lines of server.properties; a name that stands there twice has the last value.
        self.properties = ""
        #: Further words for the tool that formats the storage, such as users.
        self.format_options: list[str] = []
        self._process: subprocess.Popen[bytes] | None = None
        self._watcher: subprocess.Popen[bytes] | None = None

    def start(self) -> KafkaBroker:
        """Format a new storage, start, wait until it answers. Raises PartsError."""
        self.folder.mkdir(parents=True, exist_ok=True)
        properties = self.folder / "server.properties"
        common = _PROPERTIES.format(port=self.port, controller=self.controller, folder=self.folder)
        properties.write_text(common + self.properties)
        if not (self.folder / "data" / "meta.properties").exists():
            cluster = ("-t", "AAAAAAAAAAAAAAAAAAAAAQ", "-c", str(properties))
            self.tool("kafka.tools.StorageTool", "format", *cluster, *self.format_options)
        with (self.folder / "broker.log").open("ab") as log:
            self._process = subprocess.Popen(
                [*self._java("-Xmx384m"), "kafka.Kafka", str(properties)],
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for whoever uses the broker, which is stopped last
            )
        # Ends the broker when its parent ends, in any way: the pipe closes then.
        self._watcher = subprocess.Popen(
            ["sh", "-c", f"cat >/dev/null; kill -9 {self._process.pid}"],
            stdin=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._wait()
        return self

    def stop(self) -> None:
        """Stop it cleanly and remove its folder, if the folder is its own."""
        self._signal(signal.SIGTERM)
        self._reap(30)
        if self._made is not None:
            self._made.cleanup()

    def kill(self) -> None:
        """kill -9."""
        self._signal(signal.SIGKILL)
        self._reap(10)

    def restart(self) -> None:
        """Start again on the same port and data."""
        if self._process is not None and self._process.poll() is None:
            self.kill()
        self.start()

    def pause(self) -> None:
        """SIGSTOP."""
        self._signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)

    def tool(self, main: str, *arguments: str) -> str:
        """Run one of Kafka's own tools by its class; returns its output. Raises PartsError."""
        ran = subprocess.run([*self._java("-Xmx128m"), main, *arguments], capture_output=True, text=True, check=False)
        if ran.returncode:
            raise PartsError(f"{main} {' '.join(arguments)} failed: {ran.stdout[-2000:]}{ran.stderr[-2000:]}")
        return ran.stdout

    def reset_offsets(self, group: str, topic: str | Sequence[str], *to: str) -> str:
        """Reset a stopped group's offsets of topics with Kafka's own tool; `to` in the tool's form.

        The tool refuses while the group has a member, and still exits with 0: so it is repeated until the last member
        has left. Raises PartsError.
        """
        deadline = time.monotonic() + LEAVES
        topics = [topic] if isinstance(topic, str) else list(topic)
        named = [word for one in topics for word in ("--topic", one)]
        while True:
            said = self.tool(
                "org.apache.kafka.tools.consumer.group.ConsumerGroupCommand",
                *("--bootstrap-server", self.bootstrap, "--group", group, *named),
                *("--reset-offsets", *(to or ("--to-earliest",)), "--execute"),
            )
            if "Error:" not in said:
                return said
            if "but the current state is" not in said or time.monotonic() > deadline:
                raise PartsError(f"offsets of {group} on {', '.join(topics)} are not reset: {said.strip()}")

    def _java(self, heap: str) -> list[str]:
        log = "-Dlog4j2.configurationFile=" + str(Path(__file__).with_name("log4j2.properties"))
        return [str(java()), heap, "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", log, "-cp", class_path()]

    def _signal(self, number: int) -> None:
        if self._process is not None and self._process.poll() is None:
            os.kill(self._process.pid, number)

    def _reap(self, seconds: float) -> None:
        if self._process is None:
            return
        try:
            self._process.wait(seconds)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait(10)
        if self._watcher is not None:
            self._watcher.kill()
            self._watcher.communicate()

    def _wait(self) -> None:
        deadline = time.monotonic() + READY
        while time.monotonic() < deadline:
            if self._process is not None and self._process.poll() is not None:
                break
            try:
                with socket.create_connection(("127.0.0.1", self.port), 1):
                    return
            except OSError:
                time.sleep(0.1)
        tail = (self.folder / "broker.log").read_text(errors="replace")[-2000:]
        self.kill()
        raise PartsError(f"Apache Kafka did not start within {READY:.0f} s. Its log ends:\n{tail}")

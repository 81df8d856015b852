"""The play: transfer, kill -9 in the middle, start again, replay, count."""

from __future__ import annotations

import asyncio
import json
import logging
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console

from gateway.cli.demo.documents import SHOWN, Waiting, waiting_documents
from gateway.cli.demo.in_step import TITLES, Followed, followed
from gateway.cli.demo.outcomes import Seen, all_read, change_topics, read_topics
from gateway.cli.demo.show import Screen, summary
from gateway.cli.demo.stage import Stage
from gateway.cli.demo.verdict import (
    Verdict,
    in_step_figures,
    is_followed,
    is_settled,
    judge,
    made,
    written_back,
)
from gateway.events.catalogue import Topics
from gateway.sandbox.world.demo_flows import DEMO_FIRMS, demo_flows, rename
from gateway.sandbox.world.demo_world import AFTER, BEFORE
from gateway.settings import GatewaySettings
from gateway.telemetry.logs import set_up_logs

#: Seconds that each act may take.
ACT = 90.0


def show_demo(as_json: bool, keep: bool) -> int:
    """Run the demo; returns the exit code. Raises PartsError, TimeoutError."""
    set_up_logs("WARNING", False)  # on stderr: stdout is the verdict's
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a topic that was just made has no leader for a moment
    screen = Screen(Console(stderr=as_json))
    stage = Stage(demo_flows(), firms=DEMO_FIRMS, polling={"interval_min": 2, "sync_interval": 2})
    try:
        screen.say("Starting Apache Kafka, both sandbox APIs and the mail catcher ...")
        settings = stage.open()
        verdict = _Play(stage, settings, screen).run()
        if as_json:
            print(json.dumps(verdict.as_dict()), flush=True)
        if keep:
            _keep(stage, screen)
        return 0 if verdict.ok else 1
    except TimeoutError as error:
        raise TimeoutError(f"{error}\n{stage.log_of_worker()}") from error
    finally:
        stage.close()


@dataclass(slots=True)
class _Play:
    """The acts, and what they share."""

    stage: Stage
    settings: GatewaySettings
    screen: Screen
    documents: list[Waiting] = field(init=False)
    seen: Seen = field(default_factory=Seen)

    def __post_init__(self) -> None:
        units = {company.business_unit: company.id for company in self.settings.companies()}
        self.documents = waiting_documents(self.stage.apis.apis.world, units)

    def run(self) -> Verdict:
        """All acts, the verdict and the summary. Raises TimeoutError."""
        began, stage, seen, say = time.monotonic(), self.stage, self.seen, self.screen.say
        # one answer of Procountor comes late, so that there is a moment between its commit and the outcome
        stage.apis.faults({"api": "procountor", "operation": "saveInvoice", "kind": "late", "seconds": 2.5, "skip": 8})
        with _reading(self.settings, seen):
            say(f"{_counted(self.documents)} are ready for transfer in Severa.")
            say(f"{self._to_follow()} are to be kept in step. Worker {stage.start_worker()} starts.")
            self._kill()
            say(f"Worker {stage.start_worker()} starts. It looks in Procountor first, then acts.")
            self._rename()
            with self.screen:
                self._until(lambda: self._all_settled() and all_read(self.settings, seen), self.screen)
            stage.stop_worker()
            say(_kept_in_step(stage))
            before, mails, unchanged = self._created(), len(stage.mails.messages), seen.unchanged
            self._replay()
        say(
            f"After the replay: {self._created() - before} more objects in Procountor and Severa, "
            f"{len(stage.mails.messages) - mails} more mails."
        )
        seconds = time.monotonic() - began
        verdict = judge(
            self.documents,
            self._followed(),
            stage.apis.journal(),
            seen,
            AFTER,
            unchanged=seen.unchanged - unchanged,
            emails=len({one["Message-ID"] for one in stage.mails.messages}),
            seconds=seconds,
        )
        posts = len(stage.apis.journal(operation="saveInvoice"))
        summary(self.screen.console, verdict, seen, posts / max(verdict.created, 1), _subjects(stage))
        return verdict

    def _kill(self) -> None:
        """End the worker between the commit of an invoice in Procountor and its outcome."""
        with self.screen:
            self._until(lambda: self._committed_without_outcome() is not None, self.screen)
            caught = self._committed_without_outcome()
            self.stage.kill_worker()
        what = f"{caught.title} {caught.number}" if caught else "an invoice"
        self.screen.say(f"kill -9: Procountor has created {what}, but the gateway has no outcome yet.")

    def _rename(self) -> None:
        """Rename a project in Severa once its item is in Procountor, so that the item must follow."""
        key, number, change = rename("Delivery of the new shop")
        with self.screen:
            self._until(lambda: key in self.seen.current, self.screen)
        self.stage.apis.change(change)
        self.screen.say(f"A user renames project {number} in Severa: its item in Procountor follows.")

    def _replay(self) -> None:
        """Have every event read again, from the start of its topic."""
        stage, prefix = self.stage, self.settings.kafka.prefix
        self.screen.say(
            "Every document has its outcome. Kafka's own tool resets the offsets: "
            f"{self.seen.changes} events are redelivered."
        )
        topics = Topics(prefix)
        stage.kafka.reset_offsets(prefix, (*change_topics(self.settings), topics.results, topics.errors))
        stage.start_worker()
        self._until(lambda: all_read(self.settings, self.seen))
        stage.stop_worker()

    def _followed(self) -> list[Followed]:
        return followed(self.stage.apis.apis.world, self.settings)

    def _to_follow(self) -> str:
        """How many objects there are of each flow that keeps in step."""
        counts = Counter(one.kind for one in self._followed())
        *first, last = (f"{counts[kind]} {title}" for kind, title in TITLES.items())
        return f"{', '.join(first)} and {last}"

    def _created(self) -> int:
        return len(self.stage.apis.journal(effect="created"))

    def _committed_without_outcome(self) -> Waiting | None:
        """A document whose invoice is in the journal with a late answer, and that has no outcome yet."""
        created = self.stage.apis.journal(operation="saveInvoice", effect="created")
        numbers = made([one for one in created if one.get("fault") == "late"])
        return next(
            (
                one
                for one in self.documents
                if numbers[one.company, one.type, str(one.number)] and one.key not in self.seen.current
            ),
            None,
        )

    def _all_settled(self) -> bool:
        moved = written_back(self.stage.apis.journal(), AFTER)
        mailed = {str(one["Message-ID"]) for one in self.stage.mails.messages}
        refused = [one for one in self.seen.current.values() if one.error is not None]
        settled = all(is_settled(one, self.seen, moved) for one in self.documents)
        in_step = all(is_followed(one, self.seen) for one in self._followed())
        return settled and in_step and len(mailed) >= len(refused)

    def _until(self, condition: Callable[[], bool], screen: Screen | None = None) -> None:
        """Wait for a condition, showing the transfers. Raises TimeoutError."""
        deadline, stage = time.monotonic() + ACT, self.stage
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(f"an act of the demo did not end within {ACT:.0f} s. The worker's log ends:")
            if stage.worker is not None and stage.worker.poll() is not None:
                raise TimeoutError(f"the worker ended with {stage.worker.returncode}. Its log ends:")
            self._show(screen)
            time.sleep(0.1)
        self._show(screen)

    def _show(self, screen: Screen | None) -> None:
        if screen is not None:
            screen.show(self.documents, self._followed(), self.seen, written_back(self.stage.apis.journal(), AFTER))


def _kept_in_step(stage: Stage) -> str:
    """What was done in both systems besides documents."""
    done = in_step_figures(stage.apis.journal())
    return (
        f"Kept in step: {done['costs_created']} costs of purchase invoices are on projects in Severa. In Procountor, "
        f"items of dimensions: {done['items_created']} created, {done['items_changed']} renamed or closed; "
        f"persons: {done['persons_created']} created, {done['persons_changed']} updated."
    )


def _counted(documents: list[Waiting]) -> str:
    """How many there are of each flow."""
    counts = Counter(one.title for one in documents)
    return " and ".join(f"{counts[flow.title]} {flow.title}s" for flow in SHOWN)


def _subjects(stage: Stage) -> list[str]:
    """The subjects of all mails; a mail that was sent again says so."""
    ids = Counter(str(one["Message-ID"]) for one in stage.mails.messages)
    repeated = {id_ for id_, count in ids.items() if count > 1}
    again = " (sent again after the kill: mails go at least once)"
    return [
        " ".join(str(one["Subject"]).split()) + again * (one["Message-ID"] in repeated) for one in stage.mails.messages
    ]


@contextmanager
def _reading(settings: GatewaySettings, seen: Seen) -> Iterator[None]:
    """Read the topics in a separate thread."""
    stop = threading.Event()
    thread = threading.Thread(target=lambda: asyncio.run(read_topics(settings, seen, stop)), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(10)


def _keep(stage: Stage, screen: Screen) -> None:
    pid, deadline = stage.start_worker(), time.monotonic() + ACT
    while not stage.health():
        if time.monotonic() > deadline or (stage.worker is not None and stage.worker.poll() is not None):
            raise TimeoutError("the worker did not start. Its log ends:")
        time.sleep(0.1)
    log = stage.folder / f"worker-{len(stage.workers) - 1}.log"
    screen.say(f"Worker {pid} keeps running. Look at:")
    screen.say(f"  its health    {stage.health()}")
    screen.say(f"  its log       {log}")
    screen.say(f"  the journal   {stage.apis.url}/_sandbox/journal")
    screen.say(f"  both worlds   {stage.apis.url}/_sandbox/world")
    screen.say(f"  the mails     {stage.folder / 'mails'}")
    screen.say(f"  the settings  {stage.settings_file}")
    screen.say(f"  Kafka         {stage.kafka.bootstrap}, topics {stage.prefix}.*")
    for number, patch in _without_a_country(stage.apis.apis.world):
        screen.say(f"\nInvoice {number} is refused: it has no country. Add one to have it transferred within seconds:")
        screen.say(f"  curl -X POST {stage.apis.url}/_sandbox/world -d '{json.dumps(patch)}'")
        screen.say(f"  grep '\"number\": {number}' {log}")
    for ends in (signal.SIGINT, signal.SIGTERM):  # a shell that starts it in the background has SIGINT ignored
        signal.signal(ends, signal.default_int_handler)
    screen.say("\nCtrl-C ends it.")
    try:
        while stage.worker is not None and stage.worker.poll() is None:
            time.sleep(0.5)
    except KeyboardInterrupt:
        stage.stop_worker()


def _without_a_country(world: dict[str, Any]) -> Iterator[tuple[int, dict[str, Any]]]:
    """Invoices that are refused because they have no country, each with the change that adds the country of the
    others.
    """
    for owner, paths in world["severa"].items():
        invoices = paths["/v1/invoices"]
        country = next(
            (one["receiverAddress"]["country"] for one in invoices if "country" in one["receiverAddress"]), ""
        )
        for one in invoices:
            if one["status"]["name"] == BEFORE and not one["receiverAddress"].get("country"):
                address = {**one["receiverAddress"], "country": country}
                yield (
                    one["number"],
                    {"severa": {owner: {"/v1/invoices": [{"guid": one["guid"], "receiverAddress": address}]}}},
                )

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
from typing import Any

from rich.console import Console

from gateway.cli.demo.documents import SHOWN, Waiting, waiting_documents
from gateway.cli.demo.outcomes import Seen, change_topics, read_topics
from gateway.cli.demo.show import Screen, summary
from gateway.cli.demo.stage import Stage
from gateway.cli.demo.verdict import Verdict, is_settled, judge, made, written_back
from gateway.events.catalogue import Topics
from gateway.sandbox.world.demo_travel import DEMO_FIRMS, demo_travel
from gateway.sandbox.world.demo_world import AFTER, BEFORE, demo_world
from gateway.settings import GatewaySettings
from gateway.telemetry.logs import set_up_logs

#: Seconds that each act may take.
ACT = 90.0


def show_demo(as_json: bool, keep: bool) -> int:
    """Run the demo; returns the exit code. Raises PartsError, TimeoutError."""
    set_up_logs("WARNING", False)  # on stderr: stdout is the verdict's
    logging.getLogger("aiokafka").setLevel(logging.CRITICAL)  # a topic that was just made has no leader for a moment
    screen = Screen(Console(stderr=as_json))
    stage = Stage(demo_travel(demo_world()), firms=DEMO_FIRMS)
    try:
        screen.say("Starting Apache Kafka, both sandbox APIs and the mail catcher ...")
        settings = stage.open()
        verdict = _play(stage, settings, screen)
        if as_json:
            print(json.dumps(verdict.as_dict()), flush=True)
        if keep:
            _keep(stage, screen)
        good = verdict.doubled == verdict.lost == verdict.violations == 0 and verdict.settled == verdict.documents
        return 0 if good else 1
    except TimeoutError as error:
        raise TimeoutError(f"{error}\n{stage.log_of_worker()}") from error
    finally:
        stage.close()


def _play(stage: Stage, settings: GatewaySettings, screen: Screen) -> Verdict:
    began = time.monotonic()
    units = {company.business_unit: company.id for company in settings.companies()}
    documents = waiting_documents(stage.apis.apis.world, units)
    seen = Seen()
    # one answer of Procountor comes late, so that there is a moment between its commit and the outcome
    stage.apis.faults({"api": "procountor", "operation": "saveInvoice", "kind": "late", "seconds": 2.5, "skip": 8})
    with _reading(settings, seen):
        screen.say(f"{_counted(documents)} are ready for transfer in Severa. Worker {stage.start_worker()} starts.")
        with screen:
            _until(
                lambda: _committed_without_outcome(stage, documents, seen) is not None, screen, documents, stage, seen
            )
            caught = _committed_without_outcome(stage, documents, seen)
            stage.kill_worker()
        what = f"{caught.title} {caught.number}" if caught else "an invoice"
        screen.say(f"kill -9: Procountor has created {what}, but the gateway has no outcome yet.")
        screen.say(f"Worker {stage.start_worker()} starts. It looks in Procountor first, then acts.")
        with screen:
            _until(lambda: _all_settled(stage, documents, seen), screen, documents, stage, seen)
        stage.stop_worker()
        before = len(stage.apis.journal(operation="saveInvoice", effect="created"))
        changes, unchanged, mails = seen.changes, seen.unchanged, len(stage.mails.messages)
        screen.say(
            f"Every document has its outcome. Kafka's own tool resets the offsets: {changes} events are redelivered."
        )
        topics = Topics(settings.kafka.prefix)
        read = (*change_topics(settings), topics.results, topics.errors)
        stage.kafka.reset_offsets(settings.kafka.prefix, read)
        stage.start_worker()
        _until(lambda: seen.unchanged - unchanged + seen.superseded >= changes, None, documents, stage, seen)
        stage.stop_worker()
    again = len(stage.apis.journal(operation="saveInvoice", effect="created")) - before
    screen.say(f"After the replay: {again} more in Procountor, {len(stage.mails.messages) - mails} more mails.")
    verdict = judge(
        documents,
        stage.apis.journal(),
        seen,
        AFTER,
        unchanged=seen.unchanged - unchanged,
        emails=len({one["Message-ID"] for one in stage.mails.messages}),
        seconds=time.monotonic() - began,
    )
    posts = len(stage.apis.journal(operation="saveInvoice"))
    ids = Counter(str(one["Message-ID"]) for one in stage.mails.messages)
    repeated = {id_ for id_, count in ids.items() if count > 1}
    subjects = [
        f"{one['Subject']}"
        + (" (sent again after the kill: mails go at least once)" if one["Message-ID"] in repeated else "")
        for one in stage.mails.messages
    ]
    summary(screen.console, verdict, seen, posts / max(verdict.created, 1), subjects)
    return verdict


def _counted(documents: list[Waiting]) -> str:
    """How many there are of each flow."""
    counts = Counter(one.title for one in documents)
    return " and ".join(f"{counts[flow.title]} {flow.title}s" for flow in SHOWN)


def _committed_without_outcome(stage: Stage, documents: list[Waiting], seen: Seen) -> Waiting | None:
    """A document whose invoice is in the journal with a late answer, and that has no outcome yet."""
    late = [one for one in stage.apis.journal(operation="saveInvoice", effect="created") if one.get("fault") == "late"]
    numbers = made(late)
    return next((d for d in documents if numbers[d.company, d.type, str(d.number)] and d.key not in seen.current), None)


def _all_settled(stage: Stage, documents: list[Waiting], seen: Seen) -> bool:
    moved = written_back(stage.apis.journal(), AFTER)
    mailed = {str(one["Message-ID"]) for one in stage.mails.messages}
    refused = [one for one in seen.current.values() if one.error is not None]
    return all(is_settled(one, seen, moved) for one in documents) and len(mailed) >= len(refused)


def _until(
    condition: Callable[[], bool], screen: Screen | None, documents: list[Waiting], stage: Stage, seen: Seen
) -> None:
    """Wait for a condition, showing the transfers. Raises TimeoutError."""
    deadline = time.monotonic() + ACT
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"the demo made no progress within {ACT:.0f} s. The worker's log ends:")
        if stage.worker is not None and stage.worker.poll() is not None:
            raise TimeoutError(f"the worker ended with {stage.worker.returncode}. Its log ends:")
        if screen is not None:
            screen.show(documents, seen, written_back(stage.apis.journal(), AFTER))
        time.sleep(0.1)
    if screen is not None:
        screen.show(documents, seen, written_back(stage.apis.journal(), AFTER))


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
    pid = stage.start_worker()
    _until(lambda: bool(stage.health()), None, [], stage, Seen())
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

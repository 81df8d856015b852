"""Q2: every event once more, after the run."""

from __future__ import annotations

import time
from collections.abc import Callable

from tests.chaos.collect import CHANGES
from tests.chaos.evidence import Json
from tests.chaos.run import Run

#: Seconds without any progress after which a replay is over.
AT_LAST = 60.0


def replay(run: Run, say: Callable[[str], None]) -> Json:
    """All workers are stopped, the offsets are reset with Kafka's own tool, one worker reads every event again. What is
    tried again, since no worker had ended it, is no replay.
    """
    run.stop_all()
    journal, mails = len(run.apis.journal()), len(run.stage.mails.messages)
    changes, before = run.broker.changes(), run.broker.replayed()
    events, ended = len(changes), len(changes) - len(run.broker.tried_again(changes))
    say(run.stage.kafka.reset_offsets(run.stage.prefix, [f"{run.stage.prefix}.{topic}" for topic in CHANGES]))
    if (unread := _unread(run)) != events:
        raise RuntimeError(f"the offsets are not reset: {unread} of {events} events are to be read again")
    began = moving = time.monotonic()
    run.start()
    told = last = 0
    while (unread or told < ended) and time.monotonic() < moving + AT_LAST:
        time.sleep(1)
        unread, told = sum(run.broker.unread().values()), run.broker.replayed() - before  # its own outcomes too
        if told - unread != last:
            moving, last = time.monotonic(), told - unread
    return {
        "events": ended,
        "all_events": events,
        "unread": unread,
        "told": told,
        "effects": sum(bool(one["effect"]) for one in run.apis.journal()[journal:]),
        "mails": len(run.stage.mails.messages) - mails,
        "seconds": round(time.monotonic() - began, 1),
    }


def _unread(run: Run) -> int:
    """Change events that are to be read again."""
    unread = run.broker.unread()
    return sum(unread[topic] for topic in CHANGES)

"""What rests for longer than it is kept leaves the ledger when a home is taken, before anybody else writes (ADR 14).

The ledger knows less from then on. So the time of the newest record that left is kept in it: whoever meets a document
that was made before then looks it up first, as with an older horizon (decision 12).
"""

from __future__ import annotations

import asyncio
from itertools import islice

from aiokafka import AIOKafkaProducer

from gateway.ledger.reading import Reading
from gateway.ledger.records import FORGOTTEN, INTENT, ORGANISATION, HomeConfig

#: Records that leave at one taking at the most: the home waits for it.
AT_ONCE = 5000


async def forget(producer: AIOKafkaProducer, config: HomeConfig, number: int, reading: Reading) -> None:
    """Delete what is old, and remember until when; in one transaction. What has an open intent stays."""
    old = ((key, one) for key, one in reading.old.items() if INTENT + key not in reading.own)
    leaving = dict(islice(old, AT_ONCE))
    if not leaving:
        return
    until = max(int(reading.own.get(FORGOTTEN, b"0")), reading.newest)
    reading.own[FORGOTTEN] = str(until).encode()
    async with producer.transaction():
        topic = config.ledger_topic
        sent = [await producer.send(topic, reading.own[FORGOTTEN], key=FORGOTTEN.encode(), partition=number)]
        for key, organisation in leaving.items():
            headers = [(ORGANISATION, organisation.encode())]
            sent.append(await producer.send(topic, None, key=key.encode(), partition=number, headers=headers))
        await asyncio.gather(*sent)
    for key in leaving:
        reading.values.put(key, None)

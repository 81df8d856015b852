"""Values at rest that were kept long enough leave the ledger when a home is opened, before anybody else writes (ADR
14).

The ledger knows less from then on. So it keeps the time of the newest record that left: documents created before then
are looked up first, as with an older horizon (decision 12).
"""

from __future__ import annotations

import asyncio
from itertools import islice

from aiokafka import AIOKafkaProducer

from gateway.ledger.reading import Reading
from gateway.ledger.records import FORGOTTEN, INTENT, ORGANISATION, HomeConfig

#: The most records that leave when a home is opened: the home waits for this.
AT_ONCE = 5000


async def forget(producer: AIOKafkaProducer, config: HomeConfig, number: int, reading: Reading) -> None:
    """Delete old values and remember the newest time, in one transaction. Values with an open intent stay."""
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

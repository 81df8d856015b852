"""O3: the gateway, its commands and a reader live with the rights that `gateway topics acls` prints, and no others."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from aiokafka import TopicPartition
from aiokafka.admin import NewTopic
from typer.testing import CliRunner, Result

from gateway.cli import acls, app, operate  # noqa: F401  (add their commands)
from gateway.cli.check.command import check  # noqa: F401
from gateway.documents import Outcome, OutcomeState
from gateway.events.catalogue import Topics
from gateway.events.codec import Codec
from gateway.events.registry import FileRegistry
from gateway.events.rights import of_administrator, of_operator, of_worker
from gateway.kafka import Cluster, cluster_of
from gateway.kafka.connection import NotReached, Refused, connected
from gateway.kafka.rights import On, Operation, Right, commands, missing, rights
from gateway.sandbox.world.demo_world import FIRMS, base_world, guid, many_invoices
from gateway.settings import Kafka, SettingsError, load
from streams.ready import wait_until_ready
from tests.certificates import Authority
from tests.secured_kafka import SecuredBroker, rights_in, token_endpoint
from tests.system import Gateway
from tests.waiting import until

pytestmark = [pytest.mark.timeout(300), pytest.mark.xdist_group("secured")]
ACME = FIRMS[0]
USERS = ("worker", "anna", "topics-admin", "bi", "stranger")


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SecuredBroker]:
    made = SecuredBroker(tmp_path_factory.mktemp("secured"), *USERS)
    made.start()
    yield made
    made.stop()


@pytest.fixture(scope="module")
def one(broker: SecuredBroker) -> Iterator[Gateway]:
    """A gateway with one good and one bad invoice. A super user makes its topics, and reads beside the test."""
    world = base_world((ACME,))
    many_invoices(world, ACME, 2)
    world["severa"]["nordic"]["/v1/invoices"][1]["receiverAddress"] = {"addressline": "x"}
    made = Gateway(broker, world, {"kafka": broker.settings("super")})
    yield made
    made.close()


def settings_of(one: Gateway, broker: SecuredBroker, user: str, **kafka: Any) -> Path:
    """A settings file with this user's login."""
    tree = yaml.safe_load(one.stage.settings_file.read_text())
    tree["kafka"] |= {**broker.settings(user), **kafka}
    file = one.stage.folder / f"{user}.yaml"
    file.write_text(yaml.safe_dump(tree))
    return file


def gateway(settings: Path, *words: str) -> Result:
    """A command, in this process; in a thread, since it has an event loop of its own."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(CliRunner().invoke, app, [*words, "--settings", str(settings)]).result()


async def grant_as_printed(broker: SecuredBroker, printed: str) -> None:
    """Kafka's own tool takes a command of each kind to the letter, but for places; the others are read as it does."""
    lines = [line for line in printed.splitlines() if not line.startswith("#")]
    by_tool = {line.split("--operation")[-1].split()[1]: line for line in lines if "User:worker" in line}
    login = str(broker.admin_properties())
    run = [line.replace("admin.properties", login).split()[1:] for line in by_tool.values()]
    assert len(run) == 3
    tool = "org.apache.kafka.tools.AclCommand"
    await asyncio.gather(*(asyncio.to_thread(broker.tool, tool, *words) for words in run))
    for principal, own in rights_in("\n".join(line for line in lines if line not in by_tool.values())).items():
        await broker.grant(principal, own)


async def test_O3_gateway_lives_with_exactly_these_rights(one: Gateway, broker: SecuredBroker) -> None:
    """A gateway whose prefix begins with this one's has its topics
    made by a user who may do nothing else, and doesn't notice.
    """
    worker, anna, bi = (settings_of(one, broker, user) for user in ("worker", "anna", "bi"))
    beside = settings_of(one, broker, "topics-admin", prefix=f"{one.stage.prefix}.test")
    users = ("--worker", "User:worker", "--operator", "User:anna", "--reader", "User:bi", "--reader-group", "bi")
    printed = gateway(worker, "topics", "acls", *users)
    await grant_as_printed(broker, printed.stdout)
    assert "may not" in gateway(beside, "topics", "apply").stderr
    made = gateway(beside, "topics", "acls", "--administrator", "User:topics-admin").stdout
    for principal, own in rights_in(made.partition("\n")[2]).items():
        await broker.grant(principal, own)
    applied = await applied_at_last(beside)
    assert applied.stdout.count("created ") == 10, applied.stderr
    before = await whole(broker, load(beside).kafka)

    one.stage.settings_file.write_text(worker.read_text())
    one.stage.start_worker()
    await one.settled(one.documents)
    (bad,) = (each for each in one.documents if one.is_told(each.number, OutcomeState.REFUSED, "COUNTRY_MISSING"))
    said = gateway(anna, "retry", bad.key)
    assert said.stdout.startswith("A worker has taken the command."), said.stderr
    await one.until_told(bad.number, OutcomeState.REFUSED, "COUNTRY_MISSING", attempt=2)
    assert "Nothing to do" in gateway(worker, "topics", "plan").stdout
    report = yaml.safe_load(gateway(worker, "check", "--json").stdout)
    assert {line["state"] for line in report["gateway"]["lines"] if line["part"] == "Kafka"} == {"ok"}
    assert {outcome.state for outcome in await read(load(bi).kafka, 3)} == {OutcomeState.CREATED, OutcomeState.REFUSED}

    assert await whole(broker, load(beside).kafka) == before
    for user in (worker, anna, bi):
        async with connected(cluster_of(load(user).kafka)) as connection:
            theirs = of_worker(load(beside).kafka)
            assert await missing(connection, theirs) == theirs
    assert one.stage.worker is not None and one.stage.worker.poll() is None


async def applied_at_last(settings: Path) -> Result:
    """ACLs reach the broker a moment after they were granted."""
    ran: list[Result] = []

    def applied() -> bool:
        ran.append(gateway(settings, "topics", "apply"))
        return ran[-1].exit_code == 0

    await until(applied, 20, lambda: ran[-1].stderr)
    return ran[-1]


async def read(kafka: Kafka, count: int) -> list[Outcome]:
    """So many outcomes, as another team reads them: in a group of its own, committed."""
    names, codec, found = Topics(kafka.prefix), Codec(FileRegistry()), list[Outcome]()
    given = {"group_id": "bi", "isolation_level": "read_committed", "auto_offset_reset": "earliest"}
    consumer = cluster_of(kafka).consumer(**given)
    consumer.subscribe([names.results, names.errors])
    async with asyncio.timeout(30), consumer:
        while len(found) < count:
            record = await consumer.getone()
            found.append(codec.decode("outcome", Outcome, record.value, record.topic))
        await consumer.commit()
    return found


async def whole(broker: SecuredBroker, kafka: Kafka) -> dict[str, Any]:
    """Everything that stands on the topics of a prefix."""
    admin = Cluster(broker.bootstrap).admin()
    await admin.start()
    try:
        names = sorted(name for name in await admin.list_topics() if name.startswith(f"{kafka.prefix}."))
        groups = sorted(group for group, *_ in await admin.list_consumer_groups() if group.startswith(kafka.prefix))
    finally:
        await admin.close()
    async with Cluster(broker.bootstrap).consumer() as consumer:
        partitions = [(name, n) for name in names for n in range(kafka.partitions)]
        ends = await consumer.end_offsets([TopicPartition(*each) for each in partitions])
    return {"topics": names, "ends": sorted(ends.items()), "groups": [one for one in groups if "." in one]}


async def test_O3_each_right_of_a_worker_is_told_when_missing(one: Gateway, broker: SecuredBroker) -> None:
    """Who may not do what on what, and the command that grants it: as `gateway run` starts."""
    settings = load(settings_of(one, broker, "worker"))
    await broker.grant("User:worker", of_worker(settings.kafka))

    async def ask() -> str:
        try:
            await wait_until_ready(settings)
        except SettingsError as error:
            return str(error)
        return ""

    assert len(of_worker(settings.kafka)) == 33
    for right in of_worker(settings.kafka):
        said = (await without(broker, "User:worker", right, ask)).splitlines()
        what = f"{right.operation} on {right.on.replace('-', ' ')} {right.name}."
        assert said[0] == f"User:worker may not {what}"
        assert said[2:] == list(commands(cluster_of(settings.kafka), "User:worker", [right]))


async def test_O3_each_right_of_a_command_is_told_when_missing(one: Gateway, broker: SecuredBroker) -> None:
    """`gateway retry` sends nothing; `gateway topics` makes what it may, and says what it may not."""
    anna, admin = settings_of(one, broker, "anna"), settings_of(one, broker, "topics-admin", prefix="made")
    await broker.grant("User:anna", of_operator(load(anna).kafka))
    retry = in_words(anna, "retry", f"acme-fi/sales-invoice/{guid('nobody')}")
    for right in of_operator(load(anna).kafka):
        said = await without(broker, "User:anna", right, retry)
        assert said.startswith(f"User:anna may not {right.operation} on topic {right.name}.")
        assert said.endswith("Nothing was sent.\n")

    kafka = load(admin).kafka
    create, describe, alter = rights(On.TOPIC, ["made.ledger"], *ADMINISTERS)
    await broker.grant("User:topics-admin", [one for one in of_administrator(kafka) if one != create])
    plan, apply = in_words(admin, "topics", "plan"), in_words(admin, "topics", "apply")
    await heard(plan, False)
    said = await heard(apply, True)
    assert said.startswith("made.ledger was not created: ") and grants(broker, create) in said
    await broker.grant("User:topics-admin", [create])
    await heard(apply, False)
    said = await without(broker, "User:topics-admin", describe, plan)
    assert said.startswith("User:topics-admin may not Describe on topic made.ledger.")
    assert grants(broker, describe) in said
    configs = replace(alter, operation=Operation.DESCRIBE_CONFIGS)  # which AlterConfigs allows
    await broker.revoke("User:topics-admin", [alter])
    said = await heard(plan, True)
    assert said.startswith("User:topics-admin may not DescribeConfigs on topic made.ledger.")
    await broker.grant("User:topics-admin", [configs])
    await heard(plan, False)
    larger = settings_of(one, broker, "topics-admin", prefix="made", max_record_bytes=5_000_000)
    said = await heard(in_words(larger, "topics", "apply"), True)
    assert said.startswith("made.ledger was not set to max.message.bytes") and grants(broker, alter) in said


#: An administrator's rights on a topic.
ADMINISTERS = (Operation.CREATE, Operation.DESCRIBE, Operation.ALTER_CONFIGS)


def grants(broker: SecuredBroker, right: Right) -> str:
    """The command that grants it."""
    (command,) = commands(Cluster(broker.secured), "User:topics-admin", [right])
    return command


async def test_O3_a_worker_without_rights_or_login_says_so(one: Gateway, broker: SecuredBroker) -> None:
    """Exit code 2 where somebody must act in the cluster, 1 where a restart reads the secret again."""
    stranger = settings_of(one, broker, "stranger")
    wrong = settings_of(one, broker, "nobody")
    for file, code, text in (
        (stranger, 2, f"User:stranger may not Read on group {one.stage.prefix}."),
        (wrong, 1, "rejects the login of User:nobody"),
    ):
        run = [sys.executable, "-m", "gateway.cli", "run", "--settings", str(file)]
        ran = await asyncio.to_thread(subprocess.run, run, capture_output=True, text=True, check=False, timeout=60)
        assert (ran.returncode, text in ran.stderr, "Traceback" in ran.stderr) == (code, True, False), ran.stderr
    assert "rejects the login of User:nobody" in gateway(wrong, "retry", f"acme-fi/sales-invoice/{guid('x')}").stderr


@pytest.mark.parametrize("how", ["certificate", "plain", "token"])
async def test_O3_other_logins_are_known_by_their_principals(broker: SecuredBroker, tmp_path: Path, how: str) -> None:
    """Each may do what its ACLs say, and produce; without them, nothing."""
    tls: dict[str, Any] = {"ca": broker.authority.ca}
    with token_endpoint("token-user") as url:
        oauth = {"token_url": url, "client_id": "a", "client_secret": "b"}
        given: dict[str, dict[str, Any]] = {
            "certificate": {"bootstrap": broker.mutual},
            "plain": {"sasl": {"mechanism": "PLAIN", "username": "plain", "password": "plain-word"}},
            "token": {"sasl": {"mechanism": "OAUTHBEARER", "oauth": oauth}},
        }
        issued = broker.authority.issue("mutual-user")
        if how == "certificate":
            tls |= {"certificate": issued.certificate, "key": issued.key}
        cluster = cluster_of(Kafka.model_validate({"bootstrap": broker.secured, "tls": tls, **given[how]}))
        principal = {"certificate": "User:CN=mutual-user", "plain": "User:plain", "token": "User:token-user"}[how]
        needs = rights(On.TOPIC, [f"{how}.topic"], Operation.WRITE, Operation.CREATE)

        async def lacked() -> str:
            async with connected(cluster) as connection:
                return "may not" if await missing(connection, needs) else ""

        assert await lacked()
        await broker.grant(principal, needs)
        await heard(lacked, False)
        admin = cluster.admin()
        await admin.start()
        await admin.create_topics([NewTopic(f"{how}.topic", 1, 1)])
        await admin.close()
        async with cluster.producer() as producer:
            assert (await producer.send_and_wait(f"{how}.topic", b"x")).offset == 0


async def test_O3_what_the_broker_refuses_is_told(broker: SecuredBroker, tmp_path: Path) -> None:
    """A strange authority, no certificate, another's certificate, another's listener, a login that isn't offered."""
    login, own = broker.settings("worker"), {"ca": broker.authority.ca}
    strange = Authority(tmp_path, "strange")
    issued = strange.issue("worker")
    cases: list[tuple[dict[str, Any], type[NotReached], str]] = [
        ({**login, "tls": {"ca": strange.ca}}, Refused, "Name its authority in kafka.tls.ca"),
        ({"bootstrap": broker.mutual, "tls": own}, Refused, "certificate required"),
        (
            {"bootstrap": broker.mutual, "tls": {**own, "certificate": issued.certificate, "key": issued.key}},
            Refused,
            "doesn't accept the certificate of this user",
        ),
        ({**login, "tls": None}, NotReached, "Its port may be for TLS or a login"),
        ({"bootstrap": broker.bootstrap, "tls": own}, NotReached, "Its port may be another listener's"),
        ({**login, "sasl": {**login["sasl"], "mechanism": "SCRAM-SHA-256"}}, Refused, "doesn't offer SCRAM-SHA-256"),
        ({**login, "sasl": None}, NotReached, "check kafka.bootstrap, kafka.tls and kafka.sasl"),
    ]
    for given, kind, text in cases:
        with pytest.raises(kind) as said:
            async with connected(cluster_of(Kafka.model_validate(given)), 5.0):
                pass
        assert text in str(said.value), given


async def without(broker: SecuredBroker, principal: str, right: Right, ask: Callable[[], Awaitable[str]]) -> str:
    """What is said while a right is missing. It is granted again."""
    await broker.revoke(principal, [right])
    try:
        return await heard(ask, True)
    finally:
        await broker.grant(principal, [right])
        await heard(ask, False)


async def heard(ask: Callable[[], Awaitable[str]], missing: bool) -> str:
    """The answer that says that a right is missing, or that none is: ACLs reach the broker a moment later."""
    deadline = time.monotonic() + 20
    while ("may not" in (said := await ask())) is not missing:
        assert time.monotonic() < deadline, said
    return said


def in_words(settings: Path, *words: str) -> Callable[[], Awaitable[str]]:
    """What a command prints on stderr."""

    async def ask() -> str:
        return gateway(settings, *words).stderr

    return ask

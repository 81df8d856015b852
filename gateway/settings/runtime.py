"""Settings of the running gateway. Durations are in seconds. Demo, tests and production differ only in these."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, NamedTuple
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, WithJsonSchema, field_validator, model_validator

from gateway.settings.company import Bare, Company, Organisation, Strict
from gateway.settings.kafka import Kafka, is_loopback
from gateway.settings.unique import clashes


class Delivery(Strict):
    """Leases and waiting times (decisions 8, 9, 12). The first four add up to how long a call stays in doubt."""

    lease: float = Field(default=10.0, gt=0)
    call_timeout: float = Field(default=20.0, gt=0)
    commit_lag: float = Field(default=60.0, ge=0)
    search_lag: float = Field(default=30.0, ge=0)
    horizon_margin: float = Field(default=86_400.0, ge=0)
    absence: float = Field(
        default=86_400.0, gt=0, description="time without a record in a home, after which documents are looked up again"
    )
    second_look: float = Field(
        default=3600.0, gt=0, description="time until a document that was in doubt is looked up once more (decision 9)"
    )
    down_after: float = Field(
        default=300.0, gt=0, description="time without an answer after which an API is down (decision 14)"
    )
    report_after: float = Field(
        default=3600.0, gt=0, description="time without an outcome after which a document is reported (F6)"
    )
    documents_at_once: int = Field(default=8, ge=1, description="documents in transfer per company (decision 3)")


class Polling(Strict):
    """How often Severa is read, and how much is published (decisions 1, 2, 18)."""

    interval_min: float = Field(default=5.0, gt=0)
    interval_max: float = Field(default=300.0, gt=0)
    window: int = Field(
        default=50, ge=1, le=200, description="documents per company that are published and not settled"
    )
    retry_refused: float = Field(default=3600.0, gt=0)
    sync_interval: float = Field(
        default=60.0, gt=0, le=600, description="time between two looks at objects that are kept in step (ADR 31)"
    )
    publish_again: float = Field(
        default=300.0, gt=0, description="time after which an event that nobody read is published again (ADR 18)"
    )
    units_again: float = Field(
        default=600.0, ge=0, description="time after which Severa's business units are read again (decision 13)"
    )

    @model_validator(mode="after")
    def _in_order(self) -> Polling:
        if self.interval_min > self.interval_max:
            raise ValueError(f"interval_min is {self.interval_min:g}, above interval_max ({self.interval_max:g})")
        return self


class Api(Strict):
    """An API and its rate of calls. At the vendor's own address, the vendor's limit can't be exceeded (Q4)."""

    base_url: str
    requests_per_second: float = Field(gt=0)
    requests_per_minute: float | None = Field(
        default=None, gt=0, description="instead of requests_per_second, for an API that counts per minute"
    )
    _host: ClassVar[str]
    _allowed: ClassVar[float]

    @property
    def rate(self) -> float:
        """Calls per second."""
        return self.requests_per_second if self.requests_per_minute is None else self.requests_per_minute / 60

    @property
    def counted_over(self) -> float:
        """The period over which the API counts calls, in seconds."""
        return 1.0 if self.requests_per_minute is None else 60.0

    def part(self, part: float) -> dict[str, float | None]:
        """The rate settings for a part of the calls."""
        by_minute = None if self.requests_per_minute is None else self.requests_per_minute * part
        return {"requests_per_second": self.requests_per_second * part, "requests_per_minute": by_minute}

    @field_validator("base_url")
    @classmethod
    def _an_address(cls, value: str) -> str:
        address = urlsplit(value)
        if address.scheme not in ("http", "https") or not address.hostname:
            raise ValueError(
                f"{value!r} is not an address. It must begin with https:// and a host, as in {cls.example()}"
            )
        if address.username is not None:  # it would be shown wherever the address is
            raise ValueError("contains a login. Remove everything between // and @")
        if address.scheme == "http" and not is_loopback(address.hostname):
            raise ValueError(
                f"{value!r} is plain HTTP: keys and invoices would cross the network unencrypted. It must begin with "
                "https://; http:// is accepted for this machine only (localhost, 127.0.0.1, ::1)"
            )
        return value

    @classmethod
    def example(cls) -> str:
        """The vendor's own address."""
        return str(cls.model_fields["base_url"].default)

    @model_validator(mode="after")
    def _within(self) -> Api:
        if self.requests_per_minute is not None and "requests_per_second" in self.model_fields_set:
            raise ValueError("requests_per_second and requests_per_minute exclude each other: set only one of them")
        if self._host in self.base_url and self.rate > self._most():
            raise ValueError(f"{self.rate:g} requests per second are too many: the API allows {self._most():g}")
        return self

    def _most(self) -> float:
        return self._allowed


class SeveraApi(Api):
    """Severa's API, which allows 10 calls per second (docs/api-facts.md 1)."""

    _host, _allowed = "severa.visma.com", 10

    base_url: str = "https://api.severa.visma.com/rest-api"
    requests_per_second: float = Field(default=8.0, gt=0)


class Environment(NamedTuple):
    """An environment of Procountor."""

    base_url: str
    #: Calls per second and client that the vendor allows.
    allowed: float
    #: The default setting, which stays below the limit.
    rate: tuple[str, float]


#: The lower limit, where sources differ (docs/api-facts.md 17, 18, 60).
ENVIRONMENTS = {
    "production": Environment("https://api.procountor.com/api", 20, ("requests_per_second", 15.0)),
    "test": Environment("https://pts-api.procountor.com/api", 90 / 60, ("requests_per_minute", 70.0)),
}


class ProcountorApi(Api):
    """Procountor's API, which allows 20 calls per second and client; its test environment allows 90 per minute.
    `environment` sets address and rate unless they are set here.
    """

    _host, _allowed = "procountor.com", 20

    environment: Literal["production", "test"] = "production"
    base_url: str = "https://api.procountor.com/api"
    client_id: Bare
    client_secret: SecretStr
    requests_per_second: float = Field(default=15.0, gt=0)

    @model_validator(mode="before")
    @classmethod
    def _of_its_environment(cls, given: object) -> object:
        if not isinstance(given, dict) or (own := ENVIRONMENTS.get(str(given.get("environment")))) is None:
            return given
        rates = {"requests_per_second", "requests_per_minute"}
        return {"base_url": own.base_url, **(dict([own.rate]) if rates.isdisjoint(given) else {}), **given}

    @model_validator(mode="after")
    def _at_its_environment(self) -> ProcountorApi:
        host = urlsplit(self.base_url).hostname
        for name, one in ENVIRONMENTS.items():
            if name != self.environment and host == urlsplit(one.base_url).hostname:
                raise ValueError(f"base_url is the address of {name}, but environment is {self.environment}")
        return self

    def _most(self) -> float:
        return ENVIRONMENTS[self.environment].allowed


class Smtp(Strict):
    """The mail server for error e-mails; without a host, none are sent."""

    host: str = ""
    port: int = Field(default=587, ge=1, le=65535)
    starttls: bool = True
    username: str = ""
    password: SecretStr = SecretStr("")
    sender: str = "gateway@localhost"


PORT = {"type": "integer", "minimum": 0, "maximum": 65535}
Port = Annotated[int, Field(ge=0, le=65535)]


class Telemetry(Strict):
    """Logs, health and traces; traces are sent over OTLP/HTTP if an address is set."""

    otlp_endpoint: str = ""
    trace_ratio: float = Field(
        default=1.0, ge=0, le=1, description="the part of the traces that is sent, each as a whole; 0.1 is one in ten"
    )
    log_format: Literal["json", "console"] = "json"
    log_level: Literal["DEBUG", "INFO", "WARNING", "ERROR"] = "INFO"
    health_host: str = "127.0.0.1"
    health_port: Annotated[tuple[Port, ...], WithJsonSchema({"anyOf": [PORT, {"type": "array", "items": PORT}]})] = (
        Field(
            default=tuple(range(8080, 8090)),
            min_length=1,
            description="a port, or a list of which the first free port is taken",
        )
    )

    @field_validator("health_port", mode="before")
    @classmethod
    def _one_or_more(cls, value: object) -> object:
        return [value] if isinstance(value, int | str) else value


class GatewaySettings(Strict):
    """A whole `gateway.yaml`."""

    kafka: Kafka = Kafka()
    delivery: Delivery = Delivery()
    polling: Polling = Polling()
    severa: SeveraApi = SeveraApi()
    procountor: ProcountorApi
    smtp: Smtp = Smtp()
    telemetry: Telemetry = Telemetry()
    organisations: tuple[Organisation, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _unique(self) -> GatewaySettings:
        if wrong := clashes(self.organisations, self.procountor.client_id):
            raise ValueError("; ".join(wrong))
        return self

    def companies(self) -> list[Company]:
        """Every company of every organisation."""
        return [company for organisation in self.organisations for company in organisation.companies]

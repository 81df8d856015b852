"""Settings of the Kafka cluster: addresses, TLS, login, schema registry. Durations are in seconds."""

from __future__ import annotations

from ipaddress import ip_address
from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from gateway.settings.company import Bare, Strict
from gateway.settings.tls import Tls


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, so that nothing crosses a network."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


class SchemaRegistry(Strict):
    """A registry with Confluent's REST API (ADR 33). `file: true`, or the word `file` for the whole section: ids come
    from schemas/ids.json, and no registry is asked.
    """

    url: str = ""
    username: str = ""
    password: SecretStr = SecretStr("")
    plain_http: bool = Field(default=False, description="true: http:// is accepted for a registry elsewhere")
    timeout: float = Field(default=10.0, gt=0)
    file: bool = False

    @model_validator(mode="after")
    def _one_of_both(self) -> SchemaRegistry:
        if self.file == bool(self.url):
            raise ValueError("set either url, the address of the cluster's schema registry, or file: true")
        address = urlsplit(self.url)
        if self.url and (address.scheme not in ("http", "https") or not address.hostname):
            raise ValueError(
                "url is not an address. It must begin with https:// and a host, as in https://registry.example.com"
            )
        if address.username or address.password:
            raise ValueError("url has credentials in it: set them as username and password")
        if address.scheme == "http" and not (self.plain_http or is_loopback(address.hostname or "")):
            raise ValueError(
                "url begins with http://, which sends the password in clear: write https://, or set plain_http: true"
            )
        if self.password.get_secret_value() and not self.username:
            raise ValueError("password is set, and username is not")
        return self


class OAuth(Strict):
    """Where tokens come from: OAuth 2.0's grant of client credentials."""

    token_url: str
    client_id: Bare
    client_secret: SecretStr
    scope: str = ""

    @field_validator("token_url")
    @classmethod
    def _safe(cls, value: str) -> str:
        address = urlsplit(value)
        if address.username or address.password:
            raise ValueError("has credentials in it: set them as client_id and client_secret")
        if not address.hostname or not (
            address.scheme == "https" or (address.scheme == "http" and is_loopback(address.hostname))
        ):
            raise ValueError(
                "is not an address that begins with https:// and a host; the secret would be sent in clear"
            )
        return value


class Sasl(Strict):
    """The login at the brokers."""

    mechanism: Literal["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN", "OAUTHBEARER"] = "SCRAM-SHA-512"
    username: str = ""
    password: SecretStr = SecretStr("")
    oauth: OAuth | None = None

    @model_validator(mode="after")
    def _complete(self) -> Sasl:
        named = bool(self.username) and bool(self.password.get_secret_value())
        if self.mechanism == "OAUTHBEARER":
            if self.oauth is None or self.username or self.password.get_secret_value():
                raise ValueError("OAUTHBEARER needs oauth, and neither username nor password")
        elif not named or self.oauth is not None:
            raise ValueError(f"{self.mechanism} needs username and password, and no oauth")
        return self


class Kafka(Strict):
    """The Kafka cluster and the gateway's names on it (O3). `partitions` never changes once there is a ledger."""

    bootstrap: str = "localhost:9092"
    prefix: str = Field(
        default="severa-procountor",
        pattern=r"^[A-Za-z0-9._-]+$",
        description="letters a-z, digits, dots, dashes and underscores",
    )
    partitions: int = Field(default=12, ge=1, le=1000)
    replication: int = Field(default=0, ge=0, description="copies of each topic; 0: as many as brokers, at most 3")
    max_record_bytes: int = Field(default=4_000_000, ge=1_000_000, le=100_000_000)
    session_timeout: float = Field(default=6.0, ge=2.0)
    rebalance_timeout: float = Field(default=10.0, ge=2.0)
    tls: Tls | None = None
    sasl: Sasl | None = None
    registry: SchemaRegistry | None = None

    @field_validator("bootstrap")
    @classmethod
    def _brokers(cls, value: str) -> str:
        """Without spaces, which would become part of a host's name."""
        brokers = [one.strip() for one in value.split(",")]
        if not all(brokers):
            raise ValueError("must be host:port, several separated by commas")
        return ",".join(brokers)

    @field_validator("tls", mode="before", json_schema_input_type=Tls | Literal[True] | None)
    @classmethod
    def _with_the_systems_authorities(cls, value: object) -> object:
        return {} if value is True else value

    @field_validator("registry", mode="before", json_schema_input_type=SchemaRegistry | Literal["file"] | None)
    @classmethod
    def _by_its_word(cls, value: object) -> object:
        return {"file": True} if value == "file" else value

    @model_validator(mode="after")
    def _ids_of_the_cluster(self) -> Kafka:
        """Ids from a file would mean other schemas to everybody else on a shared cluster (O3)."""
        if self.registry is None and not self.is_here:
            raise ValueError(
                "registry is missing, and the brokers are not on this machine: set registry.url, or write "
                "registry: file if nobody else reads the topics"
            )
        return self

    @model_validator(mode="after")
    def _login_unseen(self) -> Kafka:
        if self.sasl is not None and self.tls is None and not self.is_here:
            raise ValueError("sasl is set and tls is not: the login would cross the network unencrypted. Set tls")
        return self

    @property
    def is_here(self) -> bool:
        """Whether all brokers are on this machine."""
        hosts = (urlsplit(f"//{broker}").hostname for broker in self.bootstrap.split(","))
        return all(is_loopback(host or "") for host in hosts)

"""What the contract must know of a flow: one document in a small world, and what people do to it."""

from __future__ import annotations

from typing import Any, Protocol

from gateway.delivery.flow import AnyFlow
from gateway.sandbox.world.demo_world import Firm
from tests.simulation.stage import Stage

Json = dict[str, Any]


class FlowCase(Protocol):
    """One document of a flow, which waits, and whose transfer needs every kind of effect that the flow has."""

    #: Its company, with the flow's settings.
    firm: Firm
    #: The system that it goes to, and the sandbox's operation that creates it there.
    target: str
    post: str
    #: Its key, as topics write it.
    key: str
    #: The code of the error while it is unfit.
    unfit_code: str

    @property
    def flow(self) -> AnyFlow:
        """Its flow."""

    def world(self) -> Json:
        """Both systems, before the gateway begins."""

    def created(self, stage: Stage) -> list[Json]:
        """What stands for it in the target."""

    def lacks(self, stage: Stage) -> list[str]:
        """What is not as a complete transfer leaves it, in both systems."""

    def edit(self, stage: Stage) -> None:
        """Its user changes it at the source."""

    def take_out(self, stage: Stage) -> None:
        """Its user no longer wants it transferred."""

    def make_unfit(self, stage: Stage) -> None:
        """Its user leaves out what a transfer needs."""

    def make_fit(self, stage: Stage) -> None:
        """Its user puts it right."""

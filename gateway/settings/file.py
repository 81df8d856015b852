"""The settings file while a worker runs: it is read again when it, or a file that it refers to, changes (S18-S20)."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from gateway.settings.company import Company
from gateway.settings.load import load, referenced
from gateway.settings.runtime import GatewaySettings

#: Secrets that a worker takes in, by the section that holds them: each is read when it is next sent.
ROTATED = {"severa": {"client_secret"}, "procountor": {"client_secret"}, "smtp": {"password"}}
Signature = tuple[tuple[str, int, int, int], ...]


@dataclass(slots=True)
class SettingsFile:
    """A settings file, and how it looked when it was read last."""

    path: Path
    _signature: Signature | None = field(init=False)

    def __post_init__(self) -> None:
        self._signature = self._now()

    def changed(self) -> GatewaySettings | None:
        """The settings, if a file has changed since the last call; None if none has. Raises SettingsError once per
        change.
        """
        now = self._now()
        if now == self._signature:
            return None
        self._signature = now
        return load(self.path)

    def _now(self) -> Signature:
        """Inode, size and time of each file; a missing file is one that has changed once it is there."""
        found = []
        for path in (self.path, *referenced(self.path)):
            try:
                status = path.stat()
            except OSError:
                continue
            found.append((str(path), status.st_ino, status.st_size, status.st_mtime_ns))
        return tuple(found)


def needs_a_restart(before: GatewaySettings, now: GatewaySettings) -> list[str]:
    """What a running worker can't take in, as the settings name it: everything but the companies' flows, mails, codes
    and switches, and the secrets that are asked for at each login. API keys choose the books that are written, and
    companies have a place in the group.
    """
    shared = [name for name in GatewaySettings.model_fields if name != "organisations"]
    found = [name for name in shared if _differs(before, now, name)]
    old = {one.name: one for one in before.organisations}
    new = {one.name: one for one in now.organisations}
    found += [f"organisations: {name}" for name in sorted(old.keys() ^ new.keys())]
    for name in sorted(old.keys() & new.keys()):
        if _differs(old[name], new[name], "severa"):
            found.append(f"organisations: {name}: severa")
        found += _of_companies(
            {one.id: one for one in old[name].companies}, {one.id: one for one in new[name].companies}
        )
    return found


def _of_companies(old: dict[str, Company], new: dict[str, Company]) -> list[str]:
    found = [f"companies: {name}" for name in sorted(old.keys() ^ new.keys())]
    for name in sorted(old.keys() & new.keys()):
        found += [f"{name}: {one}" for one in ("business_unit", "procountor") if _differs(old[name], new[name], one)]
    return found


def _differs(old: BaseModel, new: BaseModel, name: str) -> bool:
    """Whether a setting, or anything within it, differs that doesn't rotate."""
    return bool(_fixed(getattr(old, name), name) != _fixed(getattr(new, name), name))


def _fixed(value: Any, name: str) -> Any:
    return value.model_dump(exclude=ROTATED[name]) if name in ROTATED and value is not None else value

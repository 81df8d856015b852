"""Read `gateway.yaml`, fill in its references, and report all faults in one message."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from yaml.composer import ComposerError

from gateway.settings import messages
from gateway.settings.runtime import GatewaySettings

_REFERENCE = re.compile(r"\$\{(file:)?([^}]+)\}")


class SettingsError(ValueError):
    """The settings are wrong. The message says where, what, and what is accepted. Exit code 2."""


class _Once(yaml.SafeLoader):
    """A YAML loader that refuses a name twice in one mapping, since the first value would silently be lost."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node: yaml.MappingNode = super().compose_mapping_node(anchor)
        seen: set[str] = set()
        for key, _ in node.value:
            if not isinstance(key, yaml.ScalarNode):  # refused when the mapping is built
                continue
            if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
                raise ComposerError(None, None, "a name is twice in one mapping", key.start_mark)
            seen.add(key.value)
        return node


def load(path: Path, environ: Mapping[str, str] | None = None) -> GatewaySettings:
    """Load the settings file. `${NAME}` stands for an environment variable, `${file:PATH}` for the content of a file.

    Raises SettingsError.
    """
    try:
        tree = yaml.load(path.read_text(encoding="utf-8"), _Once)
    except OSError as error:
        raise SettingsError(
            f"{path}: can't be read ({error.strerror}). Name the settings file with --settings."
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"{path}: is not YAML: {_what(error)}."
        ) from None  # the error's own text would quote the line
    if not isinstance(tree, dict):
        raise SettingsError(f"{path}: must be a mapping with 'organisations' and 'procountor'.")
    missing: list[str] = []
    filled = _fill(tree, _References(tree, os.environ if environ is None else environ, path, missing), ())
    if missing:
        raise _wrong(path, missing)
    try:
        return GatewaySettings.model_validate(filled, context={"folder": path.parent})
    except ValidationError as error:
        raise _wrong(path, messages.lines(error, tree, GatewaySettings)) from None


def referenced(path: Path) -> list[Path]:
    """The files that a settings file takes values from; none if it can't be read."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return []
    return [path.parent / match[2] for match in _REFERENCE.finditer(text) if match[1]]


def _what(error: Exception) -> str:
    """The fault and its place, without any of the text, which may be a secret."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return str(getattr(error, "reason", "it can't be read"))
    problem = re.sub(r"'[^'\s<][^'\s]+'", "'...'", str(getattr(error, "problem", None) or "it can't be read"))
    return f"{problem} (line {mark.line + 1}, column {mark.column + 1})"


def _wrong(path: Path, lines: Sequence[str]) -> SettingsError:
    return SettingsError("\n  ".join([f"{path}: {len(lines)} wrong setting(s):", *lines]))


@dataclass(frozen=True, slots=True)
class _References:
    """Fills in the references of a settings file."""

    tree: Any
    environ: Mapping[str, str]
    path: Path
    #: Collects a line per reference that can't be filled in.
    missing: list[str]

    def filled(self, text: str, place: messages.Place) -> str:
        """The text with the values of its references."""
        return _REFERENCE.sub(lambda match: self._value(match[2], bool(match[1]), place), text)

    def _value(self, name: str, is_file: bool, place: messages.Place) -> str:
        if not is_file and name in self.environ:
            return self.environ[name]
        why = f"the environment variable {name} is not set. Set it and start again"
        if is_file:
            try:
                return (self.path.parent / name).read_text(encoding="utf-8").strip()
            except OSError as error:
                why = f"the file {name} can't be read ({error.strerror})"
            except UnicodeDecodeError:  # its bytes may be a secret
                why = f"the file {name} is not text in UTF-8. Save it as UTF-8"
        self.missing.append(f"{messages.place(place, self.tree)}: {why}")
        return ""


def _fill(node: Any, references: _References, place: messages.Place) -> Any:
    if isinstance(node, dict):
        return {key: _fill(value, references, (*place, key)) for key, value in node.items()}
    if isinstance(node, list):
        return [_fill(value, references, (*place, index)) for index, value in enumerate(node)]
    return references.filled(node, place) if isinstance(node, str) else node

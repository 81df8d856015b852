"""Read `gateway.yaml`, fill in its references, and report all faults in one message."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from yaml.composer import ComposerError
from yaml.constructor import ConstructorError

from gateway.settings import messages
from gateway.settings.runtime import GatewaySettings

_REFERENCE = re.compile(r"\$\{(file:)?([^}]+)\}")
#: The deepest place of a setting, and the most values of a file. An anchor within itself, or one that names another
#: many times, has more.
DEEPEST, MOST_VALUES = 20, 2_000_000


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

    def construct_object(self, node: Any, deep: bool = False) -> Any:
        """Values that look like a date, a number or a tag, and are none, make YAML raise errors of any kind."""
        try:
            return super().construct_object(node, deep)
        except (ValueError, ArithmeticError, AttributeError, LookupError, TypeError):
            why = "a value that looks like a date, a number or a tag can't be read: put it in quotes"
            raise ConstructorError(None, None, why, node.start_mark) from None


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
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError) as error:
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
    #: Counts the values of the file.
    values: Iterator[int] = field(default_factory=count)

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
            except ValueError:
                why = f"{name!r} is no name of a file"
        self.missing.append(f"{messages.place(place, self.tree)}: {why}")
        return ""


def _fill(node: Any, references: _References, place: messages.Place) -> Any:
    if len(place) > DEEPEST or next(references.values) > MOST_VALUES:
        raise SettingsError(f"{references.path}: is nested too deeply, or an anchor (&) is used too often.")
    if isinstance(node, dict):
        return {key: _fill(value, references, (*place, key)) for key, value in node.items()}
    if isinstance(node, list):
        return [_fill(value, references, (*place, index)) for index, value in enumerate(node)]
    return references.filled(node, place) if isinstance(node, str) else node

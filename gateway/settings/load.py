"""Read `gateway.yaml`: secrets filled in from their references, faults told in one message."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from yaml.composer import ComposerError

from gateway.settings.runtime import GatewaySettings

_REFERENCE = re.compile(r"\$\{(file:)?([^}]+)\}")


class SettingsError(ValueError):
    """A setting is wrong: the message says which, where, and what is accepted. Exit code 2."""


class _Once(yaml.SafeLoader):
    """Refuses a name that stands twice in one mapping: the first value, a company or a key, would silently be lost."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node: yaml.MappingNode = super().compose_mapping_node(anchor)
        seen: set[str] = set()
        for key, _ in node.value:
            if key.value in seen and key.tag != "tag:yaml.org,2002:merge":
                raise ComposerError(None, None, "a name stands twice in one mapping", key.start_mark)
            if isinstance(key, yaml.ScalarNode):
                seen.add(key.value)
        return node


def load(path: Path, environ: Mapping[str, str] | None = None) -> GatewaySettings:
    """Settings of the file at `path`. `${NAME}` is a variable of the environment, `${file:PATH}` a file's content.

    Raises SettingsError.
    """
    try:
        tree = yaml.load(path.read_text(encoding="utf-8"), _Once)
    except OSError as error:
        raise SettingsError(
            f"{path}: can't be read ({error.strerror}). Name the settings file by --settings."
        ) from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise SettingsError(f"{path}: is not YAML: {_what(error)}.") from None  # its own text quotes the line
    if not isinstance(tree, dict):
        raise SettingsError(f"{path}: a mapping with 'organisations' and 'procountor' is expected.")
    filled = _fill(tree, os.environ if environ is None else environ, path, ())
    try:
        return GatewaySettings.model_validate(filled)
    except ValidationError as error:
        lines = [f"  {_place(fault['loc'], tree)}: {fault['msg']}" for fault in error.errors(include_input=False)]
        raise SettingsError("\n".join([f"{path}: {len(lines)} wrong setting(s):", *lines])) from None


def _what(error: Exception) -> str:
    """What is wrong with the text and where, without a word of the text: it may be a secret."""
    mark = getattr(error, "problem_mark", None)
    if mark is None:
        return str(getattr(error, "reason", "it can't be read"))
    problem = re.sub(r"'[^'\s<][^'\s]+'", "'...'", str(getattr(error, "problem", None) or "it can't be read"))
    return f"{problem} (line {mark.line + 1}, column {mark.column + 1})"


def _fill(node: Any, environ: Mapping[str, str], path: Path, place: tuple[str | int, ...]) -> Any:
    if isinstance(node, dict):
        return {key: _fill(value, environ, path, (*place, key)) for key, value in node.items()}
    if isinstance(node, list):
        return [_fill(value, environ, path, (*place, index)) for index, value in enumerate(node)]
    if not isinstance(node, str):
        return node

    def resolve(match: re.Match[str]) -> str:
        where = ".".join(str(part) for part in place)
        if match[1]:
            try:
                return (path.parent / match[2]).read_text(encoding="utf-8").strip()
            except OSError as error:
                raise SettingsError(
                    f"{path}: {where}: the file {match[2]} can't be read ({error.strerror})."
                ) from error
        if match[2] not in environ:
            raise SettingsError(f"{path}: {where}: the environment has no variable {match[2]}. Set it and start again.")
        return environ[match[2]]

    return _REFERENCE.sub(resolve, node)


def _place(loc: tuple[str | int, ...], tree: Any) -> str:
    """`organisations[0](nordic).companies[1](bolt-fi).sales.status_before`: a person finds it at once."""
    text, node = "", tree
    for part in loc:
        try:
            node = node[part]
        except (KeyError, IndexError, TypeError):
            node = None
        if isinstance(part, int):
            name = node.get("id") or node.get("name") if isinstance(node, dict) else None
            text += f"[{part}]" + (f"({name})" if name else "")
        else:
            text += ("." if text else "") + part
    return text or "the file"

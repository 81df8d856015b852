"""S1: nothing that the gateway reads is ever run: no pickle, no eval, no shell."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FILES = sorted(path for room in ("gateway", "streams") for path in (ROOT / room).rglob("*.py"))
MODULES = {"pickle", "cPickle", "_pickle", "dill", "cloudpickle", "shelve", "marshal", "code", "codeop"}
BUILTINS = {"eval", "exec", "compile", "__import__"}
CALLS = {"os.system", "os.popen", "subprocess.getoutput", "subprocess.getstatusoutput", "yaml.unsafe_load"}
SHELLS = {"asyncio.create_subprocess_shell", "asyncio.subprocess.create_subprocess_shell"}


def runs_data(source: str) -> list[str]:
    """What in the source could run data as code, with its line."""
    return [f"{line}: {what}" for line, what in sorted(_found(ast.parse(source)))]


def _found(tree: ast.AST) -> Iterator[tuple[int, str]]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
        elif isinstance(node, ast.Call):
            name, names = ast.unparse(node.func), []
            if name in BUILTINS | CALLS | SHELLS or (name == "yaml.load" and not _is_safe(node)):
                yield node.lineno, f"{name}()"
            for keyword in node.keywords:
                if keyword.arg == "shell" and not (isinstance(keyword.value, ast.Constant) and not keyword.value.value):
                    yield node.lineno, "shell="
        else:
            continue
        yield from ((node.lineno, name) for name in names if name.split(".")[0] in MODULES or name in CALLS | SHELLS)


def _is_safe(call: ast.Call) -> bool:
    """`_Once` is the settings' own child of SafeLoader (gateway/settings/load.py)."""
    loaders = [*call.args[1:], *(one.value for one in call.keywords if one.arg == "Loader")]
    return [ast.unparse(one).removeprefix("yaml.") in ("_Once", "SafeLoader", "CSafeLoader") for one in loaders] == [
        True
    ]


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from pickle import loads",
        "import marshal as m",
        "eval('1')",
        "exec(x)",
        "subprocess.run('ls', shell=True)",
        "subprocess.run('ls', shell=flag)",
        "os.system('ls')",
        "from os import system",
        "asyncio.create_subprocess_shell('ls')",
        "yaml.load(text, yaml.Loader)",
        "yaml.load(text)",
    ],
)
def test_S1_a_way_to_run_data_is_noticed(source: str) -> None:
    assert runs_data(source)


def test_S1_harmless_lines_are_not_reported() -> None:
    assert not runs_data("re.compile('x'); yaml.load(t, _Once); run(a, shell=False); import json; o.eval(1)")


def test_S1_nothing_that_is_read_is_run() -> None:
    assert len(FILES) > 200
    found = {str(path.relative_to(ROOT)): runs_data(path.read_text()) for path in FILES}
    assert {name: lines for name, lines in found.items() if lines} == {}


def test_S1_settings_are_read_by_a_safe_loader() -> None:
    import yaml

    from gateway.settings.load import _Once

    assert issubclass(_Once, yaml.SafeLoader)

"""B8: every error has a code, a cause, a remedy and someone who acts, and is raised somewhere."""

from __future__ import annotations

import json
import re
import runpy
from pathlib import Path

import pytest
import yaml

from gateway.errors import CATALOGUE
from gateway.settings import load

ROOT = Path(__file__).parents[2]
FILES = [path for folder in ("gateway", "streams") for path in (ROOT / folder).rglob("*.py")]
SOURCE = "\n".join(path.read_text() for path in FILES if path.parent.name != "texts")


@pytest.mark.parametrize("code", CATALOGUE)
def test_B8_a_code_has_its_texts_and_is_used(code: str) -> None:
    entry = CATALOGUE[code]
    assert entry.what.endswith((".", "}"))
    assert entry.remedy.endswith(".")
    assert entry.who in ("finance", "operator", "nobody")
    assert f'"{code}"' in SOURCE


def test_B8_no_code_is_raised_that_the_catalogue_does_not_have() -> None:
    raised = set(re.findall(r'(?:refuse|configuration|transient|poison|in_doubt|not_known)\(\s*"([A-Z_]+)"', SOURCE))
    assert raised <= set(CATALOGUE)
    assert list(CATALOGUE) == sorted(CATALOGUE)


def test_B8_the_page_is_up_to_date() -> None:
    """`make errors` prints it. Each code is on it once, in one topic."""
    page = runpy.run_path(str(ROOT / "tools/errors.py"))["page"]()
    assert page == (ROOT / "docs/errors.md").read_text()
    assert sorted(re.findall(r"^\| `([A-Z_]+)` ", page, re.M)) == list(CATALOGUE)


def test_O4_the_compose_file_names_what_there_is(tmp_path: Path) -> None:
    services = yaml.safe_load((ROOT / "docker-compose.yml").read_text())["services"]
    assert {"kafka", "sandbox", "gateway", "mailpit", "jaeger"} <= set(services)
    jars = json.loads((ROOT / "gateway/sandbox/broker/kafka-jars.json").read_text())
    version = services["kafka"]["image"].rpartition(":")[2]
    assert any(name.endswith(f"-{version}.jar") and name.startswith("connect-api-") for name in jars)
    assert (ROOT / "examples/world.json").exists()
    settings = (ROOT / "examples/gateway.yaml").read_text()
    for name in services["gateway"]["environment"]:
        assert f"${{{name}}}" in settings
    for told, instead in re.findall(r"s#(.+?)#(.*?)#", services["gateway"]["command"]):
        there = told.replace('\\"', '"')
        assert there in settings
        settings = settings.replace(there, instead.replace("\\n", "\n"))
    (tmp_path / "gateway.yaml").write_text(settings)
    assert load(tmp_path / "gateway.yaml", services["gateway"]["environment"]).kafka.bootstrap == "kafka:19092"

"""Lint deploy/helm/gateway with Helm, and render it with the example's values into deploy/helm/rendered.yaml.

Helm is the program that HELM names, otherwise its Go module, built once by `go run`. Tests read what was rendered: its
first line has the fingerprint of the chart and the values, so a page that is out of step fails.
"""

from __future__ import annotations

import hashlib
import os
import shlex
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[1]
CHART, VALUES = ROOT / "deploy/helm/gateway", ROOT / "deploy/helm/example-values.yaml"
RENDERED = ROOT / "deploy/helm/rendered.yaml"
HELM = "go run helm.sh/helm/v3/cmd/helm@v3.22.0"
#: Helm that is built without its own flags takes the cluster for an old one.
CLUSTER = ("--kube-version", "1.30.0")


def fingerprint() -> str:
    """The sha256 of everything that the rendered file is made of."""
    found = hashlib.sha256()
    for path in sorted((*(one for one in CHART.rglob("*") if one.is_file()), VALUES)):
        found.update(f"{path.relative_to(ROOT)}\0".encode() + path.read_bytes() + b"\0")
    return found.hexdigest()


def helm(*arguments: str) -> str:
    """What Helm prints. Raises CalledProcessError; its errors go to stderr."""
    command = [*shlex.split(os.environ.get("HELM", HELM)), *arguments, "--values", str(VALUES), *CLUSTER]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> None:
    print(helm("lint", "--strict", str(CHART)))
    rendered = helm("template", "gateway", str(CHART), "--namespace", "gateway")
    RENDERED.write_text(f"# Rendered by `make chart` from files with sha256 {fingerprint()}\n{rendered}")
    print(f"{RENDERED.relative_to(ROOT)} written")


if __name__ == "__main__":
    main()

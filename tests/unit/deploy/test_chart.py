"""The Helm chart, as `make chart` rendered it with Helm: what a cluster's platform team asks of a workload."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema_rs
import pytest
import yaml

from gateway.attachments.limits import Limits
from gateway.settings import load
from tests.certificates import Authority
from tools.chart import CHART, RENDERED, VALUES, fingerprint

DEFAULTS = yaml.safe_load((CHART / "values.yaml").read_text())
EXAMPLE = yaml.safe_load(VALUES.read_text())
OBJECTS: dict[str, Any] = {one["kind"]: one for one in yaml.safe_load_all(RENDERED.read_text()) if one}
POD: dict[str, Any] = OBJECTS["Deployment"]["spec"]["template"]["spec"]
WORKER: dict[str, Any] = POD["containers"][0]


def test_O4_rendered_chart_is_in_step_with_its_templates() -> None:
    """Else run `make chart`."""
    assert fingerprint() in RENDERED.read_text().splitlines()[0]


def test_O4_values_are_refused_by_schema() -> None:
    schema = jsonschema_rs.validator_for(json.loads((CHART / "values.schema.json").read_text()))
    merged = {**DEFAULTS, **EXAMPLE, "image": {**DEFAULTS["image"], **EXAMPLE["image"]}}
    assert schema.is_valid(merged)
    wrongs: list[dict[str, Any]] = [{"replicas": 0}, {"replica": 2}, {"secrets": ["A b"]}, {"settings": {}}]
    for wrong in (*wrongs, {"image": {"tag": "1"}}):
        assert not schema.is_valid({**merged, **wrong})


def test_S1_settings_load_with_secrets_from_their_mounts(tmp_path: Path) -> None:
    """Each reference leads to a mounted Secret; no value of a secret is in a manifest."""
    mounts = [one["mountPath"] for one in WORKER["volumeMounts"]]
    for name, keys in {
        "gateway-keys": ("procountor", "severa-nordic", "acme-fi"),
        "gateway-mail": ("password",),
        "gateway-kafka": ("password",),
    }.items():
        assert f"/secrets/{name}" in mounts
        (tmp_path / name).mkdir()
        for key in keys:
            (tmp_path / name / key).write_text(f"secret of {key}")
    (tmp_path / "kafka-ca").mkdir()
    (tmp_path / "kafka-ca/ca.crt").write_text(Authority(tmp_path).ca.read_text())
    file = tmp_path / "gateway.yaml"
    file.write_text(OBJECTS["ConfigMap"]["data"]["gateway.yaml"].replace("/secrets/", f"{tmp_path}/"))
    settings = load(file, {})
    assert settings.smtp.password.get_secret_value() == "secret of password"
    assert settings.kafka.sasl and settings.kafka.sasl.password.get_secret_value() == "secret of password"
    assert settings.telemetry.health_host == "0.0.0.0"
    assert settings.telemetry.health_port == (WORKER["ports"][0]["containerPort"],)
    assert "Secret" not in OBJECTS


@pytest.mark.parametrize("probe", ["startupProbe", "readinessProbe", "livenessProbe"])
def test_O2_each_probe_asks_for_progress(probe: str) -> None:
    assert WORKER[probe]["httpGet"] == {"path": "/", "port": "health"}


def test_S1_pod_has_no_rights_it_does_not_need() -> None:
    assert POD["securityContext"]["runAsNonRoot"] and not POD["automountServiceAccountToken"]
    assert WORKER["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    writable = [one for one in WORKER["volumeMounts"] if not one.get("readOnly")]
    assert [one["mountPath"] for one in writable] == [WORKER["env"][0]["value"]] == ["/work"]


def test_X8_memory_has_room_for_worker_and_two_children() -> None:
    """A cgroup that runs out of memory loses the whole pod, not only the child that filled it."""
    limit = int(WORKER["resources"]["limits"]["memory"].removesuffix("Mi")) * 2**20
    assert limit > 2 * Limits().memory + 350_000_000
    assert "cpu" not in WORKER["resources"]["limits"]


def test_Q6_pod_waits_for_a_worker_that_leaves() -> None:
    deployment = OBJECTS["Deployment"]["spec"]
    assert POD["terminationGracePeriodSeconds"] > 30
    assert deployment["strategy"]["rollingUpdate"] == {"maxSurge": 1, "maxUnavailable": 0}
    assert OBJECTS["PodDisruptionBudget"]["spec"]["maxUnavailable"] < deployment["replicas"]


def test_S1_network_lets_in_health_and_out_what_is_named() -> None:
    policy = OBJECTS["NetworkPolicy"]["spec"]
    assert policy["policyTypes"] == ["Ingress", "Egress"]
    assert [rule["ports"] for rule in policy["ingress"]] == [[{"protocol": "TCP", "port": "health"}]]
    assert all(rule["from"] for rule in policy["ingress"])
    ports = {port["port"] for rule in policy["egress"] for port in rule["ports"]}
    assert ports == {53, 443, 587, 4318, 9093} and all(rule["ports"] for rule in policy["egress"])


@pytest.mark.parametrize("kind", ["Deployment", "PodDisruptionBudget", "NetworkPolicy"])
def test_O4_objects_select_the_pods_of_the_release(kind: str) -> None:
    spec = OBJECTS[kind]["spec"]
    selector = spec.get("selector") or spec["podSelector"]
    labels = OBJECTS["Deployment"]["spec"]["template"]["metadata"]["labels"]
    assert selector["matchLabels"].items() <= labels.items() and len(selector["matchLabels"]) == 2

"""The files under deploy/ agree with the rest of the repository. What they describe is not run here."""

import re
import tomllib
from importlib.metadata import version

import pytest
import yaml
from dagster._core.instance.config import dagster_instance_config

from fortnox_assets.places import DAGSTER_YAML
from fortnox_assets.settings import Environment

ROOT = DAGSTER_YAML.parent
DEPLOY = ROOT / "deploy"
ALIKE = ("concurrency", "run_coordinator", "run_launcher", "run_retries", "freshness", "retention", "telemetry", "nux")

pytestmark = pytest.mark.skipif(not DEPLOY.exists(), reason="a wheel has no deploy folder")


def read(path: str):
    return yaml.safe_load((ROOT / path).read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def project() -> dict:
    return tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]


def test_both_instances_are_alike_but_for_storage():
    one, many = read("dagster.yaml"), read("deploy/dagster.yaml")
    assert {name: one[name] for name in ALIKE} == {name: many[name] for name in ALIKE}
    assert set(many) - set(one) == {"storage"}


@pytest.mark.parametrize("directory", [".", "deploy"])
def test_dagster_accepts_the_instance(directory):
    config, _ = dagster_instance_config(str(ROOT / directory))
    assert config["run_coordinator"]["class"] == "CompanyRunCoordinator"


def test_the_image_has_pinned_packages_and_no_rights():
    lines = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    bases = re.findall(r"^FROM (\S+)", lines, re.MULTILINE)
    assert bases
    assert all(re.fullmatch(r"python:3\.11\.\d+-slim-\w+", each) for each in bases)
    assert lines.count("--require-hashes") == 2
    assert re.search(r"^USER 10001$", lines, re.MULTILINE)
    assert "SECRET" not in lines


def test_everything_the_image_copies_is_sent_to_the_builder():
    ignored = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    wanted = {each.removeprefix("!").split("/")[0] for each in ignored if each.startswith("!")}
    forced = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["hatch"]["build"]["targets"]
    assert {each.split("/")[0] for each in forced["wheel"]["force-include"]} <= wanted
    assert {"requirements", "deploy", "pyproject.toml", "README.md", "LICENSE"} <= wanted


def test_what_is_deployed_has_the_versions_of_what_is_tested(project):
    pins = (ROOT / "requirements" / "deploy.txt").read_text(encoding="utf-8")
    runtime = dict(
        re.findall(r"^([\w.-]+)==(\S+)", (ROOT / "requirements/runtime.txt").read_text("utf-8"), re.MULTILINE)
    )
    for name, pinned in re.findall(r"^([\w.-]+)==(\S+)", pins, re.MULTILINE):
        assert runtime.get(name, pinned) == pinned, name
    assert f"dagster=={version('dagster')}" in pins
    compose, values = read("deploy/docker-compose.yaml"), read("deploy/kubernetes/values.yaml")
    assert compose["x-dagster"]["image"] == f"fortnox-assets:{project['version']}"
    assert values["dagsterWebserver"]["image"]["tag"] == project["version"]
    assert read("dagster_cloud.yaml")["locations"][0]["image"].endswith(f":{project['version']}")


def test_every_variable_is_one_the_settings_know():
    known = {name.upper() for name in Environment.model_fields}
    texts = [
        (DEPLOY / name).read_text(encoding="utf-8")
        for name in ("docker-compose.yaml", "kubernetes/values.yaml", "Dockerfile")
    ]
    used = {each for text in texts for each in re.findall(r"\b(?:FORTNOX|BIGQUERY)_[A-Z_]+", text)}
    assert used
    assert used - known == set()


def test_only_the_code_location_has_secrets_and_the_warehouse():
    services = read("deploy/docker-compose.yaml")["services"]
    holders = {name for name, each in services.items() if any("FORTNOX" in key for key in each.get("environment", {}))}
    assert holders == {"code"}
    assert {name for name, each in services.items() if "state:/var/lib/fortnox" in each.get("volumes", ())} == {"code"}
    assert services["webserver"]["ports"] == ["127.0.0.1:3000:3000"]
    for name in ("webserver", "daemon", "code"):
        assert services[name]["depends_on"]["tables"]["condition"] == "service_completed_successfully"


def test_companies_have_one_run_at_a_time_everywhere():
    limits = read("deploy/dagster.yaml")["concurrency"]["runs"]["tag_concurrency_limits"]
    coordinator = read("deploy/kubernetes/values.yaml")["dagsterDaemon"]["runCoordinator"]["config"][
        "customRunCoordinator"
    ]
    assert coordinator["config"]["tag_concurrency_limits"] == limits
    assert (coordinator["module"], coordinator["class"]) == ("fortnox_assets.coordinator", "CompanyRunCoordinator")


def test_kubernetes_objects_have_the_names_the_values_use():
    text = (DEPLOY / "kubernetes" / "fortnox.yaml").read_text(encoding="utf-8")
    objects = {each["kind"]: each for each in yaml.safe_load_all(text)}
    (deployment,) = read("deploy/kubernetes/values.yaml")["dagster-user-deployments"]["deployments"]
    volumes = {each["name"]: each for each in deployment["volumes"]}
    assert (
        volumes["state"]["persistentVolumeClaim"]["claimName"] == objects["PersistentVolumeClaim"]["metadata"]["name"]
    )
    assert volumes["config"]["configMap"]["name"] == objects["ConfigMap"]["metadata"]["name"]
    account = read("deploy/kubernetes/values.yaml")["global"]["serviceAccountName"]
    assert account == objects["ServiceAccount"]["metadata"]["name"]
    assert "kind: Secret\n" not in text


def test_the_workspace_is_the_compose_service():
    (server,) = [each["grpc_server"] for each in read("deploy/workspace.yaml")["load_from"]]
    assert server["host"] in read("deploy/docker-compose.yaml")["services"]
    assert str(server["port"]) in (DEPLOY / "Dockerfile").read_text(encoding="utf-8")

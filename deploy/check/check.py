"""Checks the files of `deploy` without a cluster, an engine or a network. The packages are in requirements.txt beside it:

    python -m pip install --require-hashes --requirement deploy/check/requirements.txt && python deploy/check/check.py

Kubernetes objects are validated against the schemas of Kubernetes, and compose.yaml against the Compose specification, both refusing
fields that do not exist. Every TICKETING_ variable must be a setting of the server, and PostgreSQL must have enough connections for
all servers. Where systemd is installed, it checks the unit.
"""

import json
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import compose_spec
import kubernetes_validate
import yaml

DEPLOY = Path(__file__).resolve().parent.parent
SETTINGS = DEPLOY.parent / "server/src/config/settings.rs"
# The oldest and the newest Kubernetes whose schemas must accept the files.
KUBERNETES = ["1.30", "1.37"]
CONNECTIONS_PER_SERVER = 30


def documents(path):
    return list(yaml.safe_load_all(path.read_text()))


def kubernetes_objects():
    """Every object, with the name of its file. Kustomizations and the objects of operators have no schema in Kubernetes."""
    for path in sorted((DEPLOY / "kubernetes").rglob("*.yaml")):
        for document in documents(path):
            if not document["apiVersion"].startswith(("kustomize.", "postgresql.cnpg.io/")):
                yield path, document


def objects_match_kubernetes():
    for path, document in kubernetes_objects():
        for version in KUBERNETES:
            try:
                kubernetes_validate.validate(document, version, strict=True)
            except kubernetes_validate.ValidationError as error:
                raise AssertionError(f"{path.name}, {document['kind']}, Kubernetes {version}: {error.message}") from error


def every_file_of_the_base_is_listed():
    base = DEPLOY / "kubernetes/base"
    [kustomization] = documents(base / "kustomization.yaml")
    files = {path.name for path in base.glob("*.yaml")} - {"kustomization.yaml"}
    assert files == set(kustomization["resources"]), files ^ set(kustomization["resources"])


def compose_matches_its_specification():
    [compose] = documents(DEPLOY / "compose.yaml")  # compose_spec itself does not know the merge key `<<`.
    compose_spec.PyCompose.from_json(json.dumps(compose))


def variables_are_settings():
    settings = re.findall(r"^    ([a-z_]+): [^{\n]*\{$", SETTINGS.read_text(), re.MULTILINE)
    assert "trusted_proxies" in settings and "listen" in settings, "settings.rs is not understood"
    # The others are not the server's: the domain of Caddy, the cache of the build, and what Kubernetes would set.
    known = {f"TICKETING_{name.upper()}" for name in settings} | {"TICKETING_DOMAIN", "TICKETING_CACHE", "TICKETING_PORT"}
    for path in sorted(DEPLOY.rglob("*")):
        if path.is_file() and path.suffix != ".py" and path.name != ".env":
            unknown = set(re.findall(r"\bTICKETING_[A-Z_]*[A-Z]\b", path.read_text())) - known
            assert not unknown, f"{path.name}: {sorted(unknown)} are no settings"


def postgresql_has_a_connection_for_every_server():
    objects = {document["kind"]: document for _, document in kubernetes_objects()}
    surge = objects["Deployment"]["spec"]["strategy"]["rollingUpdate"]["maxSurge"]
    servers = objects["HorizontalPodAutoscaler"]["spec"]["maxReplicas"] + surge
    [cluster] = documents(DEPLOY / "kubernetes/postgres.example.yaml")
    allowed = int(cluster["spec"]["postgresql"]["parameters"]["max_connections"])
    assert allowed > CONNECTIONS_PER_SERVER * servers, f"{allowed} connections for {servers} servers in Kubernetes"
    services = documents(DEPLOY / "compose.yaml")[0]["services"]
    servers = services["ticketing"]["deploy"]["replicas"] + 1
    allowed = int(re.search(r"max_connections=(\d+)", " ".join(services["postgres"]["command"]))[1])
    assert allowed > CONNECTIONS_PER_SERVER * servers, f"{allowed} connections for {servers} servers in compose.yaml"


def systemd_accepts_the_unit():
    if shutil.which("systemd-analyze") is None:
        print("skipped: there is no systemd-analyze")
        return
    with tempfile.TemporaryDirectory() as folder:
        # It also looks for the program, which need not be installed here.
        unit = (DEPLOY / "systemd/ticketing.service").read_text().replace("/usr/local/bin/ticketing", sys.executable)
        copy = Path(folder) / "ticketing.service"
        copy.write_text(unit)
        done = subprocess.run(["systemd-analyze", "verify", copy], capture_output=True, text=True, check=False)
    # Other units of the machine may have problems of their own.
    problems = [line for line in done.stderr.splitlines() if "ticketing.service" in line]
    assert not problems, "\n".join(problems)


CHECKS = [
    objects_match_kubernetes,
    every_file_of_the_base_is_listed,
    compose_matches_its_specification,
    variables_are_settings,
    postgresql_has_a_connection_for_every_server,
    systemd_accepts_the_unit,
]


def main():
    failed = 0
    for check in CHECKS:
        try:
            check()
            print(f"ok: {check.__name__}")
        except Exception as error:  # Whatever a check meets is a failure of that check, and the others run all the same.
            failed += 1
            print(f"FAILED: {check.__name__}: {error}")
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())

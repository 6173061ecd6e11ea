"""The wheel by itself: built, unpacked beside the installed dependencies, and used from a directory of its own."""

import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile
from pathlib import Path

import pytest
import yaml

from fortnox_assets.cli.demo import demo_environment, unlimited_simulator
from fortnox_assets.places import DBT_PROJECT
from fortnox_assets.simulator.sample_companies import sample_companies
from fortnox_assets.simulator.server import background
from fortnox_assets.warehouse.duckdb import query

CHECKOUT = DBT_PROJECT.parent
MODULE = "fortnox_assets.definitions"
# Prints the file that the web interface opens for each model and seed.
CODE_REFERENCES = """
from fortnox_assets.definitions import defs
graph = defs().resolve_asset_graph()
for key in graph.get_all_asset_keys():
    if key.path[0] != "fortnox_raw":
        print(*(each.file_path for each in graph.get(key).metadata["dagster/code_references"].code_references))
"""
READ_ONLY_FILE, READ_ONLY_FOLDER = 0o444, 0o555


def run(*command: object, **more: object) -> subprocess.CompletedProcess:
    done = subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False, **more)
    assert done.returncode == 0, done.stdout + done.stderr
    return done


@pytest.fixture(scope="module")
def wheel(tmp_path_factory) -> Path:
    """Built from a copy of the project, with what dbt leaves in its folder when it is run by hand."""
    directory = tmp_path_factory.mktemp("checkout")
    for name in ("pyproject.toml", "README.md", "LICENSE", "dagster.yaml"):
        shutil.copyfile(CHECKOUT / name, directory / name)
    for name in ("fortnox_assets", "dbt_project"):
        shutil.copytree(CHECKOUT / name, directory / name, ignore=shutil.ignore_patterns("target", "logs"))
    for left in ("target/manifest.json", "logs/dbt.log", ".user.yml"):
        file = directory / "dbt_project" / left
        file.parent.mkdir(exist_ok=True)
        file.write_text("id: somebody", encoding="utf-8")
    run(sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", directory / "dist", directory)
    (built,) = (directory / "dist").glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory) -> Path:
    """A virtual environment with the wheel, which borrows the dependencies of this one."""
    place = tmp_path_factory.mktemp("venv")
    run(sys.executable, "-m", "venv", "--without-pip", place)
    python = place / "bin" / "python"
    run(sys.executable, "-m", "pip", "--python", python, "install", "--no-deps", "--no-index", "--quiet", wheel)
    packages = Path(run(python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip())
    # Only the folder itself: the .pth files in it, and so the checkout, are not followed.
    (packages / "borrowed.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    for each in (packages / "fortnox_assets").rglob("*"):
        each.chmod(READ_ONLY_FILE if each.is_file() else READ_ONLY_FOLDER)
    return place


@pytest.fixture
def use(installed, tmp_path):
    """Runs a program of that environment in an empty directory."""
    borrowed = {"PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])}
    ours = ("FORTNOX_", "DAGSTER_", "DUCKDB_", "PYTHONPATH")
    clean = {name: value for name, value in os.environ.items() if not name.startswith(ours)}

    def program(name: str, *arguments: object, **environment: str) -> str:
        done = run(installed / "bin" / name, *arguments, cwd=tmp_path, env={**clean, **borrowed, **environment})
        return done.stdout

    return program


def package_files(installed: Path) -> dict[str, int]:
    (package,) = installed.glob("lib/python*/site-packages/fortnox_assets")
    files = (each for each in package.rglob("*") if each.is_file() and "__pycache__" not in each.parts)
    return {str(each.relative_to(package)): each.stat().st_mtime_ns for each in files}


def test_the_wheel_has_the_package_what_is_not_python_and_the_licence(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    models = {f"fortnox_assets/dbt_project/{path.relative_to(DBT_PROJECT)}" for path in DBT_PROJECT.glob("m*/**/*.sql")}
    assert len(models) > 100
    assert models <= names
    assert {
        "fortnox_assets/cli/__init__.py",
        "fortnox_assets/dagster.yaml",
        "fortnox_assets/dbt_project/dbt_project.yml",
        "fortnox_assets/dbt_project/profiles.yml",
        "fortnox_assets/dbt_project/seeds/seed_bas_account_ranges.csv",
    } <= names
    assert [name for name in names if name.endswith(".dist-info/licenses/LICENSE")] != []


def test_the_wheel_has_nothing_that_was_generated_and_nothing_of_the_tests(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
    parts = {part for name in names for part in Path(name).parts}
    assert parts & {"target", "logs", ".user.yml", "dbt_packages", "__pycache__", "data", "docs", "benchmarks"} == set()
    assert {name.split("/")[0].split("-")[0] for name in names} == {"fortnox_assets"}
    assert [name for name in names if name.startswith("fortnox_assets/tests/")] == []
    assert len(names) == len(set(names))


def test_its_own_files_are_the_ones_that_are_used(use, installed):
    places = "from fortnox_assets import places; print(places.DBT_PROJECT); print(places.DAGSTER_YAML)"
    for line in use("python", "-c", places).splitlines():
        assert Path(line).is_relative_to(installed)
        assert Path(line).exists()


def test_the_command_answers(use):
    told = use("fortnox-assets", "--help")
    for command in ("sync", "companies", "simulator", "demo", "dev"):
        assert command in told


def test_a_sync_and_dbt_work_and_write_nothing_into_the_package(use, installed, tmp_path):
    before = package_files(installed)
    company, *_ = sample_companies("tiny")
    config = {"companies": {company.key: {"tenant_id": company.tenant_id}}}
    (tmp_path / "fortnox.yaml").write_text(yaml.safe_dump(config), encoding="utf-8")
    with background(unlimited_simulator([company])) as url:
        environment = {**demo_environment(tmp_path, url), "DAGSTER_HOME": str(tmp_path / "dagster")}
        choice = ["--financial-year", "2026", "--endpoint", "vouchers", "--no-reports"]
        use("fortnox-assets", "sync", *choice, **environment)
    # One table stands for the reports: dbt reads the whole project for it.
    asset = 'key:"fortnox_reporting_staging/seed_vat_account_map"'
    use("python", "-m", "dagster", "asset", "materialize", "-m", MODULE, "--select", asset, **environment)
    for table in ("fortnox_raw.vouchers", "fortnox_reporting_staging.seed_vat_account_map"):
        ((rows,),) = query(tmp_path / "fortnox.duckdb", f"select count(*) from {table}")
        assert (table, rows > 10) == (table, True)
    opened = [Path(line) for line in use("python", "-c", CODE_REFERENCES, **environment).splitlines()]
    assert len(opened) > 100
    assert [path for path in opened if not (path.is_relative_to(installed) and path.exists())] == []
    assert package_files(installed) == before

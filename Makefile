# Everything a fresh machine needs is Python 3.11-3.13 and make: each target first builds .venv if it is not there.
PYTHON ?= $(firstword $(foreach p,python3 python3.13 python3.12 python3.11,\
	$(if $(shell $(p) -c 'import sys; print(1) if (3,11) <= sys.version_info < (3,14) else 0' 2>/dev/null | grep 1),$(p))))
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
export PATH := $(CURDIR)/$(BIN):$(PATH)

.DEFAULT_GOAL := help
.PHONY: help setup demo dev gate test test-bigquery test-ui check format lock wheel docs pictures staging clean

help:  ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/' | expand -t 15

setup: $(INSTALLED)  ## build .venv with the pinned requirements

$(INSTALLED): requirements/dev.txt pyproject.toml
	@test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed: install one, or say make PYTHON=/path/to/python"; exit 1; }
	@echo "Building $(VENV) with $(PYTHON) (about a minute, once) ..."
	@$(PYTHON) -m venv $(VENV) || { echo "python's venv module is missing: on Debian, apt install python3-venv"; exit 1; }
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $@

demo: setup  ## simulated Fortnox -> Dagster -> DuckDB -> reports, in about three minutes
	@fortnox-assets demo

dev: setup  ## Dagster's UI and daemon (uses the demo's data until fortnox.yaml exists)
	@fortnox-assets dev

# The emulator and the analyzer of the BigQuery tests need Python 3.13 and versions of their own.
PYTHON313 ?= $(firstword $(foreach p,python3.13 $(wildcard $(HOME)/.pyenv/versions/3.13*/bin/python3.13),\
	$(if $(shell $(p) -c 'import sys; print(1) if sys.version_info[:2] == (3,13) else 0' 2>/dev/null | grep 1),$(p))))
GATE := .venv-bigquery
GATE_INSTALLED := $(GATE)/.installed

# In CI a missing Python 3.13 is a failure; elsewhere the tests that need it say that they are skipped.
gate: $(if $(PYTHON313),$(GATE_INSTALLED))
	@test -n "$(PYTHON313)" || { echo "The BigQuery tests need Python 3.13: install it, or say make PYTHON313=/path/to/python3.13"; test -z "$(CI)"; }

$(GATE_INSTALLED): requirements/bigquery-gate.txt
	@echo "Building $(GATE) with $(PYTHON313) (once) ..."
	@$(PYTHON313) -m venv $(GATE)
	@$(GATE)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps -r requirements/bigquery-gate.txt
	@touch $@

test-bigquery: setup gate  ## the BigQuery tests alone: GoogleSQL analyzer, emulator, requests, and the whole line (ten minutes)
	@BIGQUERY_LINE=1 pytest tests/bigquery

# SQLite and DuckDB wait for the disk at every commit; in memory they do not, where there is enough of it.
ROOMY_MEMORY := $(shell df -Pk /dev/shm 2>/dev/null | awk 'NR == 2 && $$4 > 6000000 { print "/dev/shm" }')

test: setup gate $(if $(CI),check)  ## every test; in CI (CI=true) the checks too
	@$(if $(ROOMY_MEMORY),TMPDIR=$(ROOMY_MEMORY)) pytest -n 2 --dist loadfile --no-loadscope-reorder

test-ui: setup  ## Dagster's web interface and daemon for real, in a browser; ten minutes or more, pictures in docs/images/dagster
	@command -v chromium chromium-browser google-chrome >/dev/null || echo "No chromium: pictures are skipped. On Debian: apt install chromium"
	@FORTNOX_UI=1 FORTNOX_PICTURES=docs/images/dagster pytest tests/daemon -v

check: setup  ## format, lint, types, import rules, SQL, spelling
	@ruff format --check .
	@ruff check .
	@mypy
	@lint-imports
	@sqlfluff lint dbt_project --processes 2 --disable-progress-bar
	@codespell

format: setup  ## put code and SQL in shape
	@ruff format . && ruff check --fix . && sqlfluff fix dbt_project --disable-progress-bar

staging: setup  ## rewrite what is derived from the catalogue: dbt staging and docs/endpoints.md
	@python -m fortnox_assets.catalogue.staging dbt_project/models/staging
	@python -m fortnox_assets.catalogue.docs > docs/endpoints.md

docs: setup  ## the documentation, every table and column in it, as pages in build/docs
	@mkdir -p build/dbt
	@# An empty database: what is described is the project, not somebody's books.
	@DUCKDB_PATH=$(CURDIR)/build/dbt/empty.duckdb FORTNOX_WAREHOUSE=duckdb dbt --quiet docs generate --static \
		--project-dir dbt_project --profiles-dir dbt_project --target-path $(CURDIR)/build/dbt --log-path $(CURDIR)/build/dbt
	@python docs/pages.py build/docs build/dbt/static_index.html

pictures: demo  ## draw the pictures of docs/reports.md again, from the demo's tables
	@python docs/pictures.py

wheel: setup  ## build the wheel into dist/
	@python -m build --wheel --no-isolation --outdir dist .

lock: setup  ## choose and pin new versions of what pyproject.toml asks for
	@uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes \
		--custom-compile-command 'make lock' --upgrade --quiet --output-file requirements/dev.txt
	@uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --constraint requirements/dev.txt \
		--custom-compile-command 'make lock' --quiet --output-file requirements/runtime.txt
	@uv pip compile requirements/bigquery-gate.in --universal --python-version 3.13 --generate-hashes \
		--custom-compile-command 'make lock' --quiet --output-file requirements/bigquery-gate.txt
	@uv pip compile requirements/deploy.in --universal --python-version 3.11 --generate-hashes --constraint requirements/runtime.txt \
		--custom-compile-command 'make lock' --quiet --output-file requirements/deploy.txt

clean:  ## remove what the targets built; data/ stays
	@rm -rf $(VENV) $(GATE) dist build dbt_project/target .pytest_cache .mypy_cache .ruff_cache .hypothesis

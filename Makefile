# Every target brings up .venv by itself; `make help` lists them.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:

PYTHON ?= python3
SEEDS ?= 2000
SUDO := $(if $(filter 0,$(shell id -u)),,sudo)
BIN := .venv/bin
STAMP := .venv/.installed
PACKAGES := engine workflows adapters schemas
LINTED := $(PACKAGES) tests $(wildcard benchmarks)
COMPILE := $(BIN)/uv pip compile --upgrade --universal --python-version 3.11 \
	--generate-hashes --no-header --no-annotate --no-emit-index-url --quiet

# Tests that need no server and little time, and those that need a server or much time.
FAST := -m "not system"
SYSTEM := -m system

.PHONY: help .venv check lint types fast test system demo bench soak lock format postgres kafka clean

help: ## List the targets.
	@grep -hE '^[a-z.]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{ printf "  make %-10s %s\n", $$1, $$2 }'

.venv: $(STAMP) ## Make the virtual environment from the lock, hashes checked.

$(STAMP): requirements-dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
		|| { echo "Python 3.11 or newer is needed; name one: make PYTHON=python3.12"; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation --editable .
	@touch $(STAMP)

check: $(STAMP) ## Linters, types and the tests that need no server (under a minute).
	@$(MAKE) --no-print-directory --jobs=3 --output-sync=target lint types fast

lint: $(STAMP)
	$(BIN)/ruff check $(LINTED)
	$(BIN)/ruff format --check $(LINTED)

types: $(STAMP)
	$(BIN)/mypy $(LINTED)

fast: $(STAMP)
	$(BIN)/python -m pytest $(FAST) -n 2

test: check system ## Everything: check, then the tests with a private PostgreSQL.
	@echo "make test: linters, types, tests without servers and tests with a private PostgreSQL passed."

system: $(STAMP) postgres kafka ## The tests that need a server (private PostgreSQL, Kafka) or much time.
	$(BIN)/python -m pytest $(SYSTEM)

demo: $(STAMP) ## A synthetic city files complaints; ends by itself within a minute.
	$(BIN)/hongdun demo

bench: $(STAMP) postgres ## Measure against the floors; writes build/bench.json.
	@mkdir -p build
	$(BIN)/python -m benchmarks

soak: $(STAMP) ## Many seeds of the simulation: make soak SEEDS=20000.
	$(BIN)/python -m tests.simulation --seeds $(SEEDS)

lock: $(STAMP) ## Lock the newest versions that pyproject.toml allows.
	$(COMPILE) pyproject.toml --output-file requirements.lock
	$(COMPILE) --group build --output-file requirements-build.lock
	$(COMPILE) pyproject.toml --group dev --output-file requirements-dev.lock

format: $(STAMP) ## Let ruff mend what it can.
	$(BIN)/ruff check --fix $(LINTED)
	$(BIN)/ruff format $(LINTED)

postgres: $(STAMP) ## Install the PostgreSQL server (Debian) when none is found.
	@$(BIN)/python -m tests.postgres >/dev/null 2>&1 || { $(SUDO) apt-get update && $(SUDO) \
		env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends postgresql; }
	@$(BIN)/python -m tests.postgres

kafka: $(STAMP) ## Install Java and Maven (Debian) when there are none; fetch Apache Kafka into the cache.
	@$(BIN)/python -m tests.kafka.jars fetch || { $(SUDO) apt-get update && $(SUDO) \
		env DEBIAN_FRONTEND=noninteractive apt-get install --yes --no-install-recommends \
		openjdk-17-jre-headless maven && $(BIN)/python -m tests.kafka.jars fetch; }

clean: ## Remove what builds and tests left (.venv too).
	rm -rf .venv build dist .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find $(LINTED) -name __pycache__ -type d -prune -exec rm -rf {} +

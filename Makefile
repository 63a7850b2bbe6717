# Firstline's task runner. `make help` lists what it can do.
SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
CORPORA ?= ../shared/corpora
ARGS ?=
PORT ?= 8000

.PHONY: help
help: ## Show this list
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | while IFS=$$'\t' read -r name text; do printf '  make %-12s %s\n' "$$name" "$$text"; done

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit("Firstline needs Python 3.11 or newer; this is " + sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@echo "Creating the virtual environment in $(VENV) …"
	@$(PYTHON) -m venv $(VENV) || { echo "The venv module is missing: install it (Debian: apt-get install python3-venv)."; exit 1; }

# Each stamp remembers which lock is installed, so that `make run` and `make test` may follow each other in any order.
$(VENV)/run.stamp: requirements/build.lock pyproject.toml | $(BIN)/python
	@echo "Installing the locked libraries (about a minute the first time) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/build.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(VENV)/dev.stamp: requirements/dev.lock $(VENV)/run.stamp
	@echo "Installing what the tests need …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	@touch $@

.PHONY: vendor
vendor: $(VENV)/run.stamp ## Build the browser bundles when their lockfile changed
	@$(BIN)/python -m frontend.build

.PHONY: run
run: vendor ## Set everything up, fill a demonstration company, serve it on PORT (8000)
	@FIRSTLINE_DEMO=true $(BIN)/firstline init
	@FIRSTLINE_DEMO=true $(BIN)/firstline demo
	@FIRSTLINE_DEMO=true PORT=$(PORT) exec $(BIN)/firstline serve

.PHONY: browser
browser:
	@command -v chromium >/dev/null 2>&1 && fc-list 2>/dev/null | grep -i 'noto.*cjk' >/dev/null && exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then \
		echo "Installing chromium and fonts-noto-cjk …"; \
		apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-cjk fontconfig >/dev/null; \
	else \
		echo "The browser tests need chromium and Chinese fonts. Run this first:"; \
		echo "  sudo apt-get update && sudo apt-get install -y chromium fonts-noto-cjk fontconfig"; exit 1; \
	fi

.PHONY: test
test: browser $(VENV)/dev.stamp vendor ## Run all tests; ARGS="-k inbox tests/browser" selects some
	@$(BIN)/python -m pytest -n 2 --dist loadfile $(ARGS)

.PHONY: soak
soak: $(VENV)/dev.stamp ## Kill and crash everything for long: make soak ARGS="--minutes 60 --seed 7"
	@$(BIN)/python -m tests.chaos.soak $(ARGS)

.PHONY: lint
lint: $(VENV)/dev.stamp ## Check style, types and the direction of imports
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

.PHONY: bench
bench: $(VENV)/dev.stamp ## Measure rates and ratios, write var/bench.json; ARGS="feel dmn" measures some parts
	@$(BIN)/python -m bench $(ARGS)

.PHONY: conformance
conformance: browser $(VENV)/dev.stamp vendor ## Measure against published suites; ARGS="tck 0068" selects some and shows why they fail
	@CORPORA="$(CORPORA)" $(BIN)/python -m tests.conformance $(ARGS)

.PHONY: reference
reference: $(VENV)/dev.stamp ## Write the generated pages of docs/reference; ARGS="coverage" one of them
	@$(BIN)/python -m tests.reference $(ARGS)

.PHONY: revision
revision: $(VENV)/dev.stamp ## Write a migration for changed models: make revision ARGS="add colour"
	@$(BIN)/python -m migrations.revise "$(ARGS)"

.PHONY: golden
golden: $(VENV)/dev.stamp ## Record states of running instances as the present codec writes them
	@$(BIN)/python -m tests.golden.record

.PHONY: lock
lock: $(VENV)/dev.stamp ## Resolve the libraries anew and write requirements/*.lock
	@$(BIN)/python requirements/lock.py

# Everything runs in .venv, which `make` makes and keeps in step with the lock files.
# First use: `make demo` or `make test`. A machine needs Python 3.11+, make and pip.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.NOTPARALLEL:

PORT ?= 8050
WORKERS ?= 2
FIND_PYTHON := for name in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$name -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$name && break; done
PYTHON ?= $(or $(shell $(FIND_PYTHON)),python3)

BIN := .venv/bin
# A stamp's name holds the checksum of what it stands for, so a changed lock is a missing stamp.
checksum = $(shell cat $(1) pyproject.toml | cksum | cut -d ' ' -f 1)
RUNTIME := .venv/runtime-$(call checksum,requirements.lock)
DEVELOPMENT := .venv/development-$(call checksum,requirements-dev.lock)
# The scripts and styles that browsers get, packed once, and plotly's basic bundle where npm is;
# the catalogues, compiled.
SERVED := $(wildcard dashboard/assets/*.js dashboard/assets/*.css dashboard/locales/*/*/*.po) \
	dashboard/package-lock.json
FILES := .venv/files-$(call checksum,requirements.lock $(filter-out %/plotly-basic.min.js,$(SERVED)))
# A virtual environment without a pip of its own borrows the one it was made with.
PIP = $$($(BIN)/python -m pip --version >/dev/null 2>&1 && echo "$(BIN)/python -m pip" \
	|| echo "$(PYTHON) -m pip --python $(BIN)/python")
# Wheels only, every one checked by its hash: nothing is built, nothing unlocked is fetched.
INSTALL = $(PIP) install --quiet --quiet --no-input --disable-pip-version-check
LOCK = $(BIN)/uv pip compile pyproject.toml --universal --python-version 3.11 --fork-strategy fewest \
	--generate-hashes --no-header --no-annotate --quiet $(UPGRADE)
PYTEST = $(BIN)/python -m pytest -n $(WORKERS) --dist loadfile

AUDIT = $(BIN)/python tests/audit_dependencies.py

.PHONY: audit-dependencies help demo test test-all bench check lock clean browser provider postgresql

help:  ## Say what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-18s %s\n", $$1, $$2 }' Makefile

demo: $(RUNTIME) $(FILES)  ## Make the demonstration sector and serve it (PORT=8050)
	$(BIN)/regiespiegel demo --data data --port $(PORT)

test: $(DEVELOPMENT) $(FILES) browser provider check  ## Check and test everything but the slow tests
	$(PYTEST) -m "not slow"

test-all: $(DEVELOPMENT) $(FILES) browser provider postgresql check  ## Check and test everything
	$(PYTEST) --hypothesis-profile=thorough
	$(AUDIT)

audit-dependencies: $(DEVELOPMENT)  ## Compare with the locks; ask for known vulnerabilities
	$(AUDIT)

bench: $(DEVELOPMENT) $(FILES)  ## Measure: every tests/benchmarks/bench_*.py prints its ratios
	@for script in tests/benchmarks/bench_*.py; do \
		[ -e "$$script" ] || { echo "There are no benchmarks yet."; break; }; \
		echo "== $$script"; $(BIN)/python "$$script"; \
	done

check: $(DEVELOPMENT)  ## Lint, formatting, strict types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

lock: $(DEVELOPMENT)  ## Renew the lock files after a change of pyproject.toml (UPGRADE=--upgrade)
	$(LOCK) --output-file requirements.lock
	$(LOCK) --extra dev --constraint requirements.lock --output-file requirements-dev.lock

clean:  ## Remove .venv and caches; data/ stays
	rm -rf .venv build dashboard/built dashboard/node_modules dashboard/assets/plotly-basic.min.js *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(BIN)/python:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { \
		echo "Regiespiegel needs Python 3.11 or newer; '$(PYTHON)' is missing or older."; \
		echo "Install one, or name it: make $(or $(MAKECMDGOALS),demo) PYTHON=/path/to/python3.12"; \
		exit 1; }
	@echo "Making .venv with $$($(PYTHON) --version)"
	@if $(PYTHON) -c 'import ensurepip, venv' 2>/dev/null; then $(PYTHON) -m venv --clear .venv; \
	elif $(PYTHON) -c 'import venv, pip' 2>/dev/null; then $(PYTHON) -m venv --clear --without-pip .venv; \
	else \
		echo "'$(PYTHON) -m venv' does not work here. On Debian or Ubuntu: apt install python3-venv"; \
		exit 1; fi

$(RUNTIME): | $(BIN)/python
	@echo "Installing requirements.lock into .venv (about a minute, once)"
	@$(INSTALL) --require-hashes --only-binary :all: --requirement requirements.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@rm -f .venv/runtime-* && touch $@

$(DEVELOPMENT): | $(BIN)/python
	@echo "Installing requirements-dev.lock into .venv (about a minute, once)"
	@$(INSTALL) --require-hashes --only-binary :all: --requirement requirements-dev.lock
	@$(INSTALL) --no-deps --no-build-isolation --editable .
	@rm -f .venv/development-* .venv/runtime-* && touch $@ $(RUNTIME)

$(FILES): | $(BIN)/python
	@$(BIN)/python -m dashboard.files
	@rm -f .venv/files-* && touch $@

browser:
	@if ! command -v chromium >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing chromium for the browser tests"; \
		{ apt-get update && DEBIAN_FRONTEND=noninteractive \
			apt-get install --yes --no-install-recommends chromium; } >/dev/null 2>&1 || true; \
	fi
	@if ! command -v chromium >/dev/null; then \
		echo "**************************************************************************"; \
		echo "There is no 'chromium' on the PATH: THE BROWSER TESTS ARE NOT RUN."; \
		echo "On Debian or Ubuntu: apt install chromium"; \
		echo "**************************************************************************"; \
		if [ "$${CI:-}" = true ]; then echo "Under CI=true that is a failure."; exit 1; fi; \
	fi

postgresql:
	@ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || { \
		if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
			echo "Installing postgresql for the tests of the account store"; \
			{ apt-get update && DEBIAN_FRONTEND=noninteractive \
				apt-get install --yes --no-install-recommends postgresql; } >/dev/null 2>&1 || true; \
		fi; \
		ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || \
			echo "No PostgreSQL server: ITS TESTS ARE SKIPPED. On Debian: apt install postgresql"; }

# The tests of signing in run against a real OpenID Connect provider, which is a node program.
provider:
	@if ! command -v npm >/dev/null && [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
		echo "Installing nodejs and npm for the tests of signing in"; \
		{ apt-get update && DEBIAN_FRONTEND=noninteractive \
			apt-get install --yes --no-install-recommends nodejs npm; } >/dev/null 2>&1 || true; \
	fi
	@command -v npm >/dev/null || \
		echo "There is no npm: THE TESTS AGAINST A REAL PROVIDER ARE SKIPPED. apt install nodejs npm"

# Parution. `make help` lists what there is.
PYTHON ?= python3
PORT ?= 8321
VENV := .venv
BIN := $(VENV)/bin
LOCKS := requirements/build.txt requirements/runtime.txt
READY := $(VENV)/.ready
READY_DEV := $(VENV)/.ready-dev

.DEFAULT_GOAL := help
.PHONY: help setup demo run test check format bench docs lock translations probe audit sbom

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-14s %s\n", $$1, $$2}'

probe:
	@missing=""; \
	command -v git >/dev/null || missing="$$missing git"; \
	command -v $(PYTHON) >/dev/null || missing="$$missing python3"; \
	$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || missing="$$missing python3-venv"; \
	if [ -n "$$missing" ]; then echo "Something is missing. Install it with: apt install$$missing"; exit 1; fi; \
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	{ echo "Parution needs Python 3.11 or newer. Name one with: make $(MAKECMDGOALS) PYTHON=python3.12"; exit 1; }

$(READY): $(LOCKS) pyproject.toml
	@$(MAKE) --no-print-directory probe
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/build.txt -r requirements/runtime.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $@

$(READY_DEV): $(READY) requirements/dev.txt
	$(BIN)/python -m pip install -q --disable-pip-version-check --require-hashes -r requirements/build.txt -r requirements/dev.txt
	@touch $@

setup: $(READY) ## Make the virtual environment with hash-locked dependencies

demo: $(READY) ## Start an office with a rehearsal newsroom on http://127.0.0.1:8321
	$(BIN)/parution demo --port $(PORT)

run: $(READY) ## Start the office of config/parution.toml and PARUTION_* settings
	PARUTION_WEB__PORT=$(PORT) $(BIN)/parution serve

test: $(READY_DEV) ## Run the tests, on SQLite and, where its server is installed, on PostgreSQL
	$(BIN)/python -m pytest -n 2 --dist loadfile
	$(BIN)/python -m pytest -n 2 --dist loadfile --engine postgresql

check: $(READY_DEV) ## Check format, lint, types and contracts; then run the tests
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	@$(MAKE) --no-print-directory test

format: $(READY_DEV) ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(READY_DEV) ## Measure, and print every figure with what it was measured beside
	$(BIN)/python tests/bench/measure.py $(ONLY)

docs: $(READY_DEV) ## Write the generated documents again, build all of them in build/docs/, check their links
	$(BIN)/python -m docs.build

translations: $(READY_DEV) ## Gather new sentences into the catalogues
	$(BIN)/pybabel -q extract -k worded --no-location --sort-output -F core/locale/babel.cfg -o $(VENV)/parution.pot .
	for language in fr ar en; do $(BIN)/pybabel -q update -N --no-wrap -i $(VENV)/parution.pot -o core/locale/$$language.po -l $$language; done

audit: $(READY_DEV) ## Ask whether a known weakness is in what is locked
	$(BIN)/python requirements/audit.py $(AUDIT)

sbom: $(READY_DEV) ## Write the bill of materials to dist/parution.cdx.json
	$(BIN)/python requirements/bill.py dist/parution.cdx.json

lock: ## Lock the dependencies again (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/runtime.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra fleet --extra telemetry -c requirements/runtime.txt -o requirements/fleet.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml --extra fleet --extra telemetry --group dev -c requirements/runtime.txt -o requirements/dev.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --group build -c requirements/runtime.txt -o requirements/build.txt

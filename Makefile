# Everything runs in .venv, which the targets make and keep up to date by
# themselves. `make help` lists the targets.

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
CHROMIUM ?= $(or $(shell command -v chromium),/usr/bin/chromium)
# Passed to `deadrelu demo` and to the benchmarks, and to pytest.
ARGS ?=
PYTEST_ARGS ?=
# One more than there are processors: tests also wait, for servers, for processes of their own.
WORKERS ?= $(shell expr $$(getconf _NPROCESSORS_ONLN) + 1)

STATIC := tb_deadrelu_plugin/static
NODE_MODULES := frontend/node_modules/.stamp

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help demo test test-python test-frontend test-browser test-oldest test-applications lint lint-python lint-frontend frontend \
  frontend-check bench screenshots proto golden format clean node chromium

help: ## Lists the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 18

demo: $(VENV)/.demo ## Trains the demo's runs and serves TensorBoard (ARGS="--no-serve --logdir DIR --port N --seed N")
	$(BIN)/deadrelu demo $(ARGS)

test: test-python test-frontend test-browser ## All tests

test-python: $(VENV)/.test ## Tests in Python but those in the browser (PYTEST_ARGS="-k name")
	$(BIN)/python -m pytest --ignore tests/browser --numprocesses $(WORKERS) --dist loadfile \
	  --no-loadscope-reorder $(PYTEST_ARGS)

test-frontend: $(NODE_MODULES) frontend-check ## The page's unit tests, and whether the committed page is built from its source
	cd frontend && npm test

test-browser: $(VENV)/.test $(NODE_MODULES) chromium ## Tests in TensorBoard in Chromium
	CHROMIUM=$(CHROMIUM) $(BIN)/python -m pytest tests/browser --numprocesses $(WORKERS) --dist worksteal $(PYTEST_ARGS)

test-oldest: .venv-oldest/.stamp ## Python tests that need no TensorFlow, on the oldest supported versions
	.venv-oldest/bin/python -m pytest --ignore tests/browser -m "not tensorflow" $(PYTEST_ARGS)

test-applications: $(VENV)/.test ## Every architecture in keras.applications, not one of each family
	ALL_APPLICATIONS=1 $(BIN)/python -m pytest tests/test_applications.py $(PYTEST_ARGS)

lint: lint-python lint-frontend ## Style, types, direction of imports

lint-python: $(VENV)/.lint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python scripts/check_imports.py

lint-frontend: $(NODE_MODULES)
	cd frontend && npm run --silent lint && npm run --silent typecheck

format: $(VENV)/.lint ## Formats the Python code
	$(BIN)/ruff check --fix-only --quiet .
	$(BIN)/ruff format .

frontend: $(NODE_MODULES) ## Builds the page into the package
	cd frontend && npm run --silent build

frontend-check: $(NODE_MODULES)
	cd frontend && npm run --silent check-built

bench: $(VENV)/.test ## Benchmarks (ARGS are passed on)
	$(BIN)/python -m tests.benchmarks $(ARGS)

screenshots: $(VENV)/.test chromium ## Takes the README's pictures of the tab anew
	CHROMIUM=$(CHROMIUM) $(BIN)/python -m docs.make_screenshots $(ARGS)

golden: $(VENV)/.test ## Writes the golden files anew, after a deliberate change of a code
	$(BIN)/python tests/golden/make.py

# Code that an old protoc generated loads on protobuf 4.25 to 7; that of a
# current one demands a protobuf at least as new as itself. The old protoc
# needs an old protobuf in turn, so it gets an environment of its own.
proto: ## Generates plugin_data_pb2.py from plugin_data.proto
	@venv=$$(mktemp -d) && trap 'rm -rf "$$venv"' EXIT && \
	$(PYTHON) -m venv "$$venv" && \
	"$$venv/bin/python" -m pip --quiet --disable-pip-version-check install grpcio-tools==1.49.1 'setuptools<82' && \
	"$$venv/bin/python" -W ignore -m grpc_tools.protoc --proto_path=. --python_out=. tb_deadrelu_plugin/plugin_data.proto

clean: ## Removes the environments and what was built, but not the committed page
	rm -rf .venv .venv-* build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache .hypothesis frontend/node_modules
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/.created:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
	  echo "Python 3.10 or newer is needed, '$(PYTHON)' is $$($(PYTHON) --version 2>&1);" \
	  "name another with: make PYTHON=/path/to/python3" >&2; exit 1; }
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(VENV)/.demo: $(VENV)/.created setup.py pyproject.toml
	@echo "Installing the package with what the demo needs into $(VENV); the first time takes a few minutes."
	$(PIP) install --editable '.[demo]'
	@touch $@

$(VENV)/.test: $(VENV)/.created setup.py pyproject.toml
	@echo "Installing the package with what the tests need into $(VENV); the first time takes a few minutes."
	$(PIP) install --editable '.[test]'
	@touch $@

$(VENV)/.lint: $(VENV)/.created setup.py pyproject.toml
	$(PIP) install --editable '.[lint]'
	@touch $@

.venv-oldest/.stamp: setup.py pyproject.toml scripts/constraints-oldest.txt
	$(PYTHON) -m venv .venv-oldest
	.venv-oldest/bin/python -m pip --quiet --disable-pip-version-check install --constraint scripts/constraints-oldest.txt \
	  --editable . hypothesis ml_dtypes pytest setuptools wheel
	@touch $@

node:
	@command -v node >/dev/null && command -v npm >/dev/null && \
	node -e 'const [a, b] = process.versions.node.split("."); process.exit(a > 20 || (a == 20 && b >= 19) ? 0 : 1)' || { \
	  echo "Node 20.19 or newer and npm are needed for the page's build and tests" \
	  "(found: $$(node --version 2>/dev/null || echo no node)); see https://nodejs.org/en/download" >&2; exit 1; }

$(NODE_MODULES): frontend/package.json frontend/package-lock.json | node
	cd frontend && npm ci --no-audit --no-fund --loglevel=error
	@touch $@

chromium:
	@if [ -x "$(CHROMIUM)" ]; then :; \
	elif [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "Installing Debian's chromium for the browser tests." && \
	  apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium >/dev/null; \
	else \
	  echo "The browser tests need Chromium at $(CHROMIUM): install it (Debian: 'apt-get install chromium' as root)," \
	  "or name one with: make test CHROMIUM=/path/to/chromium" >&2; exit 1; \
	fi

# `make help` lists what there is. Every target sets up what it needs; a second run only does what changed.

SHELL := bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

# What npm and pip bring must never fetch a browser: the tests drive the system's Chromium.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

RUNTIME := .venv/.runtime-installed
DEV := .venv/.dev-installed
NODE := node_modules/.package-lock.json
WIDGET := widget/dist/build.json
FRAMEWORKS := $(addprefix tests/e2e/,$(addsuffix /node_modules/.package-lock.json,astro next))
DESK := app/web/static/vendor/htmx.min.js
VENDOR := examples/static/vendor/.built

WIDGET_SOURCES := $(shell find widget packages -type f -not -path '*/dist/*' 2>/dev/null)
EXAMPLE_SOURCES := $(shell find examples -name '*.mjs' -type f -not -path 'examples/static/*' 2>/dev/null)

.PHONY: help run test test-long lint format build bench bench-record bench-widget words lock clean

help: ## show this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/\1\t\2/' | expand -t 14

run: $(RUNTIME) build ## start the server on http://127.0.0.1:8000 with the example sites; Ctrl-C stops it
	@exec .venv/bin/python -m examples.run

test: $(DEV) $(FRAMEWORKS) build ## everything: lint, types, widget, SQLite, PostgreSQL, a real browser (INSTALL=0: install nothing)
	@exec scripts/test.sh

test-long: $(DEV) $(FRAMEWORKS) build ## the same with the long versions: more kills, more receipts, all screenshots
	@exec scripts/test.sh --long

lint: $(DEV) $(NODE) ## check style and types, change nothing
	@exec scripts/lint.sh

format: $(DEV) $(NODE) ## rewrite Python and TypeScript in the house style
	.venv/bin/ruff check --fix-only --quiet .
	.venv/bin/ruff format .
	npm run --silent format

build: $(WIDGET) $(DESK) $(VENDOR) ## build the widget, the frameworks' packages, what the desk loads and the examples' trackers

bench: $(DEV) build ## measure receipts and loader answers against a minimal WSGI app (ARGS="--help")
	@exec .venv/bin/python -m bench.run $(ARGS)

bench-record: $(DEV) build ## measure the whole record at a million receipts: stored, exported, bundled, verified
	@exec .venv/bin/python -m bench.million $(ARGS)

bench-widget: $(DEV) build ## measure the widget beside its rivals in Chromium: bytes, script, time to the banner (ARGS="--rounds 3")
	@cd bench && npm ci --no-audit --no-fund --loglevel=error --ignore-scripts
	@exec .venv/bin/python -m bench.widget $(ARGS)

words: $(DEV) ## gather the words of the desk for its translators (docs/contributing.md)
	@exec scripts/words.sh $(ARGS)

lock: $(DEV) ## compile requirements*.txt anew from pyproject.toml (ARGS="--upgrade" for newer versions)
	@exec scripts/lock.sh $(ARGS)

clean: ## remove what was built and installed; keeps instance/, where data and keys are
	rm -rf .venv node_modules bench/node_modules tests/e2e/{astro,next}/node_modules tests/e2e/next/dist
	rm -rf widget/dist packages/dist app/web/static/vendor examples/static/vendor tests/.artifacts
	rm -rf .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage *.egg-info
	find app bench examples migrations scripts servers tests -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUNTIME): requirements.txt pyproject.toml scripts/venv.sh
	@scripts/venv.sh requirements.txt
	@touch $@

$(DEV): requirements-dev.txt pyproject.toml scripts/venv.sh
	@scripts/venv.sh requirements-dev.txt
	@touch $@ $(RUNTIME)

$(NODE): package.json package-lock.json
	@scripts/node-packages.sh
	@touch $@

# Next.js weighs nearly as much as everything else together: it and Astro have locks of their own, and only tests install them.
$(FRAMEWORKS): tests/e2e/%/node_modules/.package-lock.json: tests/e2e/%/package.json tests/e2e/%/package-lock.json $(NODE)
	@echo "Installing npm packages from tests/e2e/$*/package-lock.json"
	@# In the folder itself: with --prefix npm would not read its own settings, where a company's certificates are named.
	@cd tests/e2e/$* && npm ci --no-audit --no-fund --loglevel=error --ignore-scripts
	@touch $@

$(WIDGET): $(NODE) $(WIDGET_SOURCES)
	@npm run --silent build
	@touch $@

$(DESK): $(NODE)
	@npm run --silent build:desk
	@touch $@

$(VENDOR): $(NODE) $(EXAMPLE_SOURCES)
	@node examples/build.mjs
	@mkdir -p $(@D) && touch $@

# Every target sets up what it needs: a virtual environment in .venv from the lock files.
PYTHON ?= python3
MINUTES ?= 5
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check

.PHONY: help install demo test chaos check format bench eval picture lock clean

help:
	@echo "make install set up the command .venv/bin/stagecoach"
	@echo "make demo    open a local workspace with the bot in it and try everything in a browser"
	@echo "make test    run every test, on SQLite and on PostgreSQL"
	@echo "make chaos   kill workers and cut connections before an ill Slack, for MINUTES=5"
	@echo "make check   lint, formatting and types"
	@echo "make format  put the formatting right"
	@echo "make bench   measure; prints the table of the README"
	@echo "make eval    measure the inspector of evidence on held-out examples; prints the table of the README"
	@echo "make picture take the screenshot of the README again"
	@echo "make lock    resolve the dependencies again into requirements*.lock"

.venv/pip: 
	@$(PYTHON) -c 'import sys; sys.exit("Stagecoach needs Python 3.11 or newer; this is %s. Try: make PYTHON=python3.11 ..." % sys.version.split()[0] if sys.version_info < (3, 11) else 0)'
	@$(BIN)/python -m pip --version >/dev/null 2>&1 || $(PYTHON) -m venv .venv
	@touch $@

.venv/run: requirements.lock pyproject.toml | .venv/pip
	$(INSTALL) --require-hashes -r requirements.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@

.venv/dev: requirements-dev.lock pyproject.toml | .venv/pip
	$(INSTALL) --require-hashes -r requirements-dev.lock
	$(INSTALL) --no-deps --no-build-isolation --editable .
	@touch $@ .venv/run

install: .venv/run

demo: .venv/run
	$(BIN)/stagecoach demo

test: .venv/dev
	$(BIN)/python -m pytest -n auto

chaos: .venv/dev
	$(BIN)/python -m tests.chaos $(MINUTES)

check: .venv/dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

format: .venv/dev
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

bench: .venv/dev
	$(BIN)/python -m benchmarks

eval: .venv/dev
	$(BIN)/python -m evaluation

picture: .venv/dev
	$(BIN)/python -m tests.picture

# One resolution for Python 3.11 to 3.14 on Linux and macOS, with hashes and without any index's address.
LOCK := $(BIN)/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header
lock: | .venv/pip
	@test -x $(BIN)/uv || $(INSTALL) uv
	$(LOCK) pyproject.toml --extra sandbox --extra map --group build -o requirements.lock
	$(LOCK) pyproject.toml --extra sandbox --extra map --group build --group dev -c requirements.lock -o requirements-dev.lock

clean:
	rm -rf .venv .stagecoach artifacts .pytest_cache .mypy_cache .ruff_cache .hypothesis *.egg-info

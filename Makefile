# Two commands: `make coach` sets everything up and opens Coach; `make test` sets everything up and runs the checks.
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check

.PHONY: coach test lint format bench evals clean

coach: $(VENV)/.coach
	@$(BIN)/coach

test: $(VENV)/.test lint
	$(BIN)/python -m pytest -n 2 --dist loadfile

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: $(VENV)/.test
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.test
	$(PIP) install -q -c constraints.txt --group bench
	$(BIN)/python -m bench

evals: $(VENV)/.test
	$(BIN)/python -m pytest evals

$(VENV)/bin/python:
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Coach needs Python 3.11 or newer; say which with: make coach PYTHON=python3.12")'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.coach: pyproject.toml constraints.txt | $(VENV)/bin/python
	$(PIP) install -q "pip>=25.1"
	$(PIP) install -q -c constraints.txt -e '.[local,serve]'
	@touch $@

$(VENV)/.test: $(VENV)/.coach
	$(PIP) install -q -c constraints.txt --group test
	@touch $@

clean:
	rm -rf $(VENV) build dist .mypy_cache .ruff_cache .pytest_cache

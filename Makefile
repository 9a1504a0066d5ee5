# Every target makes its own virtual environment first: nothing but Python 3.11+ and make is needed.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
JOBS ?= auto
# Compiled once, not in each worker of the tests and in each of the dozens of commands that they start.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: help serve test check bench docs clean

help:            ## list the targets
	@grep -E '^[a-z]+:.*##' $(MAKEFILE_LIST) | sed 's/:.*##/\t/'

$(STAMP): pyproject.toml tests/sdk/tencent-domestic.txt
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
	  { echo "kyc-sim needs Python 3.11 or newer; found $$($(PYTHON) --version). Try: make PYTHON=python3.12 $(MAKECMDGOALS)" >&2; exit 2; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[adapters,dev]'
	@# Tencent's two SDKs fill the same folder, so the domestic one lives apart; tests call it in a process of its own.
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --upgrade \
	  --target $(VENV)/domestic-sdk -r tests/sdk/tencent-domestic.txt
	@touch $@

serve: $(STAMP)  ## start the simulator on http://127.0.0.1:8080
	$(BIN)/kyc-sim serve

check: $(STAMP)  ## what reads the code without running it
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

test: check      ## everything CI runs
	$(BIN)/pytest -n $(JOBS) --dist worksteal --cov --cov-report=term:skip-covered

bench: $(STAMP)  ## speed as ratios, measured in one run
	$(BIN)/python -m benchmarks

docs: $(STAMP)   ## rebuild the generated pages
	$(BIN)/kyc-sim fidelity --markdown > docs/fidelity.md

clean:           ## remove what the targets made
	rm -rf $(VENV) build *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis .coverage .coverage.*

# `make demo` and `make test` need Python 3.11 or newer, pip, git and make, nothing else.

NOTEBOOK = notebooks/01_quickstart.ipynb
STEPS = lint types layers unit notebooks browser experiments pythons coverage
LANES = browser,pythons notebooks,experiments,types lint,layers,unit then coverage
WHOLE = */service/client.py,*/service/download.py,*/tasks/lifecycle.py,*/tasks/schedule.py,*/records/store.py,*/records/budget.py
BIN = .venv/bin
PYTEST = $(BIN)/python -m pytest
MEASURED = $(BIN)/python -m coverage run --data-file=.coverage.$@ -m pytest

.PHONY: help demo test $(STEPS) environment bench soak pictures clean

help: ## show this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/make \1\t\2/p' Makefile | expand -t 18

demo: ## open the quickstart in JupyterLab on the simulator; CHECK=1: run and check it without a browser
	@.ci/environment demo
ifdef CHECK
	@$(BIN)/python -m tests.check_demo $(NOTEBOOK)
else
	@.ci/lab $(NOTEBOOK)
endif

test: environment ## run every check below, then print one summary
	@$(BIN)/python -m tests.run_steps $(LANES)

environment:
	@.ci/environment demo,test

lint: environment ## ruff: rules and format
	$(BIN)/ruff check
	$(BIN)/ruff format --check

types: environment ## mypy, strict
	$(BIN)/mypy

layers: environment ## a room imports only rooms under it
	$(BIN)/lint-imports

unit: environment ## all tests that need neither kernel nor browser
	$(MEASURED) --ignore=tests/notebooks --ignore=tests/browser

notebooks: environment ## tests in real kernels, newest ipykernel and 6.31
	$(MEASURED) tests/notebooks

browser: environment ## tests in Chromium, JupyterLab and Notebook 7
	$(BIN)/python -m tests.browser.chrome
	$(PYTEST) tests/browser --ignore=tests/browser/experiments

experiments: environment ## so too, of experiments: run, player, votes, reports
	$(BIN)/python -m tests.browser.chrome
	$(PYTEST) tests/browser/experiments

pythons: environment ## the unit tests on the oldest and the newest Python, 3.11 and 3.13
	@.ci/pythons

bench: environment ## measure against the goals in tests/bench/goals.toml; ROWS="import form": only these
	@$(BIN)/python -m tests.bench $(ROWS)

soak: environment ## try the promises of submit, resume and budget at full size; PARTS="records": only these
	@$(BIN)/python -m tests.soak $(PARTS)

pictures: environment ## make the README's pictures from the running product
	@$(BIN)/python -m tests.browser.chrome
	@$(BIN)/python -m tests.pictures

coverage: environment ## the branch coverage gate, over what unit and notebooks measured
	$(BIN)/python -m coverage combine --keep .coverage.unit .coverage.notebooks
	$(BIN)/python -m coverage report
	$(BIN)/python -m coverage report --fail-under=100 --include="$(WHOLE)"

clean: ## remove what was built and installed here
	rm -rf .venv .venv-* build dist tests/browser/screenshots .coverage .coverage.* .hypothesis .import_linter_cache
	rm -rf .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

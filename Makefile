# `make demo` and `make test` are the two commands. Each makes what it needs in .venv.
.DEFAULT_GOAL := help
.PHONY: help demo test docs bench lock clean here
SHELL := /bin/sh
MAKEFLAGS += --no-print-directory

# Another Python's settings must not leak into .venv.
unexport PYTHONHOME PYTHONPATH
export PYTHON

BIN := .venv/bin
DEMO ?= city-synergy-demo
PYTEST ?= -n 2 -m "not slow"

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile

here:
	@test -r pyproject.toml && test -x requirements/install || \
	{ echo "make must run in the top folder of a checkout of city-synergy; here is $$(pwd)" >&2; exit 1; }

demo: here ## write the example project, score it, and say where map and report are (DEMO=folder)
	@requirements/install core
	@$(BIN)/city-synergy demo "$(DEMO)"

test: here ## style, types, layers, tests and doctests (PYTEST=options)
	@requirements/install core test
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/python -m mypy
	$(BIN)/lint-imports
	$(BIN)/python -m pytest $(PYTEST)

docs: here ## the documentation, into site/
	@requirements/install core docs
	$(BIN)/python -m mkdocs build --strict

bench: here ## every benchmark against its peer, one after the other
	@requirements/install core benchmark
	@set -e; for script in benchmarks/*.py; do echo "$$script"; $(BIN)/python "$$script"; done

LOCK = $(BIN)/uv pip compile --quiet --universal --fork-strategy fewest --python-version 3.11 \
	--generate-hashes --no-annotate --no-emit-index-url --custom-compile-command "make lock" \
	$(if $(UPGRADE),--upgrade)

lock: here ## remake the lock files (UPGRADE=1: with the newest versions)
	@requirements/install lock
	$(LOCK) pyproject.toml -o requirements/core.txt
	@set -e; for group in build test docs benchmark lock; do \
		echo "$(LOCK) --group $$group"; \
		$(LOCK) --group "pyproject.toml:$$group" -c requirements/core.txt -o "requirements/$$group.txt"; \
	done

clean: here ## remove .venv, caches and everything built
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .import_linter_cache .hypothesis dist site
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

# The doors of the house. `make help` lists them. Every path is relative, so that a folder with spaces in its name will do.

PYTHON ?= python3
PORT ?= 8000
ARGS ?=

.DEFAULT_GOAL := help
.PHONY: help run test lint format bench soak dev spark clean

help: ## List what can be made
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-8s %s\n", $$1, $$2}' Makefile

run: ## Set up what is missing and serve on 127.0.0.1:8000 (PORT=8001 for another port)
	@$(PYTHON) scripts/set_up.py run
	@.venv/bin/longstop serve --demonstration --port $(PORT)

test: ## Set up what is missing, Chromium included, and Spark where there is Java; run every test (ARGS="-k name" for some)
	@$(PYTHON) scripts/set_up.py test
	@.venv/bin/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder $(ARGS)

lint: dev ## Check style, types and the directions of imports
	@.venv/bin/ruff check .
	@.venv/bin/ruff format --check .
	@.venv/bin/mypy
	@.venv/bin/lint-imports

format: dev ## Put the style right
	@.venv/bin/ruff check --fix .
	@.venv/bin/ruff format .

bench: dev ## Measure at 10,000 and 1,000,000 cases, and write docs/measurements.md (two hours, 40 GB of disk; ARGS="--quick --write FILE": minutes)
	@.venv/bin/python -m bench $(ARGS)

soak: dev ## Kill the service and the database 200 times while people allocate (many minutes)
	@.venv/bin/python -m bench.soak $(ARGS)

dev: ## Make the environment of development
	@$(PYTHON) scripts/set_up.py dev

spark: ## Add Spark, for longstop link --engine spark (half a gigabyte; needs Java 17)
	@$(PYTHON) scripts/set_up.py spark

clean: ## Remove the environments and what was built, but not .longstop, which holds the data
	@rm -rf .tools .venv node_modules src/longstop/web/static/built

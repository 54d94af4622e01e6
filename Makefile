# What a newcomer, a developer and the build machine type. `make help` lists it.
# Settings: PYTHON=python3.12, GRIDMGR_CACHE=folder, ARGS="…" for gridmgr, PYTEST_ARGS="…" for the tests,
# BENCH="locating index" to measure only these, with ARGS="…" for them (--help lists what each takes).

.DEFAULT_GOAL := help
.PHONY: help demo test check lint format bench pictures assets wheel lock clean

BIN := .venv/bin
# A file's tests stay together, so that what one file makes is made once; tests/conftest.py says which file begins.
# PYTEST_ARGS="-n 0": one after the other.
PYTEST := $(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile --no-loadscope-reorder

help: ## List what can be typed
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: ## Set everything up, build the demo city, serve it (ARGS=--no-serve: stop before serving)
	@sh setup/start.sh demo
	@$(BIN)/gridmgr demo $(ARGS)

test: ## Set everything up and run all tests, the 20 slowest listed
	@sh setup/start.sh test
	@$(BIN)/python setup/debian.py
	@$(PYTEST) $(PYTEST_ARGS)

check: ## Run the tests of geometry and domain only (under a minute)
	@sh setup/start.sh test
	@$(PYTEST) tests/geometry tests/domain tests/test_architecture.py $(PYTEST_ARGS)

lint: ## Check style and types
	@sh setup/start.sh test
	@$(BIN)/ruff check .
	@$(BIN)/mypy --strict gridmgr/geometry gridmgr/domain

format: ## Lay the code out as lint wants it
	@sh setup/start.sh test
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

BENCH ?= locating index verify auditing editing drafting impact deadlines cases loop decisions files serving intake work killing map boston

bench: ## Measure speed on cities of real size, print it and write it to bench/results
	@sh setup/start.sh test
	@set -e; for name in $(BENCH); do echo "== bench/$$name.py"; $(BIN)/python -m bench.$$name $(ARGS); done

pictures: ## Take the pictures of the documents anew, in docs/pictures
	@sh setup/start.sh test
	@$(BIN)/python setup/debian.py
	@PYTHONPATH=tests $(BIN)/python docs/pictures.py $(ARGS)

assets: ## Install the third-party scripts of the pages into static/vendor
	@sh setup/start.sh demo

wheel: ## Build the wheel into dist/
	@sh setup/start.sh test
	@$(BIN)/python -m build --wheel --no-isolation

LOCK := UV_CUSTOM_COMPILE_COMMAND="make lock" $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links

lock: ## Pin the packages anew after a change of pyproject.toml (ARGS=--upgrade: take newer ones)
	@sh setup/start.sh test
	@$(LOCK) $(ARGS) pyproject.toml --group setup -o requirements.lock
	@$(LOCK) $(ARGS) pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	@$(LOCK) $(ARGS) --group node -o requirements-node.lock

clean: ## Delete what was installed, downloaded and built; city files stay
	rm -rf .venv .cache dist build static/node_modules static/vendor test-results

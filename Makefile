# Two commands: `make app` explores, `make test` tests. Each makes what it needs first.

PYTHON ?= python3
VENV ?= .venv
WORKSPACE ?= workspaces/demo
PORT ?= 8501
# Index of PyTorch wheels for this machine, as pytorch.org's "Get started" names them (its CPU index, or a CUDA build);
# empty takes whatever pip's own index gives.
TORCH_INDEX ?=

BIN := $(VENV)/bin
READY := $(VENV)/.ready
TEST_READY := $(VENV)/.test-ready
DOCS_READY := $(VENV)/.docs-ready
# The Milvus server that its tests start; it lives apart because it wants old packages.
MILVUS_READY := .venv-milvus/.ready

.PHONY: app demo docs tutorial install test test-slow fuzz milvus-server check help

help:
	@echo "make app        environment, packages, demo if absent, app on http://127.0.0.1:$(PORT)"
	@echo "make test       environment, packages, the default tests"
	@echo "make test-slow  the long tests: the full demo, and what is measured on it"
	@echo "make docs       the library's documentation, build/docs/index.html"
	@echo "make tutorial   runs the tutorial on the demo: build/tutorial.ipynb"
	@echo "make milvus-server  a Milvus server in an environment of its own, for its long tests"
	@echo "make fuzz       10,000 damaged files for every reader, two at a time"
	@echo "make check      ruff and mypy"
	@echo "make demo       the demo workspace, if absent"

app: $(READY) demo
	$(BIN)/lpd app --workspace $(WORKSPACE) --port $(PORT)

demo: $(READY)
	@test -f $(WORKSPACE)/workspace.toml || $(BIN)/lpd demo $(WORKSPACE)

test: $(TEST_READY)
	$(BIN)/python -m pytest -m "not slow" -n 2

test-slow: $(TEST_READY)
	$(BIN)/python -m pytest -m slow -n 2 tests/fuzz
	$(BIN)/python -m pytest -m slow --ignore tests/fuzz

# Fewer of the readers that take long; FUZZ_CASES says how many of the others.
FUZZ_CASES ?= 10000

fuzz: $(TEST_READY)
	LPD_FUZZ_CASES=$(FUZZ_CASES) $(BIN)/python -m pytest tests/fuzz -n 2

milvus-server: $(MILVUS_READY)

check: $(TEST_READY)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

docs: $(DOCS_READY)
	$(BIN)/python -m assets.docs build/docs

tutorial: $(TEST_READY) demo
	@mkdir -p build
	LPD_WORKSPACE=$(abspath $(WORKSPACE)) $(BIN)/jupyter-execute assets/tutorial/tutorial.ipynb --output=$(abspath build/tutorial)

install: $(READY)

$(VENV)/.made:
	$(PYTHON) -c 'import sys; sys.exit("Python 3.11 or newer is needed; say which: make app PYTHON=python3.12") if sys.version_info < (3, 11) else None'
	$(PYTHON) -m venv $(VENV)
	@touch $@

$(READY): $(VENV)/.made requirements.txt constraints.txt pyproject.toml
	$(if $(TORCH_INDEX),$(BIN)/python -m pip install --quiet --constraint constraints.txt --index-url $(TORCH_INDEX) torch)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(TEST_READY): $(READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[test]'
	@touch $@

$(DOCS_READY): $(READY)
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[docs]'
	@touch $@

$(MILVUS_READY):
	$(PYTHON) -m venv .venv-milvus
	.venv-milvus/bin/python -m pip install --quiet 'milvus==2.3.5' 'setuptools<80'
	@touch $@

# make demo: set up and run the main job.   make test: set up and run the tests (at most 5 minutes).
SHELL := /bin/bash
VENV  ?= .venv
PY    := $(VENV)/bin/python
STAMP := $(VENV)/.installed
# Every process of the tests would compile all of Python's files again.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: setup demo test prove prove-full tables bench lint clean

setup: $(STAMP)

$(STAMP): pyproject.toml constraints.txt
	@python=$$(command -v python3.11 || command -v python3 || true); \
	if [ -z "$$python" ]; then echo "missing: python3.11 (Debian: apt-get install python3 python3-venv)"; exit 3; fi; \
	if ! "$$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then \
	  echo "missing: Python 3.11 or newer; found $$($$python --version)"; exit 3; fi; \
	if ! "$$python" -c 'import ensurepip' 2>/dev/null; then \
	  echo "missing: the venv module (Debian: apt-get install python3-venv)"; exit 3; fi; \
	[ -x $(PY) ] || "$$python" -m venv $(VENV) || exit 3; \
	echo "installing into $(VENV) (about 1.7 GB on disk with what the tests need, a minute or a few) ..."; \
	export PIP_DISABLE_PIP_VERSION_CHECK=1; \
	{ $(PY) -m pip install -q -c constraints.txt uv 2>/dev/null && \
	  $(VENV)/bin/uv pip install -q --python $(PY) -c constraints.txt -e '.[dev]' 2>/dev/null; } || \
	$(PY) -m pip install -q --no-compile -c constraints.txt -e '.[dev]' 2> >(grep -v '^WARNING: Location' >&2) || exit 3; \
	$(PY) -m compileall -q $$($(PY) -c 'import sysconfig; print(sysconfig.get_path("purelib"))')/{spatialmath,roboticstoolbox} && \
	$(VENV)/bin/cellsim doctor --compile && touch $(STAMP)

demo: $(STAMP)
	$(VENV)/bin/cellsim demo door_removal --out out

# A file of tests to one process: what its tests share is made once.
test: $(STAMP)
	$(PY) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not prove and not bench" --ignore=tests/prove --ignore=tests/bench tests

prove: $(STAMP) $(VENV)/.fuzz
	$(PY) -m pytest -n 2 -m prove tests/prove tests

prove-full: $(STAMP) $(VENV)/.fuzz
	CELLSIM_PROVE=full $(PY) -m pytest -n 2 -m prove tests/prove tests

# The fuzzer that sees the code; without one for this platform its proof is skipped by name.
$(VENV)/.fuzz: $(STAMP)
	-$(PY) -m pip install -q --no-compile -c constraints.txt -e '.[fuzz]' && touch $@

# The README's tables from out/prove.log: make prove-full 2>&1 | tee out/prove.log; make tables
tables: $(STAMP)
	$(PY) tests/prove/tables.py

bench: $(STAMP)
	$(PY) -m pytest -s -m bench tests/bench

lint: $(STAMP)
	$(VENV)/bin/ruff check . && $(VENV)/bin/ruff format --check .

clean:
	rm -rf out build dist *.egg-info .pytest_cache .mypy_cache .ruff_cache

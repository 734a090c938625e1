# Two commands: `make run` opens Maskwright on its sample project, `make test` runs the tests.
# The first run of either makes .venv; later runs install nothing.

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11 python; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)
OUT ?= out/demo
# auto: PyTorch without CUDA where there is no NVIDIA driver; cpu: always; default: as the default index has it.
TORCH ?= auto
RUN = .venv/bin/python

.PHONY: run test lint wheel audit setup setup-dev python screenshots tour animation docs standalone deb translations starts fuzz kills power-loss mutants sequences test-long clean

python:
	@test -n "$(PYTHON)" || { echo "Maskwright needs Python 3.11 or newer; none was found."; exit 1; }

setup: python
	@$(PYTHON) packaging/bootstrap.py --torch $(TORCH)

setup-dev: python
	@$(PYTHON) packaging/bootstrap.py --dev --torch $(TORCH)

run: setup
	@if [ "$$(uname)" = Linux ] && [ -z "$$DISPLAY$$WAYLAND_DISPLAY$$QT_QPA_PLATFORM" ]; then \
		echo "There is no display here: running the same loop headless, pictures go to $(OUT)."; \
		$(RUN) -m app demo --headless "$(OUT)"; \
	else \
		$(RUN) -m app demo; \
	fi

# Three processes for two cores, because tests of the window wait as often as they compute; at most 4.
# `make test WORKERS=0` runs them in one process.
WORKERS ?= $(shell echo $$(( ($$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 2) * 3 + 1) / 2 )))
test: setup-dev
	@QT_QPA_PLATFORM=offscreen $(RUN) -m pytest --numprocesses $(WORKERS) --maxprocesses 4 --dist worksteal

lint: setup-dev
	@$(RUN) -m ruff format --check .
	@$(RUN) -m ruff check .
	@$(RUN) -m mypy
	@$(RUN) -c "from importlinter.cli import lint_imports_command; lint_imports_command()"

# Builds the package (source distribution and wheel) into dist, and tries the wheel in a clean environment elsewhere.
wheel: setup-dev
	@rm -rf dist
	@$(RUN) packaging/notices.py
	@$(RUN) -m build --no-isolation --outdir dist .
	@MASKWRIGHT_DIST=dist QT_QPA_PLATFORM=offscreen $(RUN) -m pytest tests/packaging

# A folder with all that Maskwright needs, for machines without Python, in out/standalone; a Debian package of it.
standalone: python
	@$(PYTHON) packaging/standalone/build.py --torch cpu

deb: standalone
	@$(PYTHON) packaging/linux/deb.py

# Asks PyPI's advisories about the pinned versions; ends with 1 when a fault is known, 2 when not all could be checked.
audit: setup-dev
	@$(RUN) -c "import pip_audit" 2>/dev/null || $(RUN) -m pip install -q --disable-pip-version-check "pip-audit>=2.9"
	@$(RUN) packaging/audit.py

screenshots: setup-dev
	@$(RUN) docs/screenshots.py
	@$(RUN) docs/strides.py
	@$(RUN) docs/context.py

tour: setup-dev
	@$(RUN) docs/tour.py

animation: setup-dev
	@$(RUN) docs/animation.py

# The pages of docs/ as a site that works offline, in out/site.
docs: setup-dev
	@$(RUN) -c "import material" 2>/dev/null || $(RUN) -m pip install -q --disable-pip-version-check -c constraints.txt -e ".[docs]"
	@NO_MKDOCS_2_WARNING=1 $(RUN) -m mkdocs build --strict

# Collects the texts of the sources into resources/translations and compiles them; ends with 1 when one is untranslated.
translations: setup-dev
	@$(RUN) packaging/translations.py

# Starts the window STARTS times on a small project, each start a process; ends with 1 when one does not end well.
STARTS ?= 200
starts: setup-dev
	@QT_QPA_PLATFORM=offscreen $(RUN) tests/faults/starts.py --starts $(STARTS)

# Damaged files, killed processes, changed sources: each prints what it found and ends with 1 when something fails.
# COUNT says how many, SEED which; `make fuzz ONLY='labels|truncate|123'` tries one again that has failed.
SEED ?= 1
fuzz: setup-dev
	@nice -n 5 $(RUN) -m tests.faults.fuzz --seed $(SEED) --count $(or $(COUNT),5000) --only '$(ONLY)'

kills: setup-dev
	@nice -n 5 $(RUN) -m tests.faults.kills --seed $(SEED) --count $(or $(COUNT),300)
	@nice -n 5 $(RUN) -m tests.faults.job_kills --seed $(SEED) --count $(or $(COUNT),300)

# Power cuts at random moments of sittings whose writes a shim records: Linux, and a C compiler.
power-loss: setup-dev
	@nice -n 5 $(RUN) -m tests.faults.power_loss --seed $(SEED) --count $(or $(COUNT),2000)

mutants: setup-dev
	@nice -n 5 $(RUN) -m tests.faults.mutants --seed $(SEED) --count $(or $(COUNT),60)

# Random sequences of gestures and commands on a tiny image: undo, redo and the journal lead to the same bytes.
sequences: setup-dev
	@SEQUENCES=$(or $(COUNT),5000) QT_QPA_PLATFORM=offscreen nice -n 5 $(RUN) -m pytest tests/properties

# Works in the real window for MINUTES; ends with 1 when memory, files, threads, processes or objects of Qt grow, when
# it hangs, or when the window is held up.
.PHONY: soak
MINUTES ?= 60
soak: setup-dev
	@QT_QPA_PLATFORM=offscreen nice -n 5 $(RUN) -X faulthandler -m tests.faults.soak --minutes $(MINUTES) --seed $(SEED) --verbose

test-long: starts kills fuzz power-loss mutants sequences soak

clean:
	rm -rf .venv out build dist *.egg-info

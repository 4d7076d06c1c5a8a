# `make help` lists the targets. Everything runs in .venv, which the first target that needs it creates.
# The first Python that really runs: version managers leave names on PATH that do not.
PYTHON ?= $(shell for p in python3.11 python3.12 python3.13 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1 && echo $$p && break; done)
RUN := .venv/bin/python
PORT ?= 8000

.DEFAULT_GOAL := help
.PHONY: help need-python setup setup-dev demo run worker test check bench screenshots messages clean

help: ## list these targets
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-12s %s\n", $$1, $$2}' Makefile

need-python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or newer was not found: install it, or call make with PYTHON=/path/of/python3." >&2; exit 1; }

setup: need-python ## create .venv and install what the application needs
	@$(PYTHON) .ci/make_venv.py requirements.txt

setup-dev: need-python ## the same, plus what tests and checks need
	@$(PYTHON) .ci/make_venv.py requirements-dev.txt

demo: setup ## a whole migration from a fake BBB server, then a web site to look at (DEMO_ONCE=1: no site)
	@$(RUN) -m tests.demo

run: setup ## serve the web site on http://localhost:8000 (PORT=8000)
	@$(RUN) manage.py migrate --verbosity 0
	@$(RUN) manage.py collectstatic --noinput --verbosity 0
	@$(RUN) manage.py runserver $(PORT)

worker: setup ## convert what is queued, without a broker (with Celery: see docs/operate.md)
	@$(RUN) manage.py run_conversions

test: setup-dev ## run the quick tests; those whose server or browser is missing are skipped and listed
	@$(RUN) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow" $(ARGS)

check: setup-dev ## check format, lint, types, layers and migrations; run the slow tests
	$(RUN) -m ruff format --check .
	$(RUN) -m ruff check .
	$(RUN) -m mypy
	.venv/bin/lint-imports
	$(RUN) manage.py makemigrations --check --dry-run
	$(RUN) -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m slow $(ARGS)

bench: setup-dev ## measure speed, memory and size, as ratios
	@$(RUN) -m tests.benchmarks $(ARGS)

screenshots: setup-dev ## take the documentation's pictures of the pages
	@$(RUN) -m tests.web.screenshots

messages: setup-dev ## collect the texts to translate and compile the translations (needs gettext)
	@$(RUN) manage.py makemessages --locale fr --no-location --no-obsolete --no-wrap --ignore ".venv/*" --ignore "tests/*"
	@$(RUN) manage.py compilemessages --locale fr --ignore ".venv/*"

clean: ## remove the environment, the demo and the caches
	rm -rf .venv data/demo .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

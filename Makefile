# Everything is done by scripts/dev.py, with Python's standard library alone.
# Settings, all optional: PORT, ODOO_HOME, DATABASE_URL or PGHOST PGPORT PGUSER
# PGPASSWORD, INTERFACE (0.0.0.0 to be reached from outside), SCG_CACHE (.cache).
PYTHON ?= python3
DEV = @$(PYTHON) -B scripts/dev.py

.DEFAULT_GOAL := help
export

help: ## List the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 16

demo: ## Get all that is missing, build the demo company, start Odoo: PORT=8069
	$(DEV) demo

demo-reset: ## Throw the demo's data away and build them anew
	$(DEV) demo-reset

demo-stop: ## Stop the demo's Odoo; its data stay
	$(DEV) demo-stop

test: ## All tests; TESTS="file ..." and ARGS="-k name -x" narrow any test target
	$(DEV) test

test-engine: ## The arithmetic's tests: no Odoo, a few seconds
	$(DEV) test-engine

bench: ## Time and memory on a database, filled once: SIZE=S, M or L; ONLY="crediting memory"
	$(DEV) bench

bench-engine: ## How long pricing takes, against a plain loop
	@$(PYTHON) -B bench/engine.py

test-odoo: ## The add-on's tests on a real database; KEEP=1 keeps it
	$(DEV) test-odoo

test-apps: ## Those beside other apps: the shop, opportunities, meetings
	$(DEV) test-apps

test-tours: ## Those of them that need a browser
	$(DEV) test-tours

fuzz: ## Stories against the reference accountant: SEEDS=20 FROM=1 STEPS=300
	$(DEV) fuzz

test-scripts: ## Install, upgrade and uninstall with a clean log; the set-up's own tests
	$(DEV) test-scripts

lint: ## Check the style of everything; ARGS=ruff runs one check
	$(DEV) lint

format: ## Put everything into that style
	$(DEV) format

shell: ## Odoo's shell on the demo, or on DB=name; takes a script on stdin
	$(DEV) shell

scratch: ## Odoo on a throw-away database: DB=name PORT=8100 FRESH=1
	$(DEV) scratch

scratch-drop: ## Stop it and drop its database: DB=name
	$(DEV) scratch-drop

update-pot: ## Write the template for translators, and bring each language up to it
	$(DEV) update-pot

setup: ## Get all that is missing, start nothing but PostgreSQL
	$(DEV) setup

stop: ## Stop all that runs out of the cache folder
	$(DEV) stop

clean: ## Stop it and remove the cache folder, the demo's data included
	$(DEV) clean

.PHONY: help demo demo-reset demo-stop test test-engine bench bench-engine test-odoo test-apps \
	test-tours fuzz test-scripts lint format shell scratch scratch-drop update-pot setup \
	stop clean

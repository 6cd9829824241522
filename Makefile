# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# The front door. What the checks are is written in noxfile.py.

VENV := .venv
NOX := $(VENV)/bin/nox
COLLECTIONS := .cache/collections

# The targets share virtual environments and caches; nox knows what may run at the same time.
.NOTPARALLEL:

# The newest Python that ansible-core supports, that runs (a pyenv shim may not) and that can make a virtual environment.
define FIND_PYTHON
for version in 3.14 3.13 3.12 3.11 3; do \
	for python in python$$version "$${PYENV_ROOT:-$$HOME/.pyenv}"/versions/$$version.*/bin/python3; do \
		"$$python" -c 'import ensurepip, sys, venv; \
			(3, 11) <= sys.version_info < (3, 15) or sys.exit(1); print(sys.executable)' 2>/dev/null && exit; \
	done; \
done; \
echo "No Python from 3.11 to 3.14 with venv and ensurepip found (on Debian: apt install python3-venv)" >&2; exit 1
endef

.PHONY: help quickstart simulator test checks format lint sanity targets docs docs-check galaxy-importer tests test-matrix \
	test-oldest units integration coverage mutation benchmark load screenshots timelines build clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 18

quickstart: $(VENV)/installed $(COLLECTIONS) ## Run playbooks/quickstart.yml, with ARGS='-e to=... -e from=...' if given
	@ANSIBLE_COLLECTIONS_PATH="$(CURDIR)/$(COLLECTIONS)" ANSIBLE_NOCOWS=1 ANSIBLE_DEPRECATION_WARNINGS=false \
		ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false \
		ANSIBLE_DISPLAY_SKIPPED_HOSTS=false ANSIBLE_CALLBACK_RESULT_FORMAT=yaml \
		$(VENV)/bin/ansible-playbook playbooks/quickstart.yml $(ARGS)

simulator: $(VENV)/installed ## Run the simulator here until Ctrl+C, with ARGS='--pace 1 ...' if given
	@$(VENV)/bin/python roles/simulator/files/twilio_simulator run --announce=shell $(ARGS)

test: checks tests ## Run everything that must hold

checks: $(VENV)/installed ## Run everything but the tests, two sessions at a time
	@$(NOX) --parallel 2 --sessions sanity lint targets docs docs_check galaxy_importer

format: $(VENV)/installed ## Rewrite the Python files as lint wants them
	@$(NOX) --sessions format

lint: $(VENV)/installed ## Check style, types and licences
	@$(NOX) --sessions lint

sanity: $(VENV)/installed ## Run ansible-test sanity
	@$(NOX) --sessions sanity

targets: $(VENV)/installed ## Run the integration targets with ansible-test
	@$(NOX) --sessions targets

docs: $(VENV)/installed ## Build the documentation's site into dist/docs
	@$(NOX) --sessions docs

docs-check: $(VENV)/installed ## Check the documentation of plugins and roles
	@$(NOX) --sessions docs_check

galaxy-importer: $(VENV)/installed ## Ask Galaxy's importer about the built collection
	@$(NOX) --sessions galaxy_importer

tests: $(VENV)/installed ## Run unit and integration tests
	@$(NOX) --sessions tests

test-matrix: $(VENV)/installed ## Run unit and integration tests on each supported ansible-core, or on ARGS=2.16 alone
	@$(NOX) --sessions $(if $(ARGS),'matrix($(ARGS))',matrix)

test-oldest: $(VENV)/installed ## Run them on the oldest supported ansible-core
	@$(NOX) --sessions 'matrix(2.16)'

units: $(VENV)/installed ## Run unit tests
	@$(NOX) --sessions tests -- tests/unit

integration: $(VENV)/installed ## Run integration tests
	@$(NOX) --sessions tests -- tests/integration

coverage: $(VENV)/installed ## Run the tests and tell what they do not run
	@$(NOX) --sessions coverage

mutation: $(VENV)/installed ## Change the pure core in small ways, and tell what no unit test notices
	@$(NOX) --sessions mutation

benchmark: $(VENV)/installed ## Compare with other ways to send, in five minutes, or in 80 seconds with ARGS=--quick
	@$(NOX) --sessions benchmark -- $(ARGS)

load: $(VENV)/installed ## Send the simulator a thousand messages a second while its page is open
	@$(NOX) --sessions load -- $(ARGS)

timelines: $(VENV)/installed ## Draw the timelines of the guides anew
	@$(NOX) --sessions timelines

screenshots: $(VENV)/installed ## Take the pictures of the simulator's page anew
	@$(NOX) --sessions screenshots

build: $(VENV)/installed ## Build the collection into dist/, the same bytes from the same sources
	@$(VENV)/bin/python .ci/build.py . dist

clean: ## Remove all that these targets made
	rm -rf $(VENV) .ansible .cache .mypy_cache .nox .pytest_cache .ruff_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/installed: requirements/packages.txt requirements/playbook.txt requirements/nox.txt
	@python=$$($(FIND_PYTHON)) && echo "Making $(VENV) with $$python" && "$$python" -m venv --clear $(VENV)
	@$(VENV)/bin/pip install -qq $(^:%=--requirement %)
	@touch $@

# Ansible finds a collection only in a directory ansible_collections/NAMESPACE/NAME: a link gives any checkout that name.
$(COLLECTIONS):
	@mkdir -p $@/ansible_collections/oncall
	@ln -sfn ../../../.. $@/ansible_collections/oncall/twilio

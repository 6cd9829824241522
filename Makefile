# Copyright (c) 2026, the oncall.twilio authors
# GNU General Public License v3.0+ (see LICENSES/GPL-3.0-or-later.txt or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later

# What is typed daily. All checks, and what is run rarely, are sessions of noxfile.py: `.venv/bin/nox -l` lists them.

VENV := .venv
NOX := $(VENV)/bin/nox
COLLECTIONS := .cache/collections

# Packages are compiled when they are imported first, rather than all of them when they are installed.
unexport PYTHONDONTWRITEBYTECODE

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

.PHONY: help quickstart simulator test units lint format docs build test-matrix clean

help: ## List the targets
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' Makefile | expand -t 18

quickstart: $(VENV)/installed $(COLLECTIONS) ## Run playbooks/quickstart.yml, with ARGS='-e to=... -e from=...' if given
	@ANSIBLE_COLLECTIONS_PATH="$(CURDIR)/$(COLLECTIONS)" ANSIBLE_NOCOWS=1 ANSIBLE_DEPRECATION_WARNINGS=false \
		ANSIBLE_LOCALHOST_WARNING=false ANSIBLE_INVENTORY_UNPARSED_WARNING=false \
		ANSIBLE_DISPLAY_SKIPPED_HOSTS=false ANSIBLE_CALLBACK_RESULT_FORMAT=yaml \
		$(VENV)/bin/ansible-playbook playbooks/quickstart.yml $(ARGS)

simulator: $(VENV)/installed ## Run the simulator here until Ctrl+C, with ARGS='--pace 1 ...' if given
	@$(VENV)/bin/python roles/simulator/files/twilio_simulator run --announce=shell $(ARGS)

test: $(VENV)/installed ## Run everything that must hold: lint and unit tests first, then the rest
	@$(NOX) --parallel 2 --tags first
	@$(NOX) --parallel 2 --tags then

units: $(VENV)/installed ## Run the unit tests
	@$(NOX) --sessions units -- $(ARGS)

lint: $(VENV)/installed ## Check style, types and licences
	@$(NOX) --sessions lint

format: $(VENV)/installed ## Rewrite the Python files as lint wants them
	@$(NOX) --sessions format

docs: $(VENV)/installed ## Check the documentation, and build its site into dist/docs
	@$(NOX) --sessions docs

build: $(VENV)/installed ## Build the collection into dist/, the same bytes from the same sources
	@$(VENV)/bin/python .ci/build.py . dist

test-matrix: $(VENV)/installed ## Test on each supported ansible-core, in ansible-rulebook and beside other projects; ARGS=2.16 for one
	@$(NOX) --sessions $(if $(ARGS),'matrix($(ARGS))',matrix eda comparison)

clean: ## Remove all that these targets made
	rm -rf $(VENV) .ansible .cache .hypothesis .mypy_cache .nox .pytest_cache .ruff_cache dist
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

$(VENV)/installed: requirements/packages.txt requirements/playbook.txt requirements/nox.txt
	@python=$$($(FIND_PYTHON)) && echo "Making $(VENV) with $$python" && "$$python" -m venv --clear $(VENV)
	@$(VENV)/bin/pip install -qq --no-compile $(^:%=--requirement %)
	@touch $@

# Ansible finds a collection only in a directory ansible_collections/NAMESPACE/NAME: a link gives any checkout that name.
$(COLLECTIONS):
	@mkdir -p $@/ansible_collections/oncall
	@ln -sfn ../../../.. $@/ansible_collections/oncall/twilio

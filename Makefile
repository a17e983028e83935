# Needs python3.11, git and make; everything else is brought into .venv, .venv-brownie, .venv-proof and
# node_modules.
# Stamps are written last, so that an interrupted target is simply done again.

SHELL := /bin/sh
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
.PHONY: help web screenshots demo test test-fast check proofs fuzz coverage mutants snapshots network drill run console bench bench-gas setup artifacts clean distclean

PYTHON ?= python3.11
export PYTHON
# What was compiled is kept: a test starts some hundred programs.
unexport PYTHONDONTWRITEBYTECODE
# A terminal may export LINES as its height: only `make demo LINES=300` counts.
DEMO_LINES := $(if $(filter command line,$(origin LINES)),$(LINES),150)
ARGS ?=
# Processes that share the tests: one for each core, unless said otherwise (WORKERS=0 is none beside pytest).
WORKERS ?= auto
MINUTES ?=
SLITHER ?= yes

BIN := .venv/bin
RUNTIME := .venv/.stamps/runtime
TOOLS := .venv/.stamps/tools
BROWNIE := .venv-brownie/.stamps/brownie
PROOF := .venv-proof/.stamps/proof
NODE_RUNTIME := node_modules/.stamp-runtime
NODE_TOOLS := node_modules/.stamp-tools
# The three environments know nothing of each other: they are installed side by side.
EVERYTHING := $(TOOLS) $(NODE_TOOLS) $(BROWNIE) $(PROOF)

help: ## this list
	@grep -E '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

demo: $(RUNTIME) $(NODE_RUNTIME) ## play LINES=150 real purchases from stock threshold to audit (ARGS=... passes on)
	@$(BIN)/interlock demo --lines $(DEMO_LINES) $(ARGS)

test: ## run all tests (ARGS="-k tender" passes on)
	@$(MAKE) --no-print-directory -j4 $(EVERYTHING)
	@scripts/toolchain/browser.sh
	@$(BIN)/python -m pytest -n $(WORKERS) --folder-times $(ARGS)

test-fast: $(TOOLS) ## what needs no chain, no forge and no compiler; SQLite alone
	@$(BIN)/python -m pytest -n $(WORKERS) --fast --folder-times $(ARGS)

proofs: $(TOOLS) $(NODE_TOOLS) $(PROOF) ## slither over contracts/, then halmos on the pure libraries
	@scripts/toolchain/step.sh "slither" $(BIN)/python -m scripts.toolchain.slither
	@scripts/toolchain/halmos $(ARGS)

fuzz: $(TOOLS) $(NODE_TOOLS) ## the long run: fuzz 10,000, walks 1,024 x 256 (MINUTES=30 ends each test by the clock)
	@$(BIN)/python -m scripts.toolchain.fuzz $(if $(MINUTES),--minutes $(MINUTES)) $(ARGS)

coverage: $(TOOLS) $(NODE_TOOLS) ## lines and branches of contracts/ that the forge tests reach, into build/coverage
	@$(BIN)/python -m scripts.toolchain.coverage $(ARGS)

mutants: $(TOOLS) $(NODE_TOOLS) ## plant faults in contracts/ and count what the tests see (ARGS="--contract Guarantees --sample 40")
	@$(BIN)/python -m scripts.toolchain.mutants $(ARGS)

snapshots: $(TOOLS) $(NODE_TOOLS) ## rewrite tests/architecture/snapshots after a change that is meant
	@$(BIN)/python -m scripts.toolchain.snapshots write

network: $(RUNTIME) ## build the nodes of `interlock network` into build/network (once, about ten minutes)
	@$(BIN)/python -m scripts.network.build

drill: network ## kill, freeze and part validators under load, on both consensuses (ARGS="--validators 7")
	@$(BIN)/interlock network drill --consensus ibft $(ARGS)
	@$(BIN)/interlock network drill --consensus clique $(ARGS)

run: $(RUNTIME) $(NODE_RUNTIME) $(BROWNIE) ## chain, ERP and bridge stay up until Ctrl-C
	@$(BIN)/interlock up $(ARGS)

console: $(BROWNIE) ## a brownie console on the running chain, contracts and helpers loaded
	@.venv-brownie/bin/python -m scripts.console $(ARGS)

bench: $(TOOLS) $(NODE_TOOLS) ## speed of API, ring, demo and trial balance, each beside its floor (ARGS=--help)
	@$(BIN)/python -m scripts.measure.bench $(ARGS)

bench-gas: $(TOOLS) $(NODE_TOOLS) ## gas of every step, beside an ERC-20 transfer and an attestation of EAS
	@$(BIN)/python -m scripts.measure.gas $(ARGS)

setup: ## install everything that the other targets need
	@$(MAKE) --no-print-directory -j4 $(EVERYTHING)
	@echo "ready: make demo, make test, make check, make run, make console, make bench"

artifacts: $(TOOLS) $(NODE_TOOLS) ## compile contracts/ into bridge/chain/artifacts/
	@$(BIN)/python -m scripts.toolchain.artifacts build

web: $(TOOLS) $(NODE_TOOLS) ## build what runs in the browser into erp/web/static/js/
	@$(BIN)/python -m scripts.toolchain.web build

screenshots: $(TOOLS) $(NODE_TOOLS) ## take the pictures of the READMEs anew (Debian's chromium)
	@SCREENSHOTS=1 $(BIN)/python -m pytest -q -n0 tests/web/chromium/test_screenshots.py

check: $(TOOLS) $(NODE_TOOLS) $(PROOF) ## style, types, import rules, artifacts, contract sizes, slither
	@scripts/toolchain/step.sh "ruff format" $(BIN)/ruff format --check --no-cache .
	@scripts/toolchain/step.sh "ruff" $(BIN)/ruff check --no-cache .
	@scripts/toolchain/step.sh "mypy --strict bridge erp" $(BIN)/mypy --strict bridge erp
	@scripts/toolchain/step.sh "import rules" $(BIN)/lint-imports --no-cache
	@scripts/toolchain/step.sh "SQL only in queries.py and bridge/store" $(BIN)/python -m scripts.toolchain.sql_check
	@scripts/toolchain/step.sh "shipped artifacts" $(BIN)/python -m scripts.toolchain.artifacts check
	@scripts/toolchain/step.sh "what runs in the browser" $(BIN)/python -m scripts.toolchain.web check
	@scripts/toolchain/step.sh "forge fmt" scripts/toolchain/forge fmt --check contracts tests/forge
	@scripts/toolchain/step.sh "forge build --sizes" scripts/toolchain/forge build --sizes --skip "tests/**"
	@scripts/toolchain/step.sh "solhint" $(BIN)/node node_modules/solhint/solhint.js --disc --max-warnings 0 "contracts/**/*.sol"
	@$(if $(SLITHER),scripts/toolchain/step.sh "slither" $(BIN)/python -m scripts.toolchain.slither)

clean: ## remove what was built; keep what was installed
	@rm -rf build

distclean: clean ## remove what was installed as well
	@rm -rf .venv .venv-brownie .venv-proof node_modules interlock.egg-info

$(RUNTIME): pyproject.toml setup.py constraints.txt scripts/toolchain/install.sh
	@scripts/toolchain/install.sh .venv runtime -c constraints.txt -e ".[devchain]"

$(TOOLS): pyproject.toml setup.py constraints.txt scripts/toolchain/install.sh
	@scripts/toolchain/install.sh .venv tools -c constraints.txt -e ".[devchain,solc,test,check]"
	@touch $(RUNTIME)

# Pure Python: two documented features of Brownie do not work in its compiled wheel.
$(BROWNIE): constraints-brownie.txt scripts/toolchain/install.sh
	@BROWNIE_NOCOMPILE=1 BROWNIE_LIB=1 scripts/toolchain/install.sh .venv-brownie brownie \
		--no-binary eth-brownie -c constraints-brownie.txt eth-brownie py-solc-x coincurve orjson

# slither wants web3 below 8 and halmos z3: an environment of their own.
$(PROOF): constraints-proof.txt scripts/toolchain/install.sh
	@scripts/toolchain/install.sh .venv-proof proof -c constraints-proof.txt slither-analyzer halmos cvc5

$(NODE_RUNTIME): package.json package-lock.json .npmrc | $(RUNTIME)
	@echo "node_modules: installing runtime"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --omit=dev --loglevel=error
	@touch $@

$(NODE_TOOLS): package.json package-lock.json .npmrc | $(TOOLS)
	@echo "node_modules: installing tools"
	@PATH="$(CURDIR)/$(BIN):$$PATH" $(BIN)/npm ci --loglevel=error
	@touch $(NODE_RUNTIME) $@

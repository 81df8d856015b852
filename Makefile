# One command each. `make help` lists them.
PYTHON ?= python3
VENV   ?= .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.installed

DEMO   := $(VENV)/.installed-demo

.PHONY: help test lint format demo bench chaos simulate mutants requirements fields errors settings-schema schemas metrics chart site asyncapi pins parts fuzz sbom audit

help:            ## list the commands
	@grep -hE '^[a-z]+: .*##' $(MAKEFILE_LIST) | sed 's/: .*## /\t/'

$(STAMP): requirements/dev.txt pyproject.toml
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing requirements/dev.txt into $(VENV)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	@touch $(STAMP) $(DEMO)

# What the demo needs is less than what the tests need.
$(DEMO): requirements/demo.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing requirements/demo.txt into $(VENV)" >&2
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/demo.txt
	@touch $(DEMO)

demo: $(DEMO)    ## invoices and travel reimbursements, a kill -9, a replay; KEEP=1 leaves it running
	@$(BIN)/python -m gateway.cli demo $(if $(KEEP),--keep) $(ARGS)

bench: $(STAMP)  ## figures beside their floor; ARGS="calls --json": one of them, as JSON
	@$(BIN)/python -m benchmarks $(ARGS)

chaos: $(STAMP)  ## faults of every kind while documents flow; ARGS="--documents 400 --seed 7 --json"
	@$(BIN)/python -m tests.chaos $(ARGS)

simulate: $(STAMP) ## the same faults on virtual time, in one process; ARGS="--documents 1000 --seed 7"
	@$(BIN)/python -m tests.simulation $(ARGS)

mutants: $(STAMP) ## take out a guard at a time and see which tests notice; ARGS="--only NAME", "--rings unit"
	@$(BIN)/python -m tests.mutants $(ARGS)

fuzz: $(STAMP)   ## damaged input for everything that reads what others wrote; ARGS="--seconds 60 --only files"
	@$(BIN)/python -m tests.fuzz $(ARGS)

sbom: $(STAMP)   ## write sbom.cdx.json, the bill of materials of requirements/run.txt (CycloneDX)
	@$(BIN)/python tools/sbom.py $(ARGS)

audit: $(STAMP)  ## compare the pins with deploy/advisories.json; ARGS="--refresh ../advisory-database" refreshes it
	@$(BIN)/python -m tools.audit $(ARGS)

requirements: $(STAMP) ## each requirement with the tests that name it
	@$(BIN)/python tools/requirements.py

fields: $(STAMP) ## print docs/fields.md from the rules' field table
	@$(BIN)/python tools/fields.py

settings-schema: $(STAMP) ## print examples/gateway.schema.json, for editors, from the settings
	@$(BIN)/python tools/settings_schema.py

chart: $(STAMP)   ## lint and render the Helm chart into deploy/helm/rendered.yaml (needs helm in HELM, or go)
	@$(BIN)/python tools/chart.py

schemas: $(STAMP) ## print each Avro schema's id and fingerprint, and compare them with schemas/ids.json
	@$(BIN)/python tools/schemas.py

site: $(STAMP)   ## build the documentation as a site with search into build/docs/site; a broken link is an error
	@$(BIN)/python tools/docs_site.py

asyncapi: $(STAMP) ## write schemas/asyncapi.yaml from the topics and their schemas
	@$(BIN)/python tools/asyncapi.py

errors: $(STAMP) ## print docs/errors.md from the error catalogue
	@$(BIN)/python tools/errors.py

metrics: $(STAMP) ## print docs/metrics.md from the list of metrics
	@$(BIN)/python tools/metrics.py

lint: $(STAMP)   ## ruff, mypy --strict, import rules
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

parts: $(STAMP)  ## fetch Apache Kafka and Apicurio Registry, once
	@$(BIN)/python -m gateway.sandbox.broker.jars
	@$(BIN)/python -m tests.apicurio

test: lint audit parts ## everything that CI runs
	$(BIN)/python -m pytest -n 3 --dist loadgroup

format: $(STAMP) ## put the code into shape
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

pins:            ## remake requirements/*.txt from pyproject.toml and dev.in (needs uv)
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header pyproject.toml -o requirements/run.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra demo pyproject.toml -o requirements/demo.txt
	uv pip compile -q --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-header --extra demo pyproject.toml requirements/dev.in -o requirements/dev.txt

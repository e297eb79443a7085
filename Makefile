# Everything that people and CI run. A machine needs git, make and Python 3.11 to 3.14. The rest is installed into the
# checkout: tools and tests into .venv, the SAM CLI (only for build and deploy) into .local/sam.

MAKEFLAGS += --no-print-directory
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run up wheels test fuzz faults express soak recipes check audit hdr terraform upgrade bench format lock build deploy release dist clean target named FORCE

UV_VERSION := 0.13.8
UV := $(shell command -v uv >/dev/null && echo uv || echo .local/uv/bin/uv)
PIP_INSTALL = -m pip install -qq --disable-pip-version-check --no-input --no-deps
PIP_BENCH = $(filter-out --no-deps,$(PIP_INSTALL))
COMPILE = $(UV) pip compile --quiet --universal --python-version 3.11 --custom-compile-command "make lock" $(ARGS)

# The stack must declare the processor and the Python version that the packages are built for, and accept HEIC and sign
# renditions only if they contain the libraries. So all four accompany any choice on the command line. Without a choice
# nothing is passed once samconfig.toml holds the answers of the first deployment.
ROOT := .
include functions/target.mk
TARGET = Architecture=$(ARCHITECTURE) Runtime=$(RUNTIME) HeicInput=$(HEIC) ContentCredentials=$(CREDENTIALS)
# The longest name of a function is that of the stack and 16 characters more, and Lambda allows 64.
LONGEST_STACK_NAME := 48
STACK_NAME = $(shell sed -n 's/^stack_name *= *"\(.*\)"/\1/p' samconfig.toml)
SAVED = $(shell grep '^parameter_overrides' samconfig.toml >/dev/null && echo yes)
CHOSEN = $(filter environment command,$(origin ARCHITECTURE) $(origin RUNTIME) $(origin HEIC) $(origin CREDENTIALS)) $(PARAMETERS)
SAM_PARAMETERS = $(if $(strip $(CHOSEN) $(if $(SAVED),,unsaved)),--parameter-overrides $(TARGET) $(PARAMETERS))
ACCEPTING_HEIC = $(if $(filter on,$(HEIC)),--parameter HeicInput=on)
GUIDED = $(if $(SAVED),,$(shell [ -t 0 ] && echo --guided))
SAM := $(shell command -v sam >/dev/null && echo sam || echo .local/sam/bin/sam)
export SAM_CLI_TELEMETRY = 0
# Under another name, because make -n runs every line that contains MAKE: a deployment would call itself endlessly.
AGAIN = $(MAKE)

help: ## Explain every target
	@awk -F ':.*## ' '/^[a-z]+:.*## /{printf "  make %-8s %s\n", $$1, $$2; next} /^## /{print substr($$0, 4)}' Makefile

## Try it
run: .venv/run.stamp $(if $(filter on,$(HEIC)),.venv/heic.stamp) ## Start an AWS emulator, process the sample images, write the renditions to out/
##                IMAGES="a.jpg some/folder" for your own files; with spaces: IMAGES='"my photo.jpg" b.png'
	@.venv/bin/renditions run $(ACCEPTING_HEIC) $(IMAGES)

up: .venv/run.stamp $(if $(filter on,$(HEIC)),.venv/heic.stamp) ## The same stack with its web page, kept running until Ctrl-C; prints where to sign in
	@.venv/bin/renditions up $(ACCEPTING_HEIC)

## Put it on AWS
build: .venv/checkout .local/audit/stamp $(filter .local/%,$(SAM)) ## Package the functions, on any machine; ARCHITECTURE=x86_64 RUNTIME=python3.14
##                HEIC=on adds the HEIC decoder and accepts HEIC; read docs/heic.md about its licenses first
	@$(SAM) build $(SAM_PARAMETERS)
	@for function in ResizeImageFunction WebApiFunction; do \
	    .venv/bin/python -m pip --disable-pip-version-check freeze --path .aws-sam/build/$$function | \
	    .local/audit/bin/cyclonedx-py requirements --output-reproducible --output-file .aws-sam/$$function.cdx.json -; done

wheels: .venv/checkout ## Compile the resizer with SIMD for Lambda on ARM, on Linux on ARM with Rust; RUNTIME=python3.14
##                make build then uses it instead of Pillow; read docs/performance.md first
	@[ "`uname -sm`" = "Linux aarch64" ] || { echo "Run this on Linux on ARM, for example in CloudShell or on a Graviton instance." >&2; exit 1; }
	@command -v cargo >/dev/null || { echo "Rust is needed: https://rustup.rs" >&2; exit 1; }
	@command -v $(RUNTIME) >/dev/null || { echo "$(RUNTIME) is needed: the wheel is for one version of Python." >&2; exit 1; }
	@$(RUNTIME) -m pip wheel --quiet --no-deps --no-binary cykooz-resizer --require-hashes --wheel-dir .local/wheels \
	    --requirement functions/requirements-simd.txt functions/requirements-credentials.txt
	@ls .local/wheels

deploy: named build ## Build, then create or update the stack; the first time it asks for region and parameters
##                PARAMETERS='NotificationEmail=me@example.org LogRetentionDays=7' changes some; samconfig.toml keeps all
	@$(SAM) deploy $(GUIDED) $(SAM_PARAMETERS)
	@[ "`$(AGAIN) --silent target`" = "$(TARGET)" ] || { echo "The answers need other packages. Building again."; $(AGAIN) deploy; }

named:
	@[ `printf %s "$(STACK_NAME)" | wc -c` -le $(LONGEST_STACK_NAME) ] || { \
	    echo "The stack name $(STACK_NAME) is too long. Use at most $(LONGEST_STACK_NAME) characters: change stack_name in samconfig.toml." >&2; exit 1; }
	@$(if $(GUIDED),echo "A stack name can have at most $(LONGEST_STACK_NAME) characters.",:)

target: # What the packages are built for. Read again after a deployment, because its answers come after the build.
	@echo "$(TARGET)"

## Work on it
test: .venv/dev.stamp ## Run all tests; ARGS="tests/unit -k exif" for some of them, ARGS=-n0 in one process
	@.venv/bin/python -m pytest -n auto $(ARGS)

AUDITED := requirements/run.txt $(addprefix functions/requirements-,credentials.txt heic.txt simd.txt)
N := 50
SEED := 1
fuzz: .venv/dev.stamp ## Damage images of every kind in thousands of ways; N=50 times each, SEED=1, ARGS="--only PNG"
	@.venv/bin/python -m tests.fuzz.run --n $(N) --seed $(SEED) $(ARGS)

faults: .venv/dev.stamp ## Every fault at every call and step, about 10 minutes; ARGS="-k killed" for some
	@.venv/bin/python -m pytest tests/faults -m "long or not long" --timeout 600 $(ARGS)

express: .venv/dev.stamp ## Carry out every state twice, and let Express executions fail or run again in every state: 2 minutes
	@.venv/bin/python -m pytest -n0 tests/express -m long $(ARGS)

soak: .venv/dev.stamp ## 1,000 uploads with duplicate and late events and 5 % failing calls: nothing may be lost; about 15 minutes
##                ARGS="--uploads 200 --seed 7": fewer, with the same faults as the run that printed this seed
	@.venv/bin/python -m tests.soak $(ARGS)

recipes: .venv/dev.stamp ## Try the recipes of CONTRIBUTING.md, each in a copy of the checkout; ARGS="-k fifth" for one
##                a quarter of an hour for all
	@.venv/bin/python -m pytest -n0 tests/recipes -m long $(ARGS)

check: .venv/dev.stamp .local/checkov/stamp ## Check the style and layout of all code, the types, the import rules and the template
	.venv/bin/ruff check
	.venv/bin/ruff format --check
	.venv/bin/mypy
	.venv/bin/lint-imports --no-logo
	@.venv/bin/python -c "from renditions.preset_files import check; check()"
	.venv/bin/python -m tests.contract.asl_format --check
	.venv/bin/cfn-lint template.yaml
	.local/checkov/bin/checkov --file template.yaml container/Dockerfile --framework cloudformation dockerfile --skip-download --compact --quiet
	@.venv/bin/python -m tests.terraform.check

audit: .local/audit/stamp ## Look for known vulnerabilities in everything that is pinned for the functions and the command
	.local/audit/bin/pip-audit --strict --disable-pip --no-deps $(AUDITED:%=--requirement %)

hdr: .venv/dev.stamp .local/hdr/stamp ## Read HDR renditions with libultrahdr and libvips: the same light as in the original?
	@.venv/bin/python -m pytest -n0 tests/hdr -m long $(ARGS)

terraform: .venv/dev.stamp ## Apply, plan and destroy the Terraform module on the local stack, where Terraform and its provider are
	@.venv/bin/python -m pytest -n0 tests/terraform -m long $(ARGS)

upgrade: .venv/dev.stamp ## Update the previous release on the local stack in place, and look whether everything is intact
	@.venv/bin/python -m pytest -n0 tests/upgrade -m long $(ARGS)

bench: .local/bench/stamp ## Compare speed, memory and quality with sharp, pyvips, thumbor and plain Pillow: 30 minutes
##                ARGS="--repeat 1 --only 12mp --without-memory" for a first look
	@PYTHONPATH=functions .local/bench/venv/bin/python -m benchmarks.run $(ARGS)

format: .venv/dev.stamp ## Format the Python files and state machines, fix what lint can fix, write what repeats in docs, state machines and terraform/
	.venv/bin/ruff check --fix-only --quiet
	.venv/bin/ruff format
	.venv/bin/python -m tests.contract.asl_format
	.venv/bin/python -m tests.contract.renditions_in_definitions
	.venv/bin/python -m tests.contract.rejections
	.venv/bin/python -m tests.contract.express_in_definitions
	.venv/bin/python -m tests.contract.settings_rows
	.venv/bin/python -m tests.contract.renditions_in_docs
	.venv/bin/python -m tests.contract.privileges
	.venv/bin/python -m tests.contract.terraform
	.venv/bin/python -m tests.contract.notice_types
	.venv/bin/python -m tests.contract.storage_classes
	.venv/bin/python -m tests.contract.counts_in_docs
	.venv/bin/python -m tests.faults.outcomes

lock: $(filter .local/%,$(UV)) ## Pin the requirements of pyproject.toml with hashes; ARGS=--upgrade for the newest versions
	$(COMPILE) --generate-hashes --no-emit-package numpy --group run --output-file requirements/run.txt
	$(COMPILE) --generate-hashes --group dev --constraint requirements/run.txt --output-file requirements/dev.txt
	$(COMPILE) --generate-hashes --group sam --output-file requirements/sam.txt
	$(COMPILE) --generate-hashes --group checkov --output-file requirements/checkov.txt
	$(COMPILE) --generate-hashes --group audit --output-file requirements/audit.txt
	$(COMPILE) --generate-hashes --group hdr --output-file requirements/hdr.txt
	$(COMPILE) --group functions --no-emit-package numpy --constraint requirements/run.txt --output-file functions/requirements.txt
	$(COMPILE) --group api --constraint requirements/run.txt --output-file functions/requirements-api.txt
	$(COMPILE) --group simd --no-deps --generate-hashes --output-file functions/requirements-simd.txt
	$(COMPILE) --group heic --no-deps --generate-hashes --output-file functions/requirements-heic.txt
	$(COMPILE) --group credentials --no-deps --generate-hashes --output-file functions/requirements-credentials.txt

release: .venv/run.stamp $(filter .local/%,$(UV)) ## Cut the version in pyproject.toml: changelog, copy for tests/upgrade/, and the files in dist/
##                dist/ then has a zip that deploys without a checkout, the command, and checksums; needs python3.13
	@.venv/bin/python -m releasing release $(UV)

dist: .venv/run.stamp $(filter .local/%,$(UV)) ## Write the files in dist/ again: the same checkout gives the same bytes
	@.venv/bin/python -m releasing dist $(UV)

clean: ## Remove everything that make created here, including out/
	rm -rf .venv .local .aws-sam out dist .pytest_cache .mypy_cache .ruff_cache .hypothesis .import_linter_cache

# ---------------------------------------------------------------------------------------------------------------
# .venv: created once, updated when a lock file changes, recreated when its Python is gone or the checkout has moved.

STALE := $(shell [ -x .venv/bin/python ] && [ "`cat .venv/checkout 2>/dev/null`" = "`pwd`" ] || echo FORCE)

# The first suitable and complete one is used; PYTHON=/opt/python3.12/bin/python3 chooses another. Some pinned packages
# have no wheels for newer versions yet, and pip would spend minutes compiling them.
CANDIDATES := python3.13 python3.14 python3.12 python3.11 python3

.venv/checkout: $(STALE)
	@found=; bare=; other=; \
	for name in $(or $(PYTHON),$(CANDIDATES)); do \
	    version=`$$name -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null` || continue; \
	    case $$version in 3.11|3.12|3.13|3.14) ;; *) other="only $$name ($$version)"; continue;; esac; \
	    if ! $$name -c 'import ensurepip, venv' 2>/dev/null; then bare=$$version; continue; fi; \
	    found=$$name; break; \
	done; \
	if [ "$$found" ]; then \
	    echo "Setting up .venv with Python $$version, once ..."; \
	    $$found -m venv --clear .venv && pwd > $@; \
	elif [ "$$bare" ]; then \
	    echo "Python $$bare has no venv module. Install it, for example: apt install python$$bare-venv" >&2; \
	    exit 1; \
	else \
	    echo "Python 3.11 to 3.14 is required; found $${other:-none}. Install it, for example:" \
	        "apt install python3.11 python3.11-venv, or brew install python@3.13" >&2; \
	    exit 1; \
	fi

.venv/run.stamp: requirements/run.txt pyproject.toml .venv/checkout
	@echo "Installing what the command needs ..."
	@.venv/bin/python $(PIP_INSTALL) --require-hashes -r requirements/run.txt
	@.venv/bin/python $(PIP_INSTALL) --editable .
	@touch $@

.venv/heic.stamp: functions/requirements-heic.txt .venv/run.stamp
	@echo "Installing the HEIC decoder ..."
	@.venv/bin/python $(PIP_INSTALL) --require-hashes -r functions/requirements-heic.txt
	@touch $@

.venv/dev.stamp: requirements/dev.txt .venv/run.stamp
	@echo "Installing what the tests and checks need ..."
	@.venv/bin/python $(PIP_INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

FORCE:

# ---------------------------------------------------------------------------------------------------------------
.local/sam/bin/sam: requirements/sam.txt .venv/checkout
	@echo "Installing the SAM CLI into .local/sam, once ..."
	@.venv/bin/python -m venv --clear .local/sam
	@.local/sam/bin/python $(PIP_INSTALL) --require-hashes -r requirements/sam.txt
	@touch $@

.local/%/stamp: requirements/%.txt .venv/checkout
	@echo "Installing what make needs into .local/$*, once ..."
	@.venv/bin/python -m venv --clear .local/$*
	@.local/$*/bin/python $(PIP_INSTALL) --require-hashes -r requirements/$*.txt
	@touch $@

# What `make bench` compares with. A peer that cannot be installed is left out, and the report says so.
SHARP := 0.35.5
THUMBOR := 7.8.0
.local/bench/stamp: benchmarks/requirements.txt .venv/run.stamp
	@echo "Installing the peers into .local/bench, once ..."
	@.venv/bin/python -m venv --clear .local/bench/venv
	@.local/bench/venv/bin/python $(PIP_BENCH) -r benchmarks/requirements.txt
	@.venv/bin/python -m venv --clear .local/bench/thumbor # separate, because it needs an older Pillow
	@-.local/bench/thumbor/bin/python $(PIP_BENCH) thumbor==$(THUMBOR)
	@-npm install --prefix .local/bench --no-audit --no-fund --loglevel=error --ignore-scripts sharp@$(SHARP)
	@touch $@

.local/uv/bin/uv: | .venv/checkout
	@.venv/bin/python -m venv --clear .local/uv
	@.local/uv/bin/python $(PIP_INSTALL) uv==$(UV_VERSION)

# What the packages are built for, and whether the decoder of HEIC is in them. SAM does not hand that on to make, so it
# is looked up where a person declares it: on the command line (make build ARCHITECTURE=x86_64, or the parameter among
# PARAMETERS) or in the environment, else in samconfig.toml, where `sam deploy --guided` writes its answers, else as the
# template's default. ROOT is the checkout.
declared = $(firstword \
    $(patsubst $1=%,%,$(filter $1=%,$(PARAMETERS))) \
    $(shell sed -n 's/.*$1=[\\"]*\([a-z0-9_.]*\).*/\1/p' "$(ROOT)/samconfig.toml") \
    $(shell sed -n '/^  $1:/,/ Default:/s/ *Default: *"*\([a-z0-9_.]*\).*/\1/p' "$(ROOT)/template.yaml"))
ARCHITECTURE ?= $(call declared,Architecture)
RUNTIME ?= $(call declared,Runtime)
HEIC ?= $(call declared,HeicInput)
CREDENTIALS ?= $(call declared,ContentCredentials)

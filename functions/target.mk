# What the packages are built for. SAM does not hand that on to make, so it is looked up where a person declares it: on
# the command line (make build ARCHITECTURE=x86_64) or in the environment, else in samconfig.toml, where
# `sam deploy --guided` writes its answers, else as the template's default. ROOT is the checkout.
declared = $(firstword \
    $(shell sed -n 's/.*$1=[\\"]*\([a-z0-9_.]*\).*/\1/p' "$(ROOT)/samconfig.toml") \
    $(shell sed -n '/^  $1:/,/ Default:/s/ *Default: *//p' "$(ROOT)/template.yaml"))
ARCHITECTURE ?= $(call declared,Architecture)
RUNTIME ?= $(call declared,Runtime)

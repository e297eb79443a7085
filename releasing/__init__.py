"""What `make release` and `make dist` do: check, cut and package a release. No part of the product."""

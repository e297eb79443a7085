"""`make bench`: this project beside its peers, on the same photographs. docs/performance.md has the results."""

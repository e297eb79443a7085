"""`make bench`: compare this project with its peers on the same photographs. docs/performance.md has the results."""

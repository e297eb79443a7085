"""What runs in Lambda. One import root on AWS, in the tests and in the command.

Import rules, from top to bottom:
handlers → api, deletions → tidying, reconciliation → storage, records, imaging → aws → contracts, places → settings →
errors.
"""

__version__ = "0.2.0"  # the one of pyproject.toml, which is not in the package: a test compares the two

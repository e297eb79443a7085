"""What runs in Lambda. One import root on AWS, in the tests and in the command.

Import rules, from top to bottom:
handlers → deletions → tidying, reconciliation → storage, records, imaging → aws → contracts, places → settings →
errors.
"""

"""Renditions: what runs in Lambda. One import root on AWS, in the tests and in the tools.

Who may import whom, top to bottom: handlers → storage, imaging → contracts → settings → errors.
"""

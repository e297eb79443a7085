"""The ``renditions`` command: the local stack, and operating any stack."""

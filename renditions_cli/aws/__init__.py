"""A deployed stack, on AWS or on this machine: finding it, and what its services know and do."""

"""A simulation of bursts: what waits, what is retried, and when all is done, with the quotas of an account."""

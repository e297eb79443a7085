"""What an account may do per second and at once: the quotas that a burst runs into."""

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Self

from renditions_cli.local.launcher import parallel_functions

ENVIRONMENTS_PER_SECOND = 100  # Lambda adds 1,000 execution environments in 10 s to each function
ENVIRONMENTS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Quotas:
    """``…_bucket`` is how many may come at once, ``…_rate`` how many per second are added to it again.

    ``concurrency`` is that of Lambda, of all functions together. ``writes`` are write units of the images table and
    ``publishes`` notices, both per second. ``queues``: calls beyond the concurrency of Lambda wait for their turn, as
    on the local stack. AWS refuses them.
    """

    start_bucket: float
    start_rate: float
    transition_bucket: float
    transition_rate: float
    concurrency: int
    writes: float
    publishes: float
    queues: bool = False

    def scaled(self, factor: float) -> Self:
        """Return the quotas that are left for one of ``factor`` equal shares of the load."""
        return replace(
            self,
            **{
                one.name: getattr(self, one.name) / factor
                for one in fields(self)
                if one.name not in {"concurrency", "queues"}
            },
        )


# The default quotas of AWS: Step Functions and SNS in us-east-1, us-west-2 and eu-west-1, and elsewhere. A table with
# on-demand capacity takes 4,000 write units per second from its first day on. The quotas of new accounts are lower;
# ten functions at once were seen, and no figure is published for transitions.
LARGE_REGION = Quotas(1300, 300, 5000, 5000, 1000, 4000, 9000)
PLENTY = 1e9
# On the local stack twice as many functions run at once as there are processors, and delay each other.
LOCAL_CONCURRENCY = max(1, round(0.75 * parallel_functions()))
ACCOUNTS: Mapping[str, Quotas] = {
    "large-region": LARGE_REGION,
    "other-region": Quotas(800, 150, 800, 800, 1000, 4000, 300),
    "new": replace(LARGE_REGION, start_bucket=800, start_rate=150, transition_bucket=800, transition_rate=800,
                   concurrency=10, publishes=300),
    "local": Quotas(PLENTY, PLENTY, PLENTY, PLENTY, LOCAL_CONCURRENCY, PLENTY, PLENTY, queues=True),
}  # fmt: skip

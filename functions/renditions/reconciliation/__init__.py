"""Compare the uploads bucket with the images table and the renditions bucket, and start what is missing.

    surroundings   where everything is, and the clients
    comparison     what is wrong with one image: pure
    events         the event that S3 did not send, or that got lost: pure
    reading        one page of objects, of records, of renditions
    orphans        renditions that no record names
    walk           all of it, page by page
    starting       put right what was found, once

Used by `renditions reconcile` and by the scheduled function. Everything may run twice, at the same time or be stopped
in between: what it starts claims its image like any other execution, and the same start has the same name.
"""

from renditions.reconciliation.comparison import Clock, Finding, Kind
from renditions.reconciliation.starting import Action, Reconciliation, Result, start, tell
from renditions.reconciliation.surroundings import Clients, Places, connect, connect_lambda, hand_over
from renditions.reconciliation.walk import TIME_RESERVE_MILLISECONDS, Position, Walk

__all__ = [
    "TIME_RESERVE_MILLISECONDS",
    "Action",
    "Clients",
    "Clock",
    "Finding",
    "Kind",
    "Places",
    "Position",
    "Reconciliation",
    "Result",
    "Walk",
    "connect",
    "connect_lambda",
    "hand_over",
    "start",
    "tell",
]

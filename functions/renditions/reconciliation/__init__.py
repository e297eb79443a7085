"""Compare the uploads bucket with the images table and the renditions bucket, and start what is missing.

    stack        the clients, and the next run
    position     how far a run has got
    comparison   what is wrong with one image: pure
    attempts     one request whose failure is a finding
    events       the event that S3 did not send, or that got lost: pure
    queries      one page of objects, of records, of renditions
    orphans      renditions that no record names
    walk         everything, page by page
    repair       start what repairs a finding, once
    expiry       delete rejected originals, in the scheduled function only

`renditions reconcile` and the scheduled function use it. It may run twice, concurrently, or be stopped at any point:
the executions that it starts claim their image like any other execution, and the same start has the same name.
"""

from renditions.reconciliation.comparison import Clock, Finding, Kind
from renditions.reconciliation.expiry import delete_rejected
from renditions.reconciliation.position import Position
from renditions.reconciliation.repair import Action, Reconciliation, Result, preview, start
from renditions.reconciliation.stack import Clients, hand_over
from renditions.reconciliation.walk import TIME_RESERVE_MILLISECONDS, Walk

__all__ = [
    "TIME_RESERVE_MILLISECONDS",
    "Action",
    "Clients",
    "Clock",
    "Finding",
    "Kind",
    "Position",
    "Reconciliation",
    "Result",
    "Walk",
    "delete_rejected",
    "hand_over",
    "preview",
    "start",
]

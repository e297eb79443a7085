"""The parameters of tasks in the histories of ministack."""

import json
from types import SimpleNamespace
from typing import Any

from renditions_cli.local import task_parameters


def test_the_event_of_a_scheduled_task_has_its_parameters() -> None:
    added: list[Any] = []
    engine = SimpleNamespace(
        _apply_parameters=lambda state, given: {"TopicArn": given},
        _add_event=lambda execution, kind, details=None: added.append((kind, details)),
    )
    task_parameters.install(engine)
    engine._apply_parameters({}, "topic")
    engine._add_event({}, "TaskScheduled", {"taskScheduledEventDetails": {"resource": "sns"}})
    engine._add_event({}, "ExecutionStarted")
    [(_, scheduled), other] = added
    details = scheduled["taskScheduledEventDetails"]
    assert details == {"resource": "sns", "parameters": json.dumps({"TopicArn": "topic"})}
    assert other == ("ExecutionStarted", None)

"""Everything that names the renditions agrees with the one list. A failure says which file to edit, and how."""

import copy
import json
import re
from dataclasses import fields
from typing import Any

import pytest

from renditions.contracts import Image, Rendition
from renditions.records import ImageRecord
from tests.contract import renditions_in_definitions, renditions_in_docs
from tests.contract.asl import definition
from tests.contract.same_for_each import differences, report
from tests.renditions import SPECS, state_name

# Neither the pattern nor the preview.
OTHER = next(name for name, spec in [*SPECS.items()][1:] if not spec.watermarked and not spec.previewed)

LIST = "The renditions are those of `renditions()` in functions/renditions/settings.py."


def lacking(*path: str) -> tuple[dict[str, Any], str]:
    """Return image_pipeline without the part of one rendition, and the name of the place."""
    machine = copy.deepcopy(definition("image_pipeline"))
    place = machine
    for name in path[:-1]:
        place = place[name]
    del place[path[-1]]
    return machine, ".".join(path)


def without_branch() -> tuple[dict[str, Any], str]:
    machine = copy.deepcopy(definition("image_pipeline"))
    branches = machine["States"]["MakeRenditions"]["Branches"]
    [branch] = [one for one in branches if one["StartAt"] == state_name(OTHER)]
    branches.remove(branch)
    return machine, f"States.MakeRenditions.Branches.{state_name(OTHER)}"


def without_mail() -> tuple[dict[str, Any], str]:
    machine = copy.deepcopy(definition("image_pipeline"))
    message = machine["States"]["PublishCompletion"]["Parameters"]["Message"]
    text = re.sub(rf"{OTHER}: [^\n]*\n[^\n]*\n[^\n]*\n", "", message["email.$"], count=1)
    value = rf" (?:States\.[\w(.]+ *'[^']*', )?\$\.notice\.renditions\.{OTHER}\.\w+\)*,"
    message["email.$"] = re.sub(value, "", text)
    assert OTHER not in message["email.$"]
    return machine, "States.PublishCompletion.Parameters.Message.email.$"


SAVED = ("States", "SaveMetadata", "Parameters")


@pytest.mark.parametrize(
    "incomplete, place",
    [
        without_branch(),
        without_mail(),
        lacking("States", "MakeRenditions", "ResultSelector", f"{OTHER}.$"),
        lacking(*SAVED, "ExpressionAttributeNames", f"#{OTHER}.$"),
        lacking(*SAVED, "ExpressionAttributeValues", f":{OTHER}"),
        lacking("States", "SaveMetadata", "ResultSelector", "notice", "renditions", OTHER),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_a_missing_block_is_named_and_made_again(incomplete: dict[str, Any], place: str) -> None:
    made = renditions_in_definitions.image_pipeline(copy.deepcopy(incomplete))
    [problem] = differences(incomplete, made)
    assert problem.startswith(place)
    assert json.dumps(made) == json.dumps(definition("image_pipeline"))


def test_the_name_of_a_rendition_is_no_other_word_of_the_state_machine() -> None:
    """Its name becomes a placeholder of the update, a path and a file name, and stands for itself in each copy."""
    taken = {"image", "renditions", "notice", "status", "execution", "completed"}
    taken |= {field.name for one in (ImageRecord, Image, Rendition) for field in fields(one)}
    wrong = [
        name for name in SPECS if name in taken or not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", name)
    ]
    problem = (
        "Give it a name of its own in functions/renditions/settings.py: lower case letters, digits and _."
    )
    assert not wrong, f"A rendition is called {', '.join(wrong)}. {problem}"


def test_the_state_machines_have_a_block_for_each_rendition() -> None:
    report(LIST, renditions_in_definitions.problems())


def test_the_documents_list_each_rendition() -> None:
    report(LIST, renditions_in_docs.problems())

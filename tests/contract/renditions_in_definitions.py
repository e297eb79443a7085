"""What the state machines have for each rendition, made from the one list: `make format` writes it.

The definitions stay whole and readable as they are in statemachine/: this only adds, removes and orders blocks in them.
"""

import copy
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.contract.asl import DEFINITIONS, call
from tests.contract.asl_format import packed
from tests.contract.same_for_each import copies, differences
from tests.renditions import NAMES, SPECS, shown_size, state_name

Definition = dict[str, Any]


def problems() -> list[str]:
    """Return what the state machines lack or have in excess, with the file and the place in it."""
    found: list[str] = []
    for machine, revise in REVISIONS.items():
        is_now = _read(machine)
        wrong = differences(is_now, revise(copy.deepcopy(is_now)))
        found += [f"statemachine/{machine}.asl.json, {one}" for one in wrong]
    return found


def write() -> None:
    """Write the state machines with a block for each rendition of the list."""
    for machine, revise in REVISIONS.items():
        text = json.dumps(revise(_read(machine)), ensure_ascii=False)
        (DEFINITIONS / f"{machine}.asl.json").write_text(packed(text), "utf-8")


# Whether a rendition has a watermark → what makes it.
FUNCTIONS = {False: "${ResizeImageFunctionArn}", True: "${WatermarkImageFunctionArn}"}


def image_pipeline(definition: Definition) -> Definition:
    """Return the definition with one branch per rendition, and all that saves and sends what the branches make."""
    states = definition["States"]
    make, save = states["MakeRenditions"], states["SaveMetadata"]
    names = [one["States"][one["StartAt"]]["Parameters"]["Payload"]["rendition"] for one in make["Branches"]]
    make["Branches"] = _branches(dict(zip(names, make["Branches"], strict=True)))
    make["ResultSelector"] = {f"{name}.$": f"$[{place}]" for place, name in enumerate(NAMES)}
    parameters = save["Parameters"]
    parameters["UpdateExpression"] = _update(parameters["UpdateExpression"])
    for member, key in (("ExpressionAttributeNames", "#{}.$"), ("ExpressionAttributeValues", ":{}")):
        parameters[member] = copies(parameters[member], key, names)
    for field in ("dominant_colour", "placeholder"):
        parameters["ExpressionAttributeValues"][f":{field}"]["S.$"] = _joined(field)
    notice = save["ResultSelector"]["notice"]
    notice["renditions"] = copies(notice["renditions"], "{}", names)
    for publisher in ("PublishCompletion", "PublishReplacement"):
        _revise_mail(states[publisher], known=names)
    return definition


def execution_failed(definition: Definition) -> Definition:
    """Return the definition that reads the same notice from the record, and sends the same e-mail."""
    states = definition["States"]
    read, parameters = states["ReadCompleted"], states["ReadCompleted"]["Parameters"]
    notice = read["ResultSelector"].get("notice", read["ResultSelector"])
    known = [*notice["renditions"]]
    notice["renditions"] = copies(notice["renditions"], "{}", known)
    parameters["UpdateExpression"] = _filled(parameters["UpdateExpression"])
    parameters["ExpressionAttributeNames"] = copies(parameters["ExpressionAttributeNames"], "#{}", known)
    _revise_mail(states["PublishCompletion"], known=known)
    return definition


REVISIONS: Mapping[str, Callable[[Definition], Definition]] = {
    "image_pipeline": image_pipeline,
    "execution_failed": execution_failed,
}


def _branches(known: dict[str, Definition]) -> list[Definition]:
    """The branch of each rendition: its own, or a copy of that of the last one of its kind."""
    return [known.get(name) or _branch(name, known) for name in NAMES]


def _branch(name: str, known: dict[str, Definition]) -> Definition:
    """A new branch, from the last one that runs the same function."""
    function = FUNCTIONS[SPECS[name].watermarked]
    pattern = next((one for one in reversed(known) if function in str(known[one])), [*known][-1])
    task = copy.deepcopy(known[pattern]["States"][state_name(pattern)])
    task["Parameters"]["FunctionName"] = function
    payload = task["Parameters"]["Payload"]
    payload["rendition"] = name
    payload["task"]["state"] = state_name(name)
    task["Comment"] = _comment(task["Comment"], pattern, name)
    return {"StartAt": state_name(name), "States": {state_name(name): task}}


def _comment(comment: str, pattern: str, name: str) -> str:
    """The comment of another branch about this one: its name, its parameters, its default size, and no preview."""
    comment = re.sub(rf"\b{state_name(pattern)}(?=[A-Z])", state_name(name), comment)
    size = shown_size(SPECS[name].size)
    comment = re.sub(r"\([\d,x:@]+ by default\)", f"({size} by default)", comment)
    comment = re.sub(r" Also returns [^.]*\.", "", comment)
    if SPECS[name].watermarked:
        return comment
    return re.sub(r"^Makes the [^,]*,", f"Makes the {name} rendition,", comment)


def _update(expression: str) -> str:
    """The update of the record, in which each rendition replaces its entry of the map."""
    one = r"renditions\.#(\w+) = :\1"
    all_of_them = ", ".join(f"renditions.#{name} = :{name}" for name in NAMES)
    return re.sub(rf"{one}(?:, renditions\.#\w+ = :\w+)*", all_of_them, expression, count=1)


def _filled(expression: str) -> str:
    """The update that gives each rendition what the records of earlier releases lack."""
    one = r"renditions\.#\w+\.pages = if_not_exists\(renditions\.#\w+\.pages, :none\)"
    all_of_them = ", ".join(
        f"renditions.#{name}.pages = if_not_exists(renditions.#{name}.pages, :none)" for name in NAMES
    )
    return re.sub(rf"{one}(?:, {one})*", all_of_them, expression, count=1)


def _joined(field: str) -> str:
    """A text that only one rendition has, found by joining those of all."""
    values = ", ".join(f"$.renditions.{name}.{field}" for name in NAMES)
    return f"States.Format('{'{}' * len(NAMES)}', {values})"


def _revise_mail(publisher: Definition, *, known: Sequence[str]) -> None:
    """Give the e-mail its lines for each rendition, and the values for them."""
    message = publisher["Parameters"]["Message"]
    known = [*dict.fromkeys([*known, *NAMES])]
    parsed = call(message["email.$"])
    assert parsed is not None
    text, *values = parsed[1]
    paragraphs = re.split(rf"(?<=\n)(?=(?:{'|'.join(known)}): )|(?=\$\{{RenditionsHint\}})", text)
    pattern = next(one for one in known if paragraphs[1].startswith(f"{one}: "))
    lines = [paragraphs[1].replace(pattern, name, 1) for name in NAMES]
    start = next(place for place, value in enumerate(values) if f".{pattern}." in value)
    own = [value for value in values if f"$.notice.renditions.{pattern}." in value]
    others = [
        value for value in values if not re.search(rf"\$\.notice\.renditions\.(?:{'|'.join(known)})\.", value)
    ]
    all_of_them = [value.replace(f".{pattern}.", f".{name}.") for name in NAMES for value in own]
    text = "".join([paragraphs[0], *lines, paragraphs[-1]])
    message["email.$"] = f"States.Format({', '.join([text, *others[:start], *all_of_them, *others[start:]])})"


def _read(machine: str) -> Definition:
    found: Definition = json.loads((DEFINITIONS / f"{machine}.asl.json").read_text("utf-8"))
    return found


if __name__ == "__main__":
    write()

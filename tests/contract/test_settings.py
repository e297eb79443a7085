"""Each setting is the same in settings.py, in the parameters of the template and in docs/settings.md."""

import re
from collections.abc import Callable, Mapping
from dataclasses import Field, fields
from typing import Any

import pytest

from benchmarks.contestants import FUNCTION_ENVIRONMENT
from renditions.errors import InvalidSettings
from renditions.places import Places
from renditions.settings import Settings
from tests.contract.conftest import ROOT

SETTINGS = fields(Settings)
# The places that every function gets. They are not for people to set: the template fills them with its own resources.
PLACES = {
    "RENDITIONS_BUCKET": ({"Ref": "RenditionsBucket"}, "at most 63 characters", "bucket name"),
    "IMAGES_TABLE": ({"Ref": "ImagesTable"}, "at most 255 characters", "table name"),
}

every_setting = pytest.mark.parametrize("setting", SETTINGS, ids=lambda one: one.name)
every_place = pytest.mark.parametrize("place", PLACES)


def parameter_name(setting: "Field[Any]") -> str:
    return "".join(word.capitalize() for word in setting.name.split("_"))


class Listed(dict[str, Any]):
    """What a file lists by name. A missing name fails the test with what to add, in place of a KeyError."""

    def __init__(self, listed: Mapping[str, Any], missing: Callable[[str], str]) -> None:
        super().__init__(listed)
        self._missing = missing

    def __missing__(self, name: str) -> Any:
        pytest.fail(self._missing(name), pytrace=False)


def missing_row(variable: str) -> str:
    one = next((one for one in SETTINGS if one.name.upper() == variable), None)
    if one is None:
        return f"docs/settings.md: found no row for {variable}. Add it there."
    cells = (
        f"`{variable}`",
        f"`{parameter_name(one)}`",
        f"`{one.default or 'empty'}`",
        allowed_in_words(one),
    )
    row = " | ".join([*cells, one.metadata["unit"], "its effect, in a sentence"])
    return f"docs/settings.md: found no row for {variable}, expected | {row} |. Run `make format`, which adds it."


def missing_parameter(name: str) -> str:
    one = next(one for one in SETTINGS if parameter_name(one) == name)
    return (
        f"template.yaml, Parameters: found no {name}, expected one with Default: {one.default} that allows "
        f"{allowed_in_words(one)}, as {one.name} in functions/renditions/settings.py. Add it there and to a group."
    )


def missing_variable(variable: str) -> str:
    [one] = [one for one in SETTINGS if one.name.upper() == variable]
    return (
        f"template.yaml, Globals.Function.Environment.Variables: found no {variable}, "
        f"expected {variable}: !Ref {parameter_name(one)}. Add it there."
    )


@pytest.fixture(scope="session")
def template(template: dict[str, Any]) -> dict[str, Any]:
    function = template["Globals"]["Function"]
    variables = Listed(function["Environment"]["Variables"], missing_variable)
    function = function | {"Environment": {"Variables": variables}}
    parameters = Listed(template["Parameters"], missing_parameter)
    return template | {"Parameters": parameters, "Globals": {"Function": function}}


def documented() -> dict[str, list[str]]:
    """Map the first cell of each row in docs/settings.md to all its cells, without backticks."""
    rows: dict[str, list[str]] = {}
    for line in (ROOT / "docs/settings.md").read_text().splitlines():
        if line.startswith("| `"):
            cells = [cell.strip().replace("`", "") for cell in line.strip("|").split(" | ")]
            rows[cells[0]] = cells
    return Listed(rows, missing_row)


def allowed_in_words(setting: "Field[Any]") -> str:
    rules = setting.metadata
    if "low" in rules:
        return f"{rules['low']} to {rules['high']}"
    if "words" in rules:
        return str(rules["words"]).removeprefix("one of ")
    if "allowed" in rules:
        return ", ".join(rules["allowed"])
    return f"at most {rules['longest']} characters" if "longest" in rules else str(rules["pattern"])


@every_setting
def test_a_setting_is_documented_with_its_default_range_and_unit(setting: "Field[Any]") -> None:
    _, parameter, default, allowed, unit, what = documented()[setting.name.upper()]
    assert parameter == parameter_name(setting)
    assert default == (str(setting.default) or "empty")
    assert allowed == allowed_in_words(setting)
    assert unit == setting.metadata["unit"]
    assert what.endswith(".")


@every_place
def test_a_place_is_documented_as_filled_by_the_template(place: str) -> None:
    _, parameter, default, allowed, unit, what = documented()[place]
    assert (parameter, default) == ("–", "empty")
    assert (allowed, unit) == PLACES[place][1:]
    assert what.endswith(".")


def test_the_docs_list_exactly_the_settings_and_parameters(template: dict[str, Any]) -> None:
    rows = documented()
    settings = {one.name.upper() for one in SETTINGS} | PLACES.keys()
    parameters = set(template["Parameters"]) - {parameter_name(one) for one in SETTINGS}
    lacking = (settings | parameters) - set(rows)
    unknown = set(rows) - settings - parameters
    assert not lacking, "\n".join(missing_row(name) for name in sorted(lacking))
    assert not unknown, (
        f"docs/settings.md: found {', '.join(sorted(unknown))}, no longer settings. Remove the rows."
    )


def test_the_default_of_a_parameter_is_documented(template: dict[str, Any]) -> None:
    rows = documented()
    for name in set(template["Parameters"]) & set(rows):
        assert rows[name][1] == (str(template["Parameters"][name]["Default"]) or "empty")


@every_setting
def test_every_function_gets_each_setting_from_its_parameter(
    setting: "Field[Any]", template: dict[str, Any]
) -> None:
    environment = template["Globals"]["Function"]["Environment"]["Variables"]
    assert environment[setting.name.upper()] == {"Ref": parameter_name(setting)}


@every_place
def test_every_function_gets_the_place_from_the_template(place: str, template: dict[str, Any]) -> None:
    environment = template["Globals"]["Function"]["Environment"]["Variables"]
    assert environment[place] == PLACES[place][0]


def test_all_other_global_variables_are_for_powertools(template: dict[str, Any]) -> None:
    environment = set(template["Globals"]["Function"]["Environment"]["Variables"])
    known = {one.name.upper() for one in SETTINGS} | PLACES.keys()
    unknown = [name for name in sorted(environment - known) if not name.startswith("POWERTOOLS_")]
    problem = "no setting of functions/renditions/settings.py. Remove the variables and their parameters."
    assert not unknown, f"template.yaml, Globals.Function.Environment.Variables: found {unknown}, {problem}"


# The functions that decode.
DECODING = {"ResizeImageFunction", "WatermarkImageFunction"}


def own_environments(resources: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Map each function with its own environment variables to them."""
    return {
        name: one["Properties"]["Environment"]["Variables"]
        for name, one in resources.items()
        if one["Type"] == "AWS::Serverless::Function" and "Environment" in one["Properties"]
    }


def test_the_benchmark_runs_in_the_environment_of_the_functions(resources: dict[str, Any]) -> None:
    own = own_environments(resources)
    assert own.keys() >= DECODING
    for name in DECODING:
        assert own[name] == FUNCTION_ENVIRONMENT


def test_no_function_gets_variables_that_only_another_reads(
    template: dict[str, Any], resources: dict[str, Any]
) -> None:
    environment = set(template["Globals"]["Function"]["Environment"]["Variables"])
    own = own_environments(resources)
    web = {"WebApiFunction", "PublishPageFunction", "TidyRenditionsFunction"}
    monitoring = {"CountOutcomesFunction", "PausePipelineFunction"}
    others = {
        "ConfirmDeletedFunction",
        "ReconcileFunction",
        "SendDigestFunction",
        "ValidateImageFunction",
        "PublishEventsFunction",
    }
    assert set(own) == others | DECODING | web | monitoring
    assert own["ConfirmDeletedFunction"] == {"DELETED_RECORD_DAYS": {"Ref": "DeletedRecordDays"}}
    assert own["ValidateImageFunction"] == {}, "MalwareScan=on alone sets a variable"
    reconciliation = set(own["ReconcileFunction"]) - {"REJECTED_DAYS", "INCLUDE_KEYS", "EXCLUDE_KEYS"}
    places = {one.name.upper() for one in fields(Places)}
    digest = {"DIGEST_QUEUE_URL", "DIGEST_TOPIC_ARN"}
    assert set(own["SendDigestFunction"]) == digest | {"DIGEST_PERIOD"}
    delivery = {"DELIVERY_DISTRIBUTION", "WEB_BUCKET", "WEB_USAGE_TABLE"}
    options = delivery | digest | {"MEASURED_TABLE", "IMAGE_UPLOADED_RULE", "EVENT_BUS_ARN"}
    assert reconciliation <= places <= reconciliation | environment | {"IMAGE_DELETED_ARN"} | options


@every_setting
def test_a_parameter_has_the_default_of_its_setting(setting: "Field[Any]", template: dict[str, Any]) -> None:
    default = template["Parameters"][parameter_name(setting)]["Default"]
    assert default == (str(setting.default) if "is_size" in setting.metadata else setting.default)


def sizes() -> list[str]:
    """Return sizes of every kind, allowed and not."""
    sides = ["0", "8", "15", "16", "99", "1000", "1024", "1025", "4096", "4097", "8192", "8193", "99999"]
    ratios = ["4:5", "16:9", "191:100", "999:1", "1000:1", "0:1", "4:0", "4", "4:", ":5", "1.91:1"]
    odd = [
        "",
        "200 ",
        "0200",
        "+200",
        "1e3",
        "400x",
        "x300",
        "400X300",
        "400x300x2",
        "4:5",
        "400@4:3@2",
        "٤٠٠",
    ]
    pairs = [f"{side}x{other}" for side in sides for other in ("16", "300", "8193")]
    shaped = [f"{side}@{ratio}" for side in sides for ratio in ratios]
    return [*map(str, range(16, 8200, 97)), *sides, *pairs, *shaped, *(one for one in odd if one)]


def is_allowed(setting: "Field[Any]", raw: str) -> bool:
    try:
        Settings.from_environment({setting.name.upper(): raw})
    except InvalidSettings:
        return False
    return True


@every_setting
def test_a_parameter_allows_what_its_setting_allows(setting: "Field[Any]", template: dict[str, Any]) -> None:
    parameter, rules = template["Parameters"][parameter_name(setting)], setting.metadata
    if "is_size" in rules:
        assert [raw for raw in sizes() if re.fullmatch(parameter["AllowedPattern"], raw)] == [
            raw for raw in sizes() if is_allowed(setting, raw)
        ]
        assert f"16 to {rules['high']} pixels" in parameter["ConstraintDescription"]
    elif "low" in rules:
        assert parameter["Type"] == "Number"
        assert (parameter["MinValue"], parameter["MaxValue"]) == (rules["low"], rules["high"])
    elif "allowed" in rules:
        assert tuple(parameter["AllowedValues"]) == rules["allowed"]
    elif "pattern" in rules:
        assert parameter["AllowedPattern"].strip("^$") == rules["pattern"]
    elif "MaxLength" in parameter:
        assert parameter["MaxLength"] == rules["longest"]
    else:
        assert re.match(parameter["AllowedPattern"], "a" * rules["longest"])
        assert not re.match(parameter["AllowedPattern"], "a" * (rules["longest"] + 1))


@every_setting
def test_the_default_of_a_parameter_is_parsed_as_the_default_of_the_setting(
    setting: "Field[Any]", template: dict[str, Any]
) -> None:
    text = str(template["Parameters"][parameter_name(setting)]["Default"])
    read = Settings.from_environment({setting.name.upper(): text})
    assert getattr(read, setting.name) == setting.default


def test_an_empty_parameter_turns_the_setting_off(template: dict[str, Any]) -> None:
    """CloudFormation passes an empty parameter on as an empty variable."""
    turned_off = [
        one
        for one in SETTINGS
        if "Leave empty for none" in template["Parameters"][parameter_name(one)]["Description"]
    ]
    assert {one.name for one in turned_off} == {"watermark_text", "watermark_logo_key"}
    for setting in turned_off:
        assert getattr(Settings.from_environment({setting.name.upper(): ""}), setting.name) == ""

"""The notice and the record are the same in the definitions, in the schema and in the docs."""

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest
from jsonschema import Draft202012Validator, FormatChecker

from renditions.contracts import Image, Rendered, Rendition
from renditions.imaging.formats import FORMATS
from renditions.settings import Settings
from renditions_cli.aws.subscriptions import Filter
from tests.contract import notice_types
from tests.contract.asl import State, call, dynamic, evaluate, state, states
from tests.contract.conftest import ROOT, check_names
from tests.contract.notice_schema import closed, published
from tests.renditions import state_name

if TYPE_CHECKING:
    from examples.notice import Notice

# Those of the state machine. test_renditions.py compares them with the one list.
NAMES = [
    branch["States"][branch["StartAt"]]["Parameters"]["Payload"]["rendition"]
    for branch in state("MakeRenditions").body["Branches"]
]
# The state that makes a notice, and a state that sends it.
NOTICES = [
    ("SaveMetadata", "PublishCompletion"),
    ("SaveMetadata", "PublishReplacement"),
    ("RecordRejection", "PublishRejection"),
    ("RecordRejection", "PublishRejectionPreviousServed"),
    ("MarkFailed", "PublishFailure"),
    ("MarkFailed", "PublishFailurePreviousServed"),
    ("RecordDeletion", "PublishDeletion"),
]
# The states of execution_failed that read an outcome from the record → the ordinary state that records it.
READERS = {
    "ReadCompleted": "SaveMetadata",
    "ReadRejected": "RecordRejection",
    "ReadDeleted": "RecordDeletion",
}
STATUSES = {
    "SaveMetadata": "COMPLETED",
    "RecordRejection": "REJECTED",
    "MarkFailed": "FAILED",
    "RecordDeletion": "DELETED",
}
# The message attributes of every notice, and where a message gets them and those of the context.
OWN = {
    "status": {"DataType": "String", "StringValue.$": "$.Attributes.status.S"},
    "bucket": {"DataType": "String", "StringValue": "${UploadsBucketName}"},
    "origin": {"DataType": "String", "StringValue.$": "$.Attributes.origin.S"},
}
ATTRIBUTES = {"own": OWN, "context.$": "States.StringToJson($.Attributes.context_attributes.S)"}
PATH = re.compile(r"(?<!\$)\$\.[\w.]+")  # not of the context object
every_notice = pytest.mark.parametrize("maker, publisher", NOTICES)


def blocks(path: str, language: str) -> list[str]:
    """Return the code blocks of one language in a page of the docs."""
    return re.findall(rf"```{language}\n(.*?)```", (ROOT / path).read_text(), re.DOTALL)


def examples() -> dict[str, dict[str, Any]]:
    """Map each status to its example in docs/notice.md."""
    documents = [json.loads(block) for block in blocks("docs/notice.md", "json")]
    return {one["status"]: one for one in documents if "schema_version" in one}


def filled_in(text: str, template: dict[str, Any]) -> str:
    """Replace the placeholders of an e-mail by what a deployment with the defaults puts there."""
    pipeline = template["Resources"]["ImagePipeline"]["Properties"]["DefinitionSubstitutions"]
    values = {
        "SupersededGraceDays": template["Parameters"]["SupersededGraceDays"]["Default"],
        "RenditionsUrl": "s3://renditions-renditions",
        "RenditionsHint": pipeline["RenditionsHint"]["Fn::If"][2],
    }
    for name, value in values.items():
        text = text.replace(f"${{{name}}}", str(value))
    return text


def email_in_the_docs(publisher: str, notice: dict[str, Any], template: dict[str, Any]) -> str:
    """Return the e-mail that the definition makes of a notice, with its subject."""
    parameters = state(publisher).body["Parameters"]
    text = evaluate(filled_in(texts_of(publisher)["email.$"], template), {"notice": notice})
    seen = "\n".join(line.rstrip() for line in text.split("\n"))  # an empty note leaves its indentation
    return f"Subject: {parameters['Subject']}\n\n{seen}"


def names(selector: dict[str, Any]) -> dict[str, Any]:
    """Return the field names of a selector as a tree, without the suffix ``.$``."""
    return {
        key.removesuffix(".$"): names(value) if isinstance(value, dict) else {}
        for key, value in selector.items()
    }


def notice_of(maker: str) -> dict[str, Any]:
    """Return the selector of the notice."""
    notice: dict[str, Any] = state(maker).body["ResultSelector"]["notice"]
    return notice


def texts_of(publisher: str) -> dict[str, str]:
    """Return the texts of a notice: ``default.$`` and ``email.$``."""
    message = state(publisher).body["Parameters"].get("Message")
    assert isinstance(message, dict), f"{publisher} must send the Message {{'default.$': …, 'email.$': …}}."
    return message


def described(schema: dict[str, Any], node: dict[str, Any]) -> dict[str, Any]:
    """Return the field names of one part of the schema as a tree."""
    if "$ref" in node:
        node = schema["$defs"][node["$ref"].rsplit("/", 1)[1]]
    return {key: described(schema, value) for key, value in node.get("properties", {}).items()}


def attributes_written(task: State) -> set[str]:
    """Return the attributes that an update sets, and the key."""
    parameters = task.body["Parameters"]
    aliases = parameters.get("ExpressionAttributeNames", {})
    sets = parameters["UpdateExpression"].split(" REMOVE ")[0].removeprefix("SET ")
    targets = re.findall(r"(?:^|, )([#\w.]+) =", sets)
    return {aliases.get(target, target).split(".")[0] for target in targets} | set(parameters["Key"])


def test_the_schema_is_valid_and_explains_every_field(schema: dict[str, Any]) -> None:
    Draft202012Validator.check_schema(published())
    Draft202012Validator.check_schema(schema)
    unexplained = []
    for name, part in schema["$defs"].items():
        assert {"title", "description"} <= set(part) or "const" in part, name
        for field, value in part.get("properties", {}).items():
            if not {"$ref", "const", "description"} & set(value):
                unexplained.append(f"{name}.{field}")
    assert unexplained == []


@every_notice
def test_the_schema_has_exactly_the_fields_that_the_definition_sends(
    maker: str, publisher: str, schema: dict[str, Any]
) -> None:
    part = schema["$defs"][STATUSES[maker].lower()]
    sent = names(notice_of(maker))
    assert sent == described(schema, part)
    assert set(part["required"]) == set(sent)


@every_notice
def test_a_notice_is_published_as_json_for_programs_and_as_text_for_people(
    maker: str, publisher: str
) -> None:
    parameters = state(publisher).body["Parameters"]
    near = {state(maker).body["Next"]}
    for _ in range(2):  # a Choice, and for a vanished upload the removal of its renditions
        near |= {target for name in near for target in state(name).targets()}
    assert publisher in near
    assert parameters["MessageStructure"] == "json"
    assert set(texts_of(publisher)) == {"default.$", "email.$"}
    assert texts_of(publisher)["default.$"] == "States.JsonToString($.notice)"
    assert state(maker).body["ResultSelector"]["attributes"] == ATTRIBUTES
    assert parameters["Subject"].isascii()
    assert len(parameters["Subject"]) < 100


@pytest.mark.parametrize("status", STATUSES.values())
def test_the_example_in_the_docs_is_valid(status: str, schema: dict[str, Any]) -> None:
    Draft202012Validator(schema, format_checker=FormatChecker()).validate(examples()[status])


@pytest.mark.parametrize("status", STATUSES.values())
def test_the_closed_schema_refuses_an_extra_and_a_missing_field(status: str, schema: dict[str, Any]) -> None:
    validator, example = Draft202012Validator(schema), examples()[status]
    assert not validator.is_valid({**example, "extra": 1})
    assert not validator.is_valid({**example, "schema_version": "2"})
    for field in example:
        assert not validator.is_valid({key: value for key, value in example.items() if key != field})


@every_notice
def test_the_email_in_the_docs_is_the_one_that_the_definition_makes(
    maker: str, publisher: str, template: dict[str, Any]
) -> None:
    mail = email_in_the_docs(publisher, examples()[STATUSES[maker]], template)
    assert mail in blocks("docs/notice.md", "text")


@pytest.mark.parametrize("reader, maker", READERS.items())
def test_execution_failed_reads_the_same_notice_from_the_record(reader: str, maker: str) -> None:
    assert state(reader).body["ResultSelector"]["notice"] == notice_of(maker)
    assert state(reader).body["ResultSelector"]["attributes"] == ATTRIBUTES
    assert state(reader).body["ResultPath"] == "$.outcome"


@pytest.mark.parametrize("machine", ["image_pipeline", "image_deleted"])
def test_execution_failed_publishes_the_same_notice(machine: str) -> None:
    """Subject, e-mail, document and attributes. A replacement is complete."""
    sent = [
        {
            one.name: one.body["Parameters"]
            for one in states("Task")
            if one.machine == which and one.body["Parameters"].get("TopicArn") == "${NotificationsTopicArn}"
        }
        for which in (machine, "execution_failed")
    ]
    ordinary, instead = sent
    shared = set(ordinary) - {"PublishReplacement"}
    assert shared
    for name in shared:
        assert ordinary[name] == instead[name]


@pytest.mark.parametrize("publisher", ["PublishCompletion", "PublishReplacement"])
def test_the_email_of_a_completed_image_shows_each_rendition_and_its_note(
    publisher: str, template: dict[str, Any]
) -> None:
    notice = json.loads(json.dumps(examples()["COMPLETED"]))
    for name in NAMES:
        notice["renditions"][name]["key"] = f"where {name} is"
        notice["renditions"][name]["note"] = f"What the {name} lacks."
    mail = filled_in(texts_of(publisher)["email.$"], template)
    text = evaluate(mail, {"notice": notice})
    assert all(f'where {name} is"\nWhat the {name} lacks.\n' in text for name in NAMES)
    assert notice["execution"]["console_url"] in text


WIDTH = 78  # characters of a line that any mail program shows unbroken


PUBLISHERS = [one for one in states("Task") if ":sns:" in one.body["Resource"]]


def email_of(publisher: State) -> tuple[str, list[str]] | None:
    """Return the text of an e-mail without values, and its values in order; None if it is not a States.Format."""
    parameters = publisher.body["Parameters"]
    message = parameters.get("Message")
    expression = message.get("email.$") if isinstance(message, dict) else parameters.get("Message.$")
    parsed = call(expression) if isinstance(expression, str) else None
    return (parsed[1][0].strip("'"), parsed[1][1:]) if parsed and parsed[0] == "Format" else None


@pytest.mark.parametrize("publisher", PUBLISHERS, ids=str)
def test_a_state_that_publishes_sends_what_its_topic_is_for(publisher: State) -> None:
    parameters = publisher.body["Parameters"]
    assert email_of(publisher), (
        f"{publisher} sends {parameters.get('Message') or parameters.get('Message.$')!r}. A notice has "
        '"MessageStructure": "json" and the Message {"default.$": "States.JsonToString($.notice)", "email.$": '
        '"States.Format(…)"}; a message to operators has "Message.$": "States.Format(…)".'
    )
    listed = [name for _, name in NOTICES]
    assert parameters["TopicArn"] != "${NotificationsTopicArn}" or publisher.name in listed, (
        f"{publisher} sends a notice: add it to NOTICES in {Path(__file__).name} with the state that makes the notice, "
        "and its e-mail to docs/notice.md."
    )


def mails() -> list[tuple[str, str, str, list[str]]]:
    """Return each e-mail: machine, state, text without values, and its values in order."""
    return [(one.machine, one.name, *email) for one in PUBLISHERS if (email := email_of(one))]


# Values that can be long. Nothing else is on their line: a mail program wraps the sentences, and an address or a link
# must not be broken.
LONG = re.compile(
    r"States\.JsonToString\(.+\)|\$\.(?:outcome\.)?notice\.(reason\.sentence|execution\.console_url|renditions\.\w+\.note)"
    r"|\$\.detail\.(name|input|executionArn)"
)
# What the uploader chose. It must be escaped, or it could make lines of its own.
CHOSEN = re.compile(r"\$\.notice\.(image\.uri|renditions\.\w+\.key)")
# The longest that the others can be: a format, numbers, a status, a time, the name of an error.
LONGEST = {"reason.code": 45, "detail.error": 45, "deleted_at": 24, "bytes": 9, "width": 5, "height": 5}
ALONE = {"", "${ExecutionsConsoleUrl}/"}


@pytest.mark.parametrize(
    "machine, name, text, values", mails(), ids=lambda one: one if isinstance(one, str) else ""
)
def test_a_line_of_an_email_is_short_or_is_one_address_or_sentence(
    machine: str, name: str, text: str, values: list[str], template: dict[str, Any]
) -> None:
    remaining = list(values)
    assert not [value for value in values if CHOSEN.fullmatch(value)]
    for line in text.split("\n"):
        own = [remaining.pop(0) for _ in range(line.count("{}"))]
        if any(LONG.fullmatch(value) for value in own):
            assert len(own) == 1
            assert line.replace("{}", "") in ALONE, line
        else:
            longest = [next((n for end, n in LONGEST.items() if value.endswith(end)), 12) for value in own]
            shown = filled_in(line, template)
            assert len(shown) - 2 * len(own) + sum(longest) <= WIDTH, line
    assert remaining == []


@pytest.mark.parametrize("machine", ["ImagePipeline", "ExecutionFailed"])
def test_with_delivery_the_email_has_links(machine: str, resources: dict[str, Any]) -> None:
    substitutions = resources[machine]["Properties"]["DefinitionSubstitutions"]
    condition, delivered, otherwise = substitutions["RenditionsUrl"]["Fn::If"]
    assert (condition, otherwise) == ("IsDelivered", {"Fn::Sub": "s3://${RenditionsBucket}"})
    assert "https://${DeliveryDistribution.DomainName}" in str(delivered)
    for hint in substitutions["RenditionsHint"]["Fn::If"][1:]:
        assert len(hint) <= WIDTH
        assert not {"'", "{", "}", "\\"} & set(hint)


def test_the_emails_of_the_template_leave_out_backfills_as_those_of_the_command_do(
    resources: dict[str, Any],
) -> None:
    policy = resources["NotificationEmailSubscription"]["Properties"]["FilterPolicy"]
    assert policy == json.loads(Filter(backfill=False).attributes()["FilterPolicy"])


def test_the_filter_policy_in_the_docs_uses_attributes_of_every_notice() -> None:
    [line] = [block for block in blocks("docs/notice.md", "sh") if "FilterPolicy" in block]
    attributes = json.loads(re.findall(r"--attributes '(.*)'", line)[0])
    policy = json.loads(attributes["FilterPolicy"])
    assert set(policy) <= {"status", "bucket", "origin"}
    assert set(policy["status"]) <= set(STATUSES.values())
    assert attributes["RawMessageDelivery"] == "true"


def test_the_renditions_have_the_same_names_everywhere(
    schema: dict[str, Any],
) -> None:
    make, save = state("MakeRenditions").body, state("SaveMetadata").body
    branches = [branch["StartAt"] for branch in make["Branches"]]
    asked = [
        branch["States"][branch["StartAt"]]["Parameters"]["Payload"]["rendition"]
        for branch in make["Branches"]
    ]
    assert branches == [state_name(name) for name in NAMES]
    assert asked == NAMES
    assert make["ResultSelector"] == {f"{name}.$": f"$[{position}]" for position, name in enumerate(NAMES)}
    assert list(notice_of("SaveMetadata")["renditions"]) == NAMES
    aliases = save["Parameters"]["ExpressionAttributeNames"]
    assert [key for key in aliases if key.endswith(".$")] == [f"#{name}.$" for name in NAMES]
    for name in NAMES:
        assert aliases[f"#{name}.$"] == f"$.renditions.{name}.name"
        assert f"renditions.#{name} = :{name}" in save["Parameters"]["UpdateExpression"]
        assert f":{name}" in save["Parameters"]["ExpressionAttributeValues"]
    assert list(schema["$defs"]["renditions"]["properties"]) == NAMES
    assert schema["$defs"]["renditions"]["required"] == NAMES
    assert published()["$defs"]["renditions"]["required"] == NAMES


def test_a_rendition_has_the_same_fields_everywhere(
    schema: dict[str, Any],
) -> None:
    stored = list(Rendition.__annotations__)[1:]  # the name is the key of the map
    save = state("SaveMetadata").body
    for name in NAMES:
        assert list(save["Parameters"]["ExpressionAttributeValues"][f":{name}"]["M"]) == stored
        sent = notice_of("SaveMetadata")["renditions"][name]
        assert list(names(sent)) == stored
        for path in sent.values():
            assert f".M.{name}.M." in path
    assert list(schema["$defs"]["rendition"]["properties"]) == stored


def test_a_state_passes_on_the_whole_result_of_its_function() -> None:
    """The handlers return exactly the fields of contracts.py: tests/statemachine runs them."""
    assert state("ValidateImage").body["ResultSelector"] == {"image.$": "$.Payload"}
    for name in NAMES:
        branch = state(state_name(name)).body
        assert branch["OutputPath"] == "$.Payload"
        assert not {"ResultSelector", "ResultPath"} & set(branch)


def test_the_record_is_made_of_fields_that_the_functions_return() -> None:
    image = {f"$.image.{field}" for field in Image.__annotations__}
    returned = [*Rendition.__annotations__, *Rendered(b"", 1, 1, "", "").preview()]
    renditions = {f"$.renditions.{name}.{field}" for name in NAMES for field in returned}
    read = {path for text in dynamic(state("SaveMetadata").body["Parameters"]) for path in PATH.findall(text)}
    assert read <= image | renditions
    assert {path for path in read if path.startswith("$.renditions.")} == renditions


def test_the_schema_names_the_formats_of_originals_and_renditions(
    schema: dict[str, Any],
) -> None:
    accepted = [one.name for one in FORMATS]
    assert schema["$defs"]["measured_image"]["properties"]["format"]["enum"] == accepted
    made = next(one for one in Settings.__dataclass_fields__.values() if one.name == "output_format")
    types = schema["$defs"]["rendition"]["properties"]["content_type"]["enum"]
    made_types = [f"image/{one}" for one in made.metadata["allowed"] if one != "auto"]
    assert types == [*made_types, ""], "empty for a rendition that a preset switches off"


WRITERS = [one for one in states("Task") if ":dynamodb:" in one.body["Resource"]]


def documented_attributes() -> tuple[dict[str, list[str]], dict[str, list[str]]]:
    """Return both tables of docs/record.md, the record's and a rendition's: attribute → the other cells."""
    page = (ROOT / "docs/record.md").read_text()
    tables = page.split("Each entry of `renditions`")
    found = [re.findall(r"^\| `(\w+)` \| (.*) \|$", table, re.MULTILINE) for table in tables]
    record, rendition = ({name: rest.split(" | ") for name, rest in rows} for rows in found)
    return record, rendition


def test_the_docs_list_exactly_the_attributes_that_are_written() -> None:
    record, rendition = documented_attributes()
    written = set[str]().union(*(attributes_written(task) for task in WRITERS))
    check_names("docs/record.md", record, written, "the attributes that the state machines write")
    assert list(rendition) == list(Rendition.__annotations__)[1:]


# What the docs call served.
SERVED = {"renditions"} | {
    name for name, (_, when, _) in documented_attributes()[0].items() if when.endswith(", served")
}


@pytest.mark.parametrize("name", ["ClaimImage", "MarkFailed", "ClaimDeletion", "RecordDeletion"])
def test_a_new_owner_keeps_only_what_is_served(name: str) -> None:
    """A deletion keeps not even that."""
    record, _ = documented_attributes()
    parameters = state(name).body["Parameters"]
    removed = parameters["UpdateExpression"].split(" REMOVE ")[1].split(", ")
    aliases = parameters["ExpressionAttributeNames"]
    changed = attributes_written(state(name)) | {aliases.get(one, one) for one in removed}
    words = {"context", "context_attributes"}
    of_the_claim = (
        {"execution_arn", "origin", "sequencer", "started_at", *words} if name == "RecordDeletion" else set()
    )
    kept = SERVED if name in {"ClaimImage", "MarkFailed"} else set()
    if name == "ClaimImage":
        kept = kept | {"deleted_at"}  # until it is known whether the image is there
    if name == "ClaimDeletion":
        kept = kept | {
            "reason_code",
            "reason",
        }  # of a rejected upload, even if nobody but its expiry deleted it
    expected = set(record) - of_the_claim - {"first_uploaded_at"} | (
        attributes_written(state(name)) & {"first_uploaded_at"}
    )
    place = f"{name} in {state(name).machine}.asl.json, REMOVE"
    check_names(
        place, changed | kept, expected, "docs/record.md; served attributes stay until another success"
    )


def test_only_a_success_a_deletion_and_a_setting_change_what_is_served() -> None:
    """Every other write leaves it as it is, or sets it only where it is absent."""
    for task in WRITERS:
        update = task.body["Parameters"]["UpdateExpression"]
        for name in sorted(SERVED & attributes_written(task)):
            if task.name not in {"SaveMetadata", "ClaimDeletion", "RecordDeletion"}:
                path = rf"{name}(\.#\w+\.\w+)?"  # perhaps of what it contains
                assert re.search(rf"\b({path}) = if_not_exists\((#kept_)?\1, ", update), task


@pytest.mark.parametrize("task", WRITERS, ids=str)
def test_an_attribute_is_documented_with_its_type_and_its_statuses(
    task: State,
) -> None:
    record, _ = documented_attributes()
    values = task.body["Parameters"]["ExpressionAttributeValues"]
    written = attributes_written(task)
    statuses = {
        value["S"]
        for key, value in values.items()
        if key in {":processing", ":completed", ":rejected", ":failed", ":deleting", ":deleted"}
    }
    update = task.body["Parameters"]["UpdateExpression"]
    new_status = next((one for one in statuses if f"#status = :{one.lower()}," in update), "")
    for name in written & record.keys():
        kind, when, _ = record[name]
        assert not new_status or when == "always" or new_status in when.split(", "), name
        assert f":{name}" not in values or kind in {key.removesuffix(".$") for key in values[f":{name}"]}


def test_the_example_record_has_every_attribute_of_a_completed_one() -> None:
    record, rendition = documented_attributes()
    [item] = [json.loads(block)["Item"] for block in blocks("docs/record.md", "json")]
    expected = {
        name: cells[0] for name, cells in record.items() if cells[1] == "always" or "COMPLETED" in cells[1]
    }
    assert {name: next(iter(value)) for name, value in item.items()} == expected
    assert list(item["renditions"]["M"]) == NAMES
    for stored in item["renditions"]["M"].values():
        assert {name: next(iter(value)) for name, value in stored["M"].items()} == {
            name: cells[0] for name, cells in rendition.items()
        }


# ── The published schema ──────────────────────────────────────────────────────────────────────────────────────────


def objects(node: Any) -> Iterator[dict[str, Any]]:
    """Yield every object of a document that may get fields: not context, labels and renditions of a bad outcome."""
    if isinstance(node, dict):
        yield node
        for name, value in node.items():
            if name not in {"context", "labels"} and value:
                yield from objects(value)


def changed(status: str, *changes: tuple[str, Any]) -> dict[str, Any]:
    """Return the example with other values at these paths, such as ``image.format``."""
    notice: dict[str, Any] = json.loads(json.dumps(examples()[status]))
    for path, value in changes:
        *way, last = path.split(".")
        node = notice
        for step in way:
            node = node[step]
        node[last] = value
    return notice


@pytest.mark.parametrize("status", STATUSES.values())
def test_the_published_schema_takes_every_notice_and_an_unknown_field_anywhere(status: str) -> None:
    validator = Draft202012Validator(published(), format_checker=FormatChecker())
    assert validator.is_valid(examples()[status])
    for number in range(len(list(objects(examples()[status])))):
        notice = changed(status)
        extra = list(objects(notice))[number]
        # A rendition is the one thing whose name is free, so that a new one looks like the others.
        extra["later"] = notice["renditions"].get("large") if extra is notice["renditions"] else {"deep": [1]}
        assert validator.is_valid(notice), extra


@pytest.mark.parametrize(
    "notice",
    [
        changed("REJECTED", ("reason.code", "TooManyLayers")),
        changed("COMPLETED", ("image.format", "JPEG XL")),
        changed("COMPLETED", ("renditions.large.content_type", "image/jxl")),
        {"schema_version": "1", "status": "ARCHIVED", "whatever": 1},
        {name: value for name, value in examples()["FAILED"].items() if name != "context"},
    ],
    ids=["reason", "format", "media type", "status", "earlier release"],
)
def test_the_published_schema_takes_what_another_release_of_version_1_may_send(
    notice: dict[str, Any],
) -> None:
    assert Draft202012Validator(published()).is_valid(notice)
    assert not Draft202012Validator(closed()).is_valid(notice)


@pytest.mark.parametrize("status", STATUSES.values())
def test_the_published_schema_still_refuses_what_no_consumer_can_use(status: str) -> None:
    validator = Draft202012Validator(published())
    wrong = [changed(status, ("schema_version", "2")), changed(status, ("context", {"tenant": 1}))]
    required = set(examples()[status]) - {"context", "origin"}  # later than the first release
    wrong += [{key: value for key, value in changed(status).items() if key != field} for field in required]
    assert [notice for notice in wrong if validator.is_valid(notice)] == []


def test_the_types_of_the_notice_are_made_from_the_schema() -> None:
    assert notice_types.outdated() == [], "Run `make format`."


@pytest.mark.long
def test_typescript_accepts_a_consumer_of_the_types() -> None:
    """It needs npm, which fetches the compiler."""
    npx = shutil.which("npx")
    if npx is None:
        pytest.skip("npx is not installed")
    compiler = [npx, "--yes", "--package", "typescript@5.9.3", "tsc", "--noEmit", "--strict"]
    options = ["--target", "es2022", "--module", "esnext", "--moduleResolution", "bundler"]
    checked = subprocess.run(
        [*compiler, *options, str(Path(__file__).with_name("consumer.ts"))],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (checked.returncode, checked.stdout) == (0, ""), checked.stderr


def read_by_a_consumer(document: dict[str, Any]) -> str:
    """Read a notice with nothing but its types: mypy checks that a notice of each status has these fields."""
    if document["status"] not in {"COMPLETED", "REJECTED", "FAILED", "DELETED"}:
        return "ignored"
    notice = cast("Notice", document)
    if notice["status"] == "COMPLETED":
        return f"{notice['image']['format']} {notice['renditions']['large']['key']}"
    if notice["status"] == "DELETED":
        return notice["image"]["deleted_at"]
    return f"{notice['reason']['code']} {notice['served']['version'] or '-'}"


@pytest.mark.parametrize(
    "status, read",
    [
        ("COMPLETED", "JPEG holiday/beach.jpg/cbc3fa477b8e8447/large.webp"),
        ("REJECTED", "UnsupportedFormat cbc3fa477b8e8447"),
        ("FAILED", "ClientError -"),
        ("DELETED", "2026-11-20T12:10:00Z"),
    ],
)
def test_a_consumer_that_knows_only_schema_and_types_reads_every_notice(status: str, read: str) -> None:
    notice = changed(status, ("later", 1))
    Draft202012Validator(published()).validate(notice)
    assert read_by_a_consumer(notice) == read
    assert read_by_a_consumer({**notice, "status": "ARCHIVED"}) == "ignored"

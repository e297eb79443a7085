"""A release is one number everywhere, and an update from the previous one in place loses nothing."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest

from releasing import snapshot
from releasing.versions import UNRELEASED, order, project_version, released, sections
from renditions.contracts import Image, Rendered, Rendition, RenditionRequest, TidyRequest, Upload
from renditions.settings import Settings
from renditions_cli.local.template import prepare
from tests.contract.asl import scopes
from tests.contract.conftest import ROOT
from tests.contract.notice_schema import published
from tests.contract.updates import STATEFUL, changed_parameters, fixed_properties, lost_resources

CURRENT = project_version(ROOT)
PREVIOUS = next(one for one in released(ROOT) if one != CURRENT)
UPGRADING = sections(ROOT / "UPGRADING.md")
NOW = UPGRADING.get(CURRENT, "")
LARGEST_SNAPSHOT = 400_000  # bytes
# The state that makes a notice → its part of the schema.
NOTICES = {
    "SaveMetadata": "completed",
    "RecordRejection": "rejected",
    "MarkFailed": "failed",
    "RecordDeletion": "deleted",
}

Template = dict[str, Any]


@pytest.fixture(scope="module")
def previous(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the previous release, unpacked."""
    return snapshot.unpack(ROOT, PREVIOUS, tmp_path_factory.mktemp("previous"))


@pytest.fixture(scope="module")
def templates(previous: Path) -> tuple[Template, Template]:
    """Return the previous and the present template, as CloudFormation gets them from SAM."""
    old, new = (json.loads(prepare(one / "template.yaml", {}).body) for one in (previous, ROOT))
    return old, new


# ── One number ────────────────────────────────────────────────────────────────────────────────────────────────────


def test_the_template_has_the_version_of_the_project(templates: tuple[Template, Template]) -> None:
    _, new = templates
    place = {"Fn::FindInMap": ["Release", "Renditions", "Version"]}
    assert new["Mappings"] == {"Release": {"Renditions": {"Version": CURRENT}}}, "as in pyproject.toml"
    assert new["Outputs"]["Version"]["Value"] == place
    pipeline = new["Resources"]["ImagePipeline"]["Properties"]
    assert pipeline["DefinitionSubstitutions"]["Release"] == place


def test_the_version_is_the_last_release_or_the_next_one() -> None:
    assert UNRELEASED in sections(ROOT / "CHANGELOG.md")
    assert released(ROOT)[0] == CURRENT or order(CURRENT) > order(PREVIOUS)
    finished = [one for one in released(ROOT) if "-" not in one]
    assert finished == sorted(finished, key=order, reverse=True), "the newest first"


def test_the_changelog_of_a_release_stays_as_it_was_released(previous: Path) -> None:
    now, then = sections(ROOT / "CHANGELOG.md"), sections(previous / "CHANGELOG.md")
    for version in set(then) - {UNRELEASED}:
        added = set(now[version].splitlines()) ^ set(then[version].splitlines())
        assert not added, f"{version} is released. What is new belongs under {UNRELEASED}."
        assert now[version] == then[version]


def test_every_release_says_what_an_update_changes() -> None:
    wanted = {CURRENT} | {one for one in released(ROOT) if "-" not in one}
    assert set(UPGRADING) == wanted, "UPGRADING.md has a section for each release"
    for version, text in UPGRADING.items():
        for topic in ("Renditions", "Resources", "Parameters", "To do"):
            assert f"- **{topic}:** " in text, f"UPGRADING.md says nothing about {topic} in {version}"


def test_the_previous_release_is_in_every_clone() -> None:
    assert snapshot.path_of(ROOT, PREVIOUS).stat().st_size < LARGEST_SNAPSHOT


# ── An update in place ────────────────────────────────────────────────────────────────────────────────────────────


def declared(name: str) -> bool:
    return f"`{name}`" in NOW


def said_to_be_removed(name: str, text: str) -> bool:
    """Return whether a sentence of ``text`` says so. Another sentence may name a parameter for another reason."""
    sentences = re.split(r"[.;]\s", f"{text} ")
    return any(f"`{name}`" in one and re.search(r"\b(is|are)\s+removed$", one) for one in sentences)


def test_no_resource_with_data_or_subscribers_is_removed_or_replaced(
    templates: tuple[Template, Template],
) -> None:
    old, new = templates
    lost = lost_resources(old, new)
    assert {name: why for name, why in lost.items() if old["Resources"][name]["Type"] in STATEFUL} == {}


def test_every_other_resource_that_an_update_replaces_is_in_upgrading_md(
    templates: tuple[Template, Template],
) -> None:
    undeclared = {name: why for name, why in lost_resources(*templates).items() if not declared(name)}
    assert undeclared == {}, f"name it in UPGRADING.md under {CURRENT}, or keep it"


def test_no_output_is_removed_and_no_parameter_unless_upgrading_md_says_so(
    templates: tuple[Template, Template],
) -> None:
    old, new = templates
    removed = {
        name for name in set(old["Parameters"]) - set(new["Parameters"]) if not said_to_be_removed(name, NOW)
    }
    assert removed == set(), (
        f"keep it, or write in UPGRADING.md under {CURRENT}: {', '.join(f'`{name}`' for name in sorted(removed))} "
        f"{'is' if len(removed) == 1 else 'are'} removed."
    )
    assert set(old["Outputs"]) - set(new["Outputs"]) == set()


def test_a_parameter_keeps_its_default_and_its_range_or_upgrading_md_says_so(
    templates: tuple[Template, Template],
) -> None:
    changed = {name: what for name, what in changed_parameters(*templates).items() if not declared(name)}
    assert changed == {}, f"name it in UPGRADING.md under {CURRENT}, or keep it"


def test_a_parameter_that_is_named_for_another_reason_is_not_said_to_be_removed() -> None:
    text = "None is removed. `A` is a text. `B` and\n  `C` are\n  removed. `D` is 8."
    assert [name for name in "ABCD" if said_to_be_removed(name, text)] == ["B", "C"]


def test_a_new_parameter_has_a_default(templates: tuple[Template, Template]) -> None:
    """An update that does not know it must pass."""
    old, new = templates
    added = set(new["Parameters"]) - set(old["Parameters"])
    assert [name for name in added if "Default" not in new["Parameters"][name]] == []


# Prints the versions of one digest: by default, and with each setting that changes pixels at another value. The second
# argument says whether SIMD resizes, whatever this machine has.
VERSIONS = """
import json, sys
from dataclasses import fields
from renditions import settings
from renditions.settings import Settings
settings._has_simd = lambda: sys.argv[2] == "simd"
def other(one):
    rules = one.metadata
    if "low" in rules:
        return rules["high"]
    return next(v for v in rules["allowed"] if v != one.default) if "allowed" in rules else "#123456"
chosen = json.loads(sys.argv[1]) or {f.name: other(f) for f in fields(Settings) if f.metadata["pixels"]}
made = {name: Settings(**{name: value}).version("0" * 64) for name, value in chosen.items()}
print(json.dumps([chosen, {"defaults": Settings().version("0" * 64), **made}]))
"""


def versions(functions: Path, resizer: str, chosen: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """Return the values that were chosen for the settings, and the version of the renditions with each."""
    command = [sys.executable, "-c", VERSIONS, json.dumps(chosen), resizer]
    environment = {"PYTHONPATH": str(functions), "PYTHONDONTWRITEBYTECODE": "1"}
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    values, found = json.loads(ended.stdout)
    return values, found


def changed(previous: Path, resizer: str) -> list[str]:
    """Return the settings with which versions differ from those of the previous release."""
    chosen, old = versions(previous / "functions", resizer, {})
    present = {one.name for one in fields(Settings)}
    kept = {name: value for name, value in chosen.items() if name in present}
    _, new = versions(ROOT / "functions", resizer, kept)
    assert len(set(old.values())) == len(old) > 20
    return [name for name in new if old[name] != new[name]]


def test_the_same_settings_make_the_same_versions_or_upgrading_md_says_so(previous: Path) -> None:
    """An update that changes them renders every image anew under new keys when it is processed again."""
    by_pillow, by_simd = changed(previous, "pillow"), changed(previous, "simd")
    start = "new versions where SIMD resizes, because" if by_simd else "unchanged."
    start = "new versions, because" if by_pillow else start
    assert f"- **Renditions:** {start}" in NOW, (
        f"UPGRADING.md is wrong under {CURRENT}: versions differ from those of the previous release with Pillow for "
        f"{', '.join(by_pillow[:3]) or 'no setting'}, with SIMD for {', '.join(by_simd[:3]) or 'none'}. Begin the line "
        f"with: - **Renditions:** {start}"
    )


# ── An execution that is running during the update ────────────────────────────────────────────────────────────────


def events(folder: Path) -> Iterator[tuple[str, Any]]:
    for path in sorted((folder / "events").glob("*.json")):
        yield path.stem, json.loads(path.read_text("utf-8"))


def test_the_functions_accept_what_the_previous_state_machines_send(previous: Path) -> None:
    """Executions that are running, and those that are redriven, send what their own definition says."""
    sent = dict(events(previous))
    for name in ("resize_image", "watermark_image"):
        assert RenditionRequest.from_event(sent[name]).image.upload().key
    assert TidyRequest.from_event(sent["tidy_renditions"]).bucket
    assert Upload.from_event(sent["upload_good_image"]).key


def test_the_functions_return_what_the_previous_state_machines_read(previous: Path) -> None:
    definition = (previous / "statemachine/image_pipeline.asl.json").read_text("utf-8")
    preview = set(Rendered(b"", 1, 1, "", "").preview())
    for read, returned in (
        (r"\$\.image\.(\w+)", set(Image.__annotations__)),
        (r"\$\.renditions\.thumbnail\.(\w+)", set(Rendition.__annotations__) | preview),
    ):
        names = set(re.findall(read, definition))
        assert names
        assert names <= returned


def test_the_schema_requires_only_what_the_previous_release_sends(previous: Path) -> None:
    """Queues keep its notices for days after the update, so a consumer validates them with the present schema."""
    definitions = (json.loads(one.read_text()) for one in (previous / "statemachine").glob("*.asl.json"))
    states = [
        one for definition in definitions for scope in scopes(definition) for one in scope["States"].items()
    ]
    selected = [(NOTICES[name], body["ResultSelector"]) for name, body in states if name in NOTICES]
    assert {status for status, _ in selected} == set(NOTICES.values())
    for status, selector in selected:
        absent = [*_absent(published()["$defs"][status], selector.get("notice", selector))]
        assert not absent, (
            f"docs/notice.schema.json requires {absent} of {status}. Leave them out of `required`."
        )


def _absent(part: dict[str, Any], notice: dict[str, Any], path: str = "") -> Iterator[str]:
    """Yield what the schema requires and a notice lacks. Renditions are what the stack makes, so each is required."""
    sent = {name.removesuffix(".$"): value for name, value in notice.items()}
    for name in part.get("required", ()):
        if name not in sent:
            yield f"{path}{name}"
        elif isinstance(sent[name], dict) and name != "renditions":
            inner = part["properties"][name]
            inner = published()["$defs"][inner["$ref"].rpartition("/")[2]] if "$ref" in inner else inner
            yield from _absent(inner, sent[name], f"{path}{name}.")


# ── The comparison itself ─────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    "resource, change, why",
    [
        ("ImagePipeline", {"Properties": {"StateMachineName": "other"}}, "StateMachineName changes"),
        ("ImagesTable", {"Properties": {"KeySchema": []}}, "KeySchema changes"),
        ("UploadsBucket", {"Properties": {"BucketName": "mine"}}, "BucketName changes"),
        ("UploadsBucket", {"Condition": "IsWeb"}, "another condition"),
        ("UploadsBucket", {"DeletionPolicy": "Delete"}, "another DeletionPolicy"),
        ("NotificationsTopic", {"Type": "AWS::SQS::Queue"}, "becomes AWS::SQS::Queue"),
    ],
)
def test_a_replacement_is_recognized(
    templates: tuple[Template, Template], resource: str, change: dict[str, Any], why: str
) -> None:
    _, new = templates
    changed = deepcopy(new)
    properties = new["Resources"][resource]["Properties"] | change.get("Properties", {})
    changed["Resources"][resource] |= {**change, "Properties": properties}
    [(name, reason)] = lost_resources(new, changed).items()
    assert (name, why in reason) == (resource, True), reason
    del changed["Resources"][resource]
    assert lost_resources(new, changed) == {resource: "is removed"}


def test_a_narrower_parameter_is_recognized(templates: tuple[Template, Template]) -> None:
    _, new = templates
    changed = deepcopy(new)
    changed["Parameters"]["OutputQuality"] |= {"Default": 70, "MaxValue": 90}
    changed["Parameters"]["OutputFormat"]["AllowedValues"] = ["webp", "new"]
    changed["Parameters"]["WatermarkText"]["MaxLength"] = 10
    changed["Parameters"]["Background"]["AllowedPattern"] = "red"
    # Wider, in another form.
    del changed["Parameters"]["MaxBytes"]["MinValue"]
    changed["Parameters"]["MaxSide"] = {
        "Type": "String",
        "Default": "30000",
        "AllowedPattern": r"\d+(x\d+)?",
    }
    found = changed_parameters(new, changed)
    assert found.pop("WatermarkText").endswith("x is no longer allowed")
    assert found == {
        "OutputQuality": "Default 80 becomes 70 and 100 is no longer allowed",
        "OutputFormat": "jpeg, png, avif, auto is no longer allowed",
        "Background": "AllowedPattern changes",
    }


def test_the_schemas_know_what_cannot_change_in_place() -> None:
    assert {"BucketName"} <= set(fixed_properties("AWS::S3::Bucket"))
    assert {"TableName", "KeySchema"} <= set(fixed_properties("AWS::DynamoDB::Table"))

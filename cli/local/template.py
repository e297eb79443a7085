"""template.yaml → what CloudFormation on the emulator gets: packaged, translated from SAM, made fit for the emulator.

Nothing here needs the emulator, so all of it can be done while that starts. Importing this takes more than a second
(aws-sam-translator), which is why ``cli.local.stack`` imports it late.
"""

import hashlib
import json
import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from samtranslator.model.exceptions import InvalidDocumentException
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse
from yaml import YAMLError

from cli.errors import DeployFailed, UsageError
from cli.local.compat import for_the_emulator
from cli.local.package import Package, package_source
from cli.local.session import LocalSession

ARTIFACTS_BUCKET = "renditions-local-artifacts"
FUNCTION = "AWS::Serverless::Function"
STATE_MACHINE = "AWS::Serverless::StateMachine"


@dataclass(frozen=True, slots=True)
class Prepared:
    """What is to be deployed: the template as JSON text, and the files that it refers to in ARTIFACTS_BUCKET."""

    body: str
    artifacts: tuple[Package, ...]

    @property
    def key(self) -> str:
        """The template's own name in the bucket."""
        return f"{hashlib.sha256(self.body.encode()).hexdigest()}.template.json"


def prepare(template: Path, parameters: Mapping[str, str]) -> Prepared:
    """Make ``template`` ready. Raises UsageError: no such file, unknown parameter; DeployFailed: not valid SAM."""
    source = load(template)
    if unknown := sorted(set(parameters) - set(source.get("Parameters", {}))):
        raise UsageError(f"{template.name} has no parameter {', '.join(unknown)}.")
    artifacts = _Artifacts(template.parent)
    artifacts.replace_paths(source)
    translated = for_the_emulator(translate(source, parameters))
    return Prepared(json.dumps(translated, ensure_ascii=False), tuple(artifacts.packages.values()))


def load(template: Path) -> dict[str, Any]:
    """The template as plain JSON values, the short forms (!Ref, !Sub, …) written out and YAML's aliases unshared."""
    try:
        loaded = yaml_parse(template.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(f"There is no {template}: run this in a checkout of the project.") from None
    except YAMLError as fault:
        raise DeployFailed(f"{template.name} is no valid YAML: {fault}") from fault
    return dict(json.loads(json.dumps(loaded)))


def translate(source: dict[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    """SAM → CloudFormation, by AWS's own translator. Raises DeployFailed with everything that it finds wrong."""
    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it warns of its own unsent statistics
    # The session tells it the region; nothing is called.
    translator = Translator(None, Parser(), boto_session=LocalSession("http://nowhere"))
    try:
        translated = translator.translate(
            source, parameter_values=dict(parameters), get_managed_policy_map=dict
        )
    except InvalidDocumentException as fault:
        causes = "\n".join(f"  {cause.message}" for cause in fault.causes)
        raise DeployFailed(f"The template is no valid SAM:\n{causes}") from fault
    return dict(translated)


class _Artifacts:
    """Replaces the paths in a SAM template by places in ARTIFACTS_BUCKET, and collects what belongs there."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.packages: dict[str, Package] = {}

    def replace_paths(self, source: dict[str, Any]) -> None:
        for properties in _properties(source, FUNCTION):
            self._replace(properties, "CodeUri", package_source)
        for properties in _properties(source, STATE_MACHINE):
            self._replace(properties, "DefinitionUri", _definition)

    def _replace(self, properties: dict[str, Any], name: str, read: Callable[[Path], Package]) -> None:
        path = properties.get(name)
        if not isinstance(path, str) or path.startswith("s3://"):
            return
        if path not in self.packages:  # functions that share a folder share one zip
            try:
                self.packages[path] = read(self._root / path)
            except FileNotFoundError as fault:
                raise UsageError(f"The template's {name} is {path}, which does not exist.") from fault
        key = self.packages[path].key
        properties[name] = {"Bucket": ARTIFACTS_BUCKET, "Key": key}


def _properties(source: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    """The properties of each resource of a kind, and those that Globals gives to all of them."""
    yield source.get("Globals", {}).get(kind.rsplit("::", 1)[-1], {})
    for resource in source["Resources"].values():
        if resource["Type"] == kind:
            yield resource.setdefault("Properties", {})


def _definition(path: Path) -> Package:
    data = path.read_bytes()
    return Package(f"{hashlib.sha256(data).hexdigest()}.asl.json", data)

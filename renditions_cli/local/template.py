"""Prepare template.yaml for the emulator: package the code, translate SAM, apply the compatibility rules.

Nothing here needs the emulator, so all of it can happen while the emulator starts. The import takes more than a second
(aws-sam-translator), so ``renditions_cli.local.stack`` imports this module late.
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

from renditions_cli.errors import DeployFailed, UsageError
from renditions_cli.local.addresses import make_reachable
from renditions_cli.local.compat import apply_rules
from renditions_cli.local.package import Package, package_files, package_source
from renditions_cli.local.session import LocalSession

ARTIFACTS_BUCKET = "renditions-local-artifacts"
ENDPOINT_URL = "http://127.0.0.1:4566"
FUNCTION = "AWS::Serverless::Function"
LAYER = "AWS::Serverless::LayerVersion"
STATE_MACHINE = "AWS::Serverless::StateMachine"


@dataclass(frozen=True, slots=True)
class Prepared:
    """The template as JSON text, and the files in ARTIFACTS_BUCKET that it refers to."""

    body: str
    artifacts: tuple[Package, ...]

    @property
    def key(self) -> str:
        """The key of the template in the bucket."""
        return f"{hashlib.sha256(self.body.encode()).hexdigest()}.template.json"


def prepare(template: Path, parameters: Mapping[str, str], endpoint_url: str = ENDPOINT_URL) -> Prepared:
    """Prepare ``template`` for the emulator at ``endpoint_url``.

    Raises UsageError (missing file, unknown parameter) or DeployFailed (invalid SAM).
    """
    source = load(template)
    if unknown := sorted(set(parameters) - set(source.get("Parameters", {}))):
        raise UsageError(f"{template.name} has no parameter {', '.join(unknown)}.")
    artifacts = _Artifacts(template.parent)
    artifacts.replace_paths(source)
    translated = make_reachable(apply_rules(translate(source, parameters)), endpoint_url)
    return Prepared(json.dumps(translated, ensure_ascii=False), tuple(artifacts.packages.values()))


def load(template: Path) -> dict[str, Any]:
    """Load the template as plain JSON values, with short forms (!Ref, !Sub, …) expanded and YAML aliases copied."""
    try:
        loaded = yaml_parse(template.read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise UsageError(
            f"{template} does not exist. Run this command in a checkout of the project."
        ) from None
    except YAMLError as error:
        raise DeployFailed(f"{template.name} is not valid YAML: {error}") from error
    return dict(json.loads(json.dumps(loaded)))


def translate(source: dict[str, Any], parameters: Mapping[str, str]) -> dict[str, Any]:
    """Translate SAM to CloudFormation with AWS's translator. Raises DeployFailed, which lists every fault."""
    logging.getLogger("samtranslator").setLevel(logging.ERROR)  # it warns about its own metrics
    # The translator needs the session for the region; it sends no request.
    translator = Translator(None, Parser(), boto_session=LocalSession("http://nowhere"))
    try:
        translated = translator.translate(
            source, parameter_values=dict(parameters), get_managed_policy_map=dict
        )
    except InvalidDocumentException as error:
        causes = "\n".join(f"  {cause.message}" for cause in error.causes)
        raise DeployFailed(f"The template is not valid SAM:\n{causes}") from error
    return dict(translated)


class _Artifacts:
    """Replaces local paths in a SAM template by keys in ARTIFACTS_BUCKET, and collects the packages for them."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self.packages: dict[str, Package] = {}

    def replace_paths(self, source: dict[str, Any]) -> None:
        for properties in _properties(source, FUNCTION):
            self._replace(properties, "CodeUri", package_source)
        for properties in _properties(source, LAYER):
            self._replace(properties, "ContentUri", package_files)
        for properties in _properties(source, STATE_MACHINE):
            self._replace(properties, "DefinitionUri", _definition)

    def _replace(self, properties: dict[str, Any], name: str, read: Callable[[Path], Package]) -> None:
        path = properties.get(name)
        if not isinstance(path, str) or path.startswith("s3://"):
            return
        if path not in self.packages:  # functions that share a folder share one zip
            try:
                self.packages[path] = read(self._root / path)
            except FileNotFoundError as error:
                raise UsageError(f"{name} in the template is {path}, which does not exist.") from error
        key = self.packages[path].key
        properties[name] = {"Bucket": ARTIFACTS_BUCKET, "Key": key}


def _properties(source: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
    """Yield the properties of each resource of a type, and those that Globals gives to all of them."""
    yield source.get("Globals", {}).get(kind.rsplit("::", 1)[-1], {})
    for resource in source["Resources"].values():
        if resource["Type"] == kind:
            yield resource.setdefault("Properties", {})


def _definition(path: Path) -> Package:
    data = path.read_bytes()
    return Package(f"{hashlib.sha256(data).hexdigest()}.asl.json", data)

"""The addresses in a CloudFormation template that lead to AWS, changed into ones that lead to the emulator.

Part of the compatibility rules, and as generic: nothing here depends on a name of this project. docs/local-stack.md
explains each change.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import urlsplit

DISTRIBUTION = "AWS::CloudFront::Distribution"
BUCKET = "AWS::S3::Bucket"
# The emulator serves a distribution under the first label of its domain name. Browsers find *.localhost themselves.
_DISTRIBUTION_HOST = "cloudfront.localhost"

_SIGN_IN = re.compile(r"https://[^\s\"']+?\.auth\.\$\{AWS::Region\}\.amazoncognito\.com")
_BUCKET = re.compile(r"https://\$\{\w+\}\.s3\.\$\{AWS::Region\}\.\$\{AWS::URLSuffix\}")
_ATTRIBUTE = re.compile(r"https://\$\{(\w+)\.(DomainName|RegionalDomainName)\}")
_API_HOST = re.compile(r"\$\{(\w+)\}\.execute-api\..+")

Change = Callable[[str, dict[str, Any]], str]


def make_reachable(template: dict[str, Any], endpoint_url: str) -> dict[str, Any]:
    """Return ``template`` with the addresses of distributions, buckets, sign-in pages and APIs at ``endpoint_url``."""
    types = {name: one["Type"] for name, one in template["Resources"].items()}
    for name, kind in types.items():
        if kind == DISTRIBUTION:
            _find_apis(template["Resources"][name]["Properties"]["DistributionConfig"], endpoint_url)
    changed: dict[str, Any] = _walk(template, lambda text, names: _change(text, names, types, endpoint_url))
    return changed


def _walk(value: Any, change: Change) -> Any:
    """Return a copy of ``value`` with every Fn::Sub changed."""
    if isinstance(value, list):
        return [_walk(one, change) for one in value]
    if not isinstance(value, Mapping):
        return value
    if set(value) == {"Fn::Sub"}:
        return {"Fn::Sub": _substitute(value["Fn::Sub"], change)}
    return {name: _walk(one, change) for name, one in value.items()}


def _substitute(argument: Any, change: Change) -> Any:
    text, given = (argument, {}) if isinstance(argument, str) else argument
    names = {name: _walk(one, change) for name, one in given.items()}
    changed = change(text, names)
    return [changed, names] if names else changed


def _change(text: str, names: dict[str, Any], types: Mapping[str, str], endpoint_url: str) -> str:
    def reachable(match: re.Match[str]) -> str:
        name, attribute = match.groups()
        if types.get(name) == BUCKET and attribute == "RegionalDomainName":
            return endpoint_url
        if types.get(name) != DISTRIBUTION or attribute != "DomainName":
            return match[0]
        label = f"{name}Label"
        names[label] = {"Fn::Select": [0, {"Fn::Split": [".", {"Fn::GetAtt": [name, "DomainName"]}]}]}
        return f"http://${{{label}}}.{_DISTRIBUTION_HOST}:{urlsplit(endpoint_url).port}"

    return _ATTRIBUTE.sub(reachable, _BUCKET.sub(endpoint_url, _SIGN_IN.sub(endpoint_url, text)))


def _find_apis(config: dict[str, Any], endpoint_url: str) -> None:
    """Let the origins that are HTTP APIs be found by path: the emulator connects to no host of AWS."""
    endpoint = urlsplit(endpoint_url)
    for origin in config["Origins"]:
        domain = origin["DomainName"]
        api = _API_HOST.fullmatch(domain["Fn::Sub"]) if "Fn::Sub" in domain else None
        if api:
            origin["DomainName"] = endpoint.hostname
            origin["OriginPath"] = {"Fn::Sub": f"/_aws/execute-api/${{{api[1]}}}/$default"}
            origin["CustomOriginConfig"] = {"HTTPPort": endpoint.port, "OriginProtocolPolicy": "http-only"}

"""The changes to a CloudFormation template that the emulator needs. Nothing else differs from what AWS gets.

Each rule is a function from the template's resources to the changed resources; RULES lists them in order. No rule
depends on a name of this project. docs/local-stack.md explains each rule and what it cannot change.
"""

import copy
from collections.abc import Callable, Mapping
from typing import Any

Resources = dict[str, Any]
Rule = Callable[[Resources], Resources]

CUSTOM_RUNTIME = "provided.al2023"
RESOURCE_POLICIES = frozenset({"AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy"})
DISTRIBUTION = "AWS::CloudFront::Distribution"
# Types that the emulator does not know, and that nothing in a template needs.
UNKNOWN_TYPES = {
    "AWS::CloudFront::MonitoringSubscription",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::Cognito::ManagedLoginBranding",
    "AWS::GuardDuty::MalwareProtectionPlan",
    "AWS::Logs::QueryDefinition",
}


def run_functions_under_the_runtime_client(resources: Resources) -> Resources:
    """Give Python functions the runtime that executes the bootstrap of the package."""
    for properties in _python_functions(resources):
        properties["Runtime"] = CUSTOM_RUNTIME
    return resources


def take_dependencies_from_this_environment(resources: Resources) -> Resources:
    """Remove layers and architecture from Python functions: they run with those of this machine."""
    for properties in _python_functions(resources):
        properties.pop("Layers", None)
        properties.pop("Architectures", None)
    return resources


def allow_plain_http(resources: Resources) -> Resources:
    """Remove the TLS-only statement from the policies of resources, and policies that have no other statement."""
    kept = dict(resources)
    for name, resource in resources.items():
        if resource["Type"] not in RESOURCE_POLICIES:
            continue
        document = resource["Properties"]["PolicyDocument"]
        statements = _listed(document["Statement"])
        remaining = [statement for statement in statements if not _denies_plain_http(statement)]
        if not remaining:
            del kept[name]
        elif len(remaining) < len(statements):
            document["Statement"] = remaining
    return kept


def let_viewers_use_plain_http(resources: Resources) -> Resources:
    """Let every cache behaviour of a distribution answer HTTP instead of redirecting to HTTPS or refusing."""
    for resource in resources.values():
        if resource["Type"] == DISTRIBUTION:
            config = resource["Properties"]["DistributionConfig"]
            for behaviour in (config["DefaultCacheBehavior"], *config.get("CacheBehaviors", ())):
                behaviour["ViewerProtocolPolicy"] = "allow-all"
    return resources


def drop_unknown_types(resources: Resources) -> Resources:
    """Remove the resources of UNKNOWN_TYPES. A template that refers to one fails when it is deployed."""
    return {name: one for name, one in resources.items() if one["Type"] not in UNKNOWN_TYPES}


# The order matters: the second rule hides which functions are Python, so other rules for them come first.
RULES: tuple[Rule, ...] = (
    take_dependencies_from_this_environment,
    run_functions_under_the_runtime_client,
    allow_plain_http,
    let_viewers_use_plain_http,
    drop_unknown_types,
)


def apply_rules(template: Mapping[str, Any]) -> dict[str, Any]:
    """Return a copy of a CloudFormation ``template``, already translated from SAM, with every rule applied."""
    changed = copy.deepcopy(dict(template))
    for rule in RULES:
        changed["Resources"] = rule(changed["Resources"])
    return changed


def _python_functions(resources: Resources) -> list[dict[str, Any]]:
    functions = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::Lambda::Function"]
    return [properties for properties in functions if _is_python(properties.get("Runtime"))]


def _is_python(runtime: object) -> bool:
    # A parameter or another intrinsic function also means Python: the project has no other language.
    return isinstance(runtime, dict) or str(runtime).startswith("python")


def _listed(statements: Any) -> list[Any]:
    return statements if isinstance(statements, list) else [statements]


def _denies_plain_http(statement: Mapping[str, Any]) -> bool:
    """Whether this is exactly the TLS-only statement: a Deny with that one condition and no other."""
    if statement.get("Effect") != "Deny":
        return False
    match statement.get("Condition"):
        case {"Bool": {"aws:SecureTransport": value, **others_tested}, **other_tests}:
            return str(value).lower() == "false" and not others_tested and not other_tests
    return False

"""The web page: off by default without a trace, and the same in the template, the code and the documents."""

import json
import re
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

import renditions
from renditions.api import accepted, keys
from renditions.api.answers import RequestError
from renditions.api.images import STATUSES
from renditions.errors import ImageRejected
from renditions.imaging import limits
from renditions.imaging.formats import FORMATS
from renditions.settings import Settings
from renditions.storage import page_files
from renditions_cli.version import version
from tests.contract.conftest import ROOT, evaluated

OFF = dict.fromkeys(["IsWeb", "IsDelivered", "HasWebUser", "HasCacheMetrics", "KeepsDeliveryUrl"], False)
OF_THE_PAGE = re.compile(r"(Web|PublishPage)(?![a-z])")
# What everybody has, before there was a web page.
WEB_TYPES = re.compile(r"AWS::(Cognito|ApiGatewayV2|CloudFront)::|AWS::Serverless::LayerVersion|Custom::")


def deployed(template: dict[str, Any], conditions: dict[str, bool]) -> dict[str, Any]:
    resources = template["Resources"]
    return {
        name: evaluated(one, conditions)
        for name, one in resources.items()
        if conditions.get(one.get("Condition"), True)
    }


def names_in(value: Any) -> Iterator[str]:
    """Yield every logical ID that a value refers to."""
    if isinstance(value, list):
        for one in value:
            yield from names_in(one)
    elif isinstance(value, dict):
        for name, one in value.items():
            if name == "Ref":
                yield one
            elif name == "Fn::GetAtt":
                yield one[0]
            elif name == "Fn::Sub":
                yield from re.findall(r"\$\{(\w+)", one if isinstance(one, str) else one[0])
            yield from names_in(one)


def test_without_the_web_page_nothing_of_it_is_deployed(template: dict[str, Any]) -> None:
    off = deployed(template, OFF)
    assert [name for name, one in off.items() if WEB_TYPES.match(one["Type"])] == []
    assert [name for name in off if OF_THE_PAGE.match(name) or name.startswith("Delivery")] == []
    assert not [
        name
        for one in off.values()
        for name in names_in(one)
        if name not in off and name in template["Resources"]
    ]


def test_without_the_web_page_no_other_resource_is_changed_by_it(template: dict[str, Any]) -> None:
    off = deployed(template, OFF)
    text = json.dumps(off)
    for parameter in (
        "Web",
        "WebDomain",
        "Delivery",
        "CertificateArn",
        "PriceClass",
        "WebImagesPerUser",
        "WebUploadsPerHour",
    ):
        assert f'{{"Ref": "{parameter}"}}' not in text
    assert "CorsConfiguration" not in off["UploadsBucket"]["Properties"]
    assert [
        one["Id"]
        for one in off["UploadsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
        if "Fn::If" not in one
    ] == ["AbortIncompleteMultipartUploads"]
    assert len(off["RenditionsBucketPolicy"]["Properties"]["PolicyDocument"]["Statement"]) == 1
    assert off["TidyRenditionsFunction"]["Properties"]["Environment"]["Variables"] == {}
    assert len(off["TidyRenditionsRole"]["Properties"]["Policies"]) == 4


def test_every_output_of_the_web_page_has_its_condition(template: dict[str, Any]) -> None:
    conditional = {name for name, one in template["Resources"].items() if "Condition" in one}
    conditional |= {"IncludeKeys", "ExcludeKeys"}  # the parameters, which may be empty
    for name, output in template["Outputs"].items():
        assert ("Condition" in output) == bool(set(names_in(output["Value"])) & conditional), name


def test_the_web_page_and_delivery_are_off_by_default(template: dict[str, Any]) -> None:
    assert template["Parameters"]["Web"]["Default"] == template["Parameters"]["Delivery"]["Default"] == "off"


def test_delivery_alone_deploys_no_page(template: dict[str, Any]) -> None:
    delivered = deployed(template, OFF | {"IsDelivered": True})
    assert "DeliveryDistribution" in delivered
    assert not [name for name in delivered if OF_THE_PAGE.match(name)]


def test_packages_without_the_web_page_have_nothing_of_it() -> None:
    """functions/Makefile leaves these files out of all packages but those of the API and the page."""
    text = (ROOT / "functions/Makefile").read_text()
    of_the_api = re.findall(r"^OF_THE_API := (.*)$", text, re.MULTILINE)
    left_out = re.findall(r"^(?:\$\((?:WEB|DIGEST)\): )?LEFT_OUT :?= (.*)$", text, re.MULTILINE)
    web, digest, others = (group.split() for group in left_out)
    assert {"api", "page.py", "handlers/web_api.py", "handlers/publish_page.py"} <= set(
        *map(str.split, of_the_api)
    )
    assert web == ["imaging", "digest", "handlers/send_digest.py"]
    assert digest == ["imaging", "$(OF_THE_API)"]
    assert others == ["$(OF_THE_API)", "digest", "handlers/send_digest.py"]
    for name in {*" ".join([*of_the_api, *left_out]).split()} - {"$(OF_THE_API)"}:
        assert (ROOT / "functions/renditions" / name).exists()


def test_no_distribution_answers_plain_http(resources: dict[str, Any]) -> None:
    for one in resources.values():
        if one["Type"] == "AWS::CloudFront::Distribution":
            config = one["Properties"]["DistributionConfig"]
            for behaviour in (config["DefaultCacheBehavior"], *config.get("CacheBehaviors", ())):
                assert behaviour["ViewerProtocolPolicy"] in {"redirect-to-https", "https-only"}
                assert "ResponseHeadersPolicyId" in behaviour


def test_the_security_policy_of_the_page_allows_nothing_inline(resources: dict[str, Any]) -> None:
    config = resources["WebPageHeaders"]["Properties"]["ResponseHeadersPolicyConfig"]["SecurityHeadersConfig"]
    policy = config["ContentSecurityPolicy"]["ContentSecurityPolicy"]["Fn::Sub"][0]
    rules = {rule.split()[0]: rule.split()[1:] for rule in policy.split("; ")}
    assert (
        rules["default-src"]
        == rules["base-uri"]
        == rules["form-action"]
        == rules["frame-ancestors"]
        == ["'none'"]
    )
    assert rules["script-src"] == rules["style-src"] == ["'self'"]
    assert rules["connect-src"] == [
        "'self'",
        "https://${UploadsBucket}.s3.${AWS::Region}.${AWS::URLSuffix}",
        "${SignIn}",
        "${Delivery}",
    ]
    assert "unsafe" not in policy
    assert "*" not in policy


def test_nobody_can_sign_themselves_up(resources: dict[str, Any]) -> None:
    pool = resources["WebUserPool"]["Properties"]
    assert pool["AdminCreateUserConfig"]["AllowAdminCreateUserOnly"] is True
    page = resources["WebPageClient"]["Properties"]
    assert (page["AllowedOAuthFlows"], page["ExplicitAuthFlows"]) == (["code"], ["ALLOW_REFRESH_TOKEN_AUTH"])


def test_only_the_configuration_is_public(resources: dict[str, Any]) -> None:
    routes = [one["Properties"] for one in resources.values() if one["Type"] == "AWS::ApiGatewayV2::Route"]
    assert {one["RouteKey"]: one["AuthorizationType"] for one in routes} == {
        "GET /api/config": "NONE",
        "ANY /api/{route+}": "JWT",
    }


def test_the_formats_of_the_api_are_those_of_the_imaging_package() -> None:
    assert list(accepted.ENDINGS) == [one.name for one in FORMATS]
    for settings in (Settings(), Settings(avif_input="on", heic_input="on", jpeg2000_input="on")):
        assert accepted.formats(settings) == [one.name for one in FORMATS if one.is_enabled(settings)]


@pytest.mark.parametrize("size", [0, 6])
def test_the_api_refuses_a_size_in_the_words_of_the_pipeline(size: int) -> None:
    with pytest.raises(ImageRejected) as rejected:
        limits.check_size(size, Settings(max_bytes=5))
    with pytest.raises(RequestError) as refused:
        accepted.check_size(size, 5)
    assert (refused.value.code, refused.value.message) == (type(rejected.value).__name__, str(rejected.value))


def test_the_version_of_the_api_is_that_of_the_project() -> None:
    document = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())
    assert renditions.__version__ == document["info"]["version"] == version()


def test_the_openapi_document_lists_every_status_and_route() -> None:
    document = yaml.safe_load((ROOT / "docs/openapi.yaml").read_text())
    assert tuple(document["components"]["schemas"]["Status"]["enum"]) == STATUSES
    documented = {
        f"{method} {_without_names(path)}"
        for path, item in document["paths"].items()
        for method in item
        if method != "parameters"
    }
    code = (ROOT / "functions/renditions/api/application.py").read_text()
    routes = re.findall(r'@app\.(\w+)\("([^"]+)"\)', code)
    assert documented == {f"{method} {_without_names(path)}" for method, path in routes}
    text = _without_names((ROOT / "docs/web.md").read_text())
    for line in documented:
        method, path = line.split()
        assert f"`{method.upper()} /api{path}" in text, line


def _without_names(text: str) -> str:
    """Replace each name of a part of a path by <>."""
    return re.sub(r"\{\w+\}|<\w+>|\.\+", "<>", text)


def test_the_role_of_the_api_and_its_keys_have_the_same_prefix(resources: dict[str, Any]) -> None:
    policy = resources["WebApiRole"]["Properties"]["Policies"][0]["PolicyDocument"]["Statement"]
    assert policy[0]["Resource"] == {"Fn::Sub": f"${{UploadsBucket.Arn}}/{keys.PREFIX}*"}
    assert policy[1]["Resource"] == policy[0]["Resource"]
    assert policy[2]["Condition"] == {"StringLike": {"s3:prefix": f"{keys.PREFIX}*"}}
    [rule] = [
        evaluated(one, {"IsWeb": True})
        for one in resources["UploadsBucket"]["Properties"]["LifecycleConfiguration"]["Rules"]
        if one.get("Fn::If", [None])[0] == "IsWeb"
    ]
    assert rule["Prefix"] == keys.PREFIX


def test_every_file_of_the_page_is_published() -> None:
    folder = ROOT / "web"
    files = [path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()]
    left_out = [name for name in files if not page_files.is_published(name)]
    assert "index.html" in files
    assert [name for name in left_out if not name.endswith(".md")] == []


@pytest.mark.parametrize(
    "name", [".env", "README.md", "tests/a.js", "node_modules/a/b.js", ".git/config.json", "a.py"]
)
def test_what_is_no_part_of_the_page_is_not_published(name: str) -> None:
    assert not page_files.is_published(name)

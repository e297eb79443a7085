"""The addresses in a template that lead to the emulator."""

import copy
from typing import Any

from renditions_cli.local.addresses import make_reachable

ENDPOINT = "http://127.0.0.1:4567"
LABEL = {"Fn::Select": [0, {"Fn::Split": [".", {"Fn::GetAtt": ["D", "DomainName"]}]}]}


def template(value: Any, **distribution: Any) -> dict[str, Any]:
    config = {"Origins": [{"Id": "x", "DomainName": "example.org"}], **distribution}
    return {
        "Resources": {
            "D": {"Type": "AWS::CloudFront::Distribution", "Properties": {"DistributionConfig": config}},
            "B": {"Type": "AWS::S3::Bucket"},
            "F": {"Type": "AWS::Lambda::Function", "Properties": {"Value": value}},
        },
        "Outputs": {"O": {"Value": value}},
    }


def changed(value: Any) -> Any:
    made = make_reachable(template(value), ENDPOINT)
    assert made["Outputs"]["O"]["Value"] == made["Resources"]["F"]["Properties"]["Value"]
    return made["Outputs"]["O"]["Value"]


def test_the_address_of_a_distribution_has_its_label() -> None:
    assert changed({"Fn::Sub": "https://${D.DomainName}"}) == {
        "Fn::Sub": ["http://${DLabel}.cloudfront.localhost:4567", {"DLabel": LABEL}]
    }


def test_addresses_among_other_text_and_variables_are_found() -> None:
    value = {
        "Fn::Sub": [
            "a ${X} https://${B.RegionalDomainName}; b",
            {"X": {"Fn::Sub": "https://${D.DomainName}/"}},
        ]
    }
    [text, names] = changed(value)["Fn::Sub"]
    assert text == f"a ${{X}} {ENDPOINT}; b"
    assert names["X"]["Fn::Sub"][0] == "http://${DLabel}.cloudfront.localhost:4567/"


def test_the_sign_in_page_is_at_the_endpoint() -> None:
    value = {"Fn::Sub": ["x https://name-${Id}.auth.${AWS::Region}.amazoncognito.com y", {"Id": "1"}]}
    assert changed(value) == {"Fn::Sub": [f"x {ENDPOINT} y", {"Id": "1"}]}


def test_a_bucket_that_is_named_by_a_variable_is_at_the_endpoint() -> None:
    value = {"Fn::Sub": ["x https://${Name}.s3.${AWS::Region}.${AWS::URLSuffix} y", {"Name": "b"}]}
    assert changed(value) == {"Fn::Sub": [f"x {ENDPOINT} y", {"Name": "b"}]}


def test_an_http_api_behind_a_distribution_is_found_by_its_path() -> None:
    origin = {
        "Id": "api",
        "DomainName": {"Fn::Sub": "${Api}.execute-api.${AWS::Region}.${AWS::URLSuffix}"},
        "CustomOriginConfig": {"OriginProtocolPolicy": "https-only"},
    }
    made = make_reachable(template("", Origins=[copy.deepcopy(origin)]), ENDPOINT)
    assert made["Resources"]["D"]["Properties"]["DistributionConfig"]["Origins"] == [
        {
            "Id": "api",
            "DomainName": "127.0.0.1",
            "OriginPath": {"Fn::Sub": "/_aws/execute-api/${Api}/$default"},
            "CustomOriginConfig": {"HTTPPort": 4567, "OriginProtocolPolicy": "http-only"},
        }
    ]


def test_other_addresses_stay() -> None:
    for value in (
        "https://example.org",
        {"Fn::Sub": "https://${X.DomainName}"},
        {"Fn::Sub": "https://${B.DomainName}"},
        {"Fn::Sub": "https://cognito-idp.${AWS::Region}.amazonaws.com/${Pool}"},
        {"Fn::Sub": ["${A}", {"A": 1}]},
        {"Fn::Join": ["", ["https://", {"Fn::GetAtt": ["D", "DomainName"]}]]},
    ):
        assert changed(value) == value

"""What users, and people who are none, must not be able to do."""

import base64
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from renditions.storage import web_originals
from renditions.storage.web_originals import UploadLimits
from renditions_cli.local.session import LocalSession
from renditions_cli.local.stack import LocalStack
from tests.api.client import Client, fetch, post_form, sign_in
from tests.api.conftest import claims
from tests.e2e.pictures import jpeg

PHOTO = jpeg(200, 150)
RELAXED: Any = {
    "PasswordPolicy": {
        "MinimumLength": 8,
        **{f"Require{kind}": False for kind in ("Uppercase", "Lowercase", "Numbers", "Symbols")},
    }
}
ROUTES = [
    ("GET", "/images"),
    ("POST", "/uploads"),
    ("GET", "/images/eA"),
    ("PUT", "/images/a.jpg"),
    ("DELETE", "/images/eA"),
    ("GET", "/images/eA/original"),
    ("GET", "/users"),
    ("GET", "/../config/../images"),
]


@pytest.mark.parametrize("method, path", ROUTES)
def test_nobody_gets_anything_without_a_token(nobody: Client, method: str, path: str) -> None:
    answer = nobody.call(method, path, b"{}" if method in {"POST", "PUT"} else None)
    assert answer.status == 401
    assert answer.body == {"message": "Unauthorized"}


def test_the_host_of_the_api_asks_for_a_token_too(web: LocalStack, nobody: Client) -> None:
    [api] = web.session().client("apigatewayv2").get_apis()["Items"]
    direct = f"{web.endpoint_url}/_aws/execute-api/{api['ApiId']}/$default/api"
    assert fetch("GET", f"{direct}/images").status == 401
    assert fetch("GET", f"{direct}/config").status == 200
    assert fetch("GET", f"{web.endpoint_url}/_aws/execute-api/{api['ApiId']}/$default/images").status == 404


def other_client(web: LocalStack, pool: str) -> str:
    created = (
        web.session()
        .client("cognito-idp")
        .create_user_pool_client(
            UserPoolId=pool,
            ClientName="other",
            ExplicitAuthFlows=["ALLOW_USER_PASSWORD_AUTH", "ALLOW_REFRESH_TOKEN_AUTH"],
        )
    )
    return str(created["UserPoolClient"]["ClientId"])


def tokens_of(web: LocalStack, pool: str, client: str, email: str) -> dict[str, str]:
    from renditions_cli.aws.users import create_user

    cognito = web.session().client("cognito-idp")
    password = create_user(cognito, pool, email)
    answer = cognito.initiate_auth(
        ClientId=client,
        AuthFlow="USER_PASSWORD_AUTH",
        AuthParameters={"USERNAME": email, "PASSWORD": password},
    )
    found: dict[str, str] = answer["AuthenticationResult"]
    return found


def test_a_token_of_another_client_is_refused(web: LocalStack, nobody: Client) -> None:
    pool = web.outputs["WebUserPoolId"]
    token = tokens_of(web, pool, other_client(web, pool), "other-client@example.org")["AccessToken"]
    answer = nobody.call("GET", "/images", Authorization=f"Bearer {token}")
    assert answer.status == 401


def test_a_token_of_another_user_pool_is_refused(web: LocalStack, nobody: Client) -> None:
    pool = (
        web.session()
        .client("cognito-idp")
        .create_user_pool(PoolName="elsewhere", Policies=RELAXED)["UserPool"]["Id"]
    )
    token = tokens_of(web, pool, other_client(web, pool), "elsewhere@example.org")["AccessToken"]
    assert nobody.call("GET", "/images", Authorization=f"Bearer {token}").status == 401


def test_an_id_token_opens_nothing(web: LocalStack, nobody: Client) -> None:
    tokens = sign_in(web, "id-token@example.org")
    answer = nobody.call("GET", "/images", Authorization=f"Bearer {tokens.id}")
    assert (answer.status, answer.code) == (401, "Unauthorized")
    assert nobody.call("GET", "/images", Authorization=f"Bearer {tokens.access}").status == 200


def forged(token: str, *, algorithm: str = "RS256", **changes: Any) -> str:
    header, _, signature = token.split(".")
    decoded = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    parts = [{**decoded, "alg": algorithm}, {**claims(token), **changes}]
    encoded = [base64.urlsafe_b64encode(json.dumps(one).encode()).decode().rstrip("=") for one in parts]
    return ".".join([*encoded, "" if algorithm == "none" else signature])


@pytest.mark.parametrize(
    "changes",
    [
        {"sub": "someone-else"},
        {"exp": 4_000_000_000},
        {"algorithm": "none"},
        {"algorithm": "HS256"},
        {"iss": "https://example.org"},
    ],
    ids=str,
)
def test_a_forged_token_is_refused(anna: Client, nobody: Client, changes: dict[str, Any]) -> None:
    token = forged(anna.token, **changes)
    assert nobody.call("GET", "/images", Authorization=f"Bearer {token}").status == 401


@pytest.mark.parametrize(
    "header", ["Bearer", "Bearer x", "Bearer a.b.c", "Basic YTpi", "Bearer " + "x" * 6000]
)
def test_rubbish_instead_of_a_token_is_refused(nobody: Client, header: str) -> None:
    assert nobody.call("GET", "/images", Authorization=header).status == 401


def test_users_see_and_reach_only_their_own_images(anna: Client, ben: Client) -> None:
    image = anna.outcome(anna.upload("private.jpg", PHOTO))
    assert image["id"] not in {one["id"] for one in ben.get("/images?limit=100")["images"]}
    for method, path in (("GET", ""), ("DELETE", ""), ("GET", "/original")):
        answer = ben.call(method, f"/images/{image['id']}{path}")
        assert (answer.status, answer.code) == (404, "NotFound")
    # Another user's ID as a starting point would list what follows it.
    assert ben.call("GET", f"/images?after={image['id']}").code == "BadAfter"
    assert anna.get(f"/images/{image['id']}")["status"] == "COMPLETED"


def encoded(key: str) -> str:
    return base64.urlsafe_b64encode(key.encode()).decode().rstrip("=")


def test_an_id_that_points_elsewhere_is_not_found(anna: Client) -> None:
    own = f"web/{claims(anna.token)['sub']}"
    for key in (
        "holiday.jpg",
        f"{own}",
        f"{own}/",
        f"{own}/one",
        f"{own}/a/b/c",
        f"{own}/../other/1/a.jpg",
        f"{own}x/1/a.jpg",
        f"x{own}/1/a.jpg",
        f"/{own}/1/a.jpg",
        f"{own}/1/never-uploaded.jpg",
    ):
        answer = anna.call("GET", f"/images/{encoded(key)}")
        assert (answer.status, answer.code) == (404, "NotFound"), key


@pytest.mark.parametrize(
    "image", ["x", "%00", "%F0%9F%98%80", "a=", "a+b", "..", "%2e%2e%2fconfig", "A" * 4000, "_"]
)
def test_an_id_that_is_none_is_not_found(anna: Client, image: str) -> None:
    assert anna.call("GET", f"/images/{image}").status == 404


@pytest.mark.parametrize(
    "name, kept",
    [
        ("../../etc/passwd", "etc-passwd"),
        ("..\\..\\windows\\a.jpg", "windows-a.jpg"),
        ("a\x00b\r\nSet-Cookie: x.jpg", "ab Set-Cookie- x.jpg"),
        ("photo\u202egpj.exe", "photogpj.exe"),
        ("\u200bzero\ufeff width.png", "zero width.png"),
        ("<img src=x onerror=alert(1)>.jpg", "img src-x onerror-alert(1)-.jpg"),
        ("${filename}.jpg", "filename-.jpg"),
        ("   .hidden.  ", "hidden"),
        ("n" * 250 + ".jpeg", "n" * 155 + ".jpeg"),
        ("ü" * 200 + ".jpg", "ü" * 78 + ".jpg"),
        ("写真.jpg", "写真.jpg"),
        ("a%2Fb%2e%2e.jpg", "a-2Fb-2e-2e.jpg"),
    ],
)
def test_a_name_cannot_leave_its_folder_or_deceive(anna: Client, name: str, kept: str) -> None:
    form = anna.sign(name, PHOTO)
    prefix, _, last = form["key"].rpartition("/")
    assert last.lstrip("-") == kept
    assert prefix.count("/") == 2
    assert prefix.startswith(f"web/{claims(anna.token)['sub']}/")


@pytest.mark.parametrize(
    "name", ["", ".", "..", "...", "///", "\u202e\u200b", "n" * 256, None, 7, ["a"], {"a": 1}]
)
def test_a_name_without_anything_to_keep_is_refused(anna: Client, name: Any) -> None:
    answer = anna.call("POST", "/uploads", {"name": name, "size": 1})
    assert (answer.status, answer.code) == (400, "BadName")


@pytest.mark.parametrize(
    "size, status, code",
    [
        (0, 400, "EmptyFile"),
        (-1, 400, "EmptyFile"),
        (6_000_001, 413, "FileTooLarge"),
        (10**30, 413, "FileTooLarge"),
        ("1", 400, "BadSize"),
        (1.5, 400, "BadSize"),
        (float("inf"), 400, "BadSize"),
        (float("nan"), 400, "BadSize"),
        (0.0, 400, "EmptyFile"),
        (True, 400, "BadSize"),
        (None, 400, "BadSize"),
    ],
)
def test_a_size_that_is_not_allowed_is_refused(anna: Client, size: Any, status: int, code: str) -> None:
    answer = anna.call("POST", "/uploads", {"name": "a.jpg", "size": size})
    assert (answer.status, answer.code) == (status, code)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"a"', b"null", b"\xff\xfe", b"a=1"])
def test_a_body_that_is_no_object_is_refused(anna: Client, body: bytes) -> None:
    answer = anna.call("POST", "/uploads", body, **{"Content-Type": "application/json"})
    assert (answer.status, answer.code) == (400, "BadRequest")


@pytest.mark.parametrize(
    "query", ["limit=0", "limit=101", "limit=x", "limit=²", "limit=", "status=x", "after=x", "after="]
)
def test_a_query_that_makes_no_sense_is_refused(anna: Client, query: str) -> None:
    assert anna.call("GET", f"/images?{query}".replace("²", "%C2%B2")).status == 400


@pytest.mark.parametrize("checksum", ["x", "", 5, "A" * 44, "A" * 43 + "*"])
def test_a_checksum_that_is_none_is_refused(anna: Client, checksum: Any) -> None:
    answer = anna.call("POST", "/uploads", {"name": "a.jpg", "size": 1, "checksum_sha256": checksum})
    assert (answer.status, answer.code) == (400, "BadChecksum")


@pytest.mark.parametrize(
    "change",
    [
        {"key": "web/someone-else/1/a.jpg"},
        {"key": "holiday.jpg"},
        {"Content-Type": "text/html"},
        {"tagging": "<Tagging/>"},
        {"acl": "public-read"},
        {"x-amz-meta-a": "b"},
        {"success_action_redirect": "https://example.org"},
        {"policy": base64.b64encode(b'{"expiration": "2099-01-01T00:00:00Z", "conditions": []}').decode()},
        {"x-amz-signature": "0" * 64},
        {"x-amz-credential": "AKIAIOSFODNN7EXAMPLE/20260101/us-east-1/s3/aws4_request"},
    ],
    ids="-".join,
)
def test_a_changed_form_is_refused(anna: Client, change: dict[str, str]) -> None:
    form = anna.sign("a.jpg", PHOTO, type="image/jpeg")
    answer = post_form(form["url"], form["fields"] | change, PHOTO)
    assert answer.status in {400, 403}, answer
    assert anna.call("GET", f"/images/{form['id']}").status == 404


@pytest.mark.parametrize("data", [PHOTO + b"x", PHOTO * 2, b""], ids=["one-more", "twice", "empty"])
def test_a_file_with_another_size_is_refused(anna: Client, data: bytes) -> None:
    form = anna.sign("a.jpg", PHOTO, type="image/jpeg")
    assert post_form(form["url"], form["fields"], data).status == 400
    assert anna.call("GET", f"/images/{form['id']}").status == 404


def test_a_form_without_one_of_its_fields_is_refused(anna: Client) -> None:
    form = anna.sign("a.jpg", PHOTO, type="image/jpeg")
    for missing in ("Content-Type", "x-amz-signature", "policy", "x-amz-security-token"):
        kept = {name: value for name, value in form["fields"].items() if name != missing}
        assert post_form(form["url"], kept, PHOTO).status in {400, 403}, missing


def test_a_form_is_valid_for_fifteen_minutes_and_no_longer(web: LocalStack, anna: Client) -> None:
    form = anna.sign("a.jpg", PHOTO)
    policy = json.loads(base64.b64decode(form["fields"]["policy"]))
    expires = time.mktime(time.strptime(policy["expiration"], "%Y-%m-%dT%H:%M:%SZ")) - time.timezone
    assert 880 < expires - time.time() <= 900
    assert ["content-length-range", 1, len(PHOTO)] in policy["conditions"]
    assert {"key": form["key"]} in policy["conditions"]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(web_originals, "UPLOAD_SECONDS", 1)
        s3 = LocalSession(web.endpoint_url).client("s3")
        short = web_originals.sign_upload(
            s3, web.outputs["UploadsBucketName"], form["key"], UploadLimits(len(PHOTO), "image/jpeg")
        )
    time.sleep(2)
    assert post_form(short.url, short.fields, PHOTO).status == 403


def test_other_pages_may_send_forms_to_the_bucket_and_nothing_else(web: LocalStack) -> None:
    bucket = f"{web.endpoint_url}/{web.outputs['UploadsBucketName']}"

    def preflight(method: str) -> int:
        headers = {"Origin": "https://example.org", "Access-Control-Request-Method": method}
        return fetch("OPTIONS", bucket, None, headers).status

    assert preflight("POST") == 200
    assert [preflight(method) for method in ("GET", "PUT", "DELETE")] == [403] * 3


def test_a_form_that_is_sent_again_changes_only_its_own_image(anna: Client) -> None:
    form = anna.sign("again.jpg", PHOTO, type="image/jpeg")
    before = {one["id"] for one in anna.get("/images?limit=100")["images"]}
    for _ in range(3):
        assert post_form(form["url"], form["fields"], PHOTO).status == 204
    after = {one["id"] for one in anna.get("/images?limit=100")["images"]}
    assert after - before == {form["id"]}
    assert anna.outcome(form["id"])["status"] == "COMPLETED"


@pytest.mark.parametrize(
    "declared, stored",
    [
        ("image/png", "image/png"),
        ("IMAGE/JPEG; charset=x", "image/jpeg"),
        ("text/html", "application/octet-stream"),
        ("image/svg+xml", "application/octet-stream"),
        ("image/x\r\nX-Evil: 1", "application/octet-stream"),
        (None, "application/octet-stream"),
        (7, "application/octet-stream"),
    ],
)
def test_only_the_type_of_an_image_is_stored(anna: Client, declared: Any, stored: str) -> None:
    assert anna.sign("a.jpg", PHOTO, type=declared)["fields"]["Content-Type"] == stored


def test_a_user_with_as_many_images_as_allowed_gets_no_more(fresh: Client) -> None:
    images = [fresh.upload(f"{number}.jpg", jpeg(60, 40, shade=number)) for number in range(12)]
    answer = fresh.call("POST", "/uploads", {"name": "a.jpg", "size": 1})
    assert (answer.status, answer.code) == (429, "TooManyImages")
    assert "12 images" in answer.body["error"]["message"]
    assert fresh.call("PUT", "/images/a.jpg", PHOTO, **{"Content-Type": "image/jpeg"}).status == 429
    fresh.call("DELETE", f"/images/{images[0]}")
    assert fresh.call("POST", "/uploads", {"name": "a.jpg", "size": 1}).status == 201


def test_a_user_can_upload_and_delete_only_so_often_in_an_hour(web: LocalStack, fresh: Client) -> None:
    """Fills the hour's count, and the next hour's in case it begins now, instead of sending 150 requests."""
    [table] = [
        one["PhysicalResourceId"]
        for one in web.session()
        .client("cloudformation")
        .describe_stack_resources(StackName=web.stack_name)["StackResources"]
        if one["LogicalResourceId"] == "WebUsageTable"
    ]
    image = fresh.upload("a.jpg", PHOTO)
    subject, now = claims(fresh.token)["sub"], datetime.now(UTC)
    for moment in (now, now + timedelta(hours=1)):
        web.session().client("dynamodb").put_item(
            TableName=table,
            Item={
                "user_hour": {"S": f"{subject} {moment:%Y-%m-%dT%H}"},
                "uploads": {"N": "149"},
                "deletions": {"N": "150"},
            },
        )
    assert fresh.call("POST", "/uploads", {"name": "b.jpg", "size": 1}).status == 201
    answer = fresh.call("POST", "/uploads", {"name": "c.jpg", "size": 1})
    assert (answer.status, answer.code) == (429, "TooManyRequests")
    assert "150 uploads in this hour" in answer.body["error"]["message"]
    assert fresh.call("PUT", "/images/c.jpg", PHOTO, **{"Content-Type": "image/jpeg"}).status == 429
    assert fresh.call("DELETE", f"/images/{image}").status == 429
    assert fresh.get(f"/images/{image}")["id"] == image


def test_the_role_of_the_api_reaches_nothing_outside_of_web(web: LocalStack) -> None:
    iam = web.session().client("iam")
    resources = web.session().client("cloudformation").describe_stack_resources(StackName=web.stack_name)
    [role] = [
        one["PhysicalResourceId"]
        for one in resources["StackResources"]
        if one["LogicalResourceId"] == "WebApiRole"
    ]
    arn = iam.get_role(RoleName=role)["Role"]["Arn"]
    bucket = f"arn:aws:s3:::{web.outputs['UploadsBucketName']}"

    def decision(action: str, resource: str) -> str:
        answer = iam.simulate_principal_policy(
            PolicySourceArn=arn, ActionNames=[action], ResourceArns=[resource]
        )
        return str(answer["EvaluationResults"][0]["EvalDecision"])

    assert decision("s3:PutObject", f"{bucket}/web/a/b/c") == "allowed"
    for action, resource in (
        ("s3:PutObject", f"{bucket}/holiday.jpg"),
        ("s3:GetObject", f"{bucket}/holiday.jpg"),
        ("s3:DeleteObjectVersion", f"{bucket}/holiday.jpg"),
        ("s3:GetObject", f"arn:aws:s3:::{web.outputs['RenditionsBucketName']}/web/a"),
        ("dynamodb:PutItem", "*"),
        ("dynamodb:Scan", "*"),
        ("states:StartExecution", "*"),
        ("cognito-idp:AdminCreateUser", "*"),
    ):
        assert decision(action, resource) == "implicitDeny", action


def test_no_key_name_or_token_is_in_the_log_of_the_api(web: LocalStack, anna: Client) -> None:
    anna.call("POST", "/uploads", {"name": "very-personal-name.jpg", "size": 5})
    logs = web.session().client("logs")
    events = logs.filter_log_events(logGroupName=f"/aws/lambda/{web.stack_name}-web-api").get("events", [])
    text = "\n".join(one["message"] for one in events)
    assert "very-personal-name" not in text
    assert anna.token not in text


def test_a_rendition_is_found_only_by_its_whole_key(anna: Client, web: LocalStack) -> None:
    image = anna.outcome(anna.upload("secret.jpg", PHOTO))
    url = image["renditions"]["thumbnail"]["url"]
    key = Path(url.removeprefix(web.outputs["DeliveryUrl"]))
    for path in ("/", f"/{key.parts[1]}/", str(key.parent), str(key.parent) + "/", f"{key}x"):
        assert fetch("GET", f"{web.outputs['DeliveryUrl']}{path}").status == 403, path
    for method in ("PUT", "POST", "DELETE"):
        assert fetch(method, url).status == 403
    assert len(key.parts[3]) == 13 + 16, "64 random bits"


def test_a_revoked_refresh_token_gives_no_new_token(web: LocalStack, nobody: Client) -> None:
    tokens = sign_in(web, "revoked@example.org")
    config = nobody.get("/config")["sign_in"]
    client = web.outputs["WebProgramClientId"]
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    body = f"grant_type=refresh_token&client_id={client}&refresh_token={tokens.refresh}".encode()
    assert fetch("POST", config["token_url"], body, form).status == 200
    revoked = fetch("POST", config["revoke_url"], f"token={tokens.refresh}&client_id={client}".encode(), form)
    assert revoked.status == 200
    assert fetch("POST", config["token_url"], body, form).status == 400

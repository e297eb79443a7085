"""Renditions of originals that have content credentials are signed with a key in KMS."""

import json
import os
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed

from examples.signing_certificate import PARAMETER, chain, make
from renditions import aws
from renditions.errors import InvalidSettings
from tests.signed import AI, CANARIES, Camera, noise, read
from tests.unit.conftest import Bucket, aws_session
from tests.unit.handlers.conftest import Load


@pytest.fixture(scope="module")
def camera() -> Camera:
    return Camera.new()


@pytest.fixture(scope="module")
def signed(camera: Camera) -> bytes:
    return camera.sign(noise())


class Kms:
    """KMS with one key. Moto's would sign the digest of the digest."""

    ARN = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-4000-8000-000000000000"

    def __init__(self) -> None:
        self.key = ec.generate_private_key(ec.SECP256R1())

    def create_key(self, **_: str) -> dict[str, Any]:
        return {"KeyMetadata": {"KeyId": self.ARN, "Arn": self.ARN}}

    def get_public_key(self, **_: str) -> dict[str, Any]:
        spki = serialization.PublicFormat.SubjectPublicKeyInfo
        return {"PublicKey": self.key.public_key().public_bytes(serialization.Encoding.DER, spki)}

    def sign(self, *, Message: bytes, MessageType: str, **wanted: str) -> dict[str, Any]:  # noqa: N803 - of AWS
        assert (MessageType, wanted["SigningAlgorithm"]) == ("DIGEST", "ECDSA_SHA_256")
        if wanted["KeyId"] != self.ARN:
            raise ClientError({"Error": {"Code": "NotFoundException"}}, "Sign")
        return {"Signature": self.key.sign(Message, ec.ECDSA(Prehashed(hashes.SHA256())))}


@pytest.fixture
def ssm(aws_environment: None, s3_endpoint: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    # Moto's Systems Manager makes boto3 sessions, of which each needs its own of botocore.
    monkeypatch.setattr(botocore.session, "get_session", botocore.session.Session)
    return aws_session().create_client("ssm", endpoint_url=s3_endpoint)


@pytest.fixture
def signing(ssm: Any, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, str]:
    """The environment of a function that signs."""
    kms = Kms()
    monkeypatch.setattr(aws, "kms", lambda: kms)
    return {
        "CONTENT_CREDENTIALS": "keep",
        "CREDENTIALS_KEY_ARN": make(kms, ssm, "Example News"),
        "CREDENTIALS_CERTIFICATE": PARAMETER,
    }


@pytest.fixture
def rendered(
    load: Load, uploads: Bucket, renditions: Bucket, signing: Mapping[str, str]
) -> Callable[..., tuple[dict[str, Any], bytes]]:
    """``rendered(data, "large")`` returns the output of the branch and the stored rendition."""

    def render(data: bytes, name: str, **environment: str) -> tuple[dict[str, Any], bytes]:
        settings = {**signing, **environment}
        image = load("validate_image", **settings)(uploads.upload("beach.jpg", data))
        handler = load("watermark_image" if name == "watermark" else "resize_image", **settings)
        output = handler({"rendition": name, "image": image})
        return output, renditions.get(output["key"])["Body"].read()

    return render


@pytest.mark.parametrize(
    "name, output_format",
    [("large", "webp"), ("large", "jpeg"), ("large", "png"), ("large", "avif"), ("watermark", "webp")],
)
def test_a_rendition_is_signed_and_names_its_original(
    rendered: Callable[..., Any], signed: bytes, name: str, output_format: str
) -> None:
    output, data = rendered(signed, name, OUTPUT_FORMAT=output_format)
    credentials = read(data, f"image/{output_format}")
    assert credentials.get_validation_state() == "Valid"
    active: Any = credentials.get_active_manifest()
    assert active["signature_info"]["issuer"] == "Example News"
    [ingredient] = active["ingredients"]
    assert ingredient["relationship"] == "parentOf"
    failures = ingredient["validation_results"]["activeManifest"]["failure"]
    assert [one["code"] for one in failures] == ["signingCredential.untrusted"]
    [actions] = [one["data"]["actions"] for one in active["assertions"] if "actions" in one["label"]]
    words = [one["action"] for one in actions if one["action"] != "c2pa.redacted"]
    marked = ["c2pa.edited"] if name == "watermark" else []
    assert words == ["c2pa.opened", "c2pa.resized", *marked, "c2pa.transcoded"]
    assert output["bytes"] == len(data)


def test_nothing_personal_of_the_credentials_goes_along(rendered: Callable[..., Any], signed: bytes) -> None:
    assert all(canary in signed for canary in CANARIES)
    _, data = rendered(signed, "large")
    assert not [canary for canary in CANARIES if canary in data]
    manifests = json.loads(read(data, "image/webp").json())["manifests"]
    assert not [one for one in manifests.values() if "thumbnail" in one]
    assert len(data) < 1.5 * len(rendered(signed, "large", CONTENT_CREDENTIALS="off")[1])


def test_a_small_rendition_has_its_credentials_beside_it(
    rendered: Callable[..., Any], signed: bytes, renditions: Bucket
) -> None:
    output, data = rendered(signed, "thumbnail")
    store = renditions.get(output["key"] + ".c2pa")["Body"].read()
    assert b"c2pa" not in data
    assert read(data, "image/webp", store).get_validation_state() == "Valid"
    assert output["note"] == "Content credentials: thumbnail.webp.c2pa"


def test_long_credentials_are_beside_a_rendition_of_any_size(
    rendered: Callable[..., Any], camera: Camera, renditions: Bucket
) -> None:
    output, data = rendered(camera.sign(noise(), title="x" * 100_001), "large")
    store = renditions.get(output["key"] + ".c2pa")["Body"].read()
    assert len(data) > 32_768
    assert b"c2pa" not in data
    assert read(data, "image/webp", store).get_validation_state() == "Valid"


def test_a_second_attempt_leaves_what_the_first_has_written(
    rendered: Callable[..., Any], signed: bytes
) -> None:
    first, second = rendered(signed, "large"), rendered(signed, "large")
    assert first == second


def test_an_original_without_credentials_is_as_without_the_option(rendered: Callable[..., Any]) -> None:
    plain = noise()
    assert rendered(plain, "large") == rendered(plain, "large", CONTENT_CREDENTIALS="off")


def test_what_an_original_says_of_ai_can_still_be_read(rendered: Callable[..., Any], camera: Camera) -> None:
    _, data = rendered(camera.sign(noise(), source=AI), "large")
    assert AI in read(data, "image/webp").json()


def test_an_original_that_was_changed_after_signing_is_reported(
    rendered: Callable[..., Any], signed: bytes
) -> None:
    _, data = rendered(signed + b"\0", "large")
    credentials = read(data, "image/webp")
    assert credentials.get_validation_state() == "Valid"
    active: Any = credentials.get_active_manifest()
    failures = active["ingredients"][0]["validation_results"]["activeManifest"]["failure"]
    assert "assertion.dataHash.mismatch" in [one["code"] for one in failures]


def test_damaged_credentials_are_left_out_with_a_note(rendered: Callable[..., Any], signed: bytes) -> None:
    start = signed.index(b"c2pa.claim")
    output, data = rendered(signed[:start] + bytes(600) + signed[start + 600 :], "large")
    assert output["note"].startswith("The content credentials of the original cannot be read")
    assert b"c2pa" not in data


def test_credentials_that_end_the_process_of_their_reader_are_left_out(
    rendered: Callable[..., Any], signed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("renditions.credentials._stated", lambda *_: os.kill(os.getpid(), signal.SIGKILL))
    output, data = rendered(signed, "large")
    assert output["note"].startswith("The content credentials of the original cannot be read")
    assert b"c2pa" not in data


def test_credentials_with_which_nothing_can_be_signed_are_no_fault_of_the_certificate(
    rendered: Callable[..., Any], signed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("c2pa.Builder.add_ingredient", lambda *_: None)  # to which an action refers
    output, _ = rendered(signed, "large")
    assert output["note"].startswith("The content credentials of the original cannot be read")


def test_a_certificate_of_another_key_is_an_error(
    rendered: Callable[..., Any], signed: bytes, ssm: Any
) -> None:
    ssm.put_parameter(Name="/empty", Type="String", Value="none")
    with pytest.raises(InvalidSettings, match="parameter /empty has no certificate"):
        rendered(signed, "large", CREDENTIALS_CERTIFICATE="/empty")
    ssm.put_parameter(
        Name="/broken", Type="String", Value="-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----"
    )
    with pytest.raises(InvalidSettings, match="in /broken cannot sign content credentials"):
        rendered(signed, "large", CREDENTIALS_CERTIFICATE="/broken")


def test_another_certificate_counts_at_once_after_one_that_has_expired(
    load: Load, uploads: Bucket, signing: Mapping[str, str], signed: bytes, ssm: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    valid = ssm.get_parameter(Name=PARAMETER)["Parameter"]["Value"]
    public: Any = serialization.load_der_public_key(aws.kms().get_public_key(KeyId="")["PublicKey"])
    monkeypatch.setattr("examples.signing_certificate.DAYS", -1 / 48)
    ssm.put_parameter(Name=PARAMETER, Type="String", Value=chain(public, "Example News"), Overwrite=True)
    image = load("validate_image", **signing)(uploads.upload("beach.jpg", signed))
    handler, event = load("resize_image", **signing), {"rendition": "large", "image": image}
    with pytest.raises(InvalidSettings, match="cannot sign content credentials"):
        handler(event)
    ssm.put_parameter(Name=PARAMETER, Type="String", Value=valid, Overwrite=True)
    assert not handler(event)["note"]


def test_the_answer_of_kms_is_the_error(rendered: Callable[..., Any], signed: bytes) -> None:
    missing = "arn:aws:kms:us-east-1:123456789012:key/00000000-0000-0000-0000-000000000000"
    with pytest.raises(ClientError, match="NotFound"):
        rendered(signed, "large", CREDENTIALS_KEY_ARN=missing)


def test_a_package_without_the_library_does_not_start(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(InvalidSettings, match="build it with make build CREDENTIALS=keep"):
        load("resize_image", CONTENT_CREDENTIALS="keep", RESIZER="pillow")


def test_without_key_and_certificate_a_function_does_not_start(load: Load) -> None:
    with pytest.raises(InvalidSettings, match="CREDENTIALS_KEY_ARN, CREDENTIALS_CERTIFICATE must be set"):
        load("resize_image", CONTENT_CREDENTIALS="keep")


def test_without_the_option_nothing_is_imported(load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("c2pa", "renditions.signing"):
        monkeypatch.delitem(sys.modules, name, raising=False)
    load("resize_image")
    load("watermark_image")
    assert not {"c2pa", "renditions.signing"} & set(sys.modules)

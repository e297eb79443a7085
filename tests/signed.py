"""Images with content credentials, signed as a camera or a generator does, and a reader of credentials."""

import io
import json
from dataclasses import dataclass
from typing import Final

from c2pa import Builder, C2paSigningAlg, Context, Reader, Settings, Signer
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from PIL import Image

from examples.signing_certificate import chain
from renditions.signing import fixed_length

QUIET: Final = {
    "builder": {"thumbnail": {"enabled": True}},
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
}
AI: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
CAMERA: Final = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
# What must not go along, each somewhere else in the credentials of the original.
CANARIES: Final = (b"39,21.102N", b"CANARY-SERIAL", b"CANARY-PERSON")
PERSONAL: Final = [
    {"label": "c2pa.metadata", "data": {"@context": {"exif": "http://ns.adobe.com/exif/1.0/"},
                                        "exif:GPSLatitude": "39,21.102N"}},
    {"label": "org.example.camera", "data": {"serial": "CANARY-SERIAL"}},
    {"label": "stds.schema-org.CreativeWork", "data": {
        "@context": "https://schema.org", "@type": "CreativeWork",
        "author": [{"@type": "Person", "name": "CANARY-PERSON"}]}},
]  # fmt: skip


@dataclass(frozen=True)
class Camera:
    """Signs files as a camera or a generator does, with a key of its own."""

    key: ec.EllipticCurvePrivateKey
    certificates: str

    @classmethod
    def new(cls) -> "Camera":
        key = ec.generate_private_key(ec.SECP256R1())
        return cls(key, chain(key.public_key(), "Example Cameras"))

    def sign(
        self, data: bytes, content_type: str = "image/jpeg", source: str = CAMERA, title: str = ""
    ) -> bytes:
        created = {"actions": [{"action": "c2pa.created", "digitalSourceType": source}]}
        definition = {
            "claim_generator_info": [{"name": "Camera", "version": "1"}],
            "title": title,
            "assertions": [{"label": "c2pa.actions.v2", "data": created}, *PERSONAL],
        }
        signer = Signer.from_callback(
            lambda text: fixed_length(self.key.sign(text, ec.ECDSA(hashes.SHA256()))),
            C2paSigningAlg.ES256,
            self.certificates,
        )
        signed = io.BytesIO()
        builder = Builder(json.dumps(definition), context=Context(Settings.from_dict(QUIET)))
        builder.sign(signer, content_type, io.BytesIO(data), signed)
        return signed.getvalue()


def noise(size: tuple[int, int] = (480, 360), image_format: str = "JPEG") -> bytes:
    file = io.BytesIO()
    Image.effect_noise(size, 60).convert("RGB").save(file, image_format)
    return file.getvalue()


def read(data: bytes, content_type: str, store: bytes | None = None) -> Reader:
    context = Context(Settings.from_dict(QUIET))
    return Reader(content_type, io.BytesIO(data), store, context=context)

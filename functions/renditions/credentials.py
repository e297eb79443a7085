"""Content credentials (C2PA) that survive: a rendition of a signed original is signed, and names the original.

The original's own credentials are checked and go along as an ingredient. What could be personal is redacted, as far as
C2PA provides: thumbnails, camera data and whatever else is not needed to follow where the image comes from. Only with
ContentCredentials=keep: without it, nothing is imported here, which would make each cold start slower.
"""

import contextlib
import importlib.util
import io
import json
import os
import signal
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from aws_lambda_powertools import Logger

from renditions import __version__
from renditions.contracts import Image, Rendered
from renditions.errors import InvalidSettings
from renditions.settings import RenditionSpec
from renditions.storage.keys import SIDECAR

if TYPE_CHECKING:
    from c2pa import Builder, Context

    from renditions.signing import Signer

# What stays of the original's statements, with everything that they need to be checked. "training-mining" says whether
# the image may be used to train models.
_KEPT: Final = (
    "c2pa.actions",
    "c2pa.hash.",
    "c2pa.ingredient",
    "c2pa.training-mining",
    "cawg.training-mining",
)
_PARENT: Final = "parent"
# Nothing is fetched: an original could name any address. No thumbnails: they would be larger than most renditions.
_SETTINGS: Final = {
    "builder": {"thumbnail": {"enabled": False}},
    "verify": {"remote_manifest_fetch": False, "ocsp_fetch": False},
}
# Bytes below which credentials, of some 27 kB, would be most of the file.
_SMALL: Final = 32_768
# Characters of what the original's credentials say, above which they would make a rendition slow to load: those of an
# image with one signature say 4,000, and whoever signs decides.
_LONG: Final = 100_000
_PATIENCE: Final = 20  # seconds that reading may take; it takes some milliseconds
# What can always be signed.
_CREATED: Final = {"action": "c2pa.created", "digitalSourceType": "http://c2pa.org/digitalsourcetype/empty"}
_ALONE: Final = {"assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [_CREATED]}}]}
_LOST: Final = "The content credentials of the original cannot be read, so this rendition has none."
_WITHOUT_C2PA: Final = "the package has no C2PA library: build it with make build CREDENTIALS=keep"
logger = Logger(child=True)


def from_environment(environ: Mapping[str, str]) -> "Credentials | None":
    """Return what signs renditions with these settings, or None. Raises InvalidSettings."""
    if environ.get("CONTENT_CREDENTIALS", "off") == "off":
        return None
    if importlib.util.find_spec("c2pa") is None:
        raise InvalidSettings(f"CONTENT_CREDENTIALS is 'keep' but {_WITHOUT_C2PA}.")
    from renditions.signing import Signer  # noqa: PLC0415 - for start time

    return Credentials(Signer.from_environment(environ))


@dataclass(frozen=True, slots=True)
class Credentials:
    """What signs renditions."""

    signer: "Signer"

    def keep(self, rendered: Rendered, spec: RenditionSpec, image: Image, original: bytes) -> Rendered:
        """Return the rendition of an original that has credentials, signed.

        A small file gets its credentials as a sidecar, as does one whose original has long ones. Damaged ones are left
        out, with a note.
        Raises StorageUnavailable, InvalidSettings, and botocore's error if KMS or Systems Manager refuses.
        """
        from c2pa import C2paError  # noqa: PLC0415 - for start time

        try:
            if not _survives(image, original):
                return _lost(rendered, spec, "panic")
            stated = _stated(image, original)
            builder = _builder(spec, image, original, json.loads(stated))
            is_beside = len(rendered.data) < _SMALL or len(stated) > _LONG
            if is_beside:
                builder.set_no_embed()
            store, file = self._sign(builder, rendered)
        except C2paError as error:
            if self.signer.is_renewed():  # since this process has read them
                return self.keep(rendered, spec, image, original)
            self._check_certificates(rendered)
            return _lost(rendered, spec, type(error).__name__)
        if not is_beside:
            return replace(rendered, data=file, is_signed=True)
        beside = f"Content credentials: {spec.name}.{rendered.extension}{SIDECAR}"
        return replace(rendered, sidecar=store, is_signed=True).noting(beside)

    def _sign(self, builder: "Builder", rendered: Rendered) -> tuple[bytes, bytes]:
        """Return the credentials, and the file that contains them. Raises C2paError, or as ``keep``."""
        from c2pa import C2paError, C2paSigningAlg, Signer  # noqa: PLC0415 - for start time

        failed: list[Exception] = []

        def sign(data: bytes) -> bytes:
            try:
                return self.signer.sign(data)
            except Exception as error:  # the library would replace it by one of its own
                failed.append(error)
                raise

        certificates, file = self.signer.certificates, io.BytesIO()
        try:
            signer = Signer.from_callback(sign, C2paSigningAlg.ES256, certificates)
            store = builder.sign(signer, rendered.content_type, io.BytesIO(rendered.data), file)
        except C2paError:
            if failed:
                raise failed[0] from None
            raise
        return store, file.getvalue()

    def _check_certificates(self, rendered: Rendered) -> None:
        """Raise InvalidSettings if they cannot sign anything: then it is not the original's fault."""
        from c2pa import Builder, C2paError  # noqa: PLC0415 - for start time

        try:
            self._sign(Builder(json.dumps(_ALONE), context=_context()), rendered)
        except C2paError as error:
            raise InvalidSettings(
                f"The certificates in {self.signer.parameter} cannot sign content credentials: {error}"
            ) from error


def _lost(rendered: Rendered, spec: RenditionSpec, error: str) -> Rendered:
    logger.warning("credentials lost", extra={"rendition": spec.name, "error": error})
    return rendered.noting(_LOST)


def _survives(image: Image, original: bytes) -> bool:
    """Return whether a process survives that the library reads the original: a fault in it ends the process."""
    child = os.fork()
    if not child:
        signal.alarm(_PATIENCE)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 2)  # what the library says of its fault quotes the file
        with contextlib.suppress(Exception):
            _stated(image, original)
        os._exit(0)
    return os.waitpid(child, 0)[1] == 0


def _stated(image: Image, original: bytes) -> str:
    """Return what the credentials of the original say, as JSON. Raises C2paError if they cannot be read."""
    from c2pa import Reader  # noqa: PLC0415 - for start time

    stated: str = Reader(_content_type(image), io.BytesIO(original), context=_context()).detailed_json()
    return stated


def _builder(spec: RenditionSpec, image: Image, original: bytes, stated: Mapping[str, Any]) -> "Builder":
    """Return what will be signed. Raises C2paError if the credentials of the original cannot be read."""
    from c2pa import Builder  # noqa: PLC0415 - for start time

    redacted = [*_personal(stated["manifests"])]
    definition = {
        "claim_generator_info": [{"name": "Renditions", "version": __version__}],
        "title": spec.name,
        "redactions": redacted,
        "assertions": [{"label": "c2pa.actions.v2", "data": {"actions": [*_actions(spec, image, redacted)]}}],
    }
    builder = Builder(json.dumps(definition), context=_context())
    parent = {"title": "original", "relationship": "parentOf", "label": _PARENT, "instance_id": _PARENT}
    builder.add_ingredient(json.dumps(parent), _content_type(image), io.BytesIO(original))
    return builder


def _context() -> "Context":
    from c2pa import Context, Settings  # noqa: PLC0415 - for start time

    return Context(Settings.from_dict(_SETTINGS))


def _content_type(image: Image) -> str:
    return f"image/{image.format.lower()}"


def _personal(manifests: Mapping[str, Any]) -> Iterator[str]:
    """Yield the addresses of the statements that do not go along."""
    for label, manifest in manifests.items():
        for statement in manifest.get("assertion_store", {}):
            if not statement.startswith(_KEPT):
                yield f"self#jumbf=/c2pa/{label}/c2pa.assertions/{statement}"


def _actions(spec: RenditionSpec, image: Image, redacted: list[str]) -> Iterator[dict[str, Any]]:
    """Yield what has happened to the original, in C2PA's words."""
    yield {"action": "c2pa.opened", "parameters": {"ingredientIds": [_PARENT]}}
    for address in redacted:
        yield {"action": "c2pa.redacted", "reason": "c2pa.PII.present", "parameters": {"redacted": address}}
    if spec.covers or image.crop:
        yield {"action": "c2pa.cropped"}
    yield {"action": "c2pa.resized"}
    if spec.watermarked:
        yield {"action": "c2pa.edited", "description": "A visible watermark was added."}
    yield {"action": "c2pa.transcoded"}

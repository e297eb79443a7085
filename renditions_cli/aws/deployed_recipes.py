"""What the functions of a deployed stack make of images: their settings, their presets and their resizer."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from zlib import crc32

import renditions
from renditions import preset_files
from renditions.errors import InvalidSettings
from renditions.freshness import Recipes
from renditions.settings import PILLOW, SIMD, Settings
from renditions_cli.aws.health.package import PackageUnreadable, files_and_one
from renditions_cli.aws.sdk_errors import readable_aws_errors
from renditions_cli.aws.stack import Stack
from renditions_cli.errors import StackError

PRESETS = "renditions/presets.toml"
# What computes a recipe. Deployed in another version, it computes other ones from the same settings.
SOURCES = [
    f"renditions/{name}.py"
    for name in (
        *("recipe", "settings", "shapes", "framing", "presets", "preset_parsing"),
        *("labels/values", "labels/packet"),
    )
]
# Whether a package can use these is no question of what it makes, and this machine may lack them.
NOT_CHECKED = ("HEIC_INPUT", "RESIZER")
RESIZER, DECODER = "cykooz_resizer", "PIL"


def read_recipes(stack: Stack) -> Recipes:
    """Read what the stack makes of images now. Raises StackError if its code is not that of this command."""
    pipeline = stack.outputs.image_pipeline.rpartition(":")[2]
    function = f"{pipeline.removesuffix('-image-pipeline')}-validate-image"
    with readable_aws_errors():
        answer = stack.session.client("lambda").get_function(FunctionName=function)
    environment = answer["Configuration"].get("Environment", {}).get("Variables", {})
    try:
        packaged, presets = files_and_one(answer["Code"]["Location"], PRESETS)
    except PackageUnreadable as error:
        raise StackError(f"{error} So it is unknown what is stale.") from error
    if other := [*_other_versions(packaged)]:
        raise StackError(
            f"The functions of the stack have another version of {', '.join(other)} than this command, so it cannot "
            "tell what is stale. Use the command of that version, or run `make deploy`."
        )
    return _recipes(environment, packaged, presets.decode(errors="surrogateescape"))


def _recipes(environment: Mapping[str, str], packaged: Mapping[str, int], presets: str) -> Recipes:
    checked = {name: value for name, value in environment.items() if name not in NOT_CHECKED}
    try:
        settings = Settings.from_environment(checked)
        read = preset_files.read(presets, settings, Path(PRESETS).name)
    except InvalidSettings as error:
        raise StackError(f"The settings of the stack are not those of this version: {error}") from error
    by_metadata = environment.get("PRESET_BY_METADATA") == "on"
    is_simd = environment.get("RESIZER") != PILLOW and _has_resizer(packaged)
    return Recipes(settings, replace(read, by_metadata=by_metadata), SIMD if is_simd else PILLOW)


def _other_versions(packaged: Mapping[str, int]) -> Iterator[str]:
    folder = Path(renditions.__file__).parents[1]
    yield from (name for name in SOURCES if packaged.get(name) != crc32((folder / name).read_bytes()))


def _has_resizer(packaged: Mapping[str, int]) -> bool:
    """Whether the functions resize with SIMD. Those of `renditions up` have no libraries but those of this machine."""
    if not any(name.startswith(f"{DECODER}/") for name in packaged):
        return find_spec(RESIZER) is not None
    return any(name.startswith(f"{RESIZER}/") for name in packaged)

"""The files of a release under dist/: one zip that deploys without a checkout, the command, and their checksums."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

from releasing import packages, template
from releasing.archives import write_zip
from releasing.errors import ReleaseError
from releasing.packages import ARCHITECTURES, RUNTIME
from releasing.snapshot import tracked
from releasing.versions import project_version

CHECKSUMS = "SHA256SUMS"
COPIED = ("statemachine", "terraform", "parameters", "CHANGELOG.md", "UPGRADING.md", "LICENSE", "NOTICE")
INSTRUCTIONS = "releasing/README.md"


def write(root: Path, dist: Path, builder: str) -> list[Path]:
    """Write the release to ``dist`` in place of what is there. Returns the files. Raises ReleaseError.

    ``builder``: the program that builds the distribution of the command, uv.
    """
    version = project_version(root)
    name = f"renditions-{version}"
    files = content(root, version)
    shutil.rmtree(dist, ignore_errors=True)
    write_zip(dist / f"{name}.zip", {f"{name}/{path}": data for path, data in files.items()})
    _write_command(root, dist, builder)
    made = sorted(dist.iterdir())
    (dist / CHECKSUMS).write_text("".join(f"{sha256(one.read_bytes())}  {one.name}\n" for one in made))
    return [*made, dist / CHECKSUMS]


def content(root: Path, version: str) -> dict[str, bytes]:
    """Return the files of the zip: a template and packages for each processor, and what both share."""
    source = (root / "template.yaml").read_text("utf-8")
    functions = template.functions(root / "template.yaml")
    files = {name: (root / name).read_bytes() for name in tracked(root, *COPIED)}
    with tempfile.TemporaryDirectory() as made:
        for architecture in ARCHITECTURES:
            names = packages.build(root, functions, architecture, Path(made) / architecture)
            paths = {function: f"packages/{architecture}/{name}" for function, name in names.items()}
            text = template.packaged(source, paths, architecture, RUNTIME)
            files[f"template-{architecture}.yaml"] = text.encode()
            files |= {
                path: (Path(made) / path.removeprefix("packages/")).read_bytes() for path in paths.values()
            }
        page = Path(made) / "page.zip"
        write_zip(
            page, {name: (root / template.PAGE_SOURCE / name).read_bytes() for name in page_files(root)}
        )
        files[template.PAGE] = page.read_bytes()
    files["README.md"] = (root / INSTRUCTIONS).read_text("utf-8").replace("VERSION", version).encode()
    files[CHECKSUMS] = "".join(f"{sha256(files[name])}  {name}\n" for name in sorted(files)).encode()
    return files


def _write_command(root: Path, dist: Path, builder: str) -> None:
    """Build the wheel and the source distribution of the command."""
    # Their files get this time. Zip files begin in 1980.
    environment = os.environ | {"SOURCE_DATE_EPOCH": "315532800"}
    command = [builder, "build", "--quiet", "--out-dir", str(dist), str(root)]
    ended = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    if ended.returncode:
        raise ReleaseError(f"The command could not be packaged:\n{ended.stderr}")
    (dist / ".gitignore").unlink(missing_ok=True)


def page_files(root: Path) -> list[str]:
    """Return the files of the web page, relative to their folder."""
    return [name.removeprefix(template.PAGE_SOURCE) for name in tracked(root, template.PAGE_SOURCE)]


def sha256(data: bytes) -> str:
    """Return the digest as hex."""
    return hashlib.sha256(data).hexdigest()

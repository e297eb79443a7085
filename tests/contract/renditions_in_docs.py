"""What the documents list for each rendition, made from the one list: `make format` writes it.

A line about a rendition that an example has already stays as it is. A new one gets the size that the settings give the
example's original, and as many bytes for each pixel as the line beside it.
"""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any

from tests.contract.conftest import ROOT, read_template
from tests.contract.same_for_each import line_differences
from tests.contract.test_notice import NOTICES, email_in_the_docs
from tests.renditions import NAMES, size_of, state_name, states_of

SCHEMAS = sorted(path.name for path in (ROOT / "docs").glob("notice*.schema.json"))


def problems() -> list[str]:
    """Return what the documents lack or have in excess, with the file and the line."""
    found: list[str] = []
    for path, revise in REVISIONS.items():
        is_now = (ROOT / path).read_text("utf-8")
        found += line_differences(path, is_now, revise(is_now))
    return found


def write() -> None:
    """Write the documents with the renditions of the list. The e-mails come last: they are made from the example."""
    for path, revise in REVISIONS.items():
        text = (ROOT / path).read_text("utf-8")
        (ROOT / path).write_text(revise(text), "utf-8")


def in_the_schema(text: str) -> str:
    """Return the schema of the notice that requires each rendition."""
    required = re.compile(r'(?<="title": "Renditions",)(.*?"required": )\[[^\]]*\]', re.DOTALL)
    text = required.sub(lambda found: found[1] + json.dumps(NAMES), text, count=1)
    return _lines(
        text, r'"(\w+)": \{ "\$ref": "#/\$defs/rendition" \}', lambda name, line, at: _called(line, name, at)
    )


def in_examples(text: str) -> str:
    """Return a page in which the example of a notice or of a record has a line for each rendition."""
    return _lines(text, r'"(\w+)": \{(?:"M": \{)?"bucket": .*\}', _example)


def in_the_notice(text: str) -> str:
    """Return docs/notice.md, whose e-mails are what the state machine makes of its example."""
    text = in_examples(text)
    template = read_template()
    for maker, publisher in NOTICES:
        if maker == "SaveMetadata":
            mail = email_in_the_docs(publisher, _completed(text), template)
            subject = mail.split("\n", 1)[0]
            text = re.sub(rf"(?<=```text\n){subject}\n.*?(?=```)", lambda _: mail, text, flags=re.DOTALL)  # noqa: B023
    return text


def in_the_record(text: str) -> str:
    """Return docs/record.md: the sentence with the names, and the example."""
    names = ", ".join(f"`{name}`" for name in NAMES)
    return in_examples(re.sub(r"(?<=Each entry of `renditions` \()[^)]*", names, text))


def in_the_readme(text: str) -> str:
    """Return README.md: its first sentence, its diagram and its table."""
    text = re.sub(r"(?<=you have its renditions \()[^)]*", ", ".join(NAMES), text)
    for watermarked, handler in ((False, "resize_image"), (True, "watermark_image")):
        names = ", ".join(states_of(watermarked=watermarked))
        row = rf"^\| [\w, ]+ (?=\| make.*\| \[{handler}\.py\])"
        text = re.sub(row, f"| {names} ", text, flags=re.MULTILINE)
    return in_a_diagram(text)


def in_a_diagram(text: str) -> str:
    """Return a page whose Mermaid diagram has an arrow to and from the state of each rendition."""
    node = r'(\w+)\["(\w+)((?:<br/><i>Lambda</i>)?)"\]'
    chain = re.search(rf"V(?:\[\"ValidateImage\"\])? --> ({node}(?: & {node})+)", text)
    assert chain is not None, (
        "The diagram has no arrows from ValidateImage to the states that make renditions."
    )
    nodes = re.findall(node, chain[1])
    ids = {state: identity for identity, state, _ in nodes}
    ours = {state_name(name): ids.get(state_name(name), state_name(name)) for name in NAMES}
    more = nodes[0][2]
    shown = " & ".join(f'{identity}["{state}{more}"]' for state, identity in ours.items())
    text = text.replace(chain[1], shown)
    return text.replace(" & ".join(ids.values()) + " --> ", " & ".join(ours.values()) + " --> ")


def in_the_events(text: str) -> str:
    """Return events/README.md, which names the states that get each example."""
    for watermarked, file in ((False, "resize_image"), (True, "watermark_image")):
        names = ", ".join(f"`{name}`" for name in states_of(watermarked=watermarked))
        text = re.sub(
            rf"^(\| `{file}\.json` \|.*\| )[^|]*(?= \|$)", rf"\g<1>{names}", text, flags=re.MULTILINE
        )
    return text


REVISIONS: Mapping[str, Callable[[str], str]] = {
    **{f"docs/{name}": in_the_schema for name in SCHEMAS},
    "docs/notice.md": in_the_notice,
    "docs/record.md": in_the_record,
    "README.md": in_the_readme,
    "docs/architecture.md": in_a_diagram,
    "events/README.md": in_the_events,
}


def _completed(text: str) -> dict[str, Any]:
    """The example of a notice about a completed image."""
    documents = [json.loads(block) for block in re.findall(r"```json\n(.*?)```", text, re.DOTALL)]
    return next(one for one in documents if one.get("status") == "COMPLETED")


def _lines(text: str, pattern: str, make: Callable[[str, str, str], str]) -> str:
    """Replace the lines that match, one per rendition, by one line for each rendition of the list."""
    run = re.compile(rf"(?:^ *{pattern},?\n)+", re.MULTILINE)
    found = run.search(text)
    assert found is not None, f"No line is {pattern}."
    old = {line.split('"')[1]: line.rstrip().rstrip(",") for line in found[0].splitlines()}
    beside = next(reversed(old))
    lines = [old.get(name) or make(name, old[beside], beside) for name in NAMES]
    return text[: found.start()] + ",\n".join(lines) + "\n" + text[found.end() :]


def _called(line: str, name: str, beside: str) -> str:
    return re.sub(rf"\b{beside}\b", name, line)


def _example(name: str, line: str, beside: str) -> str:
    """The line of an example about another rendition, from the line beside it."""
    size = {word: int(re.findall(rf'"{word}": \D*(\d+)', line)[0]) for word in ("width", "height", "bytes")}
    width, height = size_of(name, 4000, 3000)  # of the original in the examples
    weight = size["bytes"] * width * height // (size["width"] * size["height"])
    line = _called(line, name, beside)
    for word, value in (("width", width), ("height", height), ("bytes", weight)):
        line = re.sub(rf'("{word}": \D*)\d+', rf"\g<1>{value}", line)
    return line


if __name__ == "__main__":
    write()

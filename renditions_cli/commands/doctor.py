"""``renditions doctor``: look at everything that the stack needs, and say what needs doing."""

from collections.abc import Sequence

from rich.text import Text

from renditions_cli.aws.health import Finding, Mark, examine
from renditions_cli.aws.stack import StackChoice
from renditions_cli.errors import ExitCode
from renditions_cli.show.console import open_consoles, print_json

SIGNS = {
    Mark.WELL: ("✓", "green"),
    Mark.NOTE: ("·", "cyan"),
    Mark.TO_DO: ("✗", "red"),
    Mark.BLIND: ("?", "yellow"),
}
WIDTH = 23  # columns for the names of checks
NEEDS_DOING, CANNOT_LOOK = 1, 2


def show_health(choice: StackChoice, *, as_json: bool) -> int:
    """Show what the checks find, each as soon as it is known. Returns the exit status."""
    consoles = open_consoles(as_json=as_json)
    findings = []
    with consoles.progress.status("Looking ..."):
        for finding in examine(choice):
            findings.append(finding)
            if not as_json:
                consoles.results.print(line(finding), soft_wrap=True)
    status = exit_status(findings)
    if as_json:
        print_json(consoles.results, {"status": int(status), "findings": [one.to_json() for one in findings]})
    else:
        consoles.results.print(conclusion(findings))
    return status


def line(finding: Finding) -> Text:
    """Return ``✗ alarms  StartFailuresAlarm is in ALARM.``, with the remedy on the next line."""
    sign, style = SIGNS[finding.mark]
    blind = "could not look: " if finding.mark is Mark.BLIND else ""
    text = Text.assemble((sign, style), f" {finding.check:<{WIDTH}}", f"{blind}{finding.text}")
    if finding.remedy:
        text.append(f"\n  {'':<{WIDTH}}{finding.remedy}", "dim" if finding.mark is Mark.NOTE else "")
    return text


def conclusion(findings: Sequence[Finding]) -> str:
    """Return the sum in a sentence."""
    to_do = sum(one.mark is Mark.TO_DO for one in findings)
    blind = sum(one.mark is Mark.BLIND for one in findings)
    parts = [f"{to_do} to do"] if to_do else []
    parts += [f"{blind} could not be looked at"] if blind else []
    return f"\n{', '.join(parts)}." if parts else "\nAll is well."


def exit_status(findings: Sequence[Finding]) -> int:
    """Return 0 if all is well, 1 if something needs doing, 2 if something else could not be looked at."""
    marks = {one.mark for one in findings}
    if Mark.TO_DO in marks:
        return NEEDS_DOING
    return CANNOT_LOOK if Mark.BLIND in marks else ExitCode.OK

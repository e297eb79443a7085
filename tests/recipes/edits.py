"""The edits of the recipes in CONTRIBUTING.md, as code: what a maintainer types into a copy of the checkout."""

import json
import re
from collections.abc import Callable, Sequence
from pathlib import Path

OPERATIONS = "docs/operations.md"
PATTERN = "large"  # the rendition whose lines are copied
SETTINGS, TEMPLATE, DOCS = "functions/renditions/settings.py", "template.yaml", "docs/settings.md"
ERRORS, CHECKS, LIMITS = (
    "functions/renditions/errors.py",
    "functions/renditions/imaging/limits.py",
    "docs/limits.md",
)

# A reason to reject with a setting of its own: file, what the new lines come after, the new lines.
REASON = (
    (
        SETTINGS,
        r"    max_side: int = .*\n",
        '    min_side: int = _number(1, 1, 65_535, "pixels", pixels=False)\n',
    ),
    (TEMPLATE, r"          - MaxSide\n", "          - MinSide\n"),
    (TEMPLATE, r"        MAX_SIDE: !Ref MaxSide\n", "        MIN_SIDE: !Ref MinSide\n"),
    (
        TEMPLATE,
        r"  MaxSide:\n(?:    .*\n)+",
        """  MinSide:
    Type: Number
    Default: 1
    MinValue: 1
    MaxValue: 65535
    Description: Minimum width and height of an original, in pixels.
""",
    ),
    (ERRORS, r".*├─ SideTooLong .*\n", "    │  ├─ SideTooShort       a side shorter than MIN_SIDE\n"),
    (
        ERRORS,
        r"class SideTooLong(?:.*\n)+?\n\n",
        '''class SideTooShort(ImageRejected):
    """A side has fewer pixels than allowed."""


''',
    ),
    (CHECKS, r"    SideTooLong,\n", "    SideTooShort,\n"),
    (
        CHECKS,
        r"        raise SideTooLong(?:.*\n)+?        \)\n",
        """    if 0 < min(width, height) < settings.min_side:
        raise SideTooShort(
            f"The image is {width:,} × {height:,} pixels. The shortest side allowed is {settings.min_side:,} pixels. "
            "Upload a larger version, or lower MIN_SIDE."
        )
""",
    ),
    (LIMITS, r"\| `MAX_SIDE` .*\n", "| `MIN_SIDE` | 1 | `SideTooShort` | Pixels of the shortest side. |\n"),
)


# A channel of notices: a queue that is subscribed to the topic, and an alarm for a queue that nobody reads.
CHANNEL = (
    (
        TEMPLATE,
        r"  DigestQueueSubscription:\n(?:    .*\n)+\n",
        """  NoticeQueue:
    Type: AWS::SQS::Queue
    Properties:
      SqsManagedSseEnabled: !If [HasKmsKey, !Ref AWS::NoValue, true]
      KmsMasterKeyId: *kms-key
      MessageRetentionPeriod: 1209600

  NoticeQueuePolicy:
    Type: AWS::SQS::QueuePolicy
    Properties:
      Queues: [!Ref NoticeQueue]
      PolicyDocument:
        Version: "2012-10-17"
        Statement:
          - Effect: Allow
            Principal: { Service: sns.amazonaws.com }
            Action: sqs:SendMessage
            Resource: !GetAtt NoticeQueue.Arn
            Condition: { ArnEquals: { aws:SourceArn: !Ref NotificationsTopic } }
          - *encrypted-messages-only

  NoticeQueueSubscription:
    Type: AWS::SNS::Subscription
    DependsOn: NoticeQueuePolicy
    Properties:
      TopicArn: !Ref NotificationsTopic
      Protocol: sqs
      Endpoint: !GetAtt NoticeQueue.Arn
      RawMessageDelivery: true

  NoticesUnreadAlarm:
    Type: AWS::CloudWatch::Alarm
    Properties:
      AlarmDescription: Nobody reads NoticeQueue, which keeps messages for fourteen days. Run `renditions doctor` first.
      Namespace: AWS/SQS
      MetricName: ApproximateAgeOfOldestMessage
      Dimensions: [{ Name: QueueName, Value: !GetAtt NoticeQueue.QueueName }]
      Statistic: Maximum
      Period: 300
      EvaluationPeriods: 1
      Threshold: 86400
      ComparisonOperator: GreaterThanThreshold
      TreatMissingData: notBreaching
      AlarmActions: [!Ref OperatorsTopic]

""",
    ),
    (
        TEMPLATE,
        r".*ALARM..\${ImagePipelineFailedAlarm}.*\n",
        '          - !Sub ALARM("${NoticesUnreadAlarm}")\n',
    ),
    (
        OPERATIONS,
        r"\| \*DigestAlarm\* .*\n",
        "| *NoticesUnreadAlarm* | nobody reads *NoticeQueue* | `renditions doctor` | start its reader | it is read |\n",
    ),
)


def add_rendition(root: Path, name: str, size: int | str, fit: str, *, before: str = "") -> list[str]:
    """Add a rendition at the end of the list, or ``before`` another one. Returns the files that were edited."""

    def copied(unit: str) -> str:
        new = unit.replace('"1600"', f'"{size}"').replace("_size(1600", f"_size({json.dumps(size)}")
        new = new.replace("inside", fit, 1).replace("_fit()", f'_fit("{fit}")')
        for spelled in (str.lower, str.upper, str.capitalize):
            new = re.sub(rf"(?<![a-zA-Z]){spelled(PATTERN)}(?![a-z])", spelled(name), new)
        return new

    for path in (SETTINGS, TEMPLATE):
        edit(root / path, lambda text: units(PATTERN).sub(lambda found: found[0] + copied(found[0]), text))
    edit(root / SETTINGS, lambda text: _moved(text, name, before))
    return [SETTINGS, TEMPLATE, *_upgrading(root)]


def remove_rendition(root: Path, name: str) -> list[str]:
    """Remove a rendition. Returns the files that were edited."""
    for path in (SETTINGS, TEMPLATE, DOCS):
        edit(root / path, lambda text: units(name).sub("", text))
    removed = [f"{name.capitalize()}{setting}" for setting in ("Size", "Fit")]
    return [SETTINGS, TEMPLATE, DOCS, *_upgrading(root, removed)]


def _upgrading(root: Path, removed: Sequence[str] = ()) -> list[str]:
    """Say in the notes on upgrading, once there are any, that all versions change and which parameters are removed."""
    notes = root / "UPGRADING.md"
    if not notes.exists():
        return []
    names = "".join(f" `{name}` is removed." for name in removed)
    changed = f"- **Renditions:** new versions, because there are others.{names}\n"
    edit(notes, lambda text: re.sub(r"- \*\*Renditions:\*\* .*\n(?:  .*\n)*", changed, text, count=1))
    return [notes.name]


def add_reason(root: Path) -> list[str]:
    """Add a reason to reject: a side that is too short. Returns the files that were edited."""
    return _insert(root, REASON)


def add_channel(root: Path) -> list[str]:
    """Add a channel of notices: an SQS queue. Returns the files that were edited."""
    return _insert(root, CHANNEL)


def _insert(root: Path, insertions: Sequence[tuple[str, str, str]]) -> list[str]:
    """Insert lines after others, and return the files."""
    for path, above, new in insertions:
        edit(root / path, lambda text, above=above, new=new: re.sub(rf"(?m)^{above}", rf"\g<0>{new}", text))  # type: ignore[misc]
    return list(dict.fromkeys(path for path, _, _ in insertions))


def units(name: str) -> re.Pattern[str]:
    """Match what a file has about one rendition: a parameter with all its lines, a line, or a row of a table."""
    parameter = rf"  {name.capitalize()}[A-Z]\w*:\n(?:    .*\n)+"
    spelled = (
        rf'"{name}"|{name}_\w+:|{name.upper()}_\w+: !Ref|`{name.upper()}_\w+`|- {name.capitalize()}[A-Z]\w*'
    )
    return re.compile(rf"^(?:{parameter}|\W*(?:RenditionSpec\()?(?:{spelled}).*\n)", re.MULTILINE)


def edit(path: Path, change: Callable[[str], str]) -> None:
    """Change a file. Raises AssertionError if nothing changes: the recipe and the file no longer agree."""
    text = path.read_text("utf-8")
    changed = change(text)
    assert changed != text, f"{path}: the recipe in tests/recipes/edits.py finds nothing to edit."
    path.write_text(changed, "utf-8")


def _moved(text: str, name: str, before: str) -> str:
    """Move the line of a rendition in the one list before another one, or to the end."""
    line = re.compile(rf' *RenditionSpec\("{name}".*\n')
    found = line.search(text)
    assert found is not None
    rest = line.sub("", text)
    start = (
        rest.index(f'            RenditionSpec("{before}"')
        if before
        else rest.index("        )\n        return {spec")
    )
    return rest[:start] + found[0] + rest[start:]

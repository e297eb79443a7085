"""What an operator can do about an error, by its name: the remedy that helps in most cases. Pure."""

from renditions import errors

REDRIVE = "Then run `renditions redrive KEY`, or --all for all failed images."
PERMISSION = (
    "A role or policy lacks a permission; the cause names it. Restore it: a deployment does not undo what was changed "
    "by hand. If it is kms:Decrypt, the uploader encrypted the file with a KMS key: let that key's policy allow the "
    "role of the function."
)
OUT_OF_MEMORY = (
    "The function ended without a response, usually because it ran out of memory. Check its log and raise "
    "RenditionMemory."
)
OUTAGES = "Check https://health.aws.amazon.com for outages."
DEFINITION = (
    "The definition of the state machine is wrong, or the input is not an event. A redrive does not help. Correct the "
    "definition, deploy it, and run `renditions reconcile`."
)
OLD_DEFINITION = (
    "The state machine does not know this error of its function: they are from different releases. Deploy the stack "
    "again, which replaces both."
)
TOPIC = "SNS rejected the message; the record is already complete. Fix what the cause describes."
ADVICE = {
    "AccessDenied": PERMISSION,
    "AccessDeniedException": PERMISSION,
    "ClientError": (
        "AWS refused a request of the function; the cause names it. 403 means that a permission is missing. If the "
        "cause names KMS, enable the key of the file, and let its policy allow the role of the function."
    ),
    "NoSuchBucket": "The bucket does not exist, or belongs to another stack. Deploy the stack again.",
    "NoSuchKey": (
        "An object that a parameter refers to does not exist, probably the watermark logo. Upload it, or change "
        "WatermarkLogoKey."
    ),
    "ResourceNotFoundException": "The table or function does not exist. Deploy the stack again.",
    "Lambda.ResourceNotFoundException": "The function does not exist. Deploy the stack again.",
    "DynamoDB.ResourceNotFoundException": "The table does not exist. Deploy the stack again.",
    **dict.fromkeys(
        ("DynamoDB.ValidationException", "Dynamodb.ValidationException"),
        "The input is not an event of S3, or its key is too long for the table. A redrive fails again.",
    ),
    **dict.fromkeys(
        ("ExecutionAlreadyExists", "StepFunctions.ExecutionAlreadyExistsException"),
        "The same event has started this execution before. Nothing is lost.",
    ),
    "InvalidSettings": (
        "A parameter has an invalid value; the cause names it. Correct it (see docs/settings.md) and deploy the stack."
    ),
    "Lambda.TooManyRequestsException": (
        "The account was at its limit of concurrent functions, or the function at MaxConcurrency, for hours. Wait "
        "until the burst is over. Request a higher quota of Lambda, or raise MaxConcurrency."
    ),
    "PagesLeft": (
        "A thousand calls were not enough for all pages. `renditions redrive` continues with the next page. "
        "Raise RenditionTimeout, or lower PagesMax (docs/archives.md)."
    ),
    "NotScannedYet": (
        "GuardDuty did not scan the original within half an hour. Check the status of the malware protection plan, and "
        "scan the object on demand (docs/security.md)."
    ),
    "ScanFailed": (
        "GuardDuty has no verdict on the original; the cause says why. Check the role of the malware protection plan, "
        "and scan the object on demand (docs/security.md)."
    ),
    "StorageUnavailable": (
        "S3 or DynamoDB did not respond for several minutes. Check https://health.aws.amazon.com for outages, and wait "
        "until the service recovers."
    ),
    "Runtime.ExitError": OUT_OF_MEMORY,
    "Lambda.Unknown": OUT_OF_MEMORY,
    "Runtime.Unknown": OUT_OF_MEMORY,
    "Runtime.OutOfMemory": "The function ran out of memory. Raise RenditionMemory, or lower MaxPixels.",
    "Sandbox.Timedout": (
        "The function timed out; its log shows how far it got. Raise RenditionTimeout, or RenditionMemory, which also "
        "adds CPU."
    ),
    "Runtime.ImportModuleError": "The package of the function is incomplete. Build and deploy the stack again.",
    "States.Timeout": "A task took longer than its TimeoutSeconds, often because Lambda was throttled.",
    "States.HeartbeatTimeout": "A task took longer than its TimeoutSeconds, often because Lambda was throttled.",
    **dict.fromkeys(("States.Permissions", "SNS.AuthorizationErrorException"), PERMISSION),
    "States.DataLimitExceeded": (
        "A state passed on more than 256 KB, which is an error in the definition of the state machine. A redrive does "
        "not help. Correct the definition, deploy it, and run `renditions reconcile`."
    ),
    **dict.fromkeys(
        (
            "States.Runtime",
            "States.ParameterPathFailure",
            "States.ResultPathMatchFailure",
            "States.IntrinsicFailure",
            "States.NoChoiceMatched",
        ),
        DEFINITION,
    ),
    "States.BranchFailed": "A branch of the Parallel state failed. Its own error is in the history of the execution.",
    "States.TaskFailed": "The service rejected the request. Fix what the cause describes.",
    "SNS.NotFoundException": "The SNS topic does not exist. Deploy the stack again.",
    "SNS.PublishFailed": TOPIC,
    **dict.fromkeys(
        ("SourceGone", "ObjectExists", *(one.__name__ for one in errors.ImageRejected.__subclasses__())),
        OLD_DEFINITION,
    ),
    "UnknownRendition": OLD_DEFINITION,
    "MemoryError": "The image needs more memory than the function has. Raise RenditionMemory, or lower MaxPixels.",
}
BY_SERVICE = {
    "Lambda.": "Lambda could not run the function; the cause says why. " + OUTAGES,
    **dict.fromkeys(
        ("DynamoDB.", "Dynamodb."), "DynamoDB rejected the request; the cause says why. " + OUTAGES
    ),
    "SNS.": TOPIC,
    "StepFunctions.": "Step Functions could not start an execution; the cause says why. " + OUTAGES,
    "States.": "Step Functions could not continue. Open the execution in the console.",
}
UNKNOWN = "No remedy is listed for {}. Its traceback is in the log of the function."
# An execution that was ended from outside, whatever error was given then.
BY_STATUS = {
    "ABORTED": (
        "Somebody or something stopped the execution: the event StopExecution in CloudTrail says who. The image is "
        "intact. `renditions redrive` continues it where it was stopped."
    ),
    "TIMED_OUT": (
        "Step Functions stopped the execution, because it took longer than TimeoutSeconds of its state machine, often "
        "because Lambda was throttled. The image is intact. `renditions redrive` continues it where it was stopped."
    ),
}
NOT_REDRIVABLE = frozenset({
    "States.DataLimitExceeded", "DynamoDB.ValidationException", "Dynamodb.ValidationException",
    *(name for name, text in ADVICE.items() if text is DEFINITION),
})  # fmt: skip


def advice(error: str, status: str = "FAILED") -> str:
    """Return what to do about the error with this name, in an execution with this status."""
    if status in BY_STATUS or error in BY_STATUS:
        return BY_STATUS.get(status) or BY_STATUS[error]
    known = remedy(error)
    return known if error in NOT_REDRIVABLE else f"{known} {REDRIVE}"


def remedy(error: str) -> str:
    """Return how to remove the cause of the error with this name."""
    known = ADVICE.get(error)
    if known is None and "AccessDenied" in error:
        known = PERMISSION
    return known or next(
        (text for start, text in BY_SERVICE.items() if error.startswith(start)), UNKNOWN.format(error)
    )

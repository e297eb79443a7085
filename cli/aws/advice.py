"""What an operator can do about an error, by its name: the remedy that helps in most cases. Pure."""

REDRIVE = "Then run `renditions redrive`."
PERMISSION = "A role or policy lacks a permission; the cause names it. Restore it, or deploy the stack again."
OUT_OF_MEMORY = (
    "The function ended without a response, usually because it ran out of memory. Check its log and increase "
    "MemorySize."
)
OUTAGES = "Check https://health.aws.amazon.com for outages."
TOPIC = "SNS rejected the message; the record is already complete. Fix what the cause describes."
ADVICE = {
    "AccessDenied": PERMISSION,
    "AccessDeniedException": PERMISSION,
    "ClientError": "AWS refused a request of the function; the cause names it. 403 means that a permission is missing.",
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
        "The account reached its limit of concurrent functions. Wait until the burst is over, or request a quota "
        "increase."
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
    "Runtime.OutOfMemory": "The function ran out of memory. Increase MemorySize, or decrease MaxPixels.",
    "Sandbox.Timedout": (
        "The function timed out; its log shows how far it got. Increase Timeout, or MemorySize, which also adds CPU."
    ),
    "Runtime.ImportModuleError": "The package of the function is incomplete. Build and deploy the stack again.",
    "States.Timeout": (
        "A task or the execution timed out, often because Lambda was throttled. Check the state in which it ended."
    ),
    "TIMED_OUT": "The execution timed out, often because Lambda was throttled. Check the state in which it ended.",
    "ABORTED": "Someone stopped the execution. Find out who and why.",
    "States.DataLimitExceeded": (
        "A state passed on more than 256 KB, which is an error in the definition of the state machine. A redrive does "
        "not help. Correct the definition, deploy it, and run `renditions reconcile`."
    ),
    "States.Runtime": (
        "A path in the definition of the state machine does not match its input: the definition is wrong, or the input "
        "is not an event. A redrive does not help. Correct the definition, deploy it, and run `renditions reconcile`."
    ),
    "States.TaskFailed": "The service rejected the request. Fix what the cause describes.",
    "SNS.NotFoundException": "The SNS topic does not exist. Deploy the stack again.",
    "SNS.PublishFailed": TOPIC,
    "MemoryError": "The image needs more memory than the function has. Increase MemorySize, or decrease MaxPixels.",
}
BY_SERVICE = {
    "Lambda.": "Lambda could not run the function; the cause says why. " + OUTAGES,
    "DynamoDB.": "DynamoDB rejected the request; the cause says why. " + OUTAGES,
    "SNS.": TOPIC,
    "StepFunctions.": "Step Functions could not start an execution; the cause says why. " + OUTAGES,
    "States.": "Step Functions could not continue. Open the execution in the console.",
}
UNKNOWN = "This error is unexpected. The traceback is in the log of the function."
NOT_REDRIVABLE = frozenset({
    "States.DataLimitExceeded", "States.Runtime", "DynamoDB.ValidationException", "Dynamodb.ValidationException",
})  # fmt: skip


def advice(error: str) -> str:
    """Return what to do about the error with this name."""
    known = ADVICE.get(error)
    if known is None:
        known = next((text for start, text in BY_SERVICE.items() if error.startswith(start)), UNKNOWN)
    return known if error in NOT_REDRIVABLE else f"{known} {REDRIVE}"

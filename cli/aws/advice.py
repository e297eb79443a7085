"""What to do about an error, by its name: the first thing that helps in most cases. Pure."""

REDRIVE = "Then `renditions redrive`."
ADVICE = {
    "AccessDenied": (
        "A role or policy lacks a permission: the cause names it. Deploy again, or undo the change of the policy."
    ),
    "AccessDeniedException": (
        "A role or policy lacks a permission: the cause names it. Deploy again, or undo the change of the policy."
    ),
    "NoSuchBucket": "The bucket is gone, or another stack's. Deploy again.",
    "NoSuchKey": "An object that a setting names is missing, probably the watermark's logo (WATERMARK_LOGO_KEY).",
    "ResourceNotFoundException": "The table or function is gone. Deploy again.",
    "Lambda.ResourceNotFoundException": "The function is gone. Deploy again.",
    "DynamoDB.ResourceNotFoundException": "The table is gone. Deploy again.",
    "InvalidSettings": "The cause names each wrong setting. Deploy with right ones: docs/settings.md.",
    "Lambda.TooManyRequestsException": (
        "More functions at once than the account may run. Wait for the end of the burst, or ask AWS for more."
    ),
    "StorageUnavailable": "S3 or DynamoDB did not answer for minutes: https://health.aws.amazon.com. Wait for it.",
    "Runtime.ExitError": "The function's process died, mostly out of memory. Its log says so: raise MemorySize.",
    "Lambda.Unknown": "The function died without an answer, mostly out of memory. Its log says so: raise MemorySize.",
    "Runtime.OutOfMemory": "The function ran out of memory: raise MemorySize, or lower MaxPixels.",
    "Runtime.Unknown": "The function died without an answer, mostly out of memory. Its log says so: raise MemorySize.",
    "Sandbox.Timedout": "The function ran out of its time. Its log shows how far it came; raise MemorySize or Timeout.",
    "Runtime.ImportModuleError": "The package lacks a module: it was built wrongly. Build and deploy again.",
    "States.Timeout": "A task or the execution took too long. See where it stood; often Lambda was throttled.",
    "TIMED_OUT": "The execution took longer than it may. See where it stood; often Lambda was throttled.",
    "ABORTED": "Someone stopped it. Ask who and why first.",
    "States.DataLimitExceeded": (
        "More than 256 KB between two states: a fault in the definition. A redrive does not help."
    ),
    "States.Runtime": "A path of the definition did not fit its input: a fault in it, or an input that is no event.",
    "States.TaskFailed": "The service refused the request: the cause says why.",
    "SNS.NotFoundException": "The topic is gone. Deploy again.",
    "SNS.PublishFailed": "SNS refused the message: the cause says why. The record is complete already.",
    "MemoryError": "The picture needs more memory than the function has. Raise MemorySize, or lower MAX_PIXELS.",
}
BY_SERVICE = {
    "Lambda.": "Lambda could not run the function: the cause says why; https://health.aws.amazon.com shows outages.",
    "DynamoDB.": "DynamoDB refused the request: the cause says why; https://health.aws.amazon.com shows outages.",
    "SNS.": "SNS refused the message: the cause says why. The record is complete already.",
    "States.": "Step Functions could not go on: see the execution in the console.",
}
OTHERWISE = (
    "An error that nobody foresaw. Its traceback is in the function's log; the cause says what is known."
)
NOT_REDRIVABLE = frozenset({"States.DataLimitExceeded", "States.Runtime"})


def advice(error: str) -> str:
    """What to do about the error of that name."""
    known = ADVICE.get(error)
    if known is None:
        known = next((text for start, text in BY_SERVICE.items() if error.startswith(start)), OTHERWISE)
    return known if error in NOT_REDRIVABLE else f"{known} {REDRIVE}"

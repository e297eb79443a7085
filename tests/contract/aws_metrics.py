"""The metrics of AWS that the template may name: namespace, metric → its dimensions, and the page that says so.

CloudWatch accepts an alarm or a graph for a metric that nobody emits, and then it never goes off. So each one is looked
up here, with exactly the dimensions under which AWS emits it.
"""

from typing import Final

_DOCS: Final = "https://docs.aws.amazon.com"
STATES: Final = f"{_DOCS}/step-functions/latest/dg/procedure-cw-metrics.html"
LAMBDA: Final = f"{_DOCS}/lambda/latest/dg/monitoring-metrics-types.html"
RECURSION: Final = f"{_DOCS}/lambda/latest/dg/invocation-recursion.html"
EVENTS: Final = f"{_DOCS}/eventbridge/latest/userguide/eb-monitoring.html"
SQS: Final = f"{_DOCS}/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html"
API: Final = f"{_DOCS}/apigateway/latest/developerguide/http-api-metrics.html"
CLOUDFRONT: Final = f"{_DOCS}/AmazonCloudFront/latest/DeveloperGuide/programming-cloudwatch-metrics.html"

_MACHINE: Final = frozenset({"StateMachineArn"})
_FUNCTION: Final = frozenset({"FunctionName"})
_RULE: Final = frozenset({"RuleName"})
_QUEUE: Final = frozenset({"QueueName"})
_DISTRIBUTION: Final = frozenset({"DistributionId", "Region"})

AWS_METRICS: Final = {
    ("AWS/States", "ExecutionsStarted"): (_MACHINE, STATES),
    ("AWS/States", "ExecutionsFailed"): (_MACHINE, STATES),
    ("AWS/States", "ExecutionsTimedOut"): (_MACHINE, STATES),
    ("AWS/States", "ExecutionsAborted"): (_MACHINE, STATES),
    ("AWS/States", "ExecutionThrottled"): (_MACHINE, STATES),
    ("AWS/Lambda", "Errors"): (_FUNCTION, LAMBDA),
    ("AWS/Lambda", "Throttles"): (_FUNCTION, LAMBDA),
    ("AWS/Lambda", "Duration"): (_FUNCTION, LAMBDA),
    ("AWS/Lambda", "IteratorAge"): (_FUNCTION, LAMBDA),
    ("AWS/Lambda", "RecursiveInvocationsDropped"): (_FUNCTION, RECURSION),
    ("AWS/Events", "FailedInvocations"): (_RULE, EVENTS),
    ("AWS/Events", "InvocationsFailedToBeSentToDlq"): (_RULE, EVENTS),
    ("AWS/SQS", "ApproximateNumberOfMessagesVisible"): (_QUEUE, SQS),
    ("AWS/SQS", "ApproximateAgeOfOldestMessage"): (_QUEUE, SQS),
    ("AWS/ApiGateway", "5xx"): (frozenset({"ApiId"}), API),
    ("AWS/CloudFront", "Requests"): (_DISTRIBUTION, CLOUDFRONT),
    ("AWS/CloudFront", "BytesDownloaded"): (_DISTRIBUTION, CLOUDFRONT),
    # Only with a MonitoringSubscription of the distribution.
    ("AWS/CloudFront", "CacheHitRate"): (_DISTRIBUTION, CLOUDFRONT),
}

# Made by `make format` from template.yaml.

output "include_keys" {
  description = "Only keys that match one of these patterns start the pipeline. Null without it."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "IncludeKeys", null)
}

output "exclude_keys" {
  description = "Keys that match one of these patterns do not start the pipeline. Null without it."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "ExcludeKeys", null)
}

output "version" {
  description = "Version of Renditions that is deployed."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "Version", null)
}

output "uploads_bucket_name" {
  description = "Upload originals to this bucket."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "UploadsBucketName", null)
}

output "renditions_bucket_name" {
  description = "Renditions are stored in this bucket under {original key}/{version}/{rendition}.{ext}."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "RenditionsBucketName", null)
}

output "images_table_name" {
  description = "One record for each image."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "ImagesTableName", null)
}

output "notifications_topic_arn" {
  description = "Subscribe to this topic for a notice about each image."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "NotificationsTopicArn", null)
}

output "digest_topic_arn" {
  description = "Subscribe to this topic for the digest. Null without it."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "DigestTopicArn", null)
}

output "operators_topic_arn" {
  description = "Subscribe to this topic for failed executions and alarms."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "OperatorsTopicArn", null)
}

output "image_pipeline_arn" {
  description = "State machine that processes an image."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "ImagePipelineArn", null)
}

output "image_deleted_arn" {
  description = "State machine that removes the renditions of a deleted original."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "ImageDeletedArn", null)
}

output "execution_failed_arn" {
  description = "State machine that records and reports a failed execution."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "ExecutionFailedArn", null)
}

output "start_failures_queue_url" {
  description = "Events that could not start an execution."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "StartFailuresQueueUrl", null)
}

output "report_failures_queue_url" {
  description = "Failed executions that could not be recorded and reported."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "ReportFailuresQueueUrl", null)
}

output "set_aside_queue_url" {
  description = "Messages from a dead-letter queue that are not events of this stack."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "SetAsideQueueUrl", null)
}

output "image_uploaded_rule_name" {
  description = "Rule that starts the pipeline. Disable it to pause processing."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "ImageUploadedRuleName", null)
}

output "dashboard_url" {
  description = "The dashboard in the CloudWatch console. Null without it."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "DashboardUrl", null)
}

output "web_url" {
  description = "The web page. `renditions user add` invites users. Null without it."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "WebUrl", null)
}

output "web_user_pool_id" {
  description = "The users of the web page. Null without it."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "WebUserPoolId", null)
}

output "web_program_client_id" {
  description = "Client ID with which a program signs in. Null without it."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "WebProgramClientId", null)
}

output "web_distribution_domain" {
  description = "Target of the DNS record of WebDomain. Null without it."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "WebDistributionDomain", null)
}

output "delivery_url" {
  description = "Renditions are delivered under this URL, followed by their key. Null without it."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "DeliveryUrl", null)
}

output "delivery_distribution_domain" {
  description = "Target of the DNS record of DeliveryDomain. Null without it."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "DeliveryDistributionDomain", null)
}

output "image_backfill_arn" {
  description = "State machine that processes the images of a plan. Null without it."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "ImageBackfillArn", null)
}

output "backfill_bucket_name" {
  description = "Plans of backfills, which expire after 90 days. Null without it."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "BackfillBucketName", null)
}

output "console_url" {
  description = "Executions of the image pipeline in the Step Functions console."
  value       = lookup(aws_cloudformation_stack.renditions.outputs, "ConsoleUrl", null)
}

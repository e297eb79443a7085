variable "name" {
  description = "Name of the stack, with which the names of its functions and state machines begin."
  type        = string
  default     = "renditions"
}

variable "template_url" {
  description = "HTTPS address of the packaged template in S3: what sam package wrote, not template.yaml itself."
  type        = string
}

variable "iam_role_arn" {
  description = "Role that CloudFormation assumes. Without it, CloudFormation uses your own permissions."
  type        = string
  default     = null
}

variable "tags" {
  description = "Tags of the stack. CloudFormation puts them on every resource that can have tags."
  type        = map(string)
  default     = {}
}

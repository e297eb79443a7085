# The stack is described once, in template.yaml. This module hands it to CloudFormation.
resource "aws_cloudformation_stack" "renditions" {
  name         = var.name
  template_url = var.template_url
  # A variable that is null is not passed on: the default of the template counts.
  parameters   = { for name, value in local.parameters : name => tostring(value) if value != null }
  capabilities = ["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"]
  iam_role_arn = var.iam_role_arn
  tags         = var.tags
}

provider "aws" {
  region = "eu-central-1"
}

module "renditions" {
  source = "../.."

  template_url       = "https://my-artifacts.s3.eu-central-1.amazonaws.com/renditions.yaml"
  notification_email = "me@example.org"
  output_format      = "jpeg"
  tags               = { team = "web" }
}

output "uploads_bucket_name" {
  value = module.renditions.uploads_bucket_name
}

# Made by `make format` from template.yaml.

locals {
  parameters = {
    NotificationEmail        = var.notification_email
    EmailDigest              = var.email_digest
    OperatorEmail            = var.operator_email
    ThumbnailSize            = var.thumbnail_size
    MediumSize               = var.medium_size
    LargeSize                = var.large_size
    WatermarkSize            = var.watermark_size
    ThumbnailFit             = var.thumbnail_fit
    MediumFit                = var.medium_fit
    LargeFit                 = var.large_fit
    WatermarkFit             = var.watermark_fit
    CoverGravity             = var.cover_gravity
    OutputFormat             = var.output_format
    OutputQuality            = var.output_quality
    Animation                = var.animation
    AnimationMaxPixels       = var.animation_max_pixels
    Pages                    = var.pages
    PagesMax                 = var.pages_max
    PagesMaxMegapixels       = var.pages_max_megapixels
    KeptMetadata             = var.kept_metadata
    Hdr                      = var.hdr
    Labels                   = var.labels
    ContentCredentials       = var.content_credentials
    CredentialsKeyArn        = var.credentials_key_arn
    CredentialsCertificate   = var.credentials_certificate
    Background               = var.background
    WatermarkText            = var.watermark_text
    WatermarkLogoBucket      = var.watermark_logo_bucket
    WatermarkLogoKey         = var.watermark_logo_key
    WatermarkFontKey         = var.watermark_font_key
    WatermarkPosition        = var.watermark_position
    WatermarkOpacity         = var.watermark_opacity
    WatermarkScale           = var.watermark_scale
    WatermarkMargin          = var.watermark_margin
    WatermarkMinSide         = var.watermark_min_side
    MaxBytes                 = var.max_bytes
    MaxSide                  = var.max_side
    MaxJpegPixels            = var.max_jpeg_pixels
    MaxPixels                = var.max_pixels
    Resizer                  = var.resizer
    AvifInput                = var.avif_input
    MaxAvifPixels            = var.max_avif_pixels
    HeicInput                = var.heic_input
    MaxHeicPixels            = var.max_heic_pixels
    Jpeg2000Input            = var.jpeg2000_input
    MaxJpeg2000Pixels        = var.max_jpeg2000_pixels
    MaxFrames                = var.max_frames
    MaxAnimationPixels       = var.max_animation_pixels
    MaxBmpRleBytes           = var.max_bmp_rle_bytes
    MaxJpegScans             = var.max_jpeg_scans
    MaxMetadataBytes         = var.max_metadata_bytes
    MaxMemory                = var.max_memory
    Runtime                  = var.runtime
    Architecture             = var.architecture
    LogRetentionDays         = var.log_retention_days
    OnRejected               = var.on_rejected
    SupersededGraceDays      = var.superseded_grace_days
    RejectedDays             = var.rejected_days
    DeletedRecordDays        = var.deleted_record_days
    Workflow                 = var.workflow
    ReconcileSchedule        = var.reconcile_schedule
    Backfill                 = var.backfill
    Monitoring               = var.monitoring
    MaxImagesPerHour         = var.max_images_per_hour
    OnMaxImages              = var.on_max_images
    LogLevel                 = var.log_level
    DebugSampleRate          = var.debug_sample_rate
    LogExecutionData         = var.log_execution_data
    Tracing                  = var.tracing
    RenditionMemory          = var.rendition_memory
    RenditionTimeout         = var.rendition_timeout
    ValidationMemory         = var.validation_memory
    MaxConcurrency           = var.max_concurrency
    DeletionProtection       = var.deletion_protection
    NoncurrentOriginalDays   = var.noncurrent_original_days
    OriginalsTransitionDays  = var.originals_transition_days
    OriginalsTransitionClass = var.originals_transition_class
    KmsKeyArn                = var.kms_key_arn
    AccessLogsBucket         = var.access_logs_bucket
    VpcSubnetIds             = var.vpc_subnet_ids
    VpcSecurityGroupIds      = var.vpc_security_group_ids
    PermissionsBoundaryArn   = var.permissions_boundary_arn
    CodeSigningConfigArn     = var.code_signing_config_arn
    WebAclArn                = var.web_acl_arn
    Web                      = var.web
    WebUserEmail             = var.web_user_email
    WebMfa                   = var.web_mfa
    WebImagesPerUser         = var.web_images_per_user
    WebUploadsPerHour        = var.web_uploads_per_hour
    Delivery                 = var.delivery
    WebDomain                = var.web_domain
    DeliveryDomain           = var.delivery_domain
    CertificateArn           = var.certificate_arn
    PriceClass               = var.price_class
    MalwareScan              = var.malware_scan
    ExistingUploadsBucket    = var.existing_uploads_bucket
    ContextKeys              = var.context_keys
    RenditionTags            = var.rendition_tags
    PresetByMetadata         = var.preset_by_metadata
    IncludeKeys              = var.include_keys
    ExcludeKeys              = var.exclude_keys
    OrganizationId           = var.organization_id
    UploaderPrincipals       = var.uploader_principals
    ReaderPrincipals         = var.reader_principals
    SubscriberAccounts       = var.subscriber_accounts
    EventBusArn              = var.event_bus_arn
    OutputsInParameterStore  = var.outputs_in_parameter_store
  }
}

variable "notification_email" {
  description = "E-mail address for a message about each image. Its owner must confirm the subscription. Leave empty for none."
  type        = string
  default     = null

  validation {
    condition     = var.notification_email == null ? true : can(regex("^$|^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.notification_email))
    error_message = "Allowed: an e-mail address or empty."
  }
}

variable "email_digest" {
  description = "Use hourly or daily for one e-mail about all images since the last one, instead of one for each image. By default off."
  type        = string
  default     = null

  validation {
    condition     = var.email_digest == null ? true : contains(["off", "hourly", "daily"], var.email_digest)
    error_message = "Allowed: off, hourly, daily."
  }
}

variable "operator_email" {
  description = "E-mail address for failed executions and alarms. Its owner must confirm the subscription. Leave empty for none."
  type        = string
  default     = null

  validation {
    condition     = var.operator_email == null ? true : can(regex("^$|^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.operator_email))
    error_message = "Allowed: an e-mail address or empty."
  }
}

variable "thumbnail_size" {
  description = "Largest size of the thumbnail, in pixels. Use 400 for both sides, 400x300 for width and height, or 400@4:3 for the longest side and a ratio. Smaller originals are not enlarged. By default 200."
  type        = string
  default     = null

  validation {
    condition     = var.thumbnail_size == null ? true : can(regex("^(1[6-9]|[2-9][0-9]|[1-9][0-9]{2}|10[01][0-9]|102[0-4])(x(1[6-9]|[2-9][0-9]|[1-9][0-9]{2}|10[01][0-9]|102[0-4])|@[1-9][0-9]{0,2}:[1-9][0-9]{0,2})?$", var.thumbnail_size))
    error_message = "Allowed: 16 to 1024 pixels, such as 400, 400x300 (width x height) or 400@4:3 (longest side and ratio)."
  }
}

variable "medium_size" {
  description = "Largest size of the medium rendition, in pixels. Use 400 for both sides, 400x300 for width and height, or 400@4:3 for the longest side and a ratio. By default 800."
  type        = string
  default     = null

  validation {
    condition     = var.medium_size == null ? true : can(regex("^(1[6-9]|[2-9][0-9]|[1-9][0-9]{2}|[1-3][0-9]{3}|40[0-8][0-9]|409[0-6])(x(1[6-9]|[2-9][0-9]|[1-9][0-9]{2}|[1-3][0-9]{3}|40[0-8][0-9]|409[0-6])|@[1-9][0-9]{0,2}:[1-9][0-9]{0,2})?$", var.medium_size))
    error_message = "Allowed: 16 to 4096 pixels, such as 400, 400x300 (width x height) or 400@4:3 (longest side and ratio)."
  }
}

variable "large_size" {
  description = "Largest size of the large rendition, in pixels. Use 400 for both sides, 400x300 for width and height, or 400@4:3 for the longest side and a ratio. By default 1600."
  type        = string
  default     = null

  validation {
    condition     = var.large_size == null ? true : can(regex("^(1[6-9]|[2-9][0-9]|[1-9][0-9]{2}|[1-7][0-9]{3}|80[0-9]{2}|81[0-8][0-9]|819[0-2])(x(1[6-9]|[2-9][0-9]|[1-9][0-9]{2}|[1-7][0-9]{3}|80[0-9]{2}|81[0-8][0-9]|819[0-2])|@[1-9][0-9]{0,2}:[1-9][0-9]{0,2})?$", var.large_size))
    error_message = "Allowed: 16 to 8192 pixels, such as 400, 400x300 (width x height) or 400@4:3 (longest side and ratio)."
  }
}

variable "watermark_size" {
  description = "Largest size of the watermarked rendition, in pixels. Use 400 for both sides, 400x300 for width and height, or 400@4:3 for the longest side and a ratio. By default 1600."
  type        = string
  default     = null

  validation {
    condition     = var.watermark_size == null ? true : can(regex("^(1[6-9]|[2-9][0-9]|[1-9][0-9]{2}|[1-7][0-9]{3}|80[0-9]{2}|81[0-8][0-9]|819[0-2])(x(1[6-9]|[2-9][0-9]|[1-9][0-9]{2}|[1-7][0-9]{3}|80[0-9]{2}|81[0-8][0-9]|819[0-2])|@[1-9][0-9]{0,2}:[1-9][0-9]{0,2})?$", var.watermark_size))
    error_message = "Allowed: 16 to 8192 pixels, such as 400, 400x300 (width x height) or 400@4:3 (longest side and ratio)."
  }
}

variable "thumbnail_fit" {
  description = "How the thumbnail fits its size. Use inside for the whole image, cover to crop it, pad to add a border. By default inside."
  type        = string
  default     = null

  validation {
    condition     = var.thumbnail_fit == null ? true : can(regex("^(inside|cover|pad(:(blur|transparent|#[0-9a-fA-F]{6}))?)$", var.thumbnail_fit))
    error_message = "Allowed: inside, cover, pad, pad:blur, pad:transparent or pad:#rrggbb."
  }
}

variable "medium_fit" {
  description = "How the medium rendition fits its size. Use inside for the whole image, cover to crop it, pad to add a border. By default inside."
  type        = string
  default     = null

  validation {
    condition     = var.medium_fit == null ? true : can(regex("^(inside|cover|pad(:(blur|transparent|#[0-9a-fA-F]{6}))?)$", var.medium_fit))
    error_message = "Allowed: inside, cover, pad, pad:blur, pad:transparent or pad:#rrggbb."
  }
}

variable "large_fit" {
  description = "How the large rendition fits its size. Use inside for the whole image, cover to crop it, pad to add a border. By default inside."
  type        = string
  default     = null

  validation {
    condition     = var.large_fit == null ? true : can(regex("^(inside|cover|pad(:(blur|transparent|#[0-9a-fA-F]{6}))?)$", var.large_fit))
    error_message = "Allowed: inside, cover, pad, pad:blur, pad:transparent or pad:#rrggbb."
  }
}

variable "watermark_fit" {
  description = "How the watermarked rendition fits its size. Use inside for the whole image, cover to crop it, pad to add a border. By default inside."
  type        = string
  default     = null

  validation {
    condition     = var.watermark_fit == null ? true : can(regex("^(inside|cover|pad(:(blur|transparent|#[0-9a-fA-F]{6}))?)$", var.watermark_fit))
    error_message = "Allowed: inside, cover, pad, pad:blur, pad:transparent or pad:#rrggbb."
  }
}

variable "cover_gravity" {
  description = "Part of the image that cover keeps, unless the uploader states a focus. Use attention for the part that people look at first. By default center."
  type        = string
  default     = null

  validation {
    condition     = var.cover_gravity == null ? true : contains(["top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right", "attention"], var.cover_gravity)
    error_message = "Allowed: top-left, top, top-right, left, center, right, bottom-left, bottom, bottom-right, attention."
  }
}

variable "output_format" {
  description = "File format of all renditions. Use auto for WebP that is lossless for drawings and lossy for photographs. By default webp."
  type        = string
  default     = null

  validation {
    condition     = var.output_format == null ? true : contains(["webp", "jpeg", "png", "avif", "auto"], var.output_format)
    error_message = "Allowed: webp, jpeg, png, avif, auto."
  }
}

variable "output_quality" {
  description = "Quality of WebP, JPEG and AVIF, on one scale for all three. PNG is lossless and ignores it. By default 80."
  type        = number
  default     = null

  validation {
    condition     = var.output_quality == null ? true : var.output_quality >= 1 && var.output_quality <= 100
    error_message = "Allowed: 1 to 100."
  }
}

variable "animation" {
  description = "Use first to render the first frame of an animation, or keep for animated WebP (OutputFormat webp or auto). By default first."
  type        = string
  default     = null

  validation {
    condition     = var.animation == null ? true : contains(["first", "keep"], var.animation)
    error_message = "Allowed: first, keep."
  }
}

variable "animation_max_pixels" {
  description = "Maximum number of pixels read and written for an animated rendition. Above it, the first frame is used. By default 80000000."
  type        = number
  default     = null

  validation {
    condition     = var.animation_max_pixels == null ? true : var.animation_max_pixels >= 1 && var.animation_max_pixels <= 4000000000
    error_message = "Allowed: 1 to 4000000000."
  }
}

variable "pages" {
  description = "Use all for renditions of each page of a TIFF. By default first."
  type        = string
  default     = null

  validation {
    condition     = var.pages == null ? true : contains(["first", "all"], var.pages)
    error_message = "Allowed: first, all."
  }
}

variable "pages_max" {
  description = "Maximum number of pages of a file that get renditions, with Pages=all. Further pages are left out. By default 500."
  type        = number
  default     = null

  validation {
    condition     = var.pages_max == null ? true : var.pages_max >= 1 && var.pages_max <= 5000
    error_message = "Allowed: 1 to 5000."
  }
}

variable "pages_max_megapixels" {
  description = "Maximum number of megapixels of these pages together. Further pages are left out. By default 10000."
  type        = number
  default     = null

  validation {
    condition     = var.pages_max_megapixels == null ? true : var.pages_max_megapixels >= 1 && var.pages_max_megapixels <= 1000000
    error_message = "Allowed: 1 to 1000000."
  }
}

variable "kept_metadata" {
  description = "Metadata of the original that the renditions keep. Use credit for the EXIF fields Artist and Copyright. By default none."
  type        = string
  default     = null

  validation {
    condition     = var.kept_metadata == null ? true : contains(["none", "credit"], var.kept_metadata)
    error_message = "Allowed: none, credit."
  }
}

variable "hdr" {
  description = "Use keep to make the renditions of originals with an HDR gain map as JPEGs with one, whatever OutputFormat is. By default off."
  type        = string
  default     = null

  validation {
    condition     = var.hdr == null ? true : contains(["off", "keep"], var.hdr)
    error_message = "Allowed: off, keep."
  }
}

variable "labels" {
  description = "Statements of the original that record, notice and renditions keep. Use origin for its digital source type, rights for creator, copyright and licence, off for none. By default all."
  type        = string
  default     = null

  validation {
    condition     = var.labels == null ? true : contains(["all", "origin", "rights", "off"], var.labels)
    error_message = "Allowed: all, origin, rights, off."
  }
}

variable "content_credentials" {
  description = "Use keep to sign the renditions of originals that have content credentials (C2PA). Needs CredentialsKeyArn, CredentialsCertificate and a build with this value. By default off."
  type        = string
  default     = null

  validation {
    condition     = var.content_credentials == null ? true : contains(["off", "keep"], var.content_credentials)
    error_message = "Allowed: off, keep."
  }
}

variable "credentials_key_arn" {
  description = "KMS key for content credentials, with the specification ECC_NIST_P256 and the usage SIGN_VERIFY."
  type        = string
  default     = null

  validation {
    condition     = var.credentials_key_arn == null ? true : can(regex("^(arn:aws[a-z-]*:kms:.+:key/.+)?$", var.credentials_key_arn))
    error_message = "Allowed: the ARN of a key, or empty."
  }
}

variable "credentials_certificate" {
  description = "Name of the parameter of Systems Manager with the certificate chain of that key in PEM, such as /renditions/certificate."
  type        = string
  default     = null

  validation {
    condition     = var.credentials_certificate == null ? true : can(regex("^(/[a-zA-Z0-9_.-]+)*$", var.credentials_certificate))
    error_message = "Allowed: a name that begins with a slash, such as /renditions/certificate, or empty."
  }
}

variable "background" {
  description = "Colour behind transparent parts if the output format (JPEG) has no transparency, as #rrggbb. By default #ffffff."
  type        = string
  default     = null

  validation {
    condition     = var.background == null ? true : can(regex("^#[0-9a-fA-F]{6}$", var.background))
    error_message = "Allowed: a colour written as #rrggbb."
  }
}

variable "watermark_text" {
  description = "Text of the watermark. {year} becomes the year of processing. Leave empty for none. By default © Renditions."
  type        = string
  default     = null
}

variable "watermark_logo_bucket" {
  description = "Bucket of the logo. Leave empty for the uploads bucket."
  type        = string
  default     = null

  validation {
    condition     = var.watermark_logo_bucket == null ? true : can(regex("^$|^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.watermark_logo_bucket))
    error_message = "Allowed: a bucket name or empty."
  }
}

variable "watermark_logo_key" {
  description = "Key of the logo, a PNG or WebP. A changed logo needs a new key, because renditions are cached. Leave empty for none."
  type        = string
  default     = null
}

variable "watermark_font_key" {
  description = "Key of a font for the text (TTF, OTF, TTC), in the bucket of the logo. A changed font needs a new key. Leave empty for the fonts in the package."
  type        = string
  default     = null
}

variable "watermark_position" {
  description = "Position of the watermark. Use tiled to repeat it over the whole image. By default bottom-right."
  type        = string
  default     = null

  validation {
    condition     = var.watermark_position == null ? true : contains(["top-left", "top", "top-right", "left", "center", "right", "bottom-left", "bottom", "bottom-right", "tiled"], var.watermark_position)
    error_message = "Allowed: top-left, top, top-right, left, center, right, bottom-left, bottom, bottom-right, tiled."
  }
}

variable "watermark_opacity" {
  description = "Opacity of the watermark, in percent. By default 60."
  type        = number
  default     = null

  validation {
    condition     = var.watermark_opacity == null ? true : var.watermark_opacity >= 1 && var.watermark_opacity <= 100
    error_message = "Allowed: 1 to 100."
  }
}

variable "watermark_scale" {
  description = "Height of the watermark, in percent of the short side of the rendition. By default 5."
  type        = number
  default     = null

  validation {
    condition     = var.watermark_scale == null ? true : var.watermark_scale >= 1 && var.watermark_scale <= 50
    error_message = "Allowed: 1 to 50."
  }
}

variable "watermark_margin" {
  description = "Distance of the watermark from the edge, in percent of the short side of the rendition. By default 3."
  type        = number
  default     = null

  validation {
    condition     = var.watermark_margin == null ? true : var.watermark_margin >= 0 && var.watermark_margin <= 25
    error_message = "Allowed: 0 to 25."
  }
}

variable "watermark_min_side" {
  description = "Minimum short side of a rendition that gets a watermark, in pixels. The record notes a missing watermark. By default 120."
  type        = number
  default     = null

  validation {
    condition     = var.watermark_min_side == null ? true : var.watermark_min_side >= 1 && var.watermark_min_side <= 4096
    error_message = "Allowed: 1 to 4096."
  }
}

variable "max_bytes" {
  description = "Maximum size of an original, in bytes. By default 52428800."
  type        = number
  default     = null

  validation {
    condition     = var.max_bytes == null ? true : var.max_bytes >= 1 && var.max_bytes <= 536870912
    error_message = "Allowed: 1 to 536870912."
  }
}

variable "max_side" {
  description = "Maximum width and height of an original, in pixels. By default 30000."
  type        = number
  default     = null

  validation {
    condition     = var.max_side == null ? true : var.max_side >= 1 && var.max_side <= 65535
    error_message = "Allowed: 1 to 65535."
  }
}

variable "max_jpeg_pixels" {
  description = "Maximum number of pixels of a JPEG, which can be decoded at a reduced scale. By default 210000000."
  type        = number
  default     = null

  validation {
    condition     = var.max_jpeg_pixels == null ? true : var.max_jpeg_pixels >= 1 && var.max_jpeg_pixels <= 400000000
    error_message = "Allowed: 1 to 400000000."
  }
}

variable "max_pixels" {
  description = "Maximum number of pixels of an original in any other format. By default 50000000."
  type        = number
  default     = null

  validation {
    condition     = var.max_pixels == null ? true : var.max_pixels >= 1 && var.max_pixels <= 178000000
    error_message = "Allowed: 1 to 178000000."
  }
}

variable "resizer" {
  description = "Library that resizes. The default, auto, uses SIMD instructions if the package has the library for it (make build ARCHITECTURE=x86_64). By default auto."
  type        = string
  default     = null

  validation {
    condition     = var.resizer == null ? true : contains(["auto", "simd", "pillow"], var.resizer)
    error_message = "Allowed: auto, simd, pillow."
  }
}

variable "avif_input" {
  description = "Whether originals may be AVIF files. By default on."
  type        = string
  default     = null

  validation {
    condition     = var.avif_input == null ? true : contains(["off", "on"], var.avif_input)
    error_message = "Allowed: off, on."
  }
}

variable "max_avif_pixels" {
  description = "Maximum number of pixels of an AVIF. By default 50000000."
  type        = number
  default     = null

  validation {
    condition     = var.max_avif_pixels == null ? true : var.max_avif_pixels >= 1 && var.max_avif_pixels <= 210000000
    error_message = "Allowed: 1 to 210000000."
  }
}

variable "heic_input" {
  description = "Whether originals may be HEIC files, such as iPhone photos. Needs a build with the decoder (make build HEIC=on). By default off."
  type        = string
  default     = null

  validation {
    condition     = var.heic_input == null ? true : contains(["off", "on"], var.heic_input)
    error_message = "Allowed: off, on."
  }
}

variable "max_heic_pixels" {
  description = "Maximum number of pixels of a HEIC. By default 50000000."
  type        = number
  default     = null

  validation {
    condition     = var.max_heic_pixels == null ? true : var.max_heic_pixels >= 1 && var.max_heic_pixels <= 210000000
    error_message = "Allowed: 1 to 210000000."
  }
}

variable "jpeg2000_input" {
  description = "Whether originals may be JPEG 2000 files (JP2, J2K), as archives have them. By default off."
  type        = string
  default     = null

  validation {
    condition     = var.jpeg2000_input == null ? true : contains(["off", "on"], var.jpeg2000_input)
    error_message = "Allowed: off, on."
  }
}

variable "max_jpeg2000_pixels" {
  description = "Maximum number of pixels of a JPEG 2000. By default 50000000."
  type        = number
  default     = null

  validation {
    condition     = var.max_jpeg2000_pixels == null ? true : var.max_jpeg2000_pixels >= 1 && var.max_jpeg2000_pixels <= 210000000
    error_message = "Allowed: 1 to 210000000."
  }
}

variable "max_frames" {
  description = "Maximum number of frames of an animation, or of pages of a TIFF. By default 5000."
  type        = number
  default     = null

  validation {
    condition     = var.max_frames == null ? true : var.max_frames >= 1 && var.max_frames <= 50000
    error_message = "Allowed: 1 to 50000."
  }
}

variable "max_animation_pixels" {
  description = "Maximum number of pixels of an animation, over all frames. By default 400000000."
  type        = number
  default     = null

  validation {
    condition     = var.max_animation_pixels == null ? true : var.max_animation_pixels >= 1 && var.max_animation_pixels <= 4000000000
    error_message = "Allowed: 1 to 4000000000."
  }
}

variable "max_bmp_rle_bytes" {
  description = "Maximum size of a run-length encoded BMP, in bytes. Its decoder is slow. By default 4194304."
  type        = number
  default     = null

  validation {
    condition     = var.max_bmp_rle_bytes == null ? true : var.max_bmp_rle_bytes >= 1 && var.max_bmp_rle_bytes <= 536870912
    error_message = "Allowed: 1 to 536870912."
  }
}

variable "max_jpeg_scans" {
  description = "Maximum number of scans of a JPEG. The decoder visits all pixels for each scan. Encoders write 1 to 20. By default 100."
  type        = number
  default     = null

  validation {
    condition     = var.max_jpeg_scans == null ? true : var.max_jpeg_scans >= 1 && var.max_jpeg_scans <= 1000
    error_message = "Allowed: 1 to 1000."
  }
}

variable "max_metadata_bytes" {
  description = "Maximum size of the metadata of an original (EXIF, profiles, text), in bytes, uncompressed. By default 33554432."
  type        = number
  default     = null

  validation {
    condition     = var.max_metadata_bytes == null ? true : var.max_metadata_bytes >= 1 && var.max_metadata_bytes <= 67108864
    error_message = "Allowed: 1 to 67108864."
  }
}

variable "max_memory" {
  description = "Memory that a rendition may need, in MB. Use 0 for the memory size of the function. By default 0."
  type        = number
  default     = null

  validation {
    condition     = var.max_memory == null ? true : var.max_memory >= 0 && var.max_memory <= 10240
    error_message = "Allowed: 0 to 10240."
  }
}

variable "runtime" {
  description = "Lambda runtime of the functions. The wheels of Pillow do not load on older ones. By default python3.13."
  type        = string
  default     = null

  validation {
    condition     = var.runtime == null ? true : contains(["python3.13", "python3.14"], var.runtime)
    error_message = "Allowed: python3.13, python3.14."
  }
}

variable "architecture" {
  description = "Processor of the functions. Build for the same one (make build ARCHITECTURE=x86_64). By default arm64."
  type        = string
  default     = null

  validation {
    condition     = var.architecture == null ? true : contains(["arm64", "x86_64"], var.architecture)
    error_message = "Allowed: arm64, x86_64."
  }
}

variable "log_retention_days" {
  description = "Number of days to keep the logs of the functions and state machines. By default 30."
  type        = number
  default     = null

  validation {
    condition     = var.log_retention_days == null ? true : contains([1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653], var.log_retention_days)
    error_message = "Allowed: 1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653."
  }
}

variable "on_rejected" {
  description = "What a rejected upload does to the renditions of the previous image under its key. Use keep to leave them in use. By default keep."
  type        = string
  default     = null

  validation {
    condition     = var.on_rejected == null ? true : contains(["keep", "remove"], var.on_rejected)
    error_message = "Allowed: keep, remove."
  }
}

variable "superseded_grace_days" {
  description = "Number of days to keep the renditions of an overwritten original. A deleted original loses them at once. By default 7."
  type        = number
  default     = null

  validation {
    condition     = var.superseded_grace_days == null ? true : var.superseded_grace_days >= 1 && var.superseded_grace_days <= 365
    error_message = "Allowed: 1 to 365."
  }
}

variable "rejected_days" {
  description = "Number of days to keep rejected originals. ReconcileSchedule then deletes them. Use 0 to keep them. By default 0."
  type        = number
  default     = null

  validation {
    condition     = var.rejected_days == null ? true : var.rejected_days >= 0 && var.rejected_days <= 3650
    error_message = "Allowed: 0 to 3650."
  }
}

variable "deleted_record_days" {
  description = "Number of days to keep the record of a deleted image, which says DELETED. Use 0 to keep it. By default 365."
  type        = number
  default     = null

  validation {
    condition     = var.deleted_record_days == null ? true : contains([0, 45, 90, 180, 365, 730, 1825, 3650], var.deleted_record_days)
    error_message = "Allowed: 0, 45, 90, 180, 365, 730, 1825, 3650."
  }
}

variable "workflow" {
  description = "Type of the workflow that uploads start. Use express from some 100,000 images a day on, and drain for five minutes before you go back from it. By default standard."
  type        = string
  default     = null

  validation {
    condition     = var.workflow == null ? true : contains(["standard", "express", "drain"], var.workflow)
    error_message = "Allowed: standard, express, drain."
  }
}

variable "reconcile_schedule" {
  description = "Schedule that starts missing executions. Leave empty to run renditions reconcile by hand. By default rate(1 day)."
  type        = string
  default     = null

  validation {
    condition     = var.reconcile_schedule == null ? true : can(regex("^$|^(rate|cron)\\(.+\\)$", var.reconcile_schedule))
    error_message = "Allowed: a rate(...) or cron(...) expression of EventBridge, or empty."
  }
}

variable "backfill" {
  description = "Whether `renditions backfill` can process many existing images. Adds a state machine and a bucket for its plans. By default off."
  type        = string
  default     = null

  validation {
    condition     = var.backfill == null ? true : contains(["off", "on"], var.backfill)
    error_message = "Allowed: off, on."
  }
}

variable "monitoring" {
  description = "Use basic for alarms, metrics to also count outcomes, times and bytes, or full to also have a dashboard, saved queries and one alarm for all. By default basic."
  type        = string
  default     = null

  validation {
    condition     = var.monitoring == null ? true : contains(["basic", "metrics", "full"], var.monitoring)
    error_message = "Allowed: basic, metrics, full."
  }
}

variable "max_images_per_hour" {
  description = "Number of images in an hour above which an alarm goes off. Use 0 for no limit. By default 0."
  type        = number
  default     = null

  validation {
    condition     = var.max_images_per_hour == null ? true : var.max_images_per_hour >= 0 && var.max_images_per_hour <= 10000000
    error_message = "Allowed: 0 to 10000000."
  }
}

variable "on_max_images" {
  description = "What happens above MaxImagesPerHour. Use pause to also stop processing new uploads until somebody resumes it. By default alarm."
  type        = string
  default     = null

  validation {
    condition     = var.on_max_images == null ? true : contains(["alarm", "pause"], var.on_max_images)
    error_message = "Allowed: alarm, pause."
  }
}

variable "log_level" {
  description = "Level of the functions' log lines. By default INFO."
  type        = string
  default     = null

  validation {
    condition     = var.log_level == null ? true : contains(["DEBUG", "INFO", "WARN", "ERROR"], var.log_level)
    error_message = "Allowed: DEBUG, INFO, WARN, ERROR."
  }
}

variable "debug_sample_rate" {
  description = "Share of the calls that log at level DEBUG, for example 0.01 for one in a hundred. By default 0."
  type        = number
  default     = null

  validation {
    condition     = var.debug_sample_rate == null ? true : var.debug_sample_rate >= 0 && var.debug_sample_rate <= 1
    error_message = "Allowed: 0 to 1."
  }
}

variable "log_execution_data" {
  description = "Whether the logs of the state machines contain input and output, with keys of images. The console shows both anyway. By default off."
  type        = string
  default     = null

  validation {
    condition     = var.log_execution_data == null ? true : contains(["off", "on"], var.log_execution_data)
    error_message = "Allowed: off, on."
  }
}

variable "tracing" {
  description = "Whether executions and functions are traced with X-Ray. By default on."
  type        = string
  default     = null

  validation {
    condition     = var.tracing == null ? true : contains(["off", "on"], var.tracing)
    error_message = "Allowed: off, on."
  }
}

variable "rendition_memory" {
  description = "Memory in MB of the functions that make renditions. More than the default is for larger originals, not for speed. By default 1769."
  type        = number
  default     = null

  validation {
    condition     = var.rendition_memory == null ? true : var.rendition_memory >= 1769 && var.rendition_memory <= 10240
    error_message = "Allowed: 1769 to 10240."
  }
}

variable "rendition_timeout" {
  description = "Seconds after which Lambda ends a function that makes a rendition. By default 60."
  type        = number
  default     = null

  validation {
    condition     = var.rendition_timeout == null ? true : var.rendition_timeout >= 60 && var.rendition_timeout <= 270
    error_message = "Allowed: 60 to 270."
  }
}

variable "validation_memory" {
  description = "Memory in MB of the function that checks originals. Raise it by three times what you add to MaxBytes. By default 512."
  type        = number
  default     = null

  validation {
    condition     = var.validation_memory == null ? true : var.validation_memory >= 512 && var.validation_memory <= 10240
    error_message = "Allowed: 512 to 10240."
  }
}

variable "max_concurrency" {
  description = "Concurrency that Lambda reserves for each function of the state machines, and its maximum. Use 0 for none. By default 0."
  type        = number
  default     = null

  validation {
    condition     = var.max_concurrency == null ? true : var.max_concurrency >= 0 && var.max_concurrency <= 1000
    error_message = "Allowed: 0 to 1000."
  }
}

variable "deletion_protection" {
  description = "Whether DynamoDB refuses to delete the table of the records. By default off."
  type        = string
  default     = null

  validation {
    condition     = var.deletion_protection == null ? true : contains(["off", "on"], var.deletion_protection)
    error_message = "Allowed: off, on."
  }
}

variable "noncurrent_original_days" {
  description = "Number of days to keep the versions of overwritten and deleted originals. Use 0 to keep them. By default 0."
  type        = number
  default     = null

  validation {
    condition     = var.noncurrent_original_days == null ? true : var.noncurrent_original_days >= 0 && var.noncurrent_original_days <= 36500
    error_message = "Allowed: 0 to 36500."
  }
}

variable "originals_transition_days" {
  description = "Number of days after which originals move to OriginalsTransitionClass. Use 0 to leave them in S3 Standard. By default 0."
  type        = number
  default     = null

  validation {
    condition     = var.originals_transition_days == null ? true : contains([0, 30, 60, 90, 180, 365], var.originals_transition_days)
    error_message = "Allowed: 0, 30, 60, 90, 180, 365."
  }
}

variable "originals_transition_class" {
  description = "Storage class for older originals. All of them can be read at once. By default INTELLIGENT_TIERING."
  type        = string
  default     = null

  validation {
    condition     = var.originals_transition_class == null ? true : contains(["INTELLIGENT_TIERING", "STANDARD_IA", "ONEZONE_IA", "GLACIER_IR"], var.originals_transition_class)
    error_message = "Allowed: INTELLIGENT_TIERING, STANDARD_IA, ONEZONE_IA, GLACIER_IR."
  }
}

variable "kms_key_arn" {
  description = "KMS key for buckets, tables, topics, queues, logs and functions, with the policy in docs/security.md. Leave empty for keys of AWS."
  type        = string
  default     = null

  validation {
    condition     = var.kms_key_arn == null ? true : can(regex("^$|^arn:[a-z-]+:kms:[a-z0-9-]+:\\d{12}:key/[0-9a-zA-Z-]+$", var.kms_key_arn))
    error_message = "Allowed: the ARN of a KMS key (not of an alias) in this region or empty."
  }
}

variable "access_logs_bucket" {
  description = "Bucket in this region for the access logs of the buckets. Its policy must let S3 write. Leave empty for none."
  type        = string
  default     = null

  validation {
    condition     = var.access_logs_bucket == null ? true : can(regex("^$|^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.access_logs_bucket))
    error_message = "Allowed: a bucket name or empty."
  }
}

variable "vpc_subnet_ids" {
  description = "Subnets in which the functions run. They need the endpoints in docs/security.md. Leave empty for no VPC."
  type        = string
  default     = null
}

variable "vpc_security_group_ids" {
  description = "Security groups of the functions in VpcSubnetIds."
  type        = string
  default     = null
}

variable "permissions_boundary_arn" {
  description = "Permissions boundary of every role. Leave empty for none."
  type        = string
  default     = null

  validation {
    condition     = var.permissions_boundary_arn == null ? true : can(regex("^$|^arn:[a-z-]+:iam::(\\d{12}|aws):policy/.+$", var.permissions_boundary_arn))
    error_message = "Allowed: the ARN of a managed policy or empty."
  }
}

variable "code_signing_config_arn" {
  description = "Code signing configuration of the functions, whose packages must then be signed. Leave empty for none."
  type        = string
  default     = null

  validation {
    condition     = var.code_signing_config_arn == null ? true : can(regex("^$|^arn:[a-z-]+:lambda:[a-z0-9-]+:\\d{12}:code-signing-config:csc-[0-9a-z]+$", var.code_signing_config_arn))
    error_message = "Allowed: the ARN of a code signing configuration of Lambda or empty."
  }
}

variable "web_acl_arn" {
  description = "Web ACL of AWS WAF for the web page and the renditions. Leave empty for none."
  type        = string
  default     = null

  validation {
    condition     = var.web_acl_arn == null ? true : can(regex("^$|^arn:[a-z-]+:wafv2:us-east-1:\\d{12}:global/webacl/.+$", var.web_acl_arn))
    error_message = "Allowed: the ARN of a web ACL of WAF for CloudFront, which is in us-east-1, or empty."
  }
}

variable "web" {
  description = "Whether the stack has a web page and an HTTP API to upload, see and delete images. Only invited users can sign in. By default off."
  type        = string
  default     = null

  validation {
    condition     = var.web == null ? true : contains(["off", "on"], var.web)
    error_message = "Allowed: off, on."
  }
}

variable "web_user_email" {
  description = "E-mail address of the first user of the web page, who is invited by e-mail. Leave empty to invite users later."
  type        = string
  default     = null

  validation {
    condition     = var.web_user_email == null ? true : can(regex("^$|^[^@\\s]+@[^@\\s]+\\.[^@\\s]+$", var.web_user_email))
    error_message = "Allowed: an e-mail address or empty."
  }
}

variable "web_mfa" {
  description = "Whether every user of the web page must also enter a code from an authenticator app. By default off."
  type        = string
  default     = null

  validation {
    condition     = var.web_mfa == null ? true : contains(["off", "on"], var.web_mfa)
    error_message = "Allowed: off, on."
  }
}

variable "web_images_per_user" {
  description = "Maximum number of images that one user of the web page can have. By default 1000."
  type        = number
  default     = null

  validation {
    condition     = var.web_images_per_user == null ? true : var.web_images_per_user >= 1 && var.web_images_per_user <= 10000
    error_message = "Allowed: 1 to 10000."
  }
}

variable "web_uploads_per_hour" {
  description = "Maximum number of uploads, and of deletions, of one user of the web page in an hour. By default 1000."
  type        = number
  default     = null

  validation {
    condition     = var.web_uploads_per_hour == null ? true : var.web_uploads_per_hour >= 1 && var.web_uploads_per_hour <= 100000
    error_message = "Allowed: 1 to 100000."
  }
}

variable "delivery" {
  description = "Use public to deliver renditions by CloudFront to everybody who has their URL. The web page always does. By default off."
  type        = string
  default     = null

  validation {
    condition     = var.delivery == null ? true : contains(["off", "public"], var.delivery)
    error_message = "Allowed: off, public."
  }
}

variable "web_domain" {
  description = "Host name of the web page, for example images.example.org. Needs CertificateArn. Leave empty for one of CloudFront's."
  type        = string
  default     = null

  validation {
    condition     = var.web_domain == null ? true : can(regex("^$|^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.web_domain))
    error_message = "Allowed: a host name in lower case or empty."
  }
}

variable "delivery_domain" {
  description = "Host name of the renditions, another one than WebDomain. Needs CertificateArn. Leave empty for one of CloudFront's."
  type        = string
  default     = null

  validation {
    condition     = var.delivery_domain == null ? true : can(regex("^$|^[a-z0-9-]+(\\.[a-z0-9-]+)+$", var.delivery_domain))
    error_message = "Allowed: a host name in lower case or empty."
  }
}

variable "certificate_arn" {
  description = "Certificate in us-east-1 for WebDomain and DeliveryDomain."
  type        = string
  default     = null

  validation {
    condition     = var.certificate_arn == null ? true : can(regex("^$|^arn:[a-z-]+:acm:us-east-1:\\d{12}:certificate/[0-9a-f-]+$", var.certificate_arn))
    error_message = "Allowed: the ARN of a certificate of ACM in us-east-1, where CloudFront reads them, or empty."
  }
}

variable "price_class" {
  description = "Edge locations of CloudFront. PriceClass_100 has the cheapest, in North America and Europe. By default PriceClass_100."
  type        = string
  default     = null

  validation {
    condition     = var.price_class == null ? true : contains(["PriceClass_100", "PriceClass_200", "PriceClass_All"], var.price_class)
    error_message = "Allowed: PriceClass_100, PriceClass_200, PriceClass_All."
  }
}

variable "malware_scan" {
  description = "Whether GuardDuty scans each upload for malware before it is read. AWS bills each scan. By default off."
  type        = string
  default     = null

  validation {
    condition     = var.malware_scan == null ? true : contains(["off", "on"], var.malware_scan)
    error_message = "Allowed: off, on."
  }
}

variable "existing_uploads_bucket" {
  description = "A bucket of this account and region that has the originals already. It must send events to EventBridge. Leave empty to create one."
  type        = string
  default     = null

  validation {
    condition     = var.existing_uploads_bucket == null ? true : can(regex("^$|^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$", var.existing_uploads_bucket))
    error_message = "Allowed: a bucket name or empty."
  }
}

variable "context_keys" {
  description = "Names of user metadata and tags of the originals that go into records, notices and message attributes, such as tenant,project. Leave empty for none."
  type        = string
  default     = null

  validation {
    condition     = var.context_keys == null ? true : can(regex("^$|^[A-Za-z][A-Za-z0-9_-]{0,63}(,[A-Za-z][A-Za-z0-9_-]{0,63}){0,6}$", var.context_keys)) && !can(regex("^(.*,)?(status|bucket|origin)(,|$)", var.context_keys))
    error_message = "Allowed: at most 7 names with commas between them, each of letters, digits, _ and -, beginning with a letter, and none of them status, bucket or origin; or empty."
  }
}

variable "rendition_tags" {
  description = "Names of user metadata and tags of the originals that become tags of their renditions, such as tenant. Leave empty for none."
  type        = string
  default     = null

  validation {
    condition     = var.rendition_tags == null ? true : can(regex("^$|^[A-Za-z][A-Za-z0-9_-]{0,63}(,[A-Za-z][A-Za-z0-9_-]{0,63}){0,6}$", var.rendition_tags)) && !can(regex("^(.*,)?superseded(,|$)", var.rendition_tags))
    error_message = "Allowed: at most 7 names with commas between them, each of letters, digits, _ and -, beginning with a letter, and none of them superseded; or empty."
  }
}

variable "preset_by_metadata" {
  description = "Whether the user metadata renditions-preset of an original may name its preset, which then comes before that of its key. By default off."
  type        = string
  default     = null

  validation {
    condition     = var.preset_by_metadata == null ? true : contains(["off", "on"], var.preset_by_metadata)
    error_message = "Allowed: off, on."
  }
}

variable "include_keys" {
  description = "Which keys start the pipeline, such as products/*,*.jpg. Leave empty for all. Not together with ExcludeKeys."
  type        = string
  default     = null

  validation {
    condition     = var.include_keys == null ? true : can(regex("^$|^([^,*\\\\]+\\*|\\*[^,*\\\\]+)(,([^,*\\\\]+\\*|\\*[^,*\\\\]+)){0,3}$", var.include_keys))
    error_message = "Allowed: at most 4 patterns with commas between them, each with one asterisk at its end or its beginning, such as products/*,*.jpg, and at most 400 characters; or empty."
  }
}

variable "exclude_keys" {
  description = "Which keys do not start the pipeline, such as cache/*,*.tmp. Leave empty for none."
  type        = string
  default     = null

  validation {
    condition     = var.exclude_keys == null ? true : can(regex("^$|^([^,*\\\\]+\\*|\\*[^,*\\\\]+)(,([^,*\\\\]+\\*|\\*[^,*\\\\]+)){0,9}$", var.exclude_keys))
    error_message = "Allowed: at most 10 patterns with commas between them, each with one asterisk at its end or its beginning, such as cache/*,*.tmp, and at most 750 characters; or empty."
  }
}

variable "organization_id" {
  description = "Organization to which the principals and accounts of the next three parameters must belong. Leave empty for no such limit."
  type        = string
  default     = null

  validation {
    condition     = var.organization_id == null ? true : can(regex("^$|^o-[a-z0-9]{10,32}$", var.organization_id))
    error_message = "Allowed: the ID of an organization of AWS Organizations, such as o-a1b2c3d4e5, or empty."
  }
}

variable "uploader_principals" {
  description = "Accounts, roles and users of other accounts that may upload originals. Use organization for all of OrganizationId. Leave empty for none."
  type        = string
  default     = null

  validation {
    condition     = var.uploader_principals == null ? true : can(regex("^$|^organization$|^arn:aws[a-z-]*:iam::\\d{12}:(root|(role|user)/[\\w+=.@/-]+)(,arn:aws[a-z-]*:iam::\\d{12}:(root|(role|user)/[\\w+=.@/-]+))*$", var.uploader_principals))
    error_message = "Allowed: ARNs of accounts (arn:aws:iam::123456789012:root), roles or users, separated by commas without spaces; or the word organization; or empty. Wildcards are not allowed."
  }
}

variable "reader_principals" {
  description = "Accounts, roles and users of other accounts that may read renditions. Use organization for all of OrganizationId. Leave empty for none."
  type        = string
  default     = null

  validation {
    condition     = var.reader_principals == null ? true : can(regex("^$|^organization$|^arn:aws[a-z-]*:iam::\\d{12}:(root|(role|user)/[\\w+=.@/-]+)(,arn:aws[a-z-]*:iam::\\d{12}:(root|(role|user)/[\\w+=.@/-]+))*$", var.reader_principals))
    error_message = "Allowed: ARNs of accounts (arn:aws:iam::123456789012:root), roles or users, separated by commas without spaces; or the word organization; or empty. Wildcards are not allowed."
  }
}

variable "subscriber_accounts" {
  description = "Accounts that may subscribe their own queues and functions to the notices. Use organization for all of OrganizationId. Leave empty for none."
  type        = string
  default     = null

  validation {
    condition     = var.subscriber_accounts == null ? true : can(regex("^$|^organization$|^\\d{12}(,\\d{12})*$", var.subscriber_accounts))
    error_message = "Allowed: account IDs of 12 digits, separated by commas without spaces; or the word organization; or empty. Wildcards are not allowed."
  }
}

variable "event_bus_arn" {
  description = "Event bus, of any account and region, that gets each notice as an event. Leave empty for none."
  type        = string
  default     = null

  validation {
    condition     = var.event_bus_arn == null ? true : can(regex("^$|^arn:aws[a-z-]*:events:[a-z0-9-]+:\\d{12}:event-bus/[\\w./-]+$", var.event_bus_arn))
    error_message = "Allowed: the ARN of an event bus of EventBridge or empty."
  }
}

variable "outputs_in_parameter_store" {
  description = "Path in Parameter Store below which the outputs that other stacks need are kept. Leave empty for none."
  type        = string
  default     = null

  validation {
    condition     = var.outputs_in_parameter_store == null ? true : can(regex("^$|^(/[\\w.-]+){1,14}$", var.outputs_in_parameter_store))
    error_message = "Allowed: a path such as /renditions/prod, of at most 14 parts, or empty. AWS refuses /aws and /ssm."
  }
}

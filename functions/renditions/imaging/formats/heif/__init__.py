"""AVIF and HEIC, two codecs in one container: HEIF."""

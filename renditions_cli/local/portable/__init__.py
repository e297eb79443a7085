"""What the functions need on systems for which a package has no compiled part. The folder itself is on their path."""

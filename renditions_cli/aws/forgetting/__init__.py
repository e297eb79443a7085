"""Forget an image: find everything that the stack has of it, remove that, and know what is kept elsewhere."""

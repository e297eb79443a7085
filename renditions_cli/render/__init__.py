"""Rendering files on this machine, without AWS."""

"""Forget an image: find everything that the stack has of it, remove that, and know what is kept elsewhere.

traces      everything that there is of an image
originals   remove the versions of the original
removal     remove the rest, in an order that lets nothing bring it back
running     the executions that still work on it
forgotten   what was removed, and what is left
elsewhere   what others keep
"""

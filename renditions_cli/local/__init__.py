"""The stack on this machine: an AWS emulator with template.yaml deployed, the functions under AWS's runtime client."""

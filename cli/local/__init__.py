"""AWS on this machine: an emulator with template.yaml deployed onto it, the functions under AWS's runtime client."""

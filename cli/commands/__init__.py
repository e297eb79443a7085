"""What each command does, one module for one command. Loaded by cli.main when the command is called."""

"""What each command does, one module per command. ``cli.main`` imports it when the command is called."""

"""What each command does, one module per command. ``renditions_cli.main`` imports it when the command is called."""

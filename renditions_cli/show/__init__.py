"""What the command shows: progress, tables, reports and the contact sheet."""

"""The door for operators: one file per command."""

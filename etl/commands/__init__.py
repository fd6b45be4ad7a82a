"""Verbs of the command line, a module per subject; `etl/cli.py` puts them together."""

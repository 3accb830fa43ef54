"""The subjects of the command line that have a file of their own; ``app.cli`` puts them together."""

"""The command line: thin commands that open the coach, print and exit."""

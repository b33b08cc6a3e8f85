"""`python -m coach.cli`: the program `coach`, for whoever knows the Python rather than the path of the script."""

from __future__ import annotations

from coach.cli.main import run

run()

"""`coach eval`: how good are the answers, and how good is what checks them."""

from __future__ import annotations

import typer

from coach.cli.eval_checker import checker, mutations
from coach.cli.eval_run import cases, run

eval_app = typer.Typer(help="How good the answers are, and what checks them.", rich_markup_mode=None)
eval_app.command("checker")(checker)
eval_app.command("mutations")(mutations)
eval_app.command("run")(run)
eval_app.command("cases")(cases)

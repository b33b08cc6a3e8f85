"""Make the README's picture: the real program, a real answer, drawn as SVG.

python docs/picture.py            # writes docs/pictures/conversation.svg
"""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from coach.agent.assembly import open_coach
from coach.domain.source import SourceKind
from coach.settings import load_settings
from coach.sources.builtin import sample_notes_dir
from coach.tui.app import CoachApp

QUESTION = "Sales promised our fraud model to a client two weeks early, my team is tired. How do I handle this?"
PICTURE = Path(__file__).parent / "pictures" / "conversation.svg"


async def draw(home: Path) -> None:
    """Ask in a terminal of 150 columns and keep what it shows."""
    settings = load_settings(home=home, model="none")
    coach = open_coach(settings)
    coach.library.add(sorted(sample_notes_dir().glob("*.md")), SourceKind.NOTE)
    await coach.aclose()
    app = CoachApp(lambda: open_coach(settings), keep=False)
    async with app.run_test(size=(150, 50)) as pilot:
        await pilot.pause(3)
        await pilot.press(*("space" if c == " " else c for c in QUESTION))
        await pilot.press("enter")
        await pilot.pause(4)
        PICTURE.parent.mkdir(exist_ok=True)
        PICTURE.write_text(app.export_screenshot(title="coach"), encoding="utf-8")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(draw(Path(folder) / "home"))

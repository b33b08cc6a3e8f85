"""Make the README's pictures: the real program, a real answer, drawn as SVG.

python docs/picture.py            # writes docs/pictures/*.svg
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
PICTURES = Path(__file__).parent / "pictures"


async def draw(home: Path) -> None:
    """Ask in a terminal, open a citation, and keep what each shows."""
    settings = load_settings(home=home, model="none")
    coach = open_coach(settings)
    coach.library.add(sorted(sample_notes_dir().glob("*.md")), SourceKind.NOTE)
    await coach.aclose()
    PICTURES.mkdir(exist_ok=True)
    app = CoachApp(lambda: open_coach(settings), keep=False)

    def keep(name: str) -> None:
        (PICTURES / f"{name}.svg").write_text(app.export_screenshot(title="coach"), encoding="utf-8")

    async with app.run_test(size=(150, 50)) as pilot:
        await pilot.pause(1)
        await pilot.press(*("space" if c == " " else c for c in QUESTION), "enter")
        while (turn := app.conversation.transcript.last) is None or turn.answer is None:
            await pilot.pause(0.2)
        await pilot.pause(1)
        keep("conversation")
        await pilot.press("ctrl+down")
        await pilot.pause(2)
        keep("evidence")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(draw(Path(folder) / "home"))

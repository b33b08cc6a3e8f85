from __future__ import annotations

import stat
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from coach.agent.reread import OnDisk, Standing
from coach.domain.answer import Citation
from coach.domain.errors import StoreError
from coach.domain.source import Source, SourceKind, Statement, StatementKind
from coach.store.citing import CitedIn
from coach.tui.widgets.evidence_panel import EvidencePanel, Line
from coach.tui.widgets.prose import Prose
from tests.cli.sample import N12_4, NOTE, P8_2, quoted_answer, written_answer
from tests.tui.driving import Driver, running
from tests.tui.fakes import ScriptedCoach, script


def panel(tui: Driver) -> str:
    return " ".join(p.plain for p in tui.app.screen.query_one(EvidencePanel).query(Prose))


def cited(tui: Driver) -> list[str]:
    return [line._statement.id for line in tui.app.screen.query(Line) if line.has_class("-cited")]


async def shown(tui: Driver, wanted: str) -> None:
    await tui.until(lambda: cited(tui) == [wanted])


@pytest.mark.parametrize("size", [(80, 24), (120, 40), (200, 60)])
async def test_keys_go_from_citation_to_citation(size: tuple[int, int]) -> None:
    async with running(size=size) as tui:
        await tui.ask("what do I say?")
        for wanted in ("P8.2", "C1.1", "C1.2", "N12.4", "P8.2"):
            await tui.press("ctrl+down")
            await shown(tui, wanted)
        await tui.press("ctrl+up")
        await tui.until(lambda: cited(tui) == ["N12.4"])
        assert tui.app.conversation.composer.has_focus
        await tui.press("escape")
        assert not tui.app.conversation.reading.panel_is_open


async def test_the_statement_stands_in_its_source_with_why_it_was_found() -> None:
    async with running(size=(120, 40)) as tui:
        await tui.ask("what do I say?")
        await tui.press("shift+tab", "2")
        await tui.until(lambda: cited(tui) == ["C1.1"])
        assert "citation 2 of 4" in panel(tui)
        assert "Saying no" in panel(tui)
        assert "Write the offer down." in panel(tui)
        assert "Found: meaning 0.80 · relevance 0.90" in panel(tui)
        assert "✓ quoted (lexical 1.00)" in panel(tui)
        assert "Changed" not in panel(tui)
        await tui.press("n", "n")
        await tui.until(lambda: cited(tui) == ["N12.4"])
        assert "note of 2026-10-01, private" in panel(tui)
        await tui.press("p")
        await tui.until(lambda: cited(tui) == ["C1.2"])


async def test_a_click_on_a_chip_opens_it() -> None:
    async with running(size=(120, 40)) as tui:
        await tui.ask("what do I say?")
        rows = tui.frame.split("\n")
        y = next(i for i, row in enumerate(rows) if "[C1.2]" in row)
        await tui.pilot.click(offset=(rows[y].index("[C1.2]") + 2, y))
        await tui.until(lambda: cited(tui) == ["C1.2"])
        # A click beside it opens nothing else.
        await tui.pilot.click(offset=(rows[y].index("Write") + 2, y))
        await tui.pilot.pause()
        assert cited(tui) == ["C1.2"]


async def test_ctrl_b_toggles() -> None:
    async with running(size=(120, 40)) as tui:
        await tui.press("ctrl+b")
        await tui.shows("Click a citation such as [P8.2]")
        await tui.press("ctrl+b")
        await tui.ask("what do I say?")
        await tui.press("ctrl+b")
        await tui.until(lambda: cited(tui) == ["P8.2"])
        await tui.press("ctrl+b")
        assert not tui.app.conversation.reading.panel_is_open


async def test_a_verdict_says_why_and_what_was_mended() -> None:
    coach = ScriptedCoach()
    coach.scripts.append(script(written_answer()))
    async with running(coach, size=(120, 40)) as tui:
        await tui.ask("what do I say?")
        await tui.press("shift+tab", "2")
        await tui.until(lambda: "citation 2 of 3" in panel(tui))
        assert "✗ unsupported (local 0.12)" in panel(tui)
        assert "Why: the statement says nothing of pay" in panel(tui)
        await tui.press("3")
        await tui.until(lambda: "citation 3 of 3" in panel(tui))
        assert "Before it was mended: Name no date." in panel(tui)


async def test_only_what_was_found_in_this_turn_can_be_opened() -> None:
    coach = ScriptedCoach()
    answer = quoted_answer()
    invented = replace(answer.sentences[1], citations=(Citation("P8.2", P8_2.hash), Citation("P99.9", "0" * 16)))
    coach.scripts.append(script(replace(answer, sentences=(invented,))))
    async with running(coach, size=(120, 40)) as tui:
        await tui.ask("what do I say?")
        assert "[P99.9]" in tui.frame
        assert [c.id for c in tui.turns[0].cited] == ["P8.2"]
        row = next(r for r in tui.frame.split("\n") if "[P99.9]" in r)
        y = tui.frame.split("\n").index(row)
        await tui.pilot.click(offset=(row.index("[P99.9]") + 2, y))
        await tui.pilot.pause()
        assert not tui.app.conversation.reading.panel_is_open


async def test_it_says_that_a_statement_changed_since_it_was_cited() -> None:
    coach = ScriptedCoach()
    coach.keep("Old", quoted_answer(question="asked before"))
    now = replace(P8_2, text="Name no date at all.")
    coach.library.all[0] = replace(coach.library.all[0], statements=(now,))
    async with running(coach, size=(120, 40), session="s1") as tui:
        await tui.shows("asked before")
        await tui.press("ctrl+down")
        await tui.until(lambda: cited(tui) == ["P8.2"])
        assert "changed since it was cited" in panel(tui)
        assert "Then: “Name the cost of the date before you name the date.”\nNow: “Name no date at all.”" in panel(tui)


async def test_it_says_that_a_statement_or_its_source_is_gone() -> None:
    coach = ScriptedCoach()
    coach.keep("Old", quoted_answer(question="asked before"))
    coach.library.all = [s for s in coach.library.all if s.id != "P8"]
    async with running(coach, size=(120, 40), session="s1") as tui:
        await tui.shows("asked before")
        await tui.press("ctrl+down")
        await tui.until(lambda: "gone from the sources" in panel(tui))
        assert "Then: “Name the cost of the date" in panel(tui)


async def test_the_cited_statement_of_a_long_note_is_in_sight() -> None:
    coach = ScriptedCoach()
    lines = tuple(Statement(f"N12.{i}", f"Line {i} of the note.", StatementKind.NOTE) for i in range(1, 400))
    lines = tuple(N12_4 if s.id == "N12.304" else s for s in lines)
    lines = tuple(replace(s, id="N12.304") if s is N12_4 else s for s in lines)
    coach.library.all[2] = Source("N12", SourceKind.NOTE, "Retro", lines, path="/notes/retro.md")
    answer = quoted_answer()
    sentence = replace(answer.sentences[5], citations=(Citation("N12.304", N12_4.hash),))
    evidence = replace(answer.evidence[3], statement=replace(N12_4, id="N12.304"))
    coach.scripts.append(script(replace(answer, sentences=(sentence,), evidence=(evidence,))))
    async with running(coach, size=(80, 24)) as tui:
        await tui.ask("what do I say?")
        await tui.press("ctrl+down")
        await tui.until(lambda: cited(tui) == ["N12.304"])
        await tui.shows("N12.304")
        assert len(tui.app.screen.query(Line)) < 60


async def test_o_opens_the_file_of_a_note_at_its_line(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[str, int]] = []
    monkeypatch.setattr("coach.tui.app.editor.open_file", lambda path, line: opened.append((path, line)))
    monkeypatch.setattr("coach.tui.app.CoachApp.suspend", lambda self: _nothing())
    async with running(size=(120, 40)) as tui:
        await tui.ask("what do I say?")
        await tui.press("ctrl+up", "ctrl+up")
        await tui.until(lambda: cited(tui) == ["N12.4"])
        tui.app.screen.query_one(EvidencePanel).focus()
        await tui.press("o")
        await tui.until(lambda: opened == [(NOTE.path, 7)])


async def test_without_a_terminal_to_give_away_it_says_so() -> None:
    async with running(size=(120, 40)) as tui:
        await tui.type("half")
        await tui.press("ctrl+o")
        assert "cannot be opened from here" in tui.toasts
        assert tui.prompt == "half"


async def test_the_editor_gives_the_prompt_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    script_file = tmp_path / "editor"
    script_file.write_text('#!/bin/sh\nprintf "%s and \\033[31mmore" "$(cat "$1")" > "$1.new" && mv "$1.new" "$1"\n')
    script_file.chmod(stat.S_IRWXU)
    monkeypatch.setenv("EDITOR", str(script_file))
    monkeypatch.setattr("coach.tui.app.CoachApp.suspend", lambda self: _nothing())
    async with running() as tui:
        await tui.type("half")
        await tui.press("ctrl+o")
        assert tui.prompt == "half and more"
        monkeypatch.setenv("EDITOR", "false")
        await tui.press("ctrl+o")
        assert "ended with status 1" in tui.toasts
        assert tui.prompt == "half and more"


def _nothing() -> object:
    from contextlib import nullcontext

    return nullcontext()


async def test_the_panel_tells_of_the_file_and_of_past_answers_what_coach_why_tells(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    coach = ScriptedCoach()
    disk = OnDisk(Standing.CHANGED, "/notes/retro.md", instead="We freeze [@click=app.bell]on Monday[/].")
    monkeypatch.setattr(coach, "read", lambda source, *_: disk if source.id == "N12" else OnDisk(Standing.NO_FILE))
    asked = datetime(2026, 11, 2, 9, tzinfo=UTC)
    coach.citing.cited = [("N12.4", CitedIn("s1", "x", 0, "q", asked, h, "")) for h in (N12_4.hash, "0" * 16)]
    async with running(coach, size=(120, 40)) as tui:
        await tui.ask("what do I say?")
        await tui.press("shift+tab", "4")
        await tui.until(lambda: "past answers" in panel(tui))
        assert "/notes/retro.md does not say it any more." in panel(tui)
        assert "It says now: “We freeze [@click=app.bell]on Monday[/].”" in panel(tui)
        assert "2 past answers cite it; 1 of them cited what it said before." in panel(tui)
        assert "It changed after 2 November 2026" in panel(tui)
        await tui.press("p")
        await shown(tui, "C1.2")
        assert "does not say it" not in panel(tui)


async def test_a_file_that_cannot_be_looked_into_leaves_the_evidence_there(monkeypatch: pytest.MonkeyPatch) -> None:
    coach = ScriptedCoach()

    def broken(*_: object) -> OnDisk:
        raise StoreError("The ledger is locked.", "Wait.")

    monkeypatch.setattr(coach, "read", broken)
    async with running(coach, size=(120, 40)) as tui:
        await tui.ask("what do I say?")
        await tui.press("shift+tab", "4")
        await tui.shows("The ledger is locked.")
        assert cited(tui) == ["N12.4"]

"""Two coaches with homes of their own share through a real server; a proxy between records every byte."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from coach.agent.team import shares, what_leaves
from coach.domain.answer import Answer
from coach.domain.errors import InputError, StoreError
from coach.domain.source import SourceKind, is_team_title
from coach.retrieval.team_server import TeamError
from coach.settings import load_settings
from tests.agent.mates import DECISION, Team
from tests.agent.mates import team as team
from tests.agent.vaults import Notes
from tests.agent.world import SECRET, cited
from tests.chroma import Proxy

QUESTION = "what did we decide about the ranking model flag?"


def told(report: Any) -> tuple[int, int, int, int, str]:
    return report.shared, report.unshared, report.taken, report.gone, report.trouble


async def ask(notes: Notes, question: str = QUESTION) -> tuple[Answer, dict[str, tuple[str, str]]]:
    """Return the answer, and title and text of each statement that it cites, by id."""
    answer = await notes.coach.answer(question)
    found = {}
    for i in cited(answer):
        source, statement = notes.coach.library.find(i)
        assert statement is not None
        found[i] = source.title, statement.text
    return answer, found


def of_team(found: dict[str, tuple[str, str]]) -> list[str]:
    return [i for i, (title, _) in found.items() if is_team_title(title)]


async def test_a_team_shares_asks_cites_opens_and_leaves(team: Team) -> None:
    ann, ben = team.ann.coach, team.ben.coach
    # Nothing is published because a server is set.
    assert ann.vault.team.status().mine.notes == 0
    assert b"/upsert" not in team.proxy.sent
    offer = ann.vault.team.offer()
    assert (offer.shared.notes, offer.private.notes) == (3, 1)
    assert ann.vault.team.share("Ann").shared == 3
    assert shares(ann.settings)

    answer, found = await ask(team.ben)
    (line,) = of_team(found)
    assert found[line] == ("Ranking (team: Ann)", DECISION)
    assert any(s.text.startswith("Your team's note of 2026-09-20, “Ranking (team: Ann)”") for s in answer.sentences)
    assert answer.remarks == ()

    # It opens, like any other.
    source, statement = ben.library.find(line)
    assert statement is not None
    assert [s.text for s in source.statements] == [DECISION, "It is Ann's."]
    assert (source.file, source.private, source.tags) == ("", False, ("ml",))
    why = ben.past.why(line)
    assert why.answers[0].change is None
    assert why.on_disk.standing == "no file"

    # A sync neither removes it nor lists it.
    report = ben.vault.sync()
    assert (report.removed, report.team.gone) == ((), 0)
    assert source.id not in {n.id for n in ben.vault.notes()}
    assert ben.library.verify() == []
    assert ben.library.source(source.id) == source

    # Edited: the number stays, and the past answer is stale.
    team.ann.write(
        "decision.md",
        "---\ndate: 2026-09-20\n---\n# Ranking\n\n- The ranking model flag is gone, we decided.\n- It is Ann's.\n",
    )
    assert told(ann.vault.sync().team) == (1, 0, 0, 0, "")
    _, found = await ask(team.ben)
    (now,) = of_team(found)
    assert found[now][1] == "The ranking model flag is gone, we decided."
    assert now.startswith(f"{source.id}.")
    assert now != line
    assert [s.changes[0][0] for s in ben.past.stale()] == [line]

    # Left: nothing of hers is there, found, or kept.
    assert ann.vault.team.leave() == 3
    assert not shares(ann.settings)
    _, found = await ask(team.ben)
    assert of_team(found) == []
    assert ben.vault.sync().team.gone >= 1
    assert not [s for s in ben.library.sources() if s.from_team]
    assert told(ann.vault.sync().team) == (0, 0, 0, 0, "")
    assert ann.vault.team.status().mine.notes == 0


def test_nothing_private_and_no_path_ever_passes(team: Team) -> None:
    ann = team.ann
    ann.note("hidden/plan.md", "The zanzibar plan is hidden.")
    ann.write("diary.md", "---\nprivate: true\n---\n# Xanadu diary\n\n- I fear the quagmire.\n")
    ann.write("tagged.md", "# Tagged\n\n- The kumquat matter. #hr\n")
    ann.reopened(private_folders=["hidden"], private_tags=["hr"])
    ann.sync()
    ann.coach.vault.team.share()
    ann.coach.library.search("zanzibar quagmire kumquat ranking model")
    # A shared note that becomes private is taken off.
    ann.write("decision.md", f"---\nprivate: true\n---\n# Ranking\n\n- {DECISION} It is a wolverine.\n")
    assert ann.coach.vault.sync().team.unshared == 1
    ann.reopened(private_folders=["hidden"], private_tags=["hr", "ranking"])
    ann.sync()
    sent = team.proxy.sent.decode("utf-8", "replace")
    assert DECISION in sent
    for word in (
        "zanzibar",
        "Xanadu",
        "quagmire",
        "kumquat",
        "wolverine",
        "hidden",
        SECRET,
        "ann/notes",
        "decision.md",
    ):
        assert word not in sent, word
    assert str(team.folder) not in sent
    assert str(Path.home()) not in sent or str(Path.home()) == "/"
    assert "t0ken" not in json.dumps(team.proxy.paths)


def test_what_turned_private_by_a_setting_goes_at_the_next_sync(team: Team) -> None:
    team.ann.note("people/ben.md", "Ben is tired.")
    team.ann.sync()
    team.ann.coach.vault.team.share()
    assert team.ann.coach.vault.team.status().mine.notes == 4
    team.ann.reopened(private_folders=["people"])
    team.ann.sync()
    assert team.ann.coach.vault.team.status().mine.notes == 3


def test_a_principle_of_a_teammate_counts_as_ones_own(team: Team, tmp_path: Path) -> None:
    file = tmp_path / "ours.md"
    file.write_text("# Flags first\n\nEvery model ships behind a flag.\n", "utf-8")
    team.ann.coach.library.add([file], SourceKind.PRINCIPLE)
    assert team.ann.coach.vault.team.share().shared == 4
    assert team.ben.coach.vault.sync().team.taken == 1
    (taken,) = [s for s in team.ben.coach.library.sources(SourceKind.PRINCIPLE) if s.from_team]
    assert taken.title == "Flags first (team)"
    found = team.ben.coach.library.search("every model ships behind a flag", kinds=[SourceKind.PRINCIPLE])
    assert found.evidence[0].statement.source_id == taken.id
    # It is not hers to share on.
    assert team.ben.coach.vault.team.offer().shared.principles == 0
    # Without the server it does not count any more.
    team.ben.reopened(chroma_url=None)
    assert team.ben.sync().team.gone == 1
    assert not [s for s in team.ben.coach.library.sources() if s.from_team]


async def test_the_server_away_in_the_middle_of_a_conversation(team: Team) -> None:
    team.ann.coach.vault.team.share()
    team.ben.note("own.md", "The ranking model has an owner, we decided.")
    team.ben.add()
    assert of_team((await ask(team.ben))[1])
    team.proxy.instead = lambda _: (503, {}, b"")
    for expected in ("reports a fault of its own (503).", "It is asked again in"):
        answer, found = await ask(team.ben)
        assert "The ranking model has an owner, we decided." in {text for _, text in found.values()}
        assert of_team(found) == []
        assert answer.remarks[0].startswith("What your team shares was not searched: The team's server at 127.0.0.1")
        assert expected in answer.remarks[0]
    report = team.ben.sync()
    assert "reports a fault" in report.team.trouble
    assert not report.whole
    assert report.read == 1


async def test_what_was_decided_in_some_time_lists_the_teams_lines_too(team: Team) -> None:
    team.ann.write("log.md", "---\ndate: 2026-09-20\n---\n# What did we decide\n\n- We decided on flags.\n")
    team.ann.sync()
    team.ann.coach.vault.team.share()
    _, found = await ask(team.ben, "what did we decide since 10 September 2026?")
    assert ("What did we decide (team)", "We decided on flags.") in found.values()
    _, found = await ask(team.ben, "what did we decide since 25 September 2026?")
    assert of_team(found) == []


def test_sharing_is_agreed_to_for_one_server(team: Team, tmp_path: Path) -> None:
    team.ann.coach.vault.team.share()
    other = Proxy(team.proxy.target)
    try:
        team.ann.reopened(chroma_url=other.url)
        team.ann.note("new.md", "Something new.")
        team.ann.sync()
        assert b"upsert" not in "".join(other.paths).encode()
        status = team.ann.coach.vault.team.status()
        assert (status.sharing, status.elsewhere) == (False, team.proxy.url)
    finally:
        other.close()


def test_what_was_agreed_to_survives_a_failure_and_can_be_taken_back(team: Team) -> None:
    team.proxy.instead = lambda path: (500, {}, b"") if path.endswith("/upsert") else None
    with pytest.raises(TeamError, match="fault of its own"):
        team.ann.coach.vault.team.share()
    team.proxy.instead = lambda _: None
    assert team.ann.sync().team.shared == 3
    team.proxy.instead = lambda path: (500, {}, b"") if path.endswith("/delete") else None
    with pytest.raises(TeamError, match="fault of its own"):
        team.ann.coach.vault.team.leave()
    team.proxy.instead = lambda _: None
    # Nothing more is shared, though all is still there.
    team.ann.note("new.md", "Something new.")
    assert team.ann.sync().team.shared == 0
    assert team.ann.coach.vault.team.leave() == 3


def test_a_sync_that_is_broken_off_is_finished_by_the_next(team: Team) -> None:
    team.ann.note("long.md", *(f"Line {n} of the long ranking log." for n in range(500)))
    team.ann.sync()
    written = 0

    def second(path: str) -> Any:
        nonlocal written
        written += path.endswith("/upsert")
        return (500, {}, b"") if written == 3 else None

    team.proxy.instead = second
    with pytest.raises(TeamError):
        team.ann.coach.vault.team.share()
    team.proxy.instead = lambda _: None
    found = team.ben.coach.library.search("line of the long ranking log", kinds=[SourceKind.NOTE])
    assert not any(is_team_title(e.source_title) and "long" in e.source_title for e in found.evidence)
    assert team.ann.sync().team.shared >= 1
    assert team.ann.sync().team.shared == 0
    found = team.ben.coach.library.search("line of the long ranking log", kinds=[SourceKind.NOTE])
    assert found.missing == ()
    copy = next(e for e in found.evidence if is_team_title(e.source_title))
    source = team.ben.coach.library.source(copy.statement.source_id)
    assert source is not None
    assert len(source.statements) == 500


def test_who_one_is_is_kept_for_oneself_and_survives_the_ledger(team: Team) -> None:
    home = team.worlds[0].home
    team.ann.coach.vault.team.share("Ann")
    file = home / "team.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    kept = json.loads(file.read_text("utf-8"))
    assert kept["salt"].encode() not in team.proxy.sent
    assert kept["member"].encode() in team.proxy.sent
    file.write_text("{}", "utf-8")
    with pytest.raises(StoreError, match="says who you are"):
        team.ann.coach.vault.team.status()
    assert team.ann.finds("ranking model flag")


def test_without_a_server(notes: Notes) -> None:
    team = notes.coach.vault.team
    assert told(notes.coach.vault.sync().team) == (0, 0, 0, 0, "")
    assert (team.status().url, team.is_set, what_leaves(notes.coach.settings)) == ("", False, "")
    for command in (team.share, team.leave):
        with pytest.raises(InputError, match="No server"):
            command()


def test_what_leaves_is_said(tmp_path: Path) -> None:
    here = load_settings(home=tmp_path, chroma_url="http://127.0.0.1:8000")
    away = load_settings(home=tmp_path, chroma_url="http://team.example:8000")
    assert what_leaves(here) == ""
    assert "A vector of each question" in what_leaves(away)
    assert "team.example:8000" in what_leaves(away)
    assert "your notes" not in what_leaves(away)
    (tmp_path / "team.json").write_text(
        json.dumps({"member": "a" * 16, "salt": "b" * 32, "label": "", "server": "http://team.example:8000"}), "utf-8"
    )
    assert "your notes and principles that are not private" in what_leaves(away)

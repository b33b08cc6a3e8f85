"""What Coach knows: adding, changing, removing and finding sources, and what the settings leave out."""

from __future__ import annotations

from pathlib import Path

import pytest

from coach.agent.coach import Coach
from coach.domain.answer import Status
from coach.domain.errors import InputError, SourceError
from coach.domain.source import SourceKind
from tests.agent.world import CONDUCT, DECISION, OUTSIDE, VP, World, cited, part, write_notes

OWN = (
    "# On call\n\nKeep a rota that everybody can read. Never wake the same person twice.\n\n# Lunch\n\nEat together.\n"
)


def ids(coach: Coach, kind: SourceKind | None = None) -> list[str]:
    return [s.id for s in coach.library.sources(kind)]


def write(world: World, name: str, text: str) -> Path:
    path = world.home.parent / name
    path.write_text(text, "utf-8")
    return path


def test_sources_in_the_order_of_their_ids(world: World) -> None:
    coach = world.open()
    assert ids(coach) == ["P2", "P7", "P8", "C1", "C2", "C16", "N1", "N2", "N3"]
    assert ids(coach, SourceKind.NOTE) == ["N1", "N2", "N3"]


async def test_a_note_is_added_found_changed_and_removed(world: World) -> None:
    coach = world.open()
    path = write(world, "lunch.md", "# Lunch\n\n- We decided that lunch with the interns is on Tuesdays.\n")
    question = "what did we decide about lunch with the interns?"
    added = coach.library.add([path], SourceKind.NOTE)
    assert [s.id for s in added.sources] == ["N4"]
    answer = await coach.answer(question)
    assert "lunch with the interns is on Tuesdays. [N4.1]" in answer.text
    path.write_text("# Lunch\n\n- We decided that lunch with the interns is on Fridays.\n")
    assert [s.id for s in coach.library.add([path], SourceKind.NOTE).sources] == ["N4"]
    assert "is on Fridays. [N4.2]" in (await coach.answer(question)).text
    assert coach.library.remove("N4").id == "N4"
    assert "N4" not in {i.partition(".")[0] for i in cited(await coach.answer(question))}
    with pytest.raises(InputError):
        coach.library.find("N4")
    again = write(world, "other.md", "# Other\n\n- Something else.\n")
    assert [s.id for s in coach.library.add([again], SourceKind.NOTE).sources] == ["N5"], "numbers are never reused"


def test_adding_the_same_again_changes_nothing(world: World) -> None:
    coach = world.open()
    path = write(world, "a.md", "# A\n\n- One line.\n")
    first = coach.library.add([path], SourceKind.NOTE)
    seen: list[tuple[int, int]] = []
    assert coach.library.add([path], SourceKind.NOTE, lambda done, total: seen.append((done, total))) == first
    assert seen == [], "nothing is embedded again"


def test_progress_is_told(world: World) -> None:
    coach = world.open()
    seen: list[tuple[int, int]] = []
    lines = "\n".join(f"- Line {i} of the note." for i in range(200))
    path = write(world, "long.md", f"# Long\n\n{lines}\n")
    coach.library.add([path], SourceKind.NOTE, lambda done, total: seen.append((done, total)))
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert seen[-1] == (200, 200)


async def test_own_principles_are_added_and_lead_an_answer(world: World) -> None:
    coach = world.open()
    added = coach.library.add([write(world, "own.md", OWN)], SourceKind.PRINCIPLE)
    assert [(s.id, s.title) for s in added.sources] == [("P10", "On call"), ("P11", "Lunch")]
    answer = await coach.answer("never wake the same person twice, keep a rota for whom?")
    assert part(answer, "point")[0].citations[0].id.startswith("P10.")


async def test_own_principles_alone(world: World) -> None:
    coach = world.open(builtin_principles=False)
    assert ids(coach, SourceKind.PRINCIPLE) == []
    assert (await coach.answer(VP)).status is Status.ANSWERED, "practices and notes are there"
    coach.library.add([write(world, "own.md", OWN)], SourceKind.PRINCIPLE)
    answer = await coach.answer("should I keep a rota?")
    assert {i for i in cited(answer) if i[0] == "P"} <= {"P10.1", "P10.2", "P11.1"}
    assert part(answer, "point")
    assert (await coach.answer(OUTSIDE)).status is Status.ANSWERED, "own principles may cover anything"
    assert (await coach.answer(CONDUCT)).status is Status.REFERRED
    assert ids(world.open(), SourceKind.PRINCIPLE) == ["P2", "P7", "P8", "P10", "P11"]


async def test_without_practices_the_referral_stays_and_is_never_quoted_otherwise(world: World) -> None:
    coach = world.open(practices=False)
    assert ids(coach, SourceKind.PRACTICE) == ["C16"]
    assert cited(await coach.answer(CONDUCT)) == {"C16.2", "C16.3"}
    for question in (VP, DECISION, OUTSIDE, "should I reach HR or call the emergency number about a date?"):
        answer = await coach.answer(question)
        assert not any(i.startswith("C") for i in cited(answer)), question
        assert not any(e.id.startswith("C") for e in answer.evidence), question
    answer = await coach.answer(VP)
    assert answer.status is Status.ANSWERED
    assert part(answer, "point")


def test_practices_come_back(world: World) -> None:
    assert ids(world.open(practices=False), SourceKind.PRACTICE) == ["C16"]
    coach = world.open()
    assert ids(coach, SourceKind.PRACTICE) == ["C1", "C2", "C16"]
    assert coach.library.search(VP, limit=60).practices[0].source_id == "C1"


@pytest.mark.parametrize("wanted", ["P8", " p8 ", "[P8]"])
def test_a_source_is_found(world: World, wanted: str) -> None:
    source, statement = world.open().library.find(wanted)
    assert (source.id, statement) == ("P8", None)


@pytest.mark.parametrize("wanted", ["P8.1", "[p8.1]"])
def test_a_statement_is_found(world: World, wanted: str) -> None:
    source, statement = world.open().library.find(wanted)
    assert source.id == "P8"
    assert statement is not None
    assert statement.id == "P8.1"


@pytest.mark.parametrize("wanted", ["P99", "", "P", "8", "X1", "P8.99", "P8.0", "P8.x", "'; --", "P8.1.1", "N99999999"])
def test_an_unknown_id(world: World, wanted: str) -> None:
    coach = world.open()
    with pytest.raises(InputError) as caught:
        coach.library.find(wanted)
    assert "coach sources" in caught.value.hint
    with pytest.raises(InputError):
        coach.library.remove(wanted)


@pytest.mark.parametrize(("builtin", "setting"), [("P8", "COACH_BUILTIN_PRINCIPLES"), ("C1.2", "COACH_PRACTICES")])
def test_what_comes_with_the_package_cannot_be_removed(world: World, builtin: str, setting: str) -> None:
    with pytest.raises(InputError, match="comes with Coach") as caught:
        world.open().library.remove(builtin)
    assert setting in caught.value.hint


def test_a_single_statement_cannot_be_removed(world: World) -> None:
    coach = world.open()
    with pytest.raises(InputError, match="as a whole") as caught:
        coach.library.remove("N1.1")
    assert "remove N1" in caught.value.hint
    assert "N1" in ids(coach)


def test_of_several_files_all_are_added_or_none(world: World) -> None:
    coach = world.open()
    good = write(world, "good.md", "# Good\n\n- A line.\n")
    for bad in (world.home.parent / "missing.md", write(world, "empty.md", " \n")):
        with pytest.raises(SourceError):
            coach.library.add([good, bad], SourceKind.NOTE)
    assert ids(coach, SourceKind.NOTE) == ["N1", "N2", "N3"]


def test_remarks_say_what_was_left_out(world: World) -> None:
    coach = world.open()
    long = write(world, "long.md", "# Long\n\n```\n" + "word " * 5000 + "\n```\n")
    added = coach.library.add([long], SourceKind.NOTE)
    assert added.sources[0].id == "N4"
    assert any("long" in r or "cut" in r for r in added.remarks)
    assert coach.library.add(write_notes(world.home.parent / "notes"), SourceKind.NOTE).remarks == ()


def test_folders_and_tags_make_notes_private(world: World) -> None:
    coach = world.open(private_folders=["hr"], private_tags=["secret"])
    folder = world.home.parent / "hr"
    folder.mkdir()
    inside = folder / "a.md"
    inside.write_text("# A\n\n- A line.\n")
    tagged = write(world, "b.md", "---\ntags: [secret]\n---\n\n- A line.\n")
    plain = write(world, "c.md", "# C\n\n- A line.\n")
    added = coach.library.add([inside, tagged, plain], SourceKind.NOTE)
    assert [s.private for s in added.sources] == [True, True, False]


async def test_lost_indexes_are_built_again(world: World) -> None:
    before = cited(await world.open().answer(DECISION))
    for path in sorted((world.home / "chroma").rglob("*"), reverse=True):
        path.unlink() if path.is_file() else path.rmdir()
    (world.home / "compiled.npz").unlink()
    coach = world.open()
    assert cited(await coach.answer(DECISION)) == before
    coach.library.rebuild()
    assert cited(await coach.answer(DECISION)) == before


async def test_an_answer_says_that_notes_could_be_searched_by_words_alone(world: World) -> None:
    coach = world.open()
    damaged = world.home / "chroma" / "chroma.sqlite3"
    damaged.write_bytes(b"\0" * damaged.stat().st_size)
    answer = await coach.answer(VP)
    assert answer.status is Status.ANSWERED
    assert any("by their words alone" in r for r in answer.remarks)


def test_searching_leaves_kinds_out(world: World) -> None:
    found = world.open().library.search(DECISION, kinds=[SourceKind.NOTE])
    assert {e.source_kind for e in found.evidence} == {SourceKind.NOTE}
    assert found.practices == ()


def test_as_langchain(world: World) -> None:
    documents = world.open().library.as_langchain(3).invoke(VP)
    assert len(documents) == 3
    assert all(d.id and d.page_content for d in documents)

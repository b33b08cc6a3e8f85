from __future__ import annotations

import json
import re
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.agent.coach import Coach
from coach.agent.talks.reflect import reflect
from coach.agent.talks.reflect_text import bars, reflection_markdown, reflection_text
from coach.domain.answer import Answer, Citation, Sentence, Status, Verdict
from coach.domain.commitment import State
from coach.domain.reflection import Reflection, Week
from coach.domain.weeks import one_week, since_day
from coach.store.commitments import Commitments
from coach.store.sessions import Sessions
from tests.agent.world import World

#: A Monday; a little after midnight in UTC it is still Sunday where the person is.
NOW = datetime(2026, 11, 23, 20, 30, tzinfo=timezone(timedelta(hours=-5)))
TODAY = NOW.date()
HASH = "0123456789abcdef"


def days_ago(days: int) -> datetime:
    return NOW - timedelta(days=days)


class Past:
    """Answers and plans as they were kept, each at its time."""

    def __init__(self, coach: Coach) -> None:
        self.coach = coach

    def answered(
        self,
        at: datetime,
        title: str,
        *ids: str,
        status: Status = Status.ANSWERED,
        verdict: Verdict = Verdict.SUPPORTED,
    ) -> None:
        sessions = Sessions(self.coach.database, lambda: at)
        sentences = tuple(Sentence(f"Do {i}.", (Citation(i, HASH),), verdict) for i in ids)
        answer = Answer(status, sentences, (), question=title)
        sessions.append(sessions.new_id(), title, json.dumps(answer.as_dict()), title=title)

    def settled(self, at: datetime, state: State, plan: str, *ids: str) -> None:
        commitments = Commitments(self.coach.database, lambda: at)
        made = commitments.add(plan, at.date(), citations=[Citation(i, HASH) for i in ids])
        commitments.settle(made, state, "So it went.")

    def look(self, week: str = "") -> Reflection:
        return reflect(self.coach, one_week(week, TODAY), NOW)


@pytest.fixture
def past(world: World) -> Past:
    coach = world.open()
    coach.library.bring_up_to_date()
    return Past(coach)


def test_nothing_is_said_plainly_where_nothing_is_there(past: Past) -> None:
    seen = past.look()
    assert (seen.answers, seen.principles, seen.pattern, seen.question) == (0, (), None, None)
    assert seen.too_little.startswith("Nothing was asked")
    text = reflection_text(seen, ascii_only=True)
    assert "Nothing was asked" in text
    assert "Nothing was planned" in text
    assert "#" not in text


def test_the_principles_of_the_week_are_counted_by_answer(past: Past) -> None:
    past.answered(days_ago(0), "a date", "P8.1", "P8.2", "C1.1")
    past.answered(days_ago(0), "another", "P8.3", "P2.1", "N1.1")
    past.answered(days_ago(1), "last week", "P7.1")
    seen = past.look()
    assert [(p.id, p.answers) for p in seen.principles] == [("P8", 2), ("P2", 1)]
    assert seen.principles[0].title == "Speak up for the team"
    assert seen.answers == 2


@pytest.mark.parametrize(
    ("status", "verdict"),
    [(Status.SILENT, Verdict.SUPPORTED), (Status.REFERRED, Verdict.SUPPORTED), (Status.ANSWERED, Verdict.UNSUPPORTED)],
)
def test_what_did_not_apply_did_not_come_up(past: Past, status: Status, verdict: Verdict) -> None:
    past.answered(NOW, "the weather", "P8.1", status=status, verdict=verdict)
    seen = past.look()
    assert (seen.answers, seen.principles) == (1, ())


def test_two_answers_or_one_week_are_too_little(past: Past) -> None:
    past.answered(days_ago(7), "one", "P8.1")
    past.answered(days_ago(0), "two", "P8.1")
    assert past.look().pattern is None
    assert "2 answers in 2 weeks" in past.look().too_little
    past.answered(days_ago(0), "three", "P8.1")
    assert past.look().too_little == ""
    assert past.look().pattern is not None


def test_three_answers_in_one_week_are_too_little(past: Past) -> None:
    for n in range(3):
        past.answered(days_ago(0), str(n), "P8.1")
    assert "3 answers in one week" in past.look().too_little


def test_the_pattern_is_counted_and_shows_what_it_counted(past: Past) -> None:
    for days, title, cited in (
        (21, "the launch", "P8.1"),
        (14, "the client", "P8.2"),
        (7, "hiring", "P2.1"),
        (0, "the VP", "P8.1"),
    ):
        past.answered(days_ago(days), title, cited)
    pattern = past.look().pattern
    assert pattern is not None
    assert pattern.principle == "P8"
    assert "in 3 of 4 answers, in 3 weeks" in pattern.text
    assert [(e.day, e.text) for e in pattern.evidence] == [
        (TODAY, "the VP"),
        (TODAY - timedelta(days=14), "the client"),
        (TODAY - timedelta(days=21), "the launch"),
    ]
    assert all(e.where.startswith("session:") for e in pattern.evidence)


def test_there_is_no_pattern_where_nothing_leads(past: Past) -> None:
    for days, cited in ((14, "P8.1"), (7, "P2.1"), (0, "P8.1"), (0, "P2.1")):
        past.answered(days_ago(days), "x", cited)
    seen = past.look()
    assert seen.pattern is None
    assert seen.too_little == ""
    assert "No principle came up more often" in reflection_text(seen, ascii_only=True)


def test_plans_that_were_kept_less_often_are_the_pattern(past: Past) -> None:
    for days in (14, 7, 0):
        past.answered(days_ago(days), "x", "P8.1")
    for days, state in ((20, State.MISSED), (12, State.KEPT), (3, State.DROPPED)):
        past.settled(days_ago(days), state, f"If it is delegated {days}, then I wait.", "C2.1")
    for days in (15, 4):
        past.settled(days_ago(days), State.KEPT, "If the VP asks, then I wait.", "P8.1")
    pattern = past.look().pattern
    assert pattern is not None
    assert pattern.principle == "P2"
    assert "1 of 3, against 2 of 2 of the others" in pattern.text
    assert {e.state for e in pattern.evidence} == {"missed", "kept", "dropped"}


def test_two_plans_show_nothing(past: Past) -> None:
    for days in (14, 7, 0):
        past.answered(days_ago(days), "x", "P8.1")
    for days in (20, 12):
        past.settled(days_ago(days), State.MISSED, "If it comes, then I wait.", "C2.1")
    past.settled(days_ago(3), State.KEPT, "If it comes, then I wait.", "P8.1")
    pattern = past.look().pattern
    assert pattern is not None
    assert pattern.principle == "P8"


def test_what_was_planned_kept_and_is_due(past: Past) -> None:
    past.settled(days_ago(0), State.KEPT, "If it comes, then I wait.")
    past.settled(days_ago(9), State.KEPT, "If it came, then I waited.")
    due = Commitments(past.coach.database, lambda: days_ago(0)).add("If she asks, then I wait.", TODAY)
    later = Commitments(past.coach.database, lambda: days_ago(0)).add(
        "If he asks, then I wait.", TODAY + timedelta(days=2)
    )
    seen = past.look()
    assert {c.plan for c in seen.committed} == {"If it comes, then I wait.", due.plan, later.plan}
    assert [c.plan for c in seen.settled] == ["If it comes, then I wait."]
    assert seen.due == (due,)
    text = reflection_text(seen, ascii_only=True)
    assert "Kept: If it comes, then I wait. What happened: So it went." in text
    assert f"coach commitments settle {due.id}" in text


def test_the_question_is_one_of_the_principles_practices(past: Past) -> None:
    past.answered(NOW, "the VP", "P8.1")
    question = past.look().question
    assert question is not None
    source, statement = past.coach.library.find(question.id)
    assert statement is not None
    assert (source.id, statement.text) == ("C1", question.text)


def test_a_matter_to_refer_is_nothing_to_think_about(past: Past) -> None:
    past.answered(NOW, "bad news", "P7.1")
    # The one question on this principle is of the practice that sends people elsewhere.
    assert past.look().question is None


def test_a_week_of_the_past_ends_where_it_ended(past: Past) -> None:
    past.answered(days_ago(7), "then", "P8.1")
    past.answered(days_ago(0), "now", "P2.1")
    seen = past.look("2026-W47")
    assert seen.period.name == "2026-W47"
    assert [p.id for p in seen.principles] == ["P8"]
    assert seen.weeks[-1].name == "2026-W47"


def test_days_are_those_of_the_persons_clock(past: Past) -> None:
    # Sunday, 22 November, 23:30 where the person is; Monday in UTC.
    past.answered(datetime(2026, 11, 23, 4, 30, tzinfo=UTC), "late on Sunday", "P8.1")
    assert past.look().answers == 0
    assert past.look("2026-W47").answers == 1


def test_the_weeks_count_answers_and_plans(past: Past) -> None:
    past.answered(days_ago(7), "a", "P8.1")
    past.answered(days_ago(7), "b", "P8.1", "P2.1")
    past.settled(days_ago(5), State.KEPT, "If it comes, then I wait.")
    past.settled(days_ago(5), State.MISSED, "If it comes, then I wait.")
    week = past.look().weeks[-2]
    assert week == Week("2026-W47", date(2026, 11, 16), 2, "P8", 2, settled=2, kept=1)


def test_since_a_day_everything_is_in(past: Past) -> None:
    past.answered(days_ago(50), "a", "P8.1")
    past.answered(days_ago(0), "b", "P8.1")
    seen = reflect(past.coach, since_day((TODAY - timedelta(days=50)).isoformat(), TODAY), NOW)
    assert seen.answers == 2
    assert len(seen.weeks) == 9


def test_an_answer_that_cannot_be_read_is_named(past: Past) -> None:
    past.answered(NOW, "good", "P8.1")
    sessions = Sessions(past.coach.database, lambda: NOW)
    sessions.append(sessions.new_id(), "q", '{"answer": "from another version"}', title="t")
    seen = past.look()
    assert (seen.answers, seen.unread) == (1, 1)
    assert "1 answer of another version could not be read" in reflection_text(seen, ascii_only=True)


def test_a_principle_that_is_gone_is_counted_and_says_so(past: Past) -> None:
    past.answered(NOW, "old", "P77.1")
    (principle,) = past.look().principles
    assert (principle.id, principle.title) == ("P77", "no longer among the sources")


def test_the_bars_are_as_long_as_they_should_be() -> None:
    weeks = [Week("2026-W46", TODAY, 1), Week("2026-W47", TODAY, 0), Week("2026-W48", TODAY, 4)]
    assert [row[10:34].rstrip() for row in bars(weeks, ascii_only=True)] == ["#" * 6, "", "#" * 24]
    assert [row[10:34].rstrip() for row in bars(weeks, ascii_only=False)] == ["█" * 6, "", "█" * 24]


@given(st.lists(st.integers(0, 1000), max_size=53), st.booleans())
def test_bars_keep_the_order_of_what_they_show(values: Sequence[int], ascii_only: bool) -> None:
    rows = bars([Week("2026-W01", TODAY, value) for value in values], ascii_only=ascii_only)
    lengths = [len(row[10:34].rstrip()) for row in rows]
    assert all((length > 0) == (value > 0) for length, value in zip(lengths, values, strict=True))
    for (a, long), (b, short) in zip(
        zip(values, lengths, strict=True), reversed(list(zip(values, lengths, strict=True))), strict=True
    ):
        assert a < b or long >= short
    if ascii_only:
        assert "".join(rows).isascii()


HOSTILE = "# Title [x](javascript:alert) `code` <b> | ```"


def test_what_people_wrote_is_no_markup(past: Past) -> None:
    for days in (14, 7, 0):
        past.answered(days_ago(days), HOSTILE, "P8.1")
    past.settled(NOW, State.KEPT, f"If {HOSTILE}, then I wait.")
    text = reflection_markdown(past.look())
    assert "\n# Title" not in text
    assert not re.search(r"(?<!\\)\[x", text)
    assert not re.search(r"(?<!\\)<b>", text)
    assert text.count("\n```") == 2
    assert "█" in text


def test_it_comes_as_json(past: Past) -> None:
    for days in (14, 7, 0):
        past.answered(days_ago(days), "x", "P8.1")
    past.settled(NOW, State.KEPT, "If it comes, then I wait.")
    row: dict[str, Any] = json.loads(json.dumps(past.look().as_dict()))
    assert row["pattern"]["evidence"][0]["day"] == TODAY.isoformat()
    assert row["weeks"][-1]["name"] == "2026-W48"
    assert row["settled"][0]["state"] == "kept"

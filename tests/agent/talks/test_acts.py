from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from coach.agent.talks.acts import acts, is_silent, sentences
from coach.domain.rehearsal import Act
from tests.agent.talks.stage import did

REPLY = "I have to tell the board something about the launch date. When is it done?"


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("On 3 March sales told the client that it ships in May.", {Act.FACT}),
        ("In Tuesday's review you showed no baseline.", {Act.FACT}),
        ("Last Thursday the run failed twice.", {Act.FACT}),
        ("The evaluation of 3 March shows 14 false alarms in 100.", {Act.FACT}),
        ("What happens on that day for you?", {Act.OPEN_QUESTION}),
        ("Okay, then what would help you with the board?", {Act.OPEN_QUESTION}),
        ("Tell me more about what the board needs.", {Act.OPEN_QUESTION}),
        ("So you are worried about the board.", {Act.PARAPHRASE}),
        ("If I understand you, you gave your word upstairs.", {Act.PARAPHRASE}),
        ("I see that the board wants something from you.", {Act.PARAPHRASE}),
        ("My part in this is that I said we will see.", {Act.OWN_PART}),
        ("I never told you how long the labels take.", {Act.OWN_PART}),
        ("I heard that tone earlier and said nothing; that part is mine.", {Act.OWN_PART}),
        ("Please move the date to the 14th.", {Act.REQUEST}),
        ("Would you agree to one market?", {Act.REQUEST}),
        ("We could ship a smaller scope first.", {Act.OPTION}),
        ("If the VP insists, then we can give a checkpoint.", {Act.OPTION}),
        ("I have to tell you no for Thursday.", {Act.LIMIT}),
        ("We can’t go live by then.", {Act.LIMIT}),
        ("You always do this.", {Act.ALWAYS_NEVER}),
        ("You are lazy and arrogant.", {Act.TRAIT}),
        ("You only want to look good in front of the board.", {Act.INTENT}),
        ("You did that on purpose.", {Act.INTENT}),
        ("If you don't move the date I will quit.", {Act.THREAT}),
        ("Move it, or else.", {Act.THREAT}),
        ("You are the best director that I ever had.", {Act.FLATTERY}),
        ("Okay, fine.", {Act.CAVE_IN}),
        ("Fine, we'll make it work.", {Act.CAVE_IN}),
        ("Never mind.", {Act.CAVE_IN}),
        ("You are an idiot.", {Act.INSULT}),
        ("Shut up and listen.", {Act.INSULT}),
    ],
)
def test_what_a_line_did(said: str, expected: set[Act]) -> None:
    assert did(said, [REPLY]) == expected


@pytest.mark.parametrize(
    "said",
    [
        "I understand.",
        "I always try to be fair.",
        "You can always call me.",
        "We will deliver on 3 May.",
        "If it had failed on Tuesday, we would know.",
        "Did it fail on Tuesday?",
        "What do you expect?",
        "What were you thinking?",
        "I'm sorry that you feel that way.",
        "That question is stupid.",
        "You are right that the date was ours.",
        "Can you believe this?",
        "How many are there?",
        "She wrote: “you are an idiot”.",
        "yes",
    ],
)
def test_what_only_looks_like_something_did_nothing(said: str) -> None:
    assert did(said, ["Nothing of that kind."]) == set()


def test_a_question_that_accuses_earns_nothing() -> None:
    assert did("What makes you always do this?") == {Act.ALWAYS_NEVER}
    assert did("How can you be such a liar?") == {Act.TRAIT}


def test_a_threat_offers_nothing_and_asks_for_nothing() -> None:
    assert did("Please move the date, or I quit.") == {Act.THREAT}


def test_several_requests_are_not_one_clear_request() -> None:
    assert Act.REQUEST not in did("Please move the date. Please hire two people. Please call the client.")


def test_taking_up_their_view_needs_one_of_their_words() -> None:
    assert did("I can see why the board matters to you.", [REPLY]) == {Act.PARAPHRASE}
    assert did("I can see why the weather matters to you.", [REPLY]) == set()


def test_the_same_again_is_seen_in_other_order_and_case() -> None:
    before = ["We cannot move the launch date any more this month."]
    assert Act.REPEAT in did("This month we cannot move the launch date any more!", [], before)
    assert Act.REPEAT in did("no.", [], ["No."])
    assert Act.REPEAT not in did("We cannot move the labels, since two people left.", [], before)


def test_the_words_of_an_act_stand_where_they_are_said() -> None:
    said = "  Well… We can't. On 3 March the run failed (again). What now?"
    found = {f.act: said[f.start : f.end] for f in acts(said)}
    assert found == {Act.LIMIT: "We can't", Act.FACT: "On 3 March", Act.OPEN_QUESTION: "What"}


def test_a_number_with_a_point_ends_no_sentence() -> None:
    said = "It was 3.5 days late on 3 March. Then it broke."
    assert [said[s:e] for s, e in sentences(said)] == ["It was 3.5 days late on 3 March.", "Then it broke."]


@pytest.mark.parametrize("said", ["", "  ", "...", "…", "(silence)", "[says nothing]", "?!"])
def test_silence(said: str) -> None:
    assert is_silent(said)
    assert did(said) == {Act.SILENT}


@given(st.text(max_size=300), st.lists(st.text(max_size=60), max_size=2))
def test_any_text_has_its_acts_within_itself(said: str, replies: list[str]) -> None:
    for found in acts(said, replies, replies):
        assert 0 <= found.start <= found.end <= len(said)
        assert found.act is Act.SILENT or found.start < found.end


_CLAUSES = st.sampled_from(
    [
        "You always do this.",
        "I can't.",
        "On 3 March it failed.",
        "What now?",
        "You idiot!",
        "we could wait",
        "okay fine",
    ]
)


@given(st.lists(_CLAUSES, min_size=1, max_size=6))
def test_the_same_line_always_did_the_same(parts: list[str]) -> None:
    said = " ".join(parts)
    assert acts(said) == acts(said)
    assert all(found.start < found.end for found in acts(said))


def test_a_long_line_is_looked_at_in_no_time() -> None:
    said = "you could please what if you don't " * 60 + "(" * 200 + "." * 200
    assert acts(said[:2000]) is not None


def test_what_you_say_that_they_said_is_theirs() -> None:
    line = "On 12 November you said in the steering meeting that the team is always slow."
    assert did(line) == {Act.FACT}
    assert Act.ALWAYS_NEVER in did("You said it in the meeting, and you are always slow.")


def test_an_offer_as_a_question_and_their_word_taken_up() -> None:
    line = "I understand that you gave your word. Could we agree on one market in December, and the rest in January?"
    assert {Act.PARAPHRASE, Act.OPTION} <= did(line)

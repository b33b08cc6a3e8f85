from __future__ import annotations

from coach.agent.talks.debrief import look_back
from coach.agent.talks.debrief_text import branches, markdown, plain, transcript
from coach.domain.rehearsal import Rehearsal
from tests.agent.talks.stage import CREATED, library, play, said_in

LINES = ("We can't do it.", "You always push <b>dates</b> on *us* [now].", "On 3 March it failed.")


async def texts(played: Rehearsal) -> tuple[str, str]:
    made = await look_back(played, library(), own_view="I was # loud.", now=lambda: CREATED)
    return plain(made, played), markdown(made, played)


async def test_the_own_view_stands_first() -> None:
    text, document = await texts(play(LINES))
    assert text.index("Your own view") < text.index("Your lines")
    assert document.startswith("# Looking back at: No for Thursday\n\n## Your own view\n")


async def test_plain_lines_say_what_was_said_and_cite() -> None:
    text, _ = await texts(play(LINES))
    assert "Line 2: “You always push <b>dates</b> on *us* [now].”" in text
    assert "[C2.11, P7.4]" in text
    assert "In place of line 2:" in text
    assert "C2.2 Giving feedback on work and on conduct: Build your feedback" in text


async def test_what_people_said_is_no_markup_in_the_document() -> None:
    _, document = await texts(play(LINES))
    assert "\\<b\\>dates\\</b\\> on \\*us\\* \\[now\\]" in document
    assert "I was \\# loud." in document
    assert "## Transcript" in document
    assert "1. You: We can't do it." in document


def test_the_transcript_says_where_it_went_back_to() -> None:
    played = said_in(play(LINES).before(2), "")
    played = said_in(played.before(1), "No.")
    text = transcript(played)
    assert "(back to line 1)\n\n4. You: (says nothing)" in text
    assert "(back to the beginning)\n\n5. You: No." in text
    assert branches(played) == "1 > 2 > 3\n1 > 4\n5 (here)"

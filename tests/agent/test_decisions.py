"""Which newer line replaces an older one, and which only seems to."""

from __future__ import annotations

from datetime import date

import pytest

from coach.agent.decisions import decides, replaces
from coach.domain.evidence import Evidence
from tests.agent.evidence import found

MAY, SEPTEMBER = date(2026, 5, 6), date(2026, 9, 8)


def pair(newer: str, older: str, *titles: str) -> tuple[Evidence, Evidence]:
    new, old = titles or ("Minutes", "Minutes")
    return found("N9.1", newer, on=SEPTEMBER, title=new), found("N3.1", older, on=MAY, title=old)


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        (
            "The fraud model is retrained once a month and no longer every week.",
            "The fraud model is retrained every week on Mondays.",
        ),
        (
            "The training budget is 15,000 euros.",
            "Training budget stays at 12,000 euros.",
        ),
        (
            "We decided that retraining the fraud model happens monthly and no longer weekly.",
            "We decided that retraining the fraud model happens weekly.",
        ),
        (
            "Sprint length: 3 weeks.",
            "Sprint length: 2 weeks.",
        ),
        (
            "The team meets on Thursday.",
            "The team meets on Tuesday.",
        ),
        (
            "Code reviews need two approvals.",
            "Code reviews need one approval.",
        ),
        (
            "The second platform engineer is approved.",
            "The request for a second platform engineer is refused until January 2027.",
        ),
        (
            "Deploys on Fridays are not allowed.",
            "Deploys on Fridays are allowed.",
        ),
        (
            "The alert threshold is 0.3.",
            "The alert threshold is 0.2.",
        ),
        (
            "Agreed: the standup takes 10 minutes.",
            "The standup takes 15 minutes.",
        ),
        (
            "We no longer write design documents for spikes.",
            "A spike needs a design document of one page.",
        ),
        (
            "Decided: we buy the feature store instead of building our own.",
            "Decided: we build our own feature store.",
        ),
        (
            "The rule that sales names no date is withdrawn.",
            "Sales names no date before I confirm it.",
        ),
        (
            "The weekly status meeting is cancelled.",
            "The status meeting is every Monday at 10:00.",
        ),
        (
            "Stand-ups start at 09:30.",
            "Stand-ups start at 09:00.",
        ),
        (
            "The release train leaves every second week.",
            "The release train leaves every week.",
        ),
        (
            "Decided: the first client goes live on 19 October.",
            "Decided: the first client goes live on 2 November.",
        ),
        (
            "We do not review notebooks any more.",
            "We review notebooks before they are merged.",
        ),
        (
            "On call is now voluntary.",
            "On call is mandatory.",
        ),
        (
            "We decided to drop the nightly report.",
            "We decided to keep the nightly report.",
        ),
    ],
)
def test_it_replaces_what_it_takes_back_or_says_otherwise(newer: str, older: str) -> None:
    new, old = pair(newer, older)
    assert replaces(new, old)
    assert not replaces(old, new)


@pytest.mark.parametrize(
    ("newer", "older"),
    [
        (
            "On 26 August his review had 31 comments.",
            "She finds the Tuesday review fast.",
        ),
        (
            "The fraud model is retrained once a month and no longer every week.",
            "Lunch is at noon.",
        ),
        (
            "Shadow results after 30 days: recall 3.1 points above the live model, "
            "scoring time 92 ms instead of the 80 ms that we allow.",
            "scoring time, 99th percentile, below 80 ms",
        ),
        (
            "Shadow results after 30 days: recall 3.1 points above the live model, "
            "scoring time 92 ms instead of the 80 ms that we allow.",
            "recall at a 0.5% alert rate, 2 points above the live model",
        ),
        (
            "The fraud model is retrained once a month and no longer every week.",
            "Mon 10 Aug, 02:40: weekly retraining failed, disk full on the training machine; restarted at 06:15.",
        ),
        (
            "The training budget is 15,000 euros.",
            "The travel budget is 12,000 euros.",
        ),
        (
            "The training budget for the platform team is 15,000 euros.",
            "The training budget for the data team is 12,000 euros.",
        ),
        (
            "The second candidate starts on 1 August.",
            "The first candidate starts on 1 June.",
        ),
        (
            "The review takes 45 minutes.",
            "The review is on Tuesday.",
        ),
        (
            "We no longer accept reviews without a test.",
            "The review of the test plan was accepted on Monday.",
        ),
        (
            "The account manager told the client on 1 October that the sequence model goes live on 19 October, "
            "two weeks before our date of 2 November.",
            "Sequence model in shadow from 1 September, first client live on 2 November.",
        ),
        (
            "Should the standup take 10 minutes?",
            "The standup takes 15 minutes.",
        ),
        (
            "Maybe we retrain monthly instead of weekly.",
            "Decided: we retrain weekly.",
        ),
        (
            "The junior engineer gets 2 Fridays a month for the course.",
            "The senior engineer gets 1 Friday a month for the course.",
        ),
        (
            "Staging deploys happen every day.",
            "Production deploys happen every week.",
        ),
        (
            "We stop an approach after two misses of the bar.",
            "We start an approach with one page.",
        ),
        (
            "The vendor's price is 84,000 euros a year on the three-year plan.",
            "The vendor's price is 110,000 euros a year on the one-year plan.",
        ),
        (
            "Recall fell from 71% to 64%.",
            "Recall is 70%.",
        ),
        (
            "The platform engineer may release within 24 hours after a drift alarm, "
            "without waiting for the Tuesday review.",
            "A result without a comparison to the live model is not discussed in the Tuesday review.",
        ),
        (
            "No weekend work without my word, and a day off for each day worked.",
            "Four people worked on at least one weekend in the last three.",
        ),
        (
            "Requests from outside come to me first, for the next two sprints.",
            "Eleven requests from outside came directly to single engineers, six of them from sales.",
        ),
        (
            "Runs cost 1.5 days of work a week instead of half a day.",
            "The data engineer works half a day a week on checks of the feed.",
        ),
        (
            "We no longer meet on Fridays.",
            "We have lunch together on Fridays.",
        ),
        (
            "The drift alarm fires above 0.2.",
            "The drift alarm compares the score of the last 7 days.",
        ),
        (
            "A date to the client is confirmed by me within 5 working days.",
            "Compliance needs the bias report 10 working days before the start.",
        ),
    ],
)
def test_it_replaces_nothing_that_it_only_resembles(newer: str, older: str) -> None:
    assert not replaces(*pair(newer, older))


def test_one_word_is_one_thing_only_under_titles_that_share_one() -> None:
    lines = "Budget: 84,000 euros.", "Budget: 90,000 euros."
    assert not replaces(*pair(*lines, "Feature store", "Search project"))
    assert replaces(*pair(*lines, "Feature store, September", "Feature store, May"))


def test_without_dates_or_on_the_same_day_nothing_is_newer() -> None:
    new, old = "The alert threshold is 0.3.", "The alert threshold is 0.2."
    assert not replaces(found("N9.1", new), found("N3.1", old, on=MAY))
    assert not replaces(found("N9.1", new, on=MAY), found("N3.1", old, on=MAY))


@pytest.mark.parametrize(
    ("text", "title", "expected"),
    [
        ("Decided: we retrain monthly.", "Minutes", 2),
        ("We agreed to freeze on Friday.", "Retro", 2),
        ("Labels arrive late.", "Decision: retrain monthly", 1),
        ("The coffee was cold.", "Retro", 0),
        ("Should we decide on Friday?", "Decision: retrain monthly", 0),
        ("Open: a page with review rules (analyst)", "Retro", 1),
        ("I think we agreed on that, maybe.", "Transcript", 0),
    ],
)
def test_how_surely_a_line_decides(text: str, title: str, expected: int) -> None:
    assert decides(found("N1.1", text, title=title)) == expected

"""Invented notes of a machine-learning team, as many and as long as a measurement needs.

The same seed gives the same notes. Five kinds in equal numbers: decisions, retros, one-to-ones, incident reviews (all
Markdown with front matter, headings, list items and short paragraphs) and transcripts (text, a sentence a turn). How
many statements a note has varies: transcripts are about four times as long as decisions.

How true to life they are: every sentence is put together from eighteen patterns and 124 phrases, 450 words in all.
They have 7 to 37 words (half of them 25 and more) and about 125 characters, in plain English without slips, code or
links. No sentence stands there twice, so nothing is spared because it is known already. But they are far more alike
than those of a real team: each word stands in thousands of statements, so that a search for words has more to score
than it has among real notes, and a search for meaning finds many that are nearly as near.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

_THINGS = """
    fraud model|ranking service|feature store|labelling queue|churn forecast|pricing model|search index|data contract
    evaluation suite|retraining job|demand forecast|image classifier|recommendation feed|drift alarm|annotation guide
    release checklist|batch pipeline|inference gateway|support assistant|document parser|anomaly detector
    model registry|experiment tracker|credit score|speech model|translation service|routing optimiser|vision pipeline
    event stream|consent filter|capacity plan|monitoring board|shadow deployment|test harness|holdout set|cost report
    training cluster
"""
_WHO = """
    the platform team|the data engineers|sales|the product manager|legal|the site reliability group|finance
    the new analyst|the research lead|customer support|the compliance officer|the operations desk
    the annotation vendor|the second squad|the staff engineer|the steering group|the security reviewers
    our largest client|the regional office|the design lead
"""
_DID = """
    asked for an earlier date|agreed to own the follow-up|raised a concern about quality|wanted proof before the launch
    offered two people for a sprint|found a gap in the labels|questioned the sample size|promised an answer in writing
    turned the request down|saw the numbers for the first time|proposed a smaller scope|reported slower responses
    blamed the last migration|needed a plainer explanation|accepted the trade-off|escalated to the director
"""
_WHY = """
    because the old contract ends soon|since nobody had checked the upstream tables|because two people were away
    as the budget was cut in spring|because the vendor changed its format|since the alert fired too late
    because reviews took longer than planned|as the baseline turned out to be weak|because the logs were incomplete
    since the client reads every report|because the test data had leaked|as the on-call load had doubled
    because latency matters more than accuracy here|since the regulator asked for evidence|because nobody owned it
"""
_ACTS = """
    freeze the schema|retrain every month|move the rollout behind a flag|add a second reviewer|write the summary first
    drop the weakest feature|publish the error budget|rehearse the rollback|split the ticket|pair on the hard part
    measure before tuning|pause new requests|hand the dashboard over|label another batch|keep the simple baseline
    review the thresholds together|stop the nightly export|document the failure cases|call the client|limit the pilot
"""
_METRICS = """
    precision|recall|median latency|queue length|weekly cost|label agreement|calibration error|coverage|throughput
    the share of manual checks|the false alarm rate|time to recover|conversion|the backlog|memory use|complaint volume
"""
_PATTERNS = (
    "{Who} {did} about the {thing}, and we will {act} before {day} so that {metric} stays under {n} percent.",
    "For the {thing} we decided to {act} {why}, which should bring {metric} to {n} percent by {day}.",
    "When the {thing} failed on {day}, {who} {did}, and {metric} moved by {n} points within an hour.",
    "I told {who} that we cannot {act} for the {thing} until {metric} has been steady for {n} days.",
    "What went well with the {thing}: {who} {did} on {day}, and {metric} improved by {n} percent in the end.",
    "The {thing} is still at risk {why}, so {who} will {act} and report {metric} after {n} more runs.",
    "We spent {n} hours on the {thing} in the week of {day} {why}, although {metric} had hardly changed at all.",
    "Next time {who} should {act} as soon as {metric} of the {thing} leaves its range for {n} minutes.",
    "Instead of the {other} we keep the {thing}, {why}, and look at {metric} again in {n} weeks.",
    "{Who} {did} {why}; the {thing} and the {other} both wait until {day}, and {n} tickets stay open.",
    "It was agreed with {who} to {act} for the {thing} by {day}, whatever {metric} shows in the next {n} samples.",
    "{Who} will {act} by {day}.",
    "{Who} {did} on {day}.",
    "On {day} {metric} of the {thing} was {n} percent.",
    "We {act} for the {thing} from {day} on.",
    "Ask {who} about the {thing} before {day}, {why}.",
    "The {thing} waits for the {other} until {day}.",
    "My own part in the trouble with the {thing} was that I did not {act} when {metric} passed {n} percent on {day}.",
)
_KINDS = ("decision", "retro", "one-to-one", "incident", "transcript")
#: Statements in a note of each kind against those of another.
_LENGTHS = {"decision": 0.5, "retro": 1.0, "one-to-one": 0.75, "incident": 0.9, "transcript": 2.0}
_HEADINGS = {
    "decision": ("Context", "Decision", "Consequences"),
    "retro": ("What went well", "What did not", "What we try"),
    "one-to-one": ("Since last time", "Worries", "Agreed"),
    "incident": ("Timeline", "Causes", "Follow-up"),
}
_SPEAKERS = ("Lead", "Engineer", "Analyst", "Researcher")
_MONTHS = (
    *("January", "February", "March", "April", "May", "June"),
    *("July", "August", "September", "October", "November", "December"),
)
_FIRST_DAY = date(2024, 1, 1)
_DAYS = 1000
_IN_A_FOLDER = 100


@dataclass
class Notes:
    """A source of invented sentences and notes, of which no sentence comes twice."""

    random: random.Random

    def __post_init__(self) -> None:
        self._said: set[str] = set()

    def sentence(self) -> str:
        """Return a sentence that was not said before."""
        while (sentence := self._drawn()) in self._said:
            pass
        self._said.add(sentence)
        return sentence

    def question(self) -> str:
        """Return a question as somebody may ask it about such notes; it may come twice."""
        pick = self.random.choice
        thing, who, act, metric = pick(_PHRASES[0]), pick(_PHRASES[1]), pick(_PHRASES[4]), pick(_PHRASES[5])
        return pick(
            (
                f"What did we decide about the {thing}?",
                f"Why did {who} object to the {thing}, and how do I answer?",
                f"{who.capitalize()} wants us to {act}, but {metric} is getting worse. What do I say?",
                f"My team is tired of the {thing}. Should we {act} anyway?",
                f"How do I tell {who} that the {thing} will be late?",
            )
        )

    def note(self, kind: str, statements: int) -> tuple[str, str]:
        """Return the name of a file, without what tells it from others, and what it says: so many statements."""
        day = _FIRST_DAY + timedelta(days=self.random.randrange(_DAYS))
        thing = self.random.choice(_PHRASES[0])
        title = f"{kind.capitalize()} about the {thing}"
        name = f"{day.isoformat()}-{thing.replace(' ', '-')}"
        if kind == "transcript":
            turns = (f"{_SPEAKERS[i % len(_SPEAKERS)]}: {self.sentence()}\n" for i in range(statements))
            return f"{name}.txt", "\n".join(turns)
        lines = [f"---\ntitle: {title}\ndate: {day.isoformat()}\ntags: [{kind}]\n---\n"]
        for at, heading in enumerate(_HEADINGS[kind]):
            part = [self.sentence() for _ in range(at, statements, len(_HEADINGS[kind]))]
            if part:
                # Every other part is a paragraph, as people write them.
                text = " ".join(part) if at == 1 else "\n".join(f"- {sentence}" for sentence in part)
                lines.append(f"## {heading}\n\n{text}\n")
        return f"{name}.md", "\n".join(lines)

    def _drawn(self) -> str:
        pick = self.random.choice
        things, who, did, why, acts, metrics = _PHRASES
        thing, other = self.random.sample(things, 2)
        someone = pick(who)
        return pick(_PATTERNS).format(
            thing=thing,
            other=other,
            who=someone,
            Who=someone.capitalize(),
            did=pick(did),
            why=pick(why),
            act=pick(acts),
            metric=pick(metrics),
            n=self.random.randrange(2, 99),
            day=f"{self.random.randrange(1, 29)} {pick(_MONTHS)}",
        )


def write_notes(folder: Path, *, files: int, statements: int, seed: int = 7) -> Notes:
    """Write `files` notes with `statements` statements in all, a hundred in each folder below `folder`.

    Returns:
        What they came from; what else is taken from it stands in none of them.
    """
    if statements < files:
        raise SystemExit("There must be a statement for each file at least.")
    notes = Notes(random.Random(seed))
    for i, (kind, count) in enumerate(_shares(notes.random, files, statements)):
        name, text = notes.note(kind, count)
        path = folder / f"{i // _IN_A_FOLDER:03}" / f"{Path(name).stem}-{i:05}{Path(name).suffix}"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    return notes


def questions(count: int, seed: int = 11) -> list[str]:
    """Return questions about such notes."""
    notes = Notes(random.Random(seed))
    return [notes.question() for _ in range(count)]


def _shares(chance: random.Random, files: int, statements: int) -> Iterator[tuple[str, int]]:
    """The kind and the number of statements of each file."""
    kinds = [_KINDS[i % len(_KINDS)] for i in range(files)]
    weights = [_LENGTHS[kind] * chance.uniform(0.6, 1.4) for kind in kinds]
    left, weight_left = statements - files, sum(weights)
    for kind, weight in zip(kinds, weights, strict=True):
        more = min(left, round(left * weight / weight_left)) if weight_left > weight else left
        left, weight_left = left - more, weight_left - weight
        yield kind, 1 + more


def _split(text: str) -> tuple[str, ...]:
    return tuple(phrase.strip() for line in text.strip().splitlines() for phrase in line.split("|"))


_PHRASES = tuple(_split(text) for text in (_THINGS, _WHO, _DID, _WHY, _ACTS, _METRICS))

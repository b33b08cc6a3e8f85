"""Sources and answers as people see them, apart from the corpus: a picture changes only with the screens."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from coach.domain.answer import Answer, Citation, Sentence, Status, Verdict
from coach.domain.evidence import Evidence, Retrieval
from coach.domain.source import Source, SourceKind, Statement, StatementKind
from coach.models.choice import ModelChoice, what_leaves
from tests.tui.fakes import ScriptedCoach, ScriptedLibrary

QUESTION = "Sales promised our fraud model to a client two weeks early, and my team is tired. How do I handle this?"
TITLE = "Sales promised our fraud model two weeks early"
ADDRESS = "https://api.example.org/v1"
MODEL = "large-chat (api.example.org)"


def statements(source: str, kind: StatementKind, *texts: str, heading: tuple[str, ...] = ()) -> tuple[Statement, ...]:
    return tuple(Statement(f"{source}.{i}", text, kind, heading, line=i + 4) for i, text in enumerate(texts, 1))


P3 = Source(
    "P3",
    SourceKind.PRINCIPLE,
    "Build strong infrastructure for development",
    statements(
        "P3",
        StatementKind.PRINCIPLE,
        "ML projects advance by iterating, so the process has to support iteration.",
        "You may have to persuade upper management to invest in infrastructure first.",
    ),
    path="corpus/principles/p3.md",
    builtin=True,
)
P8 = Source(
    "P8",
    SourceKind.PRINCIPLE,
    "Speak up for your team and shield it from disruption",
    statements(
        "P8",
        StatementKind.PRINCIPLE,
        "Bring the team's achievements to leadership, and name the individuals who contributed to them.",
        "When you talk with stakeholders and leadership, set expectations of the product that are realistic.",
        "Negotiate deadlines and resources, and do not overpromise.",
        "Many tech leads drive their teams to exhaustion by agreeing too readily to whatever stakeholders ask for.",
        "Internal politics cannot always be avoided, but do your best to shield the team from them.",
    ),
    path="corpus/principles/p8.md",
    builtin=True,
)
C1 = Source(
    "C1",
    SourceKind.PRACTICE,
    "Saying no and negotiating a date",
    statements(
        "C1",
        StatementKind.ADVICE,
        "Buy a little time before you answer: say 'I want to give you a date that will hold', and send it by noon.",
        "Sort the work into known, guessed and not yet tried by anyone.",
        "Ask what a date is for before you haggle over it: 'What happens on that day, and who needs to see what?'",
        "When someone promised your model over your head, go to that person before anyone else: 'What exactly did the "
        "customer hear? I would like us to correct it together this week.'",
        "The person who presses you for a date may have given their own word upstairs.",
        "A padded estimate is a no in disguise; show the risk as a line of its own instead.",
        "If your no is met with 'then work harder', then ask 'Which of our running projects may stop for it?'",
        "What could your team deliver by the date they asked for that you would gladly put your own name to?",
    ),
    when="somebody wants a date, a scope or a promise that your team cannot honestly give.",
    serves=("P8",),
    draws_on=("Ury, The Power of a Positive No (2007)",),
    path="corpus/practices/c1.md",
    builtin=True,
)
C13 = Source(
    "C13",
    SourceKind.PRACTICE,
    "When the team has more work than hours, and everybody says that all of it matters most",
    statements("C13", StatementKind.ADVICE, "List the running projects, and ask which of them may stop."),
    when="the work outgrows the people.",
    serves=("P8",),
    path="corpus/practices/c13.md",
    builtin=True,
)
C16 = Source(
    "C16",
    SourceKind.PRACTICE,
    "When a matter belongs to somebody else",
    statements(
        "C16",
        StatementKind.ADVICE,
        "When somebody may be in danger now, call the local emergency number or a crisis line first.",
        "Speak about what you noticed and leave the diagnosis to others: 'I am worried. Will you talk to a doctor?'",
    ),
    when="a matter is not yours to settle.",
    path="corpus/practices/c16.md",
    builtin=True,
)
N3 = Source(
    "N3",
    SourceKind.NOTE,
    "Agreement with sales about dates",
    (
        *statements(
            "N3",
            StatementKind.NOTE,
            "Met the head of sales and two account managers for 45 minutes.",
            "Sales gives a client no delivery date before I have confirmed that date in writing.",
            "I answer a request for a date within 3 working days, with a range and the biggest risk.",
            heading=("Agreement with sales about dates", "Agreed"),
        ),
    ),
    date=date(2026, 4, 21),
    path="/home/ada/notes/2026-04-21-agreement-with-sales.md",
    private=True,
)
N5 = Source(
    "N5",
    SourceKind.NOTE,
    "Hiring loop: second data engineer",
    statements("N5", StatementKind.NOTE, "Two rounds, one of them in pairs with the person who would mentor."),
    date=date(2026, 6, 11),
    path="/home/ada/notes/2026-06-11-hiring-loop.md",
)
SOURCES = (P3, P8, C1, C13, C16, N3, N5)
_STATEMENTS = {s.id: (source, s) for source in SOURCES for s in source.statements}


def evidence(*ids: str) -> tuple[Evidence, ...]:
    """Evidence for these statements, best first."""
    found = []
    for i, (source, s) in enumerate(_STATEMENTS[i] for i in ids):
        why = "situation 0.71 “Sales sold a date nobody asked me about”, meaning 0.62, wording"
        score = round(0.91 - 0.06 * i, 2)
        found.append(Evidence(s, source.kind, source.title, score, why, source.date, source.private))
    return tuple(found)


def quote(statement_id: str, part: str) -> Sentence:
    """A claim that is its statement."""
    _, s = _STATEMENTS[statement_id]
    return Sentence(s.text, (Citation(s.id, s.hash),), Verdict.SUPPORTED, 1.0, "verbatim", part=part)


def claim(text: str, statement_id: str, score: float, opens: str = "", **more: str) -> Sentence:
    """A claim that a model wrote."""
    _, s = _STATEMENTS[statement_id]
    verdict = Verdict.SUPPORTED if score >= 0.5 else Verdict.UNSUPPORTED
    return Sentence(text, (Citation(s.id, s.hash),), verdict, score, "model", opens=opens, **more)


def _quoted(status: Status, *sentences: Sentence) -> Answer:
    cited = [c.id for s in sentences for c in s.citations]
    return Answer(status, sentences, evidence(*cited), QUESTION, checker="lexical+embedding", timings={"total": 0.32})


ANSWERED = _quoted(
    Status.ANSWERED,
    Sentence(f"This is about a moment when {C1.when}", part="frame"),
    quote("P8.3", "point"),
    quote("P8.2", "point"),
    quote("C1.3", "how"),
    quote("C1.4", "how"),
    Sentence("Your note of 2026-04-21, “Agreement with sales about dates”:", part="notes"),
    quote("N3.2", "notes"),
    quote("C1.5", "other side"),
    quote("C1.6", "caution"),
    quote("C1.7", "plan"),
    quote("C1.8", "question"),
)
SILENT = replace(
    _quoted(
        Status.SILENT,
        Sentence("Nothing in the sources covers this, so there is no advice to give on it.", part="gap"),
        Sentence("The nearest that they hold, which may not be what you need:", part="nearest"),
        quote("P3.1", "nearest"),
        quote("P3.2", "nearest"),
    ),
    question="What is the best way to grow tomatoes on a balcony?",
)
REFERRED = replace(
    _quoted(
        Status.REFERRED,
        Sentence("This sounds like an emergency, and it deserves more than advice from a program.", part="referral"),
        quote("C16.1", "referral"),
        quote("C16.2", "referral"),
        Sentence("If you wish, I can help you prepare that conversation, and nothing beyond it.", part="offer"),
    ),
    question="An engineer told me that nothing has a point any more, and did not come in today.",
)
_WRITTEN = Answer(
    Status.ANSWERED,
    (
        claim("Go to the person who made the promise before you go to anybody else.", "C1.4", 0.94, "paragraph"),
        claim("Ask what the date is *for*: a demo may need far less than the whole model.", "C1.3", 0.88),
        Sentence("Then bring two things:", opens="paragraph"),
        claim("a date that you can keep, with the biggest risk beside it;", "N3.3", 0.81, "-"),
        claim("the question which running project may stop for it.", "C1.7", 0.9, "-"),
    ),
    evidence("C1.4", "C1.3", "C1.7", "N3.3", "P8.3"),
    QUESTION,
    MODEL,
    "free",
    "model",
    {"total": 4.21},
)
STREAMED = _WRITTEN
PARTIAL = replace(
    _WRITTEN,
    status=Status.PARTIAL,
    sentences=(
        *_WRITTEN.sentences[:2],
        claim("Offer the team a bonus for the two weeks.", "P8.4", 0.12, reason="the statement says nothing of pay"),
        Sentence("Everybody will understand that.", (), Verdict.UNCITED, checker="model"),
        Sentence("What the contract with the client allows is not covered.", part="gap"),
    ),
    evidence=evidence("C1.4", "C1.3", "P8.4"),
    dropped=1,
    remarks=("2 private lines were left out: what is private never leaves this machine.",),
)
MENDED = replace(
    _WRITTEN,
    sentences=(
        _WRITTEN.sentences[0],
        claim(
            "Negotiate the date, and do not overpromise.",
            "P8.3",
            0.86,
            mended_from="Tell the client that the date was never real.",
        ),
        replace(quote("C1.6", "point"), mended_from="Pad your estimate a little."),
    ),
    evidence=evidence("C1.4", "P8.3", "C1.6"),
    mended=2,
    dropped=1,
)


class Library(ScriptedLibrary):
    """Holds these sources, and finds the same in them whatever is asked."""

    def __init__(self) -> None:
        super().__init__()
        self.all = list(SOURCES)

    def search(self, question: str, *_: Any, **__: Any) -> Retrieval:
        return Retrieval(question, evidence=evidence("C1.3", "P8.3", "C1.4", "N3.2", "P8.2", "N3.3", "C1.8", "C13.1"))


def coach_without_model() -> ScriptedCoach:
    """One that found no model."""
    coach = ScriptedCoach()
    coach.library = Library()
    coach.choice = ModelChoice("none", why="There is no key, no Ollama, and no local model.", open=True)
    return coach


def coach_with_model() -> ScriptedCoach:
    """One that asks an endpoint elsewhere."""
    coach = coach_without_model()
    coach.choice = ModelChoice(
        "endpoint",
        "large-chat",
        ADDRESS,
        remote=True,
        ability="free",
        why="The settings name this endpoint.",
        leaves=what_leaves(ADDRESS),
    )
    return coach


def with_conversations(coach: ScriptedCoach, answer: Answer = ANSWERED) -> ScriptedCoach:
    """Let it have kept four conversations; `answer` is that of the first."""
    coach.keep(TITLE, answer)
    coach.keep("Feedback for a strong engineer who goes quiet", MENDED)
    coach.keep("Sag nein, ohne die Tür zuzuschlagen: 会議の後で何を言うか", PARTIAL)
    coach.keep("I still review every pull request myself. How do I let go, when the last two releases broke?", SILENT)
    return coach

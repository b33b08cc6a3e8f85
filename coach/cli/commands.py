"""What the commands of a conversation in plain lines do. Each returns what is to be said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from coach.cli.conversation import THIS, Conversation, Shelf
from coach.cli.plain import answer_text, cited_text, claims_text, found_text, source_text, statement_text, why_text
from coach.cli.why import why_lines
from coach.domain.changes import changes_of, cited_in, stale_line
from coach.domain.errors import InputError
from coach.domain.ids import is_source_id, is_statement_id
from coach.domain.layout import cited
from coach.domain.source import SourceKind
from coach.domain.text import clean_line

if TYPE_CHECKING:
    from coach.agent.coach import Coach
    from coach.domain.answer import Answer

HELP = """\
Type what is on your mind and press Enter; what follows is taken as a follow-up.
While an answer is being made, Control C stops it.

About the answer:
P8.2                    open a statement by its id, or P8 its whole source
3                       open the third statement that the answer cites
/why                    list its claims; /why 2 says why the second one stands there
/why N12.4              a statement in its file, and whether it changed since answers cited it
/again                  ask the last question again
/edit                   put the last question into the prompt, to change it
/long                   type a question of several lines; a line with only a full stop ends it
/copy                   copy the answer; /copy sources copies it with what it cites

What comes of it:
/commit                 keep its if-then plan, to change first, with a day on which Coach asks what happened
/commit 2 due Thursday  keep the second plan that it offers; /commit If ... keeps one of your own
/commitments            what you planned and what is due
/prepare TEXT           prepare a talk: asks what is missing, and makes a brief of one page

About the conversation:
/read                   read the last answer again; /read 1 the first question and its answer
/find WORDS             where these words stand in the conversation
/export FILE            write it as Markdown; without FILE into this folder
/new                    begin another one

About all conversations:
/sessions               list them with numbers; /sessions WORDS those with these words
/continue 2             go on with the second one
/rename 2 TITLE         give it another title; /rename this TITLE the one that is open
/delete 2               delete it; /delete this the one that is open
/undo                   take the last deletion back; possible until you leave

About the sources:
/sources                list them; /sources note only the notes (principle, practice)
/search WORDS           statements that fit these words
To add or remove some, leave and run: coach sources --help

/help                   this list
/quit                   leave; so does Control D"""


class Commands:
    """The commands, by name, that need nothing but what is kept and what was answered.

    Args:
        coach: whose sources and conversations they are.
        conversation: the one that is open.
        shelf: the others.
        leaves: what leaves the machine, one sentence; empty where nothing does.
    """

    def __init__(self, coach: Coach, conversation: Conversation, shelf: Shelf, leaves: str) -> None:
        self._coach = coach
        self._conversation = conversation
        self._shelf = shelf
        self._leaves = leaves
        self._all: dict[str, Callable[[str], str]] = {
            "/help": lambda _: HELP,
            "/new": self._new,
            "/why": self._why,
            "/copy": self._copy,
            "/read": self._read,
            "/find": self._find,
            "/export": self._export,
            "/sessions": self._sessions,
            "/continue": self._continue,
            "/rename": self._rename,
            "/delete": self._delete,
            "/undo": self._undo,
            "/sources": self._sources,
            "/search": self._search,
        }

    def said(self, line: str) -> str | None:
        """Return what a line says if it is a command, an id or a number of a statement; None where it is a question.

        Raises:
            CoachError: it is a command, and cannot be done.
        """
        name, _, rest = line.partition(" ")
        if (command := self._all.get(name.lower())) is not None:
            return command(rest.strip())
        if _is_id(line):
            return self._opened(line)
        if line.isascii() and line.isdigit():
            return self._cited(line)
        if name.startswith("/") and name[1:].isalpha():
            raise InputError(f"There is no command {name}.", "/help lists them.")
        return None

    # The answer.

    def _shown(self) -> Answer:
        if self._conversation.shown is None:
            raise InputError("There is no answer yet.", "Ask something first.")
        return self._conversation.shown

    def _cited(self, number: str) -> str:
        answer = self._shown()
        statements = cited(answer)
        if not statements:
            raise InputError("The answer cites no statement.", "/sources lists what there is to read.")
        return self._opened(statements[_number(number, len(statements), "The answer cites statements") - 1].id)

    def _opened(self, any_id: str) -> str:
        bare = any_id.strip("[]").upper()
        answer = self._conversation.shown
        citations = {c.id: c for s in answer.sentences for c in s.citations} if answer else {}
        try:
            source, statement = self._coach.library.find(bare)
        except InputError:
            if answer is None or bare not in citations:
                raise
            return cited_text(citations[bare], answer, None)
        if statement is None:
            return source_text(source)
        changed = cited_text(citations[bare], answer, statement) if answer and bare in citations else ""
        return statement_text(source, statement) + (f"\n{changed}" if changed else "")

    def _why(self, number: str) -> str:
        if _is_id(number):
            return "\n".join(why_lines(self._coach.past.why(number)))
        answer = self._conversation.shown
        if answer is None or not answer.claims:
            raise InputError("There is no answer with claims yet.", "Ask something first.")
        if not number:
            return claims_text(answer.claims)
        return why_text(answer, answer.claims[_number(number, len(answer.claims), "The answer has claims") - 1])

    def _copy(self, what: str) -> str:
        from coach.tui.clipboard import copy_by_program
        from coach.tui.export import plain

        if copy_by_program(plain(self._shown(), sources=what == "sources")):
            return "Copied."
        raise InputError("There is no program here that copies.", "/export writes the conversation to a file.")

    # The conversation.

    def _new(self, _: str) -> str:
        self._conversation.new()
        return "A new conversation."

    def _read(self, number: str) -> str:
        answers = self._conversation.answers
        self._shown()
        wanted = _number(number, len(answers), "There are questions") if number else len(answers)
        self._conversation.shown = answer = answers[wanted - 1]
        stale = stale_line(changes_of(answer, self._coach.past.changes(cited_in([answer]))))
        text = answer_text(answer, self._leaves, numbered=True)
        return "\n".join(p for p in (f"Question {wanted}: {answer.question}\n\n{text}", stale) if p)

    def _find(self, words: str) -> str:
        wanted = clean_line(words).casefold()
        if not wanted:
            raise InputError("There is nothing to look for.", "Say what: /find deadline")
        lines = []
        for number, answer in enumerate(self._conversation.answers, 1):
            texts = [("Question", answer.question), *(("Answer", s.text) for s in answer.sentences)]
            texts += [(f"Statement {c.id}, cited in answer", c.text) for c in cited(answer) if c.text]
            lines += [f"{what} {number}: {clean_line(t)}" for what, t in texts if wanted in clean_line(t).casefold()]
        places = f"{len(lines)} {'place' if len(lines) == 1 else 'places'}."
        return "\n".join([*lines, places]) if lines else "That stands nowhere in this conversation."

    def _export(self, name: str) -> str:
        from coach.agent.talks.exported import note_export
        from coach.tui.export import file_name, markdown, write

        answers = self._conversation.answers
        if not answers:
            raise InputError("There is no conversation to export yet.", "Ask something first.")
        kept = [s.title for s in self._coach.sessions() if s.id == self._conversation.session]
        title = kept[0] if kept else clean_line(answers[0].question)[:120]
        path = Path(name or file_name(title)).expanduser()
        write(path, markdown(title, answers, self._coach.past.changes(cited_in(answers))))
        if self._conversation.session:
            note_export(self._coach, path, [f"session:{self._conversation.session}"])
        return f"Written to {path}."

    # All conversations.

    def _sessions(self, words: str) -> str:
        listed = self._shelf.list(words)
        lines = [
            f"{i}. {clean_line(s.title)}, {s.updated.astimezone():%Y-%m-%d %H:%M}"
            + (", open" if s.id == self._conversation.session else "")
            for i, s in enumerate(listed, 1)
        ]
        return "\n".join(lines) or ("No conversation has these words." if words else "There are no conversations yet.")

    def _continue(self, name: str) -> str:
        if not name:
            raise InputError("Which conversation?", "List them with /sessions, then: /continue 1")
        session = self._shelf.find(name, self._conversation.session)
        self._conversation.go_on(session.id)
        return going_on(session.title, self._conversation)

    def _rename(self, rest: str) -> str:
        name, _, title = rest.partition(" ")
        title = clean_line(title)
        if not title:
            raise InputError("There is no title.", f"Say which and what: /rename {THIS} The promised date")
        session = self._shelf.find(name, self._conversation.session)
        self._coach.rename_session(session.id, title)
        return f"Renamed. It is now called: {title}"

    def _delete(self, name: str) -> str:
        if not name:
            raise InputError("Which conversation?", f"List them with /sessions, then: /delete 1, or /delete {THIS}")
        session = self._shelf.find(name, self._conversation.session)
        self._shelf.delete(session)
        begun = ""
        if session.id == self._conversation.session:
            self._conversation.new()
            begun = " A new conversation begins."
        return f"Deleted: {clean_line(session.title)}. /undo takes it back until you leave.{begun}"

    def _undo(self, _: str) -> str:
        return f"It is back: {clean_line(self._shelf.undo().title)}. /sessions lists it."

    # The sources.

    def _sources(self, what: str) -> str:
        kinds = {k.value: k for k in SourceKind} | {f"{k.value}s": k for k in SourceKind}
        if what and what.lower() not in kinds:
            return self._opened(what)
        rows = [
            f"{s.id} {s.kind.value}{f' of {s.date.isoformat()}' if s.date else ''}: {s.title}"
            + (", private" if s.private else "")
            for s in self._coach.library.sources(kinds.get(what.lower()))
        ]
        return "\n".join(rows) or "There are no sources of this kind."

    def _search(self, words: str) -> str:
        if not words:
            raise InputError("There is nothing to look for.", "Say what: /search a deadline that we cannot meet")
        return found_text(self._coach.library.search(words))


def going_on(title: str, conversation: Conversation) -> str:
    """Return what is said when a kept conversation is opened."""
    count = len(conversation.answers)
    read = "/read reads the last answer" + (f", /read 1 to /read {count} each of them." if count > 1 else ".")
    asked = f"\nThe last question was: {conversation.question}\n{read}" if count else ""
    return f"Going on with: {clean_line(title)}{asked}"


def _number(text: str, most: int, what: str) -> int:
    if not text.isascii() or not text.isdigit() or len(text) > 6 or not 1 <= int(text) <= most:
        raise InputError(f"{what} 1 to {most}.", "Give one of these numbers.")
    return int(text)


def _is_id(line: str) -> bool:
    bare = line.strip("[]").upper()
    return is_source_id(bare) or is_statement_id(bare)

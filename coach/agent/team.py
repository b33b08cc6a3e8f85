"""The team's server: what one shares there, by consent alone, and what teammates share."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from coach.agent.library import Library
from coach.agent.vault_report import TeamReport
from coach.domain.errors import InputError, StoreError
from coach.domain.source import SourceKind
from coach.models.addresses import host_of, is_loopback
from coach.retrieval.team_rows import MOST_STATEMENTS, Member, label_of
from coach.retrieval.team_server import TeamError
from coach.retrieval.team_sharing import TeamSharing, shareable
from coach.settings import Settings
from coach.store.team import TeamSources
from coach.store.team_record import TeamRecord, new_record, read_record, write_record

#: Called with how many sources are written and how many there are to write.
Progress = Callable[[int, int], None]

_NO_SERVER = "No server of your team's is set."
_SET_IT = "Set COACH_CHROMA_URL to its address, such as http://team-server:8000"


@dataclass(frozen=True, slots=True)
class Share:
    """How much of something there is."""

    notes: int = 0
    principles: int = 0
    statements: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """What is shared by whoever shares, and what is not."""

    shared: Share
    #: Private: they stay on this machine.
    private: Share
    #: How many of the shared are so long that only their first statements are shared.
    cut: int = 0
    most: int = MOST_STATEMENTS


@dataclass(frozen=True, slots=True)
class TeamStatus:
    """How things stand with the team's server."""

    #: As it was set; empty where none is, or the host and port for people to read.
    url: str
    host: str
    #: Whether it is on another machine, and whether what goes there can be read on the way.
    remote: bool
    encrypted: bool
    #: Why it cannot be used, in plain words, and what to do; empty where it can.
    trouble: str
    hint: str
    #: Of the server.
    version: str
    #: What teammates share there, how many they are, and what they call themselves.
    theirs: Share
    members: int
    labels: tuple[str, ...]
    #: What is there of one's own.
    mine: Share
    #: Whether one agreed to share here, under which id and name.
    sharing: bool
    member: str
    label: str
    #: Another server that one agreed to share with, and that is not set any more; empty where there is none.
    elsewhere: str
    offer: Offer


class Team:
    """What the commands, the sync and the status ask. Everything here is synchronous.

    Args:
        home: the data folder; it remembers what one agreed to.
        sources: own sources and copies.
        library: brought up to date where principles came or went.
        sharing: writes to the server and takes over; None where no server is set.
    """

    def __init__(self, home: Path, sources: TeamSources, library: Library, sharing: TeamSharing | None) -> None:
        self._home = home
        self._sources = sources
        self._library = library
        self._sharing = sharing
        self._server = sharing.server if sharing is not None else None

    @property
    def is_set(self) -> bool:
        """Whether there is a server."""
        return self._server is not None

    def offer(self) -> Offer:
        """Return what would be shared, and what not."""
        own = [o for o in self._sources.own() if o.statements]
        chosen = [o for o in own if shareable(o)]
        return Offer(
            _share((o.kind, min(o.statements, MOST_STATEMENTS)) for o in chosen),
            _share((o.kind, o.statements) for o in own if o.private),
            sum(o.statements > MOST_STATEMENTS for o in chosen),
        )

    def status(self) -> TeamStatus:
        """Return how things stand; that the server cannot be used is a part of it."""
        record = self._record()
        server, member = self._server, record.member if record else ""
        trouble, hint, version = "", "", ""
        found = []
        if self._sharing is not None:
            try:
                version = self._sharing.server.version()
                found = self._sharing.census()
            except TeamError as e:
                trouble, hint = e.message, e.hint
        others = [row for row in found if row.member != member]
        sharing = record is not None and server is not None and record.server == server.url
        return TeamStatus(
            url=server.url if server else "",
            host=server.host if server else "",
            remote=server is not None and server.remote,
            encrypted=server is not None and server.url.startswith("https:"),
            trouble=trouble,
            hint=hint,
            version=version,
            theirs=_share((row.kind, 0) for row in others),
            members=len({row.member for row in others}),
            labels=tuple(sorted({row.label for row in others if row.label})),
            mine=_share((row.kind, 0) for row in found if row.member == member),
            sharing=sharing,
            member=member,
            label=record.label if record else "",
            elsewhere=record.server if record and record.server and not sharing else "",
            offer=self.offer(),
        )

    def share(self, label: str | None = None, progress: Progress | None = None) -> TeamReport:
        """Share from now on, and remember that; see `offer` for what.

        Args:
            label: what teammates see beside a random id; None leaves it as it is.
            progress: told how far it is.

        Raises:
            InputError: no server is set.
            TeamError: it cannot be used. That one agreed is remembered, so that the next sync does it.
        """
        server = self._needed().server
        record = self._record() or new_record()
        if label is not None:
            record = replace(record, label=label_of(label))
        # Remembered first: what was begun can then be taken back.
        write_record(self._home, replace(record, server=server.url))
        report = self.sync(progress)
        if report.trouble:
            raise TeamError(report.trouble, "That you share is remembered: coach notes sync does it when it answers.")
        return report

    def leave(self) -> int:
        """Share nothing any more, and take off the server what was shared; return how many sources these were.

        Raises:
            InputError: no server is set.
            TeamError: it cannot be used. Nothing more is shared all the same.
        """
        sharing = self._needed()
        record = self._record()
        if record is None:
            return 0
        if record.server == sharing.server.url:
            write_record(self._home, replace(record, server=""))
        try:
            return sharing.withdraw(record.member)
        except TeamError as e:
            again = "Nothing more is shared. What is there already goes when you run this again: coach team leave"
            raise TeamError(e.message, again) from e

    def sync(self, progress: Progress | None = None) -> TeamReport:
        """Bring the server in step with what one shares, if one does, and take over what teammates share.

        Raises:
            StoreError: the ledger cannot be used. What is wrong with the server stands in the report.
            ModelError: the embedder is an endpoint and fails.
        """
        if self._sharing is None:
            return self._let_go()
        record = self._record()
        report = TeamReport()
        try:
            if record is not None and record.server == self._sharing.server.url:
                published = self._sharing.publish(_member(record), progress)
                report = replace(report, shared=published.written, unshared=published.removed)
            pulled = self._sharing.pull(record.member if record else "")
        except TeamError as e:
            self._sharing.server.failed(e)
            return replace(report, trouble=e.message)
        if pulled.principles:
            self._library.bring_up_to_date()
        return replace(report, taken=pulled.taken, gone=pulled.removed)

    def _let_go(self) -> TeamReport:
        """Without a server the principles of the team do not count any more. Past answers still open its notes."""
        paths = [copy.path for copy in self._sources.copies().values() if copy.kind is SourceKind.PRINCIPLE]
        if paths:
            self._sources.remove(paths)
            self._library.bring_up_to_date()
        return TeamReport(gone=len(paths))

    def _needed(self) -> TeamSharing:
        if self._sharing is None:
            raise InputError(_NO_SERVER, _SET_IT)
        return self._sharing

    def _record(self) -> TeamRecord | None:
        return read_record(self._home)


def shares(settings: Settings) -> bool:
    """Whether one agreed to share with the server that is set. Raises `StoreError`."""
    record = read_record(settings.home) if settings.chroma_url else None
    return record is not None and record.server == settings.chroma_url


def what_leaves(settings: Settings) -> str:
    """Return what goes to the team's server on another machine, in a sentence or two; empty where nothing does."""
    if settings.chroma_url is None or is_loopback(settings.chroma_url):
        return ""
    host = host_of(settings.chroma_url)
    told = f"A vector of each question, from which its words can be guessed, goes to your team's server at {host}."
    try:
        return f"{told} So do your notes and principles that are not private." if shares(settings) else told
    except StoreError:
        # Why it cannot be read is said where it matters; too much is the safe mistake.
        return f"{told} So may your notes and principles that are not private."


def own_member(home: Path) -> str:
    """Return one's own id; empty where one never shared anything. Raises `StoreError`."""
    record = read_record(home)
    return record.member if record else ""


def _member(record: TeamRecord) -> Member:
    return Member(record.member, record.salt, record.label)


def _share(sources: Iterable[tuple[SourceKind, int]]) -> Share:
    found = list(sources)
    notes = sum(kind is SourceKind.NOTE for kind, _ in found)
    return Share(notes, len(found) - notes, sum(statements for _, statements in found))

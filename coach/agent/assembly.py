"""Putting the rooms together: one `Coach` from the settings, with everything heavy left until it is needed."""

from __future__ import annotations

from collections.abc import Sequence

from coach.agent.coach import Coach
from coach.agent.equipment import Equipment, Referral
from coach.agent.library import Library
from coach.agent.screening import Screen
from coach.agent.team import Team, own_member
from coach.agent.vault import Vault
from coach.domain.errors import SettingsError
from coach.domain.evidence import Evidence
from coach.domain.ports import ChatModel, Embedder
from coach.domain.source import Draft, Source, SourceKind
from coach.grounding.checkers.base import Checker
from coach.models.choice import ModelChoice, choose, open_model
from coach.models.embeddings import EndpointEmbedder, endpoint_embedder
from coach.retrieval.embedding import MiniLMEmbedder
from coach.retrieval.indexing import Indexer
from coach.retrieval.insisting import FITTED_WITH, Insisting
from coach.retrieval.retriever import Retriever
from coach.retrieval.router import Router
from coach.retrieval.seed import SeededEmbedder
from coach.retrieval.team import TeamSearch
from coach.retrieval.team_server import TeamServer
from coach.retrieval.team_sharing import TeamSharing, collection_for
from coach.retrieval.vectors import VectorStore
from coach.retrieval.verify import Verifier
from coach.settings import Settings
from coach.sources.boundaries import OUTSIDE, Boundaries, read_boundaries
from coach.sources.builtin import boundaries_dir, builtin_mark, read_builtin
from coach.store.database import Database, open_database
from coach.store.fulltext import FullText
from coach.store.ledger import Ledger
from coach.store.sessions import Sessions
from coach.store.team import TeamSources
from coach.store.vaults import Vaults

#: Before the names of the classes whose utterances are compiled beside the sources' own.
_EXAMPLE = "example:"


def open_coach(settings: Settings) -> Coach:
    """Return a `Coach` for these settings. Nothing is indexed, no model is started, nothing is sent.

    Raises:
        StoreError: the data folder or the ledger cannot be used.
        SourceError: the corpus that comes with the package is damaged.
    """
    settings.ensure_home()
    embedder = endpoint_embedder(settings) or MiniLMEmbedder(settings.threads)
    server = _team_server(settings, embedder)
    database = open_database(settings.database_path)
    try:
        library = open_library(settings, database, embedder, server)
    except BaseException:
        database.close()
        raise
    choice = choose(settings)
    return Coach(
        settings,
        library,
        Sessions(database),
        choice,
        open_vault(settings, database, library, _team(settings, database, library, embedder, server)),
        equip=lambda settings, choice: _equip(settings, choice, library, embedder),
        close=lambda: _close(embedder, library, database),
    )


def _close(embedder: Embedder, library: Library, database: Database) -> None:
    library.close()
    if isinstance(embedder, EndpointEmbedder):
        embedder.close()
    database.close()


def open_library(
    settings: Settings, database: Database, embedder: Embedder, server: TeamServer | None = None
) -> Library:
    """Return the library over an open ledger; `server` is the team's, where there is one."""
    boundaries = read_boundaries(boundaries_dir())
    ledger, full_text = Ledger(database), FullText(database)
    vectors = VectorStore(settings.chroma_path, embedder.name)
    compiled_path = settings.home / "compiled.npz"
    indexer = Indexer(
        ledger,
        vectors,
        SeededEmbedder(embedder),
        compiled_path,
        lambda: {_EXAMPLE + name: texts for name, texts in boundaries.examples.by_class.items() if name != OUTSIDE},
        boundaries.examples.mark,
        embedder,
    )
    return Library(
        ledger,
        indexer,
        lambda compiled: Retriever(
            ledger,
            full_text,
            vectors,
            embedder,
            compiled,
            Router(settings.threads).predict,
            refer=frozenset(_EXAMPLE + name for name in boundaries.matters) | boundaries.referral_sources,
            knows_outside=settings.builtin_principles,
            team=TeamSearch(server, TeamSources(database), lambda: own_member(settings.home)) if server else None,
            weigh=Insisting(embedder) if embedder.name == FITTED_WITH else None,
        ),
        lambda: _wanted(read_builtin(), settings, boundaries),
        boundaries,
        Verifier(ledger, full_text, vectors, indexer, compiled_path, remote=embedder.remote),
        builtin_mark=f"{builtin_mark()} {settings.builtin_principles} {settings.practices}",
        private_folders=settings.private_folders,
        private_tags=settings.private_tags,
    )


def open_vault(settings: Settings, database: Database, library: Library, team: Team) -> Vault:
    """Return the person's notes where they lie, over an open ledger and its library."""
    return Vault(
        library,
        Ledger(database),
        Vaults(database),
        settings.home,
        private_folders=settings.private_folders,
        private_tags=settings.private_tags,
        team=team,
    )


def _team_server(settings: Settings, embedder: Embedder) -> TeamServer | None:
    if settings.chroma_url is None:
        return None
    token = settings.chroma_token.get_secret_value() if settings.chroma_token else ""
    return TeamServer(settings.chroma_url, collection_for(embedder), token)


def _team(
    settings: Settings, database: Database, library: Library, embedder: Embedder, server: TeamServer | None
) -> Team:
    sources = TeamSources(database)
    vectors = VectorStore(settings.chroma_path, embedder.name)
    sharing = TeamSharing(server, Ledger(database), sources, vectors, embedder) if server else None
    return Team(settings.home, sources, library, sharing)


def _wanted(drafts: Sequence[Draft], settings: Settings, boundaries: Boundaries) -> list[Draft]:
    """The built-in sources that the settings leave on. What tells where to turn in a grave matter always stays."""
    return [
        d
        for d in drafts
        if (settings.builtin_principles if d.kind is SourceKind.PRINCIPLE else settings.practices)
        or f"{d.kind.letter}{d.number}" in boundaries.referral_sources
    ]


def _equip(settings: Settings, choice: ModelChoice, library: Library, embedder: Embedder) -> Equipment:
    from coach.agent.composers.free import FreeComposer
    from coach.agent.composers.quote import QuoteComposer
    from coach.agent.composers.stepwise import StepwiseComposer

    # What is said about referral is looked up now: the corpus has to be in the ledger.
    library.compiled()
    model = open_model(choice, settings)

    def principles() -> tuple[Evidence, ...]:
        # Asked for at each turn: sources come and go while a coach is open.
        return tuple(e for p in library.sources(SourceKind.PRINCIPLE) for e in _evidence(p))

    composer: QuoteComposer | StepwiseComposer | FreeComposer
    match composer_name(settings, choice):
        case "free":
            composer = FreeComposer(_needed(model, "free"), principles)
        case "stepwise":
            composer = StepwiseComposer(_needed(model, "stepwise"), library.retriever.similarity)
        case _:
            composer = QuoteComposer(library.retriever.similarity)
    return Equipment(
        retriever=library.retriever,
        composer=composer,
        checker=_checker(settings, choice, model, embedder),
        model=model,
        screen=Screen(library.boundaries.rules),
        referrals=_referrals(library),
        principles=principles,
        whens=library.whens,
        dated_notes=library.dated_notes,
        source=library.source,
        private=library.private,
        words=settings.answer_words,
        strict=settings.strict,
        practices=settings.practices,
    )


def composer_name(settings: Settings, choice: ModelChoice) -> str:
    """Return which composer writes: what the settings say, else what the model has shown that it can do."""
    if settings.composer != "auto":
        return settings.composer
    return choice.ability if choice.ability in ("stepwise", "free") else "quote"


def _needed(model: ChatModel | None, composer: str) -> ChatModel:
    if model is None:
        raise SettingsError(
            f"The composer {composer} needs a model, and there is none.",
            "Run `coach model pull`, set an endpoint, or use --composer quote.",
        )
    return model


def _checker(settings: Settings, choice: ModelChoice, model: ChatModel | None, embedder: Embedder) -> Checker:
    """The checker that the settings name, else the best that is there: a capable model, the local one, the rules."""
    from coach.grounding.checkers.lexical import LexicalChecker
    from coach.grounding.checkers.local import LocalChecker
    from coach.grounding.checkers.model import ModelChecker

    # Its coefficients were fitted on the bundled embedder's similarities.
    lexical = LexicalChecker(MiniLMEmbedder(settings.threads) if embedder.remote else embedder)
    wanted: str = settings.checker
    if wanted == "auto":
        wanted = {"free": "model", "stepwise": "local", "none": "local"}[choice.ability] if model else "lexical"
    if wanted == "lexical":
        return lexical
    if model is None:
        raise SettingsError(
            f"The checker {wanted} needs a model, and there is none.",
            "Run `coach model pull`, set an endpoint, or use --checker lexical.",
        )
    return ModelChecker(model, lexical) if wanted == "model" else LocalChecker(model, lexical)


def _referrals(library: Library) -> dict[str, Referral]:
    statements = {s.id: (s, source) for source in library.curated() for s in source.statements}
    return {
        name: Referral(
            matter.name,
            tuple(
                Evidence(statements[i][0], statements[i][1].kind, statements[i][1].title, 1.0, "says where to turn")
                for i in matter.statements
                if i in statements
            ),
            matter.doubt,
        )
        for name, matter in library.boundaries.matters.items()
    }


def _evidence(source: Source) -> list[Evidence]:
    """Statements that always stand before a capable model, whatever was retrieved."""
    return [
        Evidence(s, source.kind, source.title, 0.0, "always given", private=source.private) for s in source.statements
    ]

"""The graph of one answer: screen, then refer, or retrieve, draft, check and mend; deliver.

Only the question and the last turns are kept between runs, by LangGraph's SQLite checkpointer and once a run;
everything else lives in untracked channels. What a step has to tell goes out as events on the custom stream.
"""

from __future__ import annotations

import time
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import AsyncExitStack, aclosing
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

from langgraph.graph import END, START, StateGraph
from langgraph.runtime import Runtime

from coach.agent import checkpoints
from coach.agent.composers.quote import silence, tell_all
from coach.agent.coverage import cover
from coach.agent.delivery import accounted, final_status, remarks, usage
from coach.agent.equipment import Equipment
from coach.agent.events import Checked, Delivered, Drafted, Event, Found, Step
from coach.agent.intake import take_in
from coach.agent.lookup import look_up
from coach.agent.material import Material, framed
from coach.agent.page import NOTE_FLOOR
from coach.agent.premise import stated_premise
from coach.agent.privacy import as_state, drawn_from, from_state, turn_of
from coach.agent.questions import rewriter
from coach.agent.state import State
from coach.agent.turning import pointed, referred
from coach.domain.answer import Answer, Status, Verdict
from coach.domain.errors import NotKeptError, StoreError
from coach.domain.evidence import Evidence, Retrieval, Turn
from coach.domain.source import SourceKind
from coach.grounding.checkers.base import Pair
from coach.grounding.gate import check_sentences
from coach.grounding.mend import mend
from coach.models.tracing import turn_off_tracing

#: Turns that are remembered for follow-ups.
MEMORY = 6
#: Statements retrieved for one turn. Choosing a page needs every kind of line of the best practices, not the top few.
_EVIDENCE = 120
#: Evidence that an answer carries with it, beside what it cites.
_SHOWN = 12
#: A line of the notes this close answers the question even where principles and practices do not cover it.
_NOTE_ANSWERS = 0.55
#: What the person says that the sources say is checked against so many of the statements nearest to it.
_NEAR_PREMISE = 3

_NOTHING_LEFT = "Nothing in the sources supports what was drafted, so there is no advice to give on it."

_Step = Callable[[State, Runtime[Equipment]], Awaitable[dict[str, Any]]]


def _turns(state: State, equipment: Equipment) -> tuple[Turn, ...]:
    return tuple(from_state(t, equipment.private) for t in state.get("turns", []))


async def _screen(state: State, runtime: Runtime[Equipment]) -> dict[str, Any]:
    found = await take_in(state["typed"], _turns(state, runtime.context), runtime.context)
    return {"question": found.question, "matter": found.matter, "doubt": found.doubt, "remarks": found.remarks}


async def _refer(state: State, runtime: Runtime[Equipment]) -> dict[str, Any]:
    matter = runtime.context.referrals[state["matter"]]
    sentences = referred(matter)
    tell_all(sentences, lambda text: runtime.stream_writer(Drafted(text)))
    retrieval = Retrieval(query=state["question"], evidence=tuple(matter.evidence))
    return {
        "sentences": sentences,
        "status": Status.REFERRED,
        "retrieval": retrieval,
        "material": _material(state, runtime, retrieval),
    }


async def _retrieve(state: State, runtime: Runtime[Equipment]) -> dict[str, Any]:
    found = await look_up(runtime.context, state["question"], _turns(state, runtime.context), _EVIDENCE)
    runtime.stream_writer(Found(found.retrieval))
    remarks = (*state["remarks"], *found.remarks)
    return {"retrieval": found.retrieval, "about_notes": found.about_notes, "remarks": remarks}


async def _draft(state: State, runtime: Runtime[Equipment]) -> dict[str, Any]:
    equipment, retrieval = runtime.context, state["retrieval"]
    material = _material(state, runtime, retrieval)
    coverage = cover(retrieval.query, retrieval.gate, equipment.retriever.gate)
    status = coverage.status
    best_note = max((e.score for e in retrieval.evidence if e.source_kind is SourceKind.NOTE), default=0.0)
    if status is Status.SILENT and best_note >= (NOTE_FLOOR if material.about_notes else _NOTE_ANSWERS):
        status = Status.ANSWERED

    def tell(text: str) -> None:
        runtime.stream_writer(Drafted(text))

    if status is Status.SILENT:
        sentences = silence(material)
        tell_all(sentences, tell)
    else:
        premise, instead = await _false_premise(material, equipment)
        material = replace(material, uncovered=coverage.uncovered, false_premise=premise, instead=instead)
        sentences = await equipment.composer.compose(material, tell)
    doubt = equipment.referrals[state["doubt"]] if state["doubt"] and not material.about_notes else None
    if doubt and (beside := pointed(doubt, sentences, material.turns)):
        material = replace(material, evidence={**material.evidence, **{e.id: e for e in doubt.evidence}})
        sentences = [*sentences, *beside]
        tell("\n\n")
        tell_all(beside, tell)
    return {"sentences": sentences, "status": status, "material": material}


async def _false_premise(material: Material, equipment: Equipment) -> tuple[str, tuple[Evidence, ...]]:
    """Return what the person says that the sources say and they do not, and the principle statements nearest to it.

    Of who insists it is what the coach is said to have said before: then the principle that applies puts it right.
    """
    premise = stated_premise(material.question)
    if not premise:
        return "", ()
    kinds = [SourceKind.PRINCIPLE, SourceKind.PRACTICE] if equipment.practices else [SourceKind.PRINCIPLE]
    found = equipment.retriever.retrieve(premise, limit=_EVIDENCE, kinds=kinds).evidence
    principles = tuple(e for e in found if e.source_kind is SourceKind.PRINCIPLE)[:_NEAR_PREMISE]
    near = dict.fromkeys((*found[:_NEAR_PREMISE], *principles))
    scores = await equipment.checker.score([Pair(e.statement.text, premise, e.private) for e in near])
    if any(s.supported for s in scores):
        return "", ()
    applies = material.retrieval.principles[:1] if material.insists else ()
    standing = [e for p in applies for e in material.retrieval.evidence if e.statement.source_id == p.source_id]
    return premise, tuple(standing[:_NEAR_PREMISE]) or principles


def _material(state: State, runtime: Runtime[Equipment], retrieval: Retrieval) -> Material:
    found = {e.id: e for e in retrieval.evidence}
    turns = _turns(state, runtime.context)
    return Material(
        question=state["question"],
        turns=turns,
        retrieval=retrieval,
        words=runtime.context.words,
        insists=runtime.context.retriever.insists(state["question"], turns),
        about_notes=state.get("about_notes", False),
        whens=runtime.context.whens(),
        evidence=found | {e.id: e for e in runtime.context.principles() if e.id not in found},
    )


async def _check(state: State, runtime: Runtime[Equipment]) -> dict[str, Any]:
    material = state["material"]
    checked = await check_sentences(
        state["sentences"], material.evidence, _said_by_person(material), runtime.context.checker
    )
    for i, sentence in enumerate(checked):
        runtime.stream_writer(Checked(i, sentence))
    return {"sentences": checked}


async def _mend(state: State, runtime: Runtime[Equipment]) -> dict[str, Any]:
    equipment, material = runtime.context, state["material"]
    mended = await mend(
        state["sentences"],
        material.evidence,
        _said_by_person(material),
        rewriter(equipment.model) if equipment.composer.name != "quote" else None,
        equipment.checker,
        strict=equipment.strict,
    )
    sentences = mended.sentences
    if mended.dropped and not any(s.verdict is not Verdict.NOT_A_CLAIM or s.part == "gap" for s in sentences):
        sentences = [*sentences, framed(_NOTHING_LEFT, "gap")]
    return {"sentences": sentences, "counts": {"mended": mended.mended, "dropped": mended.dropped}}


async def _deliver(state: State, runtime: Runtime[Equipment]) -> dict[str, Any]:
    equipment, retrieval, sentences = runtime.context, state["retrieval"], state["sentences"]
    status = final_status(state["status"], sentences)
    cited = {c.id for s in sentences for c in s.citations}
    material = state["material"]
    evidence = [e for i, e in material.evidence.items() if i in cited]
    shown = {e.id for e in evidence}
    evidence += [e for e in retrieval.evidence if e.id not in shown][: max(0, _SHOWN - len(evidence))]
    quoting = state["status"] in (Status.SILENT, Status.REFERRED) or equipment.composer.name == "quote"
    writer = None if quoting else equipment.model
    answer = Answer(
        status=status,
        sentences=tuple(sentences),
        evidence=tuple(evidence),
        question=state["typed"],
        model="none" if writer is None else writer.name,
        composer="quote" if quoting else equipment.composer.name,
        checker=equipment.checker.name,
        timings=state["timings"],
        mended=state["counts"]["mended"],
        dropped=state["counts"]["dropped"],
        remarks=(*state["remarks"], *remarks(equipment, retrieval, wrote=not quoting)),
        drawn_from=drawn_from(sentences, material, writer),
    )
    turn = as_state(replace(turn_of(answer), question=state["question"]))
    return {"answer": answer, "turns": [*state.get("turns", []), turn][-MEMORY:]}


def _said_by_person(material: Material) -> str:
    return " ".join([*(t.question for t in material.turns), material.question])


def _timed(name: str, step: _Step) -> _Step:
    async def timed(state: State, runtime: Runtime[Equipment]) -> dict[str, Any]:
        runtime.stream_writer(Step(name))
        began = time.perf_counter()
        update = await step(state, runtime)
        timings = {**state.get("timings", {}), name: time.perf_counter() - began}
        return {**update, "timings": timings}

    return timed


def _built() -> StateGraph[State, Equipment, State, State]:
    graph: StateGraph[State, Equipment, State, State] = StateGraph(State, context_schema=Equipment)
    steps: dict[str, _Step] = {
        "screen": _screen,
        "refer": _refer,
        "retrieve": _retrieve,
        "draft": _draft,
        "check": _check,
        "mend": _mend,
        "deliver": _deliver,
    }
    for name, step in steps.items():
        # The overloads of add_node ask for a protocol that no plain callable type satisfies.
        graph.add_node(name, cast("Any", _timed(name, step)))
    graph.add_edge(START, "screen")
    graph.add_conditional_edges("screen", lambda s: "refer" if s["matter"] else "retrieve", ["refer", "retrieve"])
    graph.add_edge("refer", "check")
    for before, after in (("retrieve", "draft"), ("draft", "check"), ("check", "mend"), ("mend", "deliver")):
        graph.add_edge(before, after)
    graph.add_edge("deliver", END)
    return graph


async def run(
    equipment: Equipment, question: str, thread: str, kept_in: Path | None, earlier: Callable[[], Sequence[Turn]]
) -> AsyncGenerator[Event, None]:
    """Run one turn of the conversation `thread` and yield its events; the last one is `Delivered`.

    Args:
        equipment: what the steps work with.
        question: the cleaned question.
        thread: id of the conversation.
        kept_in: SQLite file of the conversations; None keeps nothing.
        earlier: gives what was said before; asked where that cannot be had from the checkpoint.

    Raises:
        NotKeptError: the answer was made but could not be kept.
        CoachError: a step failed. Whatever is raised, the conversation stays as it was before this turn.
    """
    began = time.perf_counter()
    config: Any = {"configurable": {"thread_id": thread}}
    fresh: Any = {"typed": question, "timings": {}, "counts": {"mended": 0, "dropped": 0}}
    # What is asked of a model, and of whom, is for nobody else to see.
    turn_off_tracing()
    used = usage(equipment)
    answer: Answer | None = None
    try:
        async with AsyncExitStack() as stack:
            saver, trouble = await stack.enter_async_context(checkpoints.remembering(kept_in, thread))
            # It also has nothing where what it had was forgotten.
            if saver is None or await saver.aget_tuple(config) is None:
                fresh["turns"] = [as_state(t) for t in earlier()[-MEMORY:]]
            async for event in await stack.enter_async_context(aclosing(_events(equipment, fresh, config, saver))):
                if isinstance(event, Delivered):
                    answer = event.answer
                else:
                    yield event
    except StoreError as e:
        if answer is None:
            raise
        trouble = e
    # Only now is it kept, and only what is kept is delivered.
    if answer is not None:
        answer = accounted(answer, equipment, used, time.perf_counter() - began)
        if trouble is not None:
            raise NotKeptError(trouble, answer) from trouble
        yield Delivered(answer)


async def _events(equipment: Equipment, fresh: Any, config: Any, saver: Any) -> AsyncGenerator[Event, None]:
    app: Any = _built().compile(checkpointer=saver)
    stream = app.astream(
        fresh, config, context=equipment, stream_mode=["custom", "updates"], durability="exit" if saver else None
    )
    async with aclosing(stream):
        async for mode, chunk in stream:
            if mode == "custom":
                yield chunk
            elif "deliver" in chunk:
                yield Delivered(replace(chunk["deliver"]["answer"], timings=chunk["deliver"]["timings"]))

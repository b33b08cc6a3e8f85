"""Preparing a conversation: from what the person said of it to a brief of one page, kept as its first version."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncGenerator
from contextlib import aclosing, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from coach.agent.coverage import cover
from coach.agent.equipment import Equipment
from coach.agent.events import Step
from coach.agent.graveness import UNKNOWN
from coach.agent.intake import Intake, take_in
from coach.agent.language import other_language
from coach.agent.screening import Setting
from coach.agent.talks.fitting import Fitting
from coach.agent.talks.noted import found_notes
from coach.agent.talks.own_words import write_openings
from coach.agent.talks.page_writing import write_page
from coach.agent.talks.remarks import about_model, unasked
from coach.agent.talks.review import review, with_better_lines
from coach.agent.talks.sheet import Sheet, quoted_sheet, referred_sheet
from coach.agent.talks.told import title_of
from coach.agent.talks.writing import public
from coach.domain.answer import Sentence, Status, Verdict
from coach.domain.errors import InputError, ModelError, StoreError
from coach.domain.ports import ChatModel
from coach.domain.preparation import Brief, Finding, Interview, Part, in_order
from coach.grounding.gate import check_sentences
from coach.models.tracing import turn_off_tracing
from coach.store.briefs import Briefs

if TYPE_CHECKING:
    from coach.agent.coach import Coach

#: Words of a long story.
_LONG = 60
_NO_LANGUAGE = (
    "This seems to be written in {language}; the sources know English only, so what stands here holds for any talk."
)
_OUTSIDE = "The sources do not cover what this talk is about; what stands here holds for any hard talk."


@dataclass(frozen=True, slots=True)
class PartReady:
    """A part of the page is there; it comes again where a model has written for it."""

    part: Part


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The draft message was reviewed; it comes again where a model has written better lines."""

    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class Writing:
    """A model is writing a line: `text` continues what it wrote before; an empty one ends a line or begins the next."""

    text: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """The brief is final, and kept where it is to be kept. The last event."""

    brief: Brief


PrepareEvent = Step | PartReady | Reviewed | Writing | Prepared


async def matter_in(coach: Coach, interview: Interview) -> str:
    """Return the matter that what the person has said so far must be referred for, or an empty string.

    Raises:
        ModelError: the model that is asked cannot be asked. The rules have found nothing then.
    """
    async with coach.lease() as equipment:
        return (await _screened(coach, interview, equipment)).matter


async def prepare(
    coach: Coach, interview: Interview, *, keep: bool = True, notes: bool = True
) -> AsyncGenerator[PrepareEvent, None]:
    """Make the brief for a conversation, telling what happens as it happens; the last event is `Prepared`.

    Args:
        coach: whose sources, model and checker it is made with.
        interview: what the person said; what they did not say stays open.
        keep: whether to keep the brief. Without it nothing is written anywhere.
        notes: whether to look into the person's notes.

    Raises:
        InputError: nothing was said.
        StoreError: the ledger cannot be used. Where the brief was made already, `Prepared` came before this.
    """
    if not interview.said.strip():
        raise InputError(
            "There is nothing to prepare yet.",
            'Say what the talk is about: coach prepare "I have to tell my director no on Thursday"',
        )
    # A model that is changed for another meanwhile ends what it has begun.
    async with (
        coach.lease() as equipment,
        aclosing(_steps(coach, equipment, interview, keep=keep, notes=notes)) as events,
    ):
        async for event in events:
            yield event


async def _steps(
    coach: Coach, equipment: Equipment, interview: Interview, *, keep: bool, notes: bool
) -> AsyncGenerator[PrepareEvent, None]:
    began = time.perf_counter()
    turn_off_tracing()
    yield Step("screen")
    trouble: list[str] = []
    try:
        intake = await _screened(coach, interview, equipment)
    except ModelError as e:
        trouble.append(unasked(e))
        intake = await _screened(coach, interview, replace(equipment, model=None))
    yield Step("retrieve")
    findings: list[Finding] = []
    if intake.matter:
        sheet = referred_sheet(interview, equipment.referrals[intake.matter])
        title = f"To be taken to somebody else: {equipment.referrals[intake.matter].name}"
    else:
        title = title_of(interview)
        searched = public(interview) if _searches_elsewhere(coach) else interview
        fitting = await asyncio.to_thread(_fitting, coach, searched, intake, equipment)
        found = await asyncio.to_thread(found_notes, coach.library, searched) if notes else []
        limits = _limits(fitting, equipment)
        findings = await asyncio.to_thread(review, interview.draft, coach.library) if interview.draft else []
        sheet = quoted_sheet(interview, fitting, found)
        sheet.remarks += limits
    if findings:
        yield Reviewed(tuple(findings))
    for part in in_order(sheet.parts):
        yield PartReady(part)
    model = None if intake.matter else _writer(equipment)
    if model is not None:
        yield Step("draft")
        before = {p.name: p for p in in_order(sheet.parts)}
        pieces: asyncio.Queue[str | None] = asyncio.Queue()
        task = asyncio.create_task(_write(sheet, findings, interview, fitting, equipment, pieces))
        try:
            while (piece := await pieces.get()) is not None:
                yield Writing(piece)
            findings, more = await task
            trouble += more
        finally:
            # Whoever no longer listens has the model stopped, too.
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task
        yield Writing("")
        for part in in_order(sheet.parts):
            if part != before[part.name]:
                yield PartReady(part)
        if findings:
            yield Reviewed(tuple(findings))
    yield Step("check")
    await _check(sheet, equipment)
    wrote = any(line.written for lines in sheet.parts.values() for line in lines)
    wrote = wrote or any(f.better is not None and f.better.written for f in findings)
    made = Brief(
        title=title,
        interview=interview,
        parts=in_order(sheet.parts),
        review=tuple(findings),
        referred=intake.matter,
        model=model.name if model is not None and wrote else "none",
        checker=equipment.checker.name,
        remarks=(*sheet.remarks, *about_model(model, sheet, wrote=wrote), *trouble),
        seconds=round(time.perf_counter() - began, 3),
    )
    if keep:
        try:
            made = Briefs(coach.database).keep(made)
        except StoreError:
            # It was made, so it is told; that it could not be kept is told after it.
            yield Prepared(made)
            raise
    yield Prepared(made)


async def prepared(coach: Coach, interview: Interview, *, keep: bool = True, notes: bool = True) -> Brief:
    """Return the brief; see `prepare`."""
    brief = None
    async for event in prepare(coach, interview, keep=keep, notes=notes):
        if isinstance(event, Prepared):
            brief = event.brief
    assert brief is not None
    return brief


async def _screened(coach: Coach, interview: Interview, equipment: Equipment) -> Intake:
    """Return what is asked, in English, and the matter to refer it for.

    A model elsewhere is asked about what is not private; the rules and the gate, on this machine, see everything.
    """
    elsewhere = _searches_elsewhere(coach)
    remote = elsewhere or (equipment.model is not None and equipment.model.remote)
    intake = await take_in(public(interview).said if remote else interview.said, (), equipment, Setting.PREPARED)
    if intake.matter:
        return intake
    texts = [interview.said]
    if len(interview.said.split()) > _LONG:
        # In a long story one grave answer weighs little: each is looked at by itself as well, beside the wish, so that
        # somebody who asks how to hold a talk is not sent away for a word in it.
        texts += [f"{interview.wanted}\n{text}" for text in (interview.happened, interview.feared) if text]
    # What must not be embedded elsewhere is near to nothing known.
    near = [UNKNOWN] * len(texts) if elsewhere else equipment.retriever.nearer_to_refer(texts)
    for text, gate, nearer in zip(texts, equipment.retriever.gate(texts), near, strict=True):
        if matter := equipment.screen(text, gate, nearer, Setting.PREPARED).matter:
            return replace(intake, matter=matter.value)
    return intake


def _fitting(coach: Coach, interview: Interview, intake: Intake, equipment: Equipment) -> Fitting:
    asked = intake.question
    if asked in (public(interview).said, interview.said):
        asked = f"{interview.wanted} {interview.happened} {interview.draft}"
    situation = " ".join(asked.split()) or interview.who
    return Fitting(coach.library, situation, told=interview.said, practices=equipment.practices)


def _limits(fitting: Fitting, equipment: Equipment) -> list[str]:
    """Return what the sources cannot do for this talk, having left out what is about something else."""
    if not equipment.practices:
        return ["The practices are turned off, so there are no statements to prepare with, only fields to fill in."]
    language = other_language(fitting.found.query)
    covered = cover(fitting.found.query, fitting.found.gate, equipment.retriever.gate).status
    if not language and covered is not Status.SILENT:
        return []
    fitting.leave_out_matter()
    return [_NO_LANGUAGE.format(language=language) if language else _OUTSIDE]


def _searches_elsewhere(coach: Coach) -> bool:
    """Whether what is searched for leaves this machine: to an endpoint that embeds it, or to the team's server."""
    return coach.library.retriever.remote


def _writer(equipment: Equipment) -> ChatModel | None:
    """Return the model that is trusted to write, or None."""
    return equipment.model if equipment.composer.name in ("stepwise", "free") else None


async def _write(
    sheet: Sheet,
    findings: list[Finding],
    interview: Interview,
    fitting: Fitting,
    equipment: Equipment,
    pieces: asyncio.Queue[str | None],
) -> tuple[list[Finding], list[str]]:
    """Have the model write into the sheet; return the findings, and what went wrong. None in `pieces`: it is done."""
    try:
        if equipment.composer.name == "free":
            await write_page(sheet, interview, fitting, equipment)
            findings = await with_better_lines(findings, interview.draft, equipment)
        elif equipment.model is not None:
            await write_openings(sheet, interview, equipment.model, pieces.put_nowait)
    except ModelError as e:
        return findings, [unasked(e)]
    finally:
        pieces.put_nowait(None)
    return findings, []


async def _check(sheet: Sheet, equipment: Equipment) -> None:
    """Give every quoted line its verdict. Statements said as they stand need no checker, so none is asked."""
    for lines in sheet.parts.values():
        for place, line in enumerate(lines):
            if line.verdict is Verdict.UNCITED and line.citations:
                sentence = Sentence(line.text, line.citations, Verdict.UNCITED)
                [checked] = await check_sentences([sentence], sheet.evidence, "", equipment.checker)
                lines[place] = replace(line, verdict=checked.verdict)

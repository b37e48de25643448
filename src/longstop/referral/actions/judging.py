"""One chunk of a receipt's records: taken on, judged by the rules, and placed: referred, asked about, in hand, decided, or out of remit."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from hashlib import sha256
from typing import Any

from longstop.audit.actions import keep_plainly
from longstop.audit.bulk import insert_rows
from longstop.intake import sightings
from longstop.intake.sightings import Seen
from longstop.kernel.policy import load
from longstop.people import actions as people
from longstop.people import matching
from longstop.referral.actions.leaving_lists import welcome_back
from longstop.referral.actions.making import NewQuestion, NewReferral, ask, ask_who, draw, make_referrals, overtake
from longstop.referral.models import Consideration, Question, Remit
from longstop.referral.owners import Pool
from longstop.referral.remit import Facts, Judgement, Result, facts_of, judge, referral_due
from longstop.referral.standing import Standing, standings
from longstop.referral.stretches import Stretch

TAKEN_ON = "On a list of people who may be in remit."


@dataclass
class _Chunk:
    """The records of a chunk and what was found about them so far, by the record's number."""

    rows: list[Seen]
    remits: dict[int, Remit]
    said: dict[int, dict[str, Any]] = field(default_factory=dict)
    people: dict[int, int] = field(default_factory=dict)
    facts: dict[int, Facts] = field(default_factory=dict)
    judged: dict[int, Judgement] = field(default_factory=dict)
    likenesses: list[matching.Resemblance] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def judge_chunk(held: Consideration, part: Stretch, pool: Pool, *, by: int, at: datetime, today: date) -> Counter[str]:
    """Deal with the records of a stretch, and give what became of them. Called inside the action that considers the receipt."""
    numbers = part.judge
    rows = sightings.locked(numbers)
    remits = {each.arrival_id: each for each in Remit.objects.filter(arrival_id__in=numbers)}
    chunk = _Chunk(rows=rows, remits=remits, people={number: each.person_id for number, each in remits.items()})
    new = [row for row in rows if row.id not in remits or _differs(row, remits[row.id])]
    again = _to_judge_again(chunk, held.policy)
    chunk.said = sightings.said([*new, *again])
    new = [row for row in new if chunk.said[row.id]]  # what was disposed of is about nobody
    _take_on(chunk, new, by=by, at=at)
    _judge(chunk, [*new, *(row for row in again if row.id not in {each.id for each in new} and chunk.said[row.id])], today=today)
    _ask_who(chunk, pool, by=by, at=at, today=today)
    beside = _bring_beside(chunk, part)
    matching.wait_for_persons(chunk.people.values())
    placed = _place_all(chunk, held, today=today)
    _act(chunk, placed, held, pool, by=by, at=at, today=today)
    _write_remits(chunk, held, by=by, at=at)
    chunk.counts += part.counts - beside
    chunk.counts["returned"] = welcome_back(numbers, chunk.people, pool, receipt_id=held.receipt_id, by=by, at=at, today=today)
    return chunk.counts


def _bring_beside(chunk: _Chunk, part: Stretch) -> Counter[str]:
    """Let what was merely counted be placed with the rest where it is about the same persons; gives under which words it was counted.

    Whoever is referred or asked about by one record is in hand by those that follow.
    """
    known = {each.person_id for each in chunk.remits.values()}
    met = {like.person_id for like in chunk.likenesses if like.held or like.joins}
    beside = part.beside(known | met)
    chunk.remits |= {each.arrival_id: each for each in Remit.objects.filter(arrival_id__in=beside)} if beside else {}
    chunk.people |= {number: chunk.remits[number].person_id for number in beside}
    chunk.rows = sorted([*chunk.rows, *sightings.standing(beside).values()], key=lambda row: row.id) if beside else chunk.rows
    return Counter(beside.values())


def _differs(row: Seen, remit: Remit) -> bool:
    return bytes(remit.content_digest) != row.content_digest


def _to_judge_again(chunk: _Chunk, policy: str) -> list[Seen]:
    """Those out of remit under another policy, and those about whom nobody has anything in hand though they may be in remit.

    A result out of remit under the same policy, of a record that has not changed, is tested by comparing both.
    """
    held = {row.id: chunk.remits[row.id] for row in chunk.rows if row.id in chunk.remits}
    about = standings({each.person_id for each in held.values() if each.result != Result.OUT_OF_REMIT})
    return [
        row
        for row in chunk.rows
        if (remit := held.get(row.id)) is not None
        and (remit.policy != policy if remit.result == Result.OUT_OF_REMIT else not about[remit.person_id].anything)
    ]


def _take_on(chunk: _Chunk, rows: Sequence[Seen], *, by: int, at: datetime) -> None:
    """Let each record be one about a person: whom it names already, who has an equal verified identifier, or somebody new."""
    if not rows:
        return
    records = [
        people.Record(
            source=row.source,
            key=str(chunk.said[row.id]["prison_number"]),
            content=chunk.said[row.id],
            observed_at=row.observed_at,
            receipt_id=row.receipt_id,
            person_id=row.person_id,
        )
        for row in rows
    ]
    chunk.likenesses = matching.resemblances(records)
    joined = [replace(each, joins=like.joins) for each, like in zip(records, chunk.likenesses, strict=True)]
    numbers = people.take_on_many(records=joined, reason=TAKEN_ON, by=by, at=at)
    chunk.people |= {row.id: person for row, person in zip(rows, numbers, strict=True)}
    chunk.counts["taken_on"] = sum(not like.held and like.joins is None for like in chunk.likenesses)
    chunk.counts["joined"] = sum(like.joins is not None for like in chunk.likenesses)


def _judge(chunk: _Chunk, rows: Sequence[Seen], *, today: date) -> None:
    others = matching.others_say(chunk.people[row.id] for row in rows)
    for row in rows:
        words = [word for _, word in others.get(chunk.people[row.id], [])]
        chunk.facts[row.id] = facts_of(chunk.said[row.id], legal_status=row.legal_status, others=words)
        chunk.judged[row.id] = judge(chunk.facts[row.id], today=today)


def _ask_who(chunk: _Chunk, pool: Pool, *, by: int, at: datetime, today: date) -> None:
    chunk.counts["alike"] = ask_who(chunk.likenesses, pool, by=by, at=at, today=today)


@dataclass
class _Placed:
    """What is to be done about the records of a chunk."""

    refer: list[tuple[Seen, tuple[str, ...], int | None]] = field(default_factory=list)
    ask: list[tuple[Seen, Judgement]] = field(default_factory=list)
    overtake: list[Question] = field(default_factory=list)
    drawn: list[Seen] = field(default_factory=list)


def _place_all(chunk: _Chunk, held: Consideration, *, today: date) -> _Placed:
    """Place every record: each is counted once. A person with two records on the list is referred, or asked about, once."""
    about = standings(set(chunk.people.values()))
    placed, busy = _Placed(), set[int]()
    share = load("remit").at("second_look", today).integer("per_thousand")
    for row in chunk.rows:
        person = chunk.people.get(row.id)
        if person is None:
            chunk.counts["decided"] += 1
            continue
        word = "in_hand" if person in busy else _place(row, chunk, about[person], placed)
        if word in ("referred", "questioned"):
            busy.add(person)
        newly = word == "out_of_remit" and row.id in chunk.judged and _result_before(chunk, row) != Result.OUT_OF_REMIT
        if newly and is_drawn(seed=held.seed, arrival_id=row.id, per_thousand=share):
            placed.drawn.append(row)
        chunk.counts[word] += 1
    return placed


def _result_before(chunk: _Chunk, row: Seen) -> str:
    remit = chunk.remits.get(row.id)
    return remit.result if remit else ""


def is_drawn(*, seed: str, arrival_id: int, per_thousand: int) -> bool:
    """Say whether the seed draws this record for a second look; anybody who has the seed can draw again."""
    return int.from_bytes(sha256(f"{seed}:{arrival_id}".encode()).digest()[:8]) % 1000 < per_thousand


def _place(row: Seen, chunk: _Chunk, about: Standing, placed: _Placed) -> str:
    judgement, remit = chunk.judged.get(row.id), chunk.remits.get(row.id)
    result = judgement.result if judgement else remit.result if remit else Result.UNCLEAR
    if about.in_hand:
        return "in_hand"
    if judgement is None:
        # Nothing has changed: what was asked is open, or somebody has decided.
        return "out_of_remit" if result == Result.OUT_OF_REMIT else "in_hand" if about.open_questions else "decided"
    if result == Result.UNCLEAR and judgement.asks in about.open_questions:
        return "in_hand"
    if result == Result.OUT_OF_REMIT:
        placed.overtake += about.open_questions.values()
        return "out_of_remit"
    changed = _has_changed(row, remit, about)
    if (about.ended_at is not None and not changed) or row.state == "set_aside":
        return "decided"
    if about.closed_case and not changed:
        return "decided"
    placed.overtake += about.open_questions.values()
    if result == Result.UNCLEAR:
        placed.ask.append((row, judgement))
        return "questioned"
    placed.refer.append((row, (*judgement.reasons, *_why_again(row, about)), about.last_referral))
    return "referred"


def _has_changed(row: Seen, remit: Remit | None, about: Standing) -> bool:
    """Say whether what could change somebody's mind has changed since a person decided, or somebody is back who had left for good."""
    if _is_back(row, about):
        return True
    if about.told is not None and not about.accepted:
        return about.told != row.telling_digest
    return remit is not None and bytes(remit.telling_digest) != row.telling_digest


def _is_back(row: Seen, about: Standing) -> bool:
    if about.gone_at is None or row.custody == "released":
        return False
    return row.observed_at > about.gone_at and (about.ended_at is None or about.accepted or about.ended_at < about.gone_at)


def _why_again(row: Seen, about: Standing) -> tuple[str, ...]:
    if _is_back(row, about):
        return ("back_after_removal",)
    return ("changed_since_decision",) if about.ended_at is not None or about.closed_case else ()


def _act(chunk: _Chunk, placed: _Placed, held: Consideration, pool: Pool, *, by: int, at: datetime, today: date) -> None:
    """Do what the records ask for: first end the questions that they answer, then refer, ask and draw."""
    overtake(placed.overtake, receipt_id=held.receipt_id, why="The record says it now.", by=by, at=at)
    referrals = []
    for row, reasons, follows in placed.refer:
        sentence = chunk.said[row.id].get("sentence", {})
        due, hasty = referral_due(
            release_date=row.release_date,
            legal_status=row.legal_status,
            indeterminate=bool(sentence.get("indeterminate")),
            today=today,
        )
        again = {"changed_since_decision", "back_after_removal"} & set(reasons)
        referrals.append(
            NewReferral(
                person_id=chunk.people[row.id],
                arrival_id=row.id,
                reasons=(*reasons, *hasty),
                due=due,
                origin="change" if again else "rule",
                follows=follows if again else None,
            )
        )
    make_referrals(referrals, pool, by=by, at=at, today=today)
    questions = [
        NewQuestion(kind=judgement.asks, person_id=chunk.people[row.id], arrival_id=row.id, reasons=judgement.reasons)
        for row, judgement in placed.ask
    ]
    ask(questions, pool, by=by, at=at, today=today)
    chosen = [(row.id, chunk.people[row.id], list(chunk.judged[row.id].reasons)) for row in placed.drawn]
    draw(chosen, pool, held, by=by, at=at, today=today)
    chunk.counts["looks"] = len(chosen)


def _write_remits(chunk: _Chunk, held: Consideration, *, by: int, at: datetime) -> None:
    """Write what the rules found, where the record, the result or the policy is another than before."""
    rows = [row for row in chunk.rows if row.id in chunk.judged and _is_news(row, chunk)]
    inputs = keep_plainly((chunk.facts[row.id].as_plain(), row.person_id) for row in rows)
    written = [
        {
            "arrival_id": row.id,
            "person_id": chunk.people[row.id],
            "result": chunk.judged[row.id].result.value,
            "reasons": list(chunk.judged[row.id].reasons),
            "policy": chunk.judged[row.id].policy,
            "inputs_payload_id": payload.pk,
            "content_digest": row.content_digest,
            "telling_digest": row.telling_digest,
            "receipt_id": held.receipt_id,
            "judged_at": at,
            "judged_by_id": by,
        }
        for row, payload in zip(rows, inputs, strict=True)
    ]
    insert_rows(Remit, [each for each in written if each["arrival_id"] not in chunk.remits])
    changed = [Remit(**each) for each in written if each["arrival_id"] in chunk.remits]
    fields = [field.name for field in Remit._meta.concrete_fields if not field.primary_key]
    Remit.objects.bulk_update(changed, fields, batch_size=100)


def _is_news(row: Seen, chunk: _Chunk) -> bool:
    remit, judgement = chunk.remits.get(row.id), chunk.judged[row.id]
    return remit is None or _differs(row, remit) or (remit.result, remit.policy) != (judgement.result, judgement.policy)

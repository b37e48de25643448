"""What an allocation would do: which case goes from whom to whom, and what each receiver would then carry."""

from collections.abc import Mapping, Sequence

from longstop.access import queries as access
from longstop.cases import queries as cases
from longstop.cases.actions import Move
from longstop.cases.models import Case, Custody
from longstop.cases.queries import Candidate
from longstop.kernel.policy import load
from longstop.web.doors import Who
from longstop.web.leading import words
from longstop.web.leading.forms import AllocateForm, Expected
from longstop.web.leading.parts import Dropdown
from longstop.web.parts import Cell, Column, Row, Stack, Table, Tag, When


def moves(expected: Sequence[Expected], chosen: Mapping[int, int]) -> list[Move]:
    """Join who is thought to own each case to who is to own it."""
    return [Move(case_id=each.case_id, from_=each.owner_id, to=chosen[each.case_id]) for each in expected if each.case_id in chosen]


def write(planned: Sequence[Move]) -> str:
    """Put moves into one field of a form: "case-from-to", with commas."""
    return ",".join(f"{move.case_id}-{move.from_}-{move.to}" for move in planned)


def read(text: str) -> list[Move]:
    """Read moves from a form; what our pages do not send is left out."""
    found: dict[int, Move] = {}
    for each in text.split(","):
        numbers = each.split("-")
        if len(numbers) == 3 and all(number.isascii() and number.isdigit() for number in numbers):
            case_id, from_, to = map(int, numbers)
            found[case_id] = Move(case_id=case_id, from_=from_, to=to)
    return list(found.values())


def people_within(planned: Sequence[Move], team_ids: set[int]) -> set[int]:
    """Give the receivers who belong to these teams."""
    return set(access.members(team_ids).filter(pk__in={move.to for move in planned}).values_list("pk", flat=True))


def cases_table(found: Sequence[Case], form: AllocateForm, who: Who) -> Table:
    """Show the cases to be allocated; where they are not too many, each with a choice of its own."""
    columns = [Column("Case"), Column("Owner now"), Column("Next task due", narrow=True), Column("Custody"), Column("Needs")]
    spread = bool(form.spread_over)
    rows = []
    for case in found:
        cells: list[Cell] = [
            words.case_cell(case, who),
            Stack(case.owner.name, (case.team.name,)),
            When.due(case.next_due, today=who.today),
            Custody(case.custody).label,
            words.competence(case.needs_competence) if case.needs_competence else "No special competence",
        ]
        rows.append(Row([*cells, _choice(form, case)] if spread else cells))
    return Table("Cases to allocate", [*columns, Column("Give to")] if spread else columns, rows, "cases", caption_hidden=True)


def _choice(form: AllocateForm, case: Case) -> Dropdown:
    bound = form[f"to_{case.pk}"]
    options = (("", "As chosen below"), *form.names.items())
    return Dropdown(bound.html_name, f"Give {case.reference} to", options, str(bound.value() or ""), " ".join(map(str, bound.errors)))


def preview(who: Who, found: Sequence[Case], planned: Sequence[Move], people: Sequence[Candidate], reason: str) -> dict[str, object]:
    """Give what the page of an allocation not yet made shows."""
    weights = cases.weights_of(case_ids=[case.pk for case in found], today=who.today)
    by_case = {case.pk: case for case in found}
    return {
        "number": len(planned),
        "receivers": _receivers(planned, people, by_case, weights),
        "cases": _moves_table(planned, people, by_case, who),
        "reason": reason,
        "hours": load("targets").at("bulk_undo", who.today).integer("hours"),
        "moves": write(planned),
        "expected": ",".join(f"{move.case_id}-{move.from_}" for move in planned),
        "chosen": _chosen(planned),
        "team": next((one.staff.team_id for one in people), ""),
    }


def _chosen(planned: Sequence[Move]) -> list[tuple[str, str]]:
    """The choice as the form sends it, for who goes back to change it."""
    if len({move.to for move in planned}) == 1:
        return [("everyone", str(planned[0].to))]
    return [(f"to_{move.case_id}", str(move.to)) for move in planned]


def _receivers(planned: Sequence[Move], people: Sequence[Candidate], by_case: Mapping[int, Case], weights: Mapping[int, int]) -> Table:
    columns = [Column("Who takes them"), Column("Today"), Column("Cases given", numeric=True), Column("Cases then", numeric=True)]
    rows = []
    for one in people:
        given = [move.case_id for move in planned if move.to == one.staff.pk and by_case[move.case_id].owner_id != move.to]
        if any(move.to == one.staff.pk for move in planned):
            points = one.load.points + sum(weights[pk] for pk in given)
            rows.append(Row([one.staff.name, words.today_of(one), len(given), one.load.cases + len(given), _would_carry(one, points)]))
    return Table("What each person would carry", [*columns, Column("Workload then")], rows, "receivers")


def _would_carry(one: Candidate, points: int) -> Cell:
    text = f"{points} of {one.capacity.normalize():f} points"
    return Stack(text, (Tag("Over capacity", "red"),)) if points > one.capacity else text


def _moves_table(planned: Sequence[Move], people: Sequence[Candidate], by_case: Mapping[int, Case], who: Who) -> Table:
    named = {one.staff.pk: one for one in people}
    rows = []
    for move in planned:
        case = by_case[move.case_id]
        rows.append(Row([words.case_cell(case, who), case.owner.name, named[move.to].staff.name, _warning(move, case, named[move.to])]))
    columns = [Column("Case"), Column("From"), Column("To"), Column("Note")]
    return Table("Case by case", columns, rows, "moves")


def _warning(move: Move, case: Case, to: Candidate) -> str:
    """What will come of the case, as far as it can be seen now."""
    if case.owner_id != move.from_:
        return "Will be skipped: the owner changed while you were choosing"
    if case.owner_id == move.to:
        return "Will be skipped: owns it already"
    if case.needs_competence and case.needs_competence not in to.competences:
        return f"Will be refused: needs the competence “{words.competence(case.needs_competence)}”"
    if to.away is not None:
        return "Is away today"
    return "Nothing stands against it"

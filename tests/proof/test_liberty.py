"""Nobody is held or restricted by neglect: what the certificate says of reviews, authorities and reasons, as tables to be checked."""

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest
from django.db import connection

from longstop.cases import actions
from longstop.cases.actions import Authorised
from longstop.cases.models import DetentionAuthority
from longstop.gateways.keys import signing_key
from longstop.proof.actions import prove
from longstop.proof.certification import Finding, certify
from longstop.proof.rules import LIBERTY, List, Reason
from longstop.work.models import Task
from longstop.work.rules import NewTask
from tests import given
from tests.conftest import Committed
from tests.given import NOW, TODAY
from tests.proof.world import DAY, World, listed, on, prove_on, reference, seal_all, verdict_on

REVIEW = "case.detention_review"


def status(world: World, case_id: int, custody: str, since: date | None, *, monitored: bool = False, day: date = TODAY) -> None:
    actions.change_custody(
        case_id=case_id, custody=custody, since=since, monitored=monitored, reason="Told", by=world.amy.pk, at=on(day), today=day
    )


def held(world: World, since: date | None, custody: str = "detained", *, authorised: bool = True) -> int:
    """A case whose person is held: the task of its first review was made by Longstop, and one of Amy's is due much later."""
    case_id = world.case(TODAY + 60 * DAY)
    status(world, case_id, custody, since)
    if authorised:
        given.authorised(case_id, world.amy, since=since or TODAY)
    return case_id


def said(since: date, *, until: date | None = None, reason: str = "A document is agreed.", reasoned_on: date | None = None) -> Authorised:
    return Authorised(kind="is91", given_on=since, given_by="An officer", until=until, reason=reason, reasoned_on=reasoned_on)


def authorise(world: World, case_id: int, what: Authorised, day: date = TODAY) -> None:
    actions.authorise_detention(case_id=case_id, said=what, by=world.amy.pk, at=on(day), today=day)


def review(world: World, case_id: int, day: date, detention: Authorised | None) -> None:
    task = Task.objects.get(subject_id=case_id, kind=REVIEW, state="open")
    actions.complete_task(task_id=task.pk, result="Maintained", detention=detention, by=world.amy.pk, at=on(day), today=day)


def why(case_id: int, finding: Finding) -> set[str]:
    """Every reason of liberty against a case."""
    found = {item.reason for item in finding.items if item.list == List.REMAINDER and item.reference == reference(case_id)}
    also = {code for item in finding.items if item.list == List.REMAINDER and item.reference == reference(case_id) for code in item.also}
    return (found | also) & {each.code for each in LIBERTY}


NONE, NO_REASON = "detention_without_authority", "removal_reason_missing"
YESTERDAY = TODAY - DAY
AUTHORITIES = [
    # held since yesterday; of the authority: given on, in effect from, until, reason given on; then against the case, today
    ("given on the day that detention began", YESTERDAY, None, None, YESTERDAY, set()),
    ("given a week before, in effect from the day detention began", TODAY - 8 * DAY, YESTERDAY, None, TODAY - 8 * DAY, set()),
    ("given before, in effect at once: it was for something else", TODAY - 8 * DAY, None, None, TODAY, {NONE, NO_REASON}),
    ("given yesterday, in effect from tomorrow", YESTERDAY, TODAY + DAY, None, TODAY, {NONE}),
    ("until today", YESTERDAY, None, TODAY, TODAY, set()),
    ("until yesterday", YESTERDAY, None, YESTERDAY, TODAY, {NONE}),
    ("without a reason", YESTERDAY, None, None, None, {NO_REASON}),
    ("until yesterday and without a reason", YESTERDAY, None, YESTERDAY, None, {NONE, NO_REASON}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("words", "given_on", "start", "until", "reasoned", "expected"), AUTHORITIES)
def test_by_what_a_person_is_held(
    words: str, given_on: date, start: date | None, until: date | None, reasoned: date | None, expected: set[str]
) -> None:
    world = World()
    case_id = held(world, YESTERDAY, authorised=False)
    assert why(case_id, prove_on(TODAY)) == {NONE, NO_REASON}
    what = Authorised(
        kind="is91",
        given_on=given_on,
        given_by="An officer",
        effective_from=start,
        until=until,
        reason="A document is agreed." if reasoned else "",
        reasoned_on=reasoned,
    )
    authorise(world, case_id, what)
    found = prove_on(TODAY)
    assert why(case_id, found) == expected, words
    assert found.verdict == ("failing" if expected else "clean")
    assert found.totals["liberty"] == bool(expected)


@pytest.mark.django_db
def test_a_review_renews_authority_and_reason_and_one_without_a_reason_leaves_none() -> None:
    world = World()
    case_id = held(world, YESTERDAY)
    review(world, case_id, TODAY, said(YESTERDAY))
    assert prove_on(TODAY).verdict == "clean"
    day = TODAY + 6 * DAY  # a week after detention began
    review(world, case_id, day, None)
    assert why(case_id, prove_on(day)) == {NO_REASON}
    authorise(world, case_id, said(YESTERDAY, reasoned_on=day - DAY), day)
    assert why(case_id, prove_on(day)) == {NO_REASON}, "a reason of the day before the review is not the review's"
    authorise(world, case_id, said(YESTERDAY), day)
    assert prove_on(day).verdict == "clean"
    assert DetentionAuthority.objects.filter(case_id=case_id).count() == 4, "what stood before stays to be read"


@pytest.mark.django_db
def test_authority_heads_the_remainder_before_late_reviews() -> None:
    world = World()
    late, bare = held(world, YESTERDAY), held(world, YESTERDAY, authorised=False)
    day = TODAY + DAY
    assert listed(prove_on(day), List.REMAINDER) == [
        (reference(bare), "detention_without_authority"),
        (reference(late), "detention_review_late"),
    ]


@pytest.mark.django_db
def test_an_authority_ends_when_the_person_is_no_longer_held_and_is_none_for_a_later_detention() -> None:
    world = World()
    case_id = held(world, YESTERDAY)
    status(world, case_id, "community", TODAY)
    assert prove_on(TODAY).verdict == "clean"
    assert DetentionAuthority.objects.get(case_id=case_id).ended_by_id == world.amy.pk
    status(world, case_id, "detained", TODAY)
    assert why(case_id, prove_on(TODAY)) == {NONE, NO_REASON}


@pytest.mark.django_db
def test_an_authority_goes_on_through_a_move_from_prison_to_a_removal_centre() -> None:
    world = World()
    case_id = held(world, YESTERDAY, "time_served")
    status(world, case_id, "detained", TODAY)
    assert prove_on(TODAY).verdict == "clean"


@pytest.mark.django_db
def test_an_authority_may_be_recorded_before_the_sentence_ends() -> None:
    world = World()
    case_id = world.case(TODAY + 60 * DAY)
    what = Authorised(kind="is91", given_on=TODAY, given_by="An officer", effective_from=TODAY + 3 * DAY, reason="A document is agreed.")
    authorise(world, case_id, what)
    day = TODAY + 3 * DAY
    status(world, case_id, "time_served", day, day=day)
    assert prove_on(day).verdict == "clean"
    assert not Task.objects.filter(subject_id=case_id, kind="case.detention_authority").exists()


def test_the_certificate_of_a_past_seal_judges_authorities_as_they_were_known(committed: Committed, tmp_path: Path) -> None:
    world = World()
    case_id = held(world, YESTERDAY, authorised=False)
    seal_all(tmp_path, at=NOW + timedelta(minutes=1))
    given.authorised(case_id, world.amy, since=YESTERDAY, at=NOW + timedelta(hours=1))
    seal_all(tmp_path, at=NOW + timedelta(hours=2))
    later = NOW + timedelta(hours=3)
    before = certify(at=later, today=TODAY, as_at=NOW + timedelta(minutes=30))
    assert why(case_id, before) == {NONE, NO_REASON}
    assert certify(at=later, today=TODAY, as_at=later).verdict == certify(at=later, today=TODAY).verdict == "clean"


@pytest.mark.django_db
def test_a_late_detention_review_heads_the_remainder_whatever_was_acknowledged() -> None:
    world = World()
    ordinary = world.case(TODAY + DAY)
    case_id = held(world, YESTERDAY)
    first_review = TODAY  # a day after detention began
    assert prove_on(first_review).verdict == "clean"
    late = first_review + 2 * DAY
    task = Task.objects.get(subject_id=case_id, kind=REVIEW, state="open")
    actions.acknowledge(task_id=task.pk, rung=0, reason="Tomorrow", by=world.amy.pk, at=on(late), today=late)
    finding = prove_on(late)
    assert listed(finding, List.REMAINDER) == [(reference(case_id), "detention_review_late"), (reference(ordinary), "late_unacknowledged")]
    assert finding.totals["liberty"] == 1
    world.acknowledge(ordinary, rung=0, by="owner", day=late)
    then = NewTask(kind="case.other", due=late + 50 * DAY)
    stamp = {"by": world.amy.pk, "at": on(late), "today": late}
    actions.complete_task(task_id=task.pk, result="Maintained", then=then, detention=said(YESTERDAY), **stamp)
    assert prove_on(late).verdict == "clean"


@pytest.mark.django_db
@pytest.mark.parametrize("custody", ["detained", "time_served"])
def test_a_person_held_without_a_date_is_not_covered(custody: str) -> None:
    world = World()
    case_id = held(world, None, custody)
    assert verdict_on(case_id, prove_on(TODAY)) == "not covered: detention_review_without_date"


@pytest.mark.django_db
def test_a_detained_person_without_a_running_clock_is_not_covered() -> None:
    world = World()
    case_id = held(world, YESTERDAY)
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE cases_clock SET due = NULL, rule_version = 'stopped' WHERE case_id = %s AND kind = 'detention_review'", [case_id]
        )
    finding = prove_on(TODAY)
    assert verdict_on(case_id, finding) == "not covered: detention_review_not_running"
    assert listed(finding, List.CLOCKS_DIFFER) == [(reference(case_id), "due")]


@pytest.mark.django_db
def test_monitoring_and_contact_reviews_are_never_excused_either() -> None:
    world = World()
    case_id = world.case(TODAY + 360 * DAY)
    status(world, case_id, "community", TODAY - 100 * DAY, monitored=True)
    due = date(2026, 12, 10)  # four months after 10 August
    assert verdict_on(case_id, prove_on(due)) == "covered: due_today"
    (item,) = [item for item in prove_on(due + DAY).items if item.list == List.REMAINDER]
    assert (item.reason, "contact_review_late" in item.also) == ("monitoring_review_late", True)


WITHOUT_DATE = [
    # in the community since, monitored; then the reasons against the case
    (TODAY - 9 * DAY, False, set()),
    (TODAY - 9 * DAY, True, set()),
    (None, False, {"contact_review_without_date"}),
    (None, True, {"contact_review_without_date", "monitoring_review_without_date"}),
]


@pytest.mark.django_db
@pytest.mark.parametrize(("since", "monitored", "expected"), WITHOUT_DATE)
def test_a_restriction_without_a_date_for_its_review_is_not_covered(since: date | None, monitored: bool, expected: set[str]) -> None:
    world = World()
    case_id = world.case(TODAY + 60 * DAY)
    status(world, case_id, "community", since, monitored=monitored)
    found = prove_on(TODAY)
    assert (why(case_id, found), found.totals["liberty"]) == (expected, bool(expected))
    for name in ("contact_conditions_since", "monitoring_since"):
        actions.record_key_date(
            case_id=case_id,
            name=name,
            value=TODAY - 9 * DAY,
            source="command",
            observed_at=NOW,
            reason="Asked the reporting centre",
            by=world.amy.pk,
            at=NOW,
            today=TODAY,
        )
    assert prove_on(TODAY).verdict == "clean"


def _opened(custody: str, since: date | None) -> Iterator[str]:
    world = World()
    opened = actions.Opened(
        person_id=given.person().pk, owner_id=world.amy.pk, source="prison", observed_at=NOW, custody=custody, custody_since=since
    )
    case_id = actions.open_case(opened=opened, reason="", by=world.amy.pk, at=NOW, today=TODAY)
    yield from sorted(why(case_id, prove_on(TODAY)))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("custody", "since", "expected"),
    [
        ("community", TODAY - 9 * DAY, []),
        ("community", None, ["contact_review_without_date"]),
        ("time_served", TODAY, [NONE, NO_REASON]),
        ("time_served", None, ["detention_review_without_date", NONE, NO_REASON]),
        ("serving", TODAY - 9 * DAY, []),
    ],
)
def test_what_is_missing_of_a_case_that_was_just_opened(custody: str, since: date | None, expected: list[str]) -> None:
    assert list(_opened(custody, since)) == expected


@pytest.mark.django_db
def test_no_certificate_keeps_the_number_of_a_reason(tmp_path: Path) -> None:
    """Reasons may be put in another order: what is stored are their codes."""
    world = World()
    held(world, YESTERDAY, authorised=False)
    made = prove(by=world.amy.pk, at=NOW, today=TODAY, key=signing_key(tmp_path))
    (item,) = made.items.filter(list=List.REMAINDER)
    assert (item.reason, item.also) == (Reason.DETENTION_WITHOUT_AUTHORITY.code, [Reason.REMOVAL_REASON_MISSING.code])

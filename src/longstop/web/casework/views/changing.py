"""What changes a case: a key date, its status, the authority to detain, its closing and reopening."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone

from longstop.access.relations import Act
from longstop.cases import actions
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.kernel.dates import in_words
from longstop.web.casework.forms import AuthorityForm, CloseForm, CustodyForm, KeyDateForm
from longstop.web.casework.guards import of_case
from longstop.web.casework.pages import about, done, form_page
from longstop.web.casework.task_forms import ReopenForm
from longstop.web.doors import Who
from longstop.web.parts import Button
from longstop.work import queries as tasks


def _back(case: Case) -> str:
    return reverse("case", args=[case.pk])


@of_case(act=Act.WORK)
def key_date(request: HttpRequest, who: Who, case: Case) -> HttpResponse:
    """Record what a source says that a date is. Dates that follow from it are worked out again at once."""
    form = KeyDateForm(request.POST or None)

    def act() -> object:
        said = form.cleaned_data
        return actions.record_key_date(
            case_id=case.pk,
            name=said["name"],
            value=said["value"],
            source=said["source"],
            observed_at=who.at,
            reason=said["reason"],
            by=who.id,
            at=who.at,
            today=who.today,
        )

    lead = f"{about(case, who)}. What other sources say stays beside it. The newest counts, whoever says so."
    return done(request, form, act, said="The date was recorded, and what follows from it worked out again.", to=_back(case)) or form_page(
        request, form, heading="Record a key date", lead=lead, button=Button("Record the date"), back=_back(case)
    )


@of_case(act=Act.WORK)
def custody(request: HttpRequest, who: Who, case: Case) -> HttpResponse:
    """Record where the person is now, and under what."""
    form = CustodyForm(request.POST or None, initial={"custody": case.custody, "since": case.custody_since, "monitored": case.monitored})

    def act() -> object:
        said = form.cleaned_data
        return actions.change_custody(
            case_id=case.pk,
            custody=said["custody"],
            since=said["since"],
            monitored=said["monitored"],
            monitored_since=said["monitored_since"],
            reason=said["reason"],
            by=who.id,
            at=who.at,
            today=who.today,
        )

    lead = f"{about(case, who)}. Reviews start and stop with the status."
    return done(request, form, act, said="The status was recorded.", to=_back(case)) or form_page(
        request, form, heading="Change status or monitoring", lead=lead, button=Button("Record the status"), back=_back(case)
    )


@of_case(act=Act.WORK)
def authority(request: HttpRequest, who: Who, case: Case) -> HttpResponse:
    """Record by what a person is held under immigration powers, and why removal is realistic."""
    standing = cases.held_by(case.pk)
    form = AuthorityForm(request.POST or None, initial=as_recorded(standing))

    def act() -> object:
        return actions.authorise_detention(case_id=case.pk, said=form.authorised(), by=who.id, at=who.at, today=who.today)

    after = "What is recorded now ends, and stays to be read in the timeline." if standing else "None is recorded now."
    return done(request, form, act, said="The authority to detain was recorded.", to=f"{_back(case)}#authority") or form_page(
        request,
        form,
        heading="Record the authority to detain",
        lead=f"{about(case, who)}. {after}",
        button=Button("Record the authority"),
        back=_back(case),
    )


def as_recorded(standing: cases.HeldBy | None) -> dict[str, object]:
    """Give what the fields of an authority begin with: what stands, save its reason, which is given anew each time."""
    if standing is None:
        return {}
    row = standing.authority
    said: dict[str, object] = {"kind": row.kind, "reference": standing.reference, "given_by": standing.given_by}
    return said | {"given_on": row.given_on, "effective_from": row.effective_from, "until": row.until}


@of_case(act=Act.CLOSE)
def close(request: HttpRequest, who: Who, case: Case) -> HttpResponse:
    """Close a case on evidence of its outcome."""
    form = CloseForm(request.POST or None, initial={"version": case.version})

    def act() -> object:
        said = form.cleaned_data
        outcome, evidence, why, version = said["outcome"], said["evidence"], said["reason"], said["version"]
        return actions.close(case_id=case.pk, outcome=outcome, evidence=evidence, reason=why, by=who.id, at=who.at, version=version)

    open_tasks = tasks.of_subjects(subject_ids=[case.pk]).count()
    warning = f"Nobody is reminded of a closed case. {_tasks(open_tasks)}"
    return done(request, form, act, said=f"Case {case.reference} is closed.", to=_back(case)) or form_page(
        request,
        form,
        heading="Close the case",
        lead=about(case, who),
        warning=warning,
        button=Button("Close the case", "warning"),
        back=_back(case),
        template="casework/close.html",
    )


def _tasks(number: int) -> str:
    return f"Its open task{'' if number == 1 else 's'} ({number}) will be marked as no longer needed, and any transfer on offer falls away."


@of_case(act=Act.REOPEN)
def reopen(request: HttpRequest, who: Who, case: Case) -> HttpResponse:
    """Open a closed case again, with an owner and a dated task."""
    teams = {case.team_id} | ({who.staff.team_id} if who.staff.team_id else set())
    form = ReopenForm(request.POST or None, today=who.today, team_ids=teams)

    def act() -> object:
        then = form.next_task()
        assert then is not None  # the form asks for it
        why = form.cleaned_data["reason"]
        return actions.reopen(case_id=case.pk, owner_id=form.staff.pk, then=then, reason=why, by=who.id, at=who.at, today=who.today)

    first = in_words(timezone.localdate(case.first_opened_at))
    lead = f"{about(case, who)}. Its first opening on {first}, and how it was closed, stay on record."
    return done(request, form, act, said=f"Case {case.reference} is open again.", to=_back(case)) or form_page(
        request, form, heading="Reopen the case", lead=lead, button=Button("Reopen the case"), back=_back(case)
    )

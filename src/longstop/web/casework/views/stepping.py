"""A step of the process is taken: with the evidence that the map asks for, and what happens next."""

from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse

from longstop.access.relations import Act
from longstop.cases import actions
from longstop.cases import queries as cases
from longstop.cases.models import Case
from longstop.cases.queries import Standing
from longstop.process.maps import NoSuchStep, Step
from longstop.web.casework.guards import of_case
from longstop.web.casework.pages import about, done, form_page
from longstop.web.casework.steps import role_words
from longstop.web.casework.task_forms import StepForm
from longstop.web.doors import Who
from longstop.web.parts import Button


@of_case(act=Act.WORK)
def take(request: HttpRequest, who: Who, case: Case, track: str, step: str) -> HttpResponse:
    """Take a step that the map offers from where the track stands."""
    standing = next((each for each in cases.standing_of(case, today=who.today) if each.track.code == track), None)
    if standing is None or standing.track.kept_by:
        raise Http404
    back = reverse("case-process", args=[case.pk])
    try:
        wanted = standing.track.step(step, state=standing.code)
    except NoSuchStep as missing:
        raise Http404 from missing
    form = StepForm(request.POST or None, today=who.today, step=wanted, initial={"on": who.today, "from_state": standing.code})

    def act() -> object:
        said = form.cleaned_data
        taken = actions.Taken(
            track=track, step=step, from_=said["from_state"], on=said["on"], evidence=form.evidence(), considered=said["considered"]
        )
        return actions.take_step(case_id=case.pk, taken=taken, then=form.next_task(), by=who.id, at=who.at, today=who.today)

    return done(request, form, act, said=f"Done: {wanted.title}.", to=back) or form_page(
        request,
        form,
        heading=wanted.title,
        lead=f"{about(case, who)}. {_leads(standing, wanted)}",
        button=Button("Take the step"),
        back=back,
        template="casework/step.html",
        step=wanted,
        standing=standing,
        role=role_words(wanted.role),
        assumed=not standing.track.confirmed,
    )


def _leads(standing: Standing, step: Step) -> str:
    stands = standing.state.title if standing.state else standing.code
    return f"{standing.track.title}: from “{stands}” to “{standing.track.states[step.to].title}”."

"""Finding somebody who may be the person whose page is open, and asking whether they are one."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.audit.actions import record_reading
from longstop.cases import queries as cases
from longstop.people import queries as people
from longstop.referral import actions as decide
from longstop.web.considering.forms import OtherPersonForm
from longstop.web.considering.subjects import card_of, closed_to, one_is_closed
from longstop.web.doors import Who, who_is
from longstop.web.finding.results import name_of

MOST = 20  # persons found by what was typed
KEPT = "may_be_the_same"


def same(request: HttpRequest, person_id: int) -> HttpResponse:
    """Find somebody who may be this person, and ask whether they are. What was typed is kept as the words of a search are."""
    who = who_is(request)
    card = card_of(person_id)
    if closed_to(cases.of_persons([person_id]), who):
        return one_is_closed(request)
    if "other" in request.POST:
        return _ask(request, person_id, who)
    form = OtherPersonForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        request.session[KEPT] = [person_id, form.cleaned_data["text"]]
        return redirect("person-same", person_id)
    kept, typed = request.session.get(KEPT) or (None, "")
    context = {
        "heading": f"Who else may {name_of(card) or 'this person'} be?",
        "title": "Who else may this person be?",
        "form": form,
        "cancel_href": reverse("person", args=[person_id]),
    }
    if kept == person_id and request.method == "GET":
        context |= {"form": OtherPersonForm(initial={"text": typed}), "typed": typed} | _found(typed, person_id, who)
    return render(request, "considering/same.html", context)


def _found(typed: str, person_id: int, who: Who) -> dict[str, object]:
    hits = people.search(typed, limit=MOST + 1)
    record_reading(what="searched", by=who.id, at=who.at, subject_kind="person", rows=len(hits), details={"text": typed})
    found = [each.card for each in hits if each.card.id != person_id][:MOST]
    hidden = closed_to(cases.of_persons([each.id for each in found]), who) if found else set()
    return {"found": [each for each in found if each.id not in hidden], "hidden": len(hidden), "full": len(hits) > MOST}


def _ask(request: HttpRequest, person_id: int, who: Who) -> HttpResponse:
    given = request.POST["other"]
    if not given.isascii() or not given.isdigit() or len(given) > 18 or int(given) == person_id:
        return redirect("person-same", person_id)
    other = card_of(int(given))
    if closed_to(cases.of_persons([other.id]), who):
        return one_is_closed(request)
    try:
        number = decide.ask_whether_one(person_id=person_id, other_id=other.id, by=who.id, at=who.at, today=who.today)
    except decide.AskedAlready as asked:
        messages.info(request, "This is being asked already.")
        return redirect("question", asked.question_id)
    except decide.NobodyToOwn as nobody:
        messages.error(request, str(nobody))
        return redirect("person-same", person_id)
    messages.success(request, "Asked. Look at both, and answer, or leave it to whoever it is with.")
    return redirect("question", number)

"""How far the record is sealed, and the seals."""

from datetime import timedelta

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from longstop.audit import queries as audit
from longstop.audit.queries import SealedUpTo
from longstop.web.doors import Who, who_is
from longstop.web.overseeing import paging
from longstop.web.parts import Address, Column, Fact, Pages, Row, Stack, SummaryList, Table, Tag

SHOWN = 50
LATE = timedelta(minutes=5)


def listed(request: HttpRequest) -> HttpResponse:
    """Say how far the record is sealed, and list the seals, newest first."""
    who, here = who_is(request), Address.of(request)
    found = audit.newest_heads(limit=SHOWN + 1, before=paging.number_in(here.get("after")))
    rows = [
        Row([f"Seal {head.number}", head.sealed_at, head.rows, head.chain.hex()[:16], head.public_key.hex()[:16]]) for head in found[:SHOWN]
    ]
    columns = [Column("Seal"), Column("Taken"), Column("Rows", numeric=True), Column("Chain, first 16"), Column("Key, first 16")]
    more = here.with_param("after", str(found[SHOWN - 1].number)).href if len(found) > SHOWN else ""
    context = {
        "heading": "Seals",
        "lead": "Each seal signs all that was recorded since the one before. Whoever holds a copy of the anchor can check that nothing was"
        " altered: the command is “longstop verify ANCHOR”.",
        "links": paging.links(who, "seals"),
        "summary": _state(audit.sealed_up_to(), who),
        "table": Table("Seals", columns, rows, "seals", caption_hidden=True, empty="No seal has been taken yet."),
        "pages": Pages(1 if rows else 0, len(rows), None, "seals", "", more),
    }
    return render(request, "overseeing/list.html", context)


def _state(sealed: SealedUpTo, who: Who) -> SummaryList:
    age = sealed.age(who.at)
    if sealed.waiting_since is None:
        waiting = Stack(Tag("Nothing waits", "green"))
    else:
        waiting = Stack(Tag(f"{int(age.total_seconds() // 60)} minutes", "red" if age > LATE else "green"), (sealed.waiting_since,))
    facts = [
        Fact("Sealed up to", Stack(sealed.sealed_at, (f"Seal {sealed.number}",)) if sealed.number else "Not sealed yet"),
        Fact("Oldest entry not yet sealed", waiting),
    ]
    if sealed.horizon_behind:
        facts.append(Fact("Something is wrong", Tag("The database was restored or its counter set back: ask an operator", "red")))
    return SummaryList(facts)

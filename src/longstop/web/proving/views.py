"""The certificate on screen: the verdict, the equation, the states, and by name what is not covered."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from longstop.access.rules import Permission
from longstop.gateways.certificates import CertificateFile
from longstop.gateways.keys import KeyUnusable, signing_key
from longstop.proof import queries as proof
from longstop.proof.actions import prove
from longstop.proof.certification import MomentToCome, NothingSealedThen
from longstop.proof.models import Certificate, CertificateItem
from longstop.proof.rules import LIST_WORDS, List
from longstop.web.doors import who_is
from longstop.web.exporting.listing import of_query, show_list
from longstop.web.parts import Address, Column, Link, Pages, Row, Table, Tag
from longstop.web.proving.forms import AsAtForm
from longstop.web.proving.layout import item_row, layout_of

PER_PAGE = 50


def latest(request: HttpRequest) -> HttpResponse:
    """Show the newest certificate of the present."""
    return _show(request, proof.latest())


def one(request: HttpRequest, certificate_id: int) -> HttpResponse:
    """Show one certificate, the newest or an old one."""
    return _show(request, _found(certificate_id))


def _found(certificate_id: int) -> Certificate:
    found = proof.certificate(certificate_id)
    if found is None:
        raise Http404
    return found


def _show(request: HttpRequest, certificate: Certificate | None) -> HttpResponse:
    who = who_is(request)
    context = {
        "certificate": certificate,
        "layout": layout_of(certificate, who) if certificate else None,
        "as_at_form": AsAtForm(),
        "may_prove": who.may(Permission.PROVE),
    }
    return render(request, "proving/certificate.html", context)


def make(request: HttpRequest) -> HttpResponse:
    """Prove the whole caseload, now or as it was known at a past moment, and show what was found."""
    who, form = who_is(request), AsAtForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Write the moment as a date and a time.")
        return redirect("certificate")
    home = Path(settings.HOME)
    try:
        made = prove(
            by=who.id,
            at=who.at,
            today=who.today,
            key=signing_key(home),
            as_at=form.cleaned_data["as_at"],
            anchor=CertificateFile(home),
        )
    except NothingSealedThen:
        messages.error(request, "No seal was taken by that moment, so what was known then cannot be shown. Choose a later one.")
    except MomentToCome:
        messages.error(request, "That moment has not come yet.")
    except KeyUnusable:
        messages.error(request, "The signing key cannot be used. Ask an operator to run “longstop prove”, which says why.")
    else:
        return redirect("certificate-of", made.pk)
    return redirect("certificate")


def every(request: HttpRequest) -> HttpResponse:
    """List all certificates, newest first."""
    here = Address.of(request)
    page = Paginator(proof.certificates(), PER_PAGE).get_page(here.get("page") or 1)
    rows = [
        Row(
            [
                Link(f"Certificate {row.pk}", reverse("certificate-of", args=[row.pk])),
                row.moment,
                "Now" if row.live else f"As known at seal {row.seal_number}",
                row.remainder,
                Tag("Clean", "green") if row.is_clean else Tag("Not clean", "red"),
            ]
        )
        for row in page
    ]
    columns = [Column("Certificate"), Column("Moment"), Column("Of"), Column("Not covered", numeric=True), Column("Verdict", narrow=True)]
    context = {
        "heading": "All certificates",
        "table": Table("All certificates", columns, rows, "certificates", caption_hidden=True, empty="No certificate has been made yet."),
        "pages": _pages(here, page, "certificates"),
    }
    return render(request, "base/list.html", context)


def listed(request: HttpRequest, certificate_id: int, name: str) -> HttpResponse:
    """List what a certificate names under one heading, with the reason and what to do about it."""
    certificate, here = _found(certificate_id), Address.of(request)
    wanted = name.replace("-", "_")
    if wanted not in set(List):
        raise Http404
    viewer, every_one = who_is(request), proof.items(certificate_id=certificate_id, list_=wanted)
    page = Paginator(every_one, PER_PAGE).get_page(here.get("page") or 1)
    columns = [Column("Which"), Column("Why it is here"), Column("Details"), Column("What to do")]
    heading = LIST_WORDS[wanted]

    def made(rows: Iterable[CertificateItem]) -> Table:
        found = [item_row(each, viewer) for each in rows]
        return Table(heading, columns, found, "items", caption_hidden=True, empty="Nothing is listed.")

    context = {
        "heading": heading,
        "lead": f"Certificate {certificate.pk}. {page.paginator.count} listed.",
        "table": made(page),
        "pages": _pages(here, page, "items"),
        "back": Link(f"Certificate {certificate.pk}", reverse("certificate-of", args=[certificate_id])),
    }
    return show_list(request, "base/list.html", context, of_query("certificate", every_one, made), dated=False)


def _pages(here: Address, page: Page[Any], noun: str) -> Pages:
    before = here.with_param("page", str(page.previous_page_number())).href if page.has_previous() else ""
    after = here.with_param("page", str(page.next_page_number())).href if page.has_next() else ""
    return Pages(page.start_index(), page.end_index(), page.paginator.count, noun, before, after)

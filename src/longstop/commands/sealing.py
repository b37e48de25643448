"""`longstop seal` and `longstop verify`."""

from pathlib import Path
from typing import Annotated, Any

import psycopg
import typer

from longstop.audit import anchors
from longstop.audit.anchors import AnchorUnusable, Contents
from longstop.audit.verification import Report, verify
from longstop.commands import reaching
from longstop.gateways.anchors import AnchorFile
from longstop.gateways.keys import KeyUnusable, signing_key

AsJson = Annotated[bool, typer.Option("--json", help="Print the same for programs.")]


def register(app: typer.Typer) -> None:
    """Add the commands of this module."""
    app.command("seal")(seal_now)
    app.command("verify")(verify_record)


def seal_now(as_json: AsJson = False) -> None:
    """Seal everything recorded since the last seal, and publish its head to the anchor."""
    home = reaching.home()
    with reaching.database(prepared=True) as address:
        reaching.set_up(address.for_service())
        actions, queries = reaching.module("longstop.audit.actions"), reaching.module("longstop.audit.queries")
        sealing = reaching.module("longstop.audit.actions.sealing")
        horizon = queries.horizon()
        try:
            seal = actions.seal(by=actions.SYSTEM, at=reaching.now(), key=signing_key(home), anchor=AnchorFile(home), horizon=horizon)
        except (sealing.HorizonBehind, sealing.AnchorDisagrees) as error:
            reaching.stop(str(error), code=reaching.FAILED)
        except (KeyUnusable, AnchorUnusable) as error:
            reaching.stop(str(error))
        words = f"Seal {seal.number} of {seal.sealed_at:%d %B %Y %H:%M:%S} UTC stands: {seal.rows} rows. Anchor: {AnchorFile(home).path}."
        values = {"seal": seal.number, "rows": seal.rows, "sealed_at": seal.sealed_at.isoformat(), "chain": bytes(seal.chain).hex()}
        reaching.tell(words, values, as_json=as_json)


def verify_record(
    anchor: Annotated[Path, typer.Argument(help="The file of heads (anchors/heads.jsonl), or a file with one of its lines.")],
    as_json: AsJson = False,
) -> None:
    """Check the whole record against its seals and an anchor kept outside the database.

    Ends with 0 where everything is as it was sealed, 1 where something is not, 2 where the anchor cannot be used.
    """
    contents = _read_anchor(anchor)
    with reaching.database() as address, psycopg.connect(address.service_url, autocommit=True) as session:
        try:
            report = verify(session, contents, service_role=reaching.role_of(address.service_url))
        except (psycopg.errors.UndefinedTable, psycopg.errors.UndefinedColumn, psycopg.errors.UndefinedFunction) as error:
            reaching.stop(f"The database lacks a part of the record itself: {error.diag.message_primary}.", code=reaching.FAILED)
    reaching.tell(account(report), values_of(report), as_json=as_json)
    raise typer.Exit(reaching.DONE if report.clean else reaching.FAILED)


def _read_anchor(path: Path) -> Contents:
    try:
        return anchors.read(path.read_text().splitlines(), name=str(path))
    except AnchorUnusable as error:
        reaching.stop(str(error))
    except OSError as error:
        reaching.stop(f"{path} cannot be read: {error.strerror}. Give LONGSTOP_HOME/anchors/heads.jsonl or a copy of it.")
    except UnicodeDecodeError:
        reaching.stop(f"{path} is no text. Give LONGSTOP_HOME/anchors/heads.jsonl or a copy of it.")


def account(report: Report) -> str:
    """Tell a person what was found."""
    lines = []
    first = report.first
    if first is not None:
        more = len(report.findings) + report.not_named - 1
        lines += ["ALTERED. " + first.text, f"{more} more findings." if more else "Nothing else was found."]
        lines += [f"  {finding.text}" for finding in sorted(report.findings, key=lambda finding: finding.order)[1:20]]
    else:
        lines.append("Clean: everything is as it was sealed.")
    lines.append(
        f"{report.seals} seals, {report.rows} rows, {report.payloads} payloads; the anchor knows seals up to {report.anchored or 'none'}."
    )
    lines.append(f"{report.newer} rows are newer than the last seal.")
    lines += [f"Disposed under certificate {number}: {count} payloads." for number, count in sorted(report.disposed.items())]
    if report.put_aside:
        lines.append(f"Seals put aside by a restore: {', '.join(map(str, report.put_aside))}.")
    return "\n".join(lines)


def values_of(report: Report) -> dict[str, Any]:
    """Tell a program what was found."""
    first = report.first
    return {
        "clean": report.clean,
        "first": vars(first) if first else None,
        "findings": [vars(finding) for finding in sorted(report.findings, key=lambda finding: finding.order)],
        "not_named": report.not_named,
        "seals": report.seals,
        "rows": report.rows,
        "payloads": report.payloads,
        "newer": report.newer,
        "last_seal": report.last_seal,
        "anchored": report.anchored,
        "disposed": report.disposed,
        "put_aside": report.put_aside,
    }

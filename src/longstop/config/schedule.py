"""The work that is done on a schedule. Each job is safe to do twice and safe to kill: a later run finds what is left.

No job locks another out, since a lock outlives a worker that was killed; only waiting jobs of one kind are not stacked up.
"""

import os
from collections.abc import Callable
from datetime import date, datetime, timedelta

from django.core.management import call_command
from django.utils import timezone
from procrastinate import App, JobContext, RetryStrategy
from procrastinate.jobs import Status

from longstop.audit import actions as audit
from longstop.audit import queries as record
from longstop.audit.actions import SYSTEM
from longstop.cases import actions as cases
from longstop.cases import queries as caseload
from longstop.gateways.anchors import AnchorFile
from longstop.gateways.certificates import CertificateFile
from longstop.gateways.keys import signing_key
from longstop.gateways.postgres import find_home
from longstop.kernel.policy import load
from longstop.proof.actions import prove
from longstop.reconciliation import actions as reconciliation
from longstop.reconciliation import queries as reconciled
from longstop.referral import actions as referral
from longstop.referral.actions import relinking
from longstop.referral.likely import awaits_relinking
from longstop.referral.queries.prisons import are_many

EVERY_MINUTE, EVERY_FIVE_MINUTES, ON_THE_HOUR, EVERY_HOUR = "* * * * *", "*/5 * * * *", "2 * * * *", "5 * * * *"
EACH_QUARTER = "*/15 * * * *"
PROVED_AT = (0, 5)  # hours of the day in London: when dates have just passed, and before people come in
WOUND_AT = PROVED_AT
POLICIES_OF_CLOCKS = ("clocks", "early_removal")
LOOK_BACK = timedelta(days=7)  # a worker that stood still over the day of a change makes up for it
CHUNK = 200  # cases wound again in one transaction
SECONDS_WITHOUT_A_SIGN = 60
RETRIED = RetryStrategy(max_attempts=4, wait=20, linear_wait=20)  # a database that is restarting is back by then


def register(app: App) -> None:
    """Tell the worker what there is to do, and when."""
    for name, cron, job, retry in (
        ("seal", EVERY_MINUTE, seal, False),  # the next minute is the retry
        ("take_effect", EVERY_FIVE_MINUTES, take_effect, False),
        ("count_prisons", EACH_QUARTER, count_prisons, False),
        ("reconcile", EACH_QUARTER, reconcile, False),
        ("relink", EACH_QUARTER, relink, False),
        ("rewind", EVERY_HOUR, rewind, RETRIED),
        ("watch", ON_THE_HOUR, watch, RETRIED),
        ("prove", EVERY_HOUR, prove_all, RETRIED),
        ("clear", EVERY_HOUR, clear, False),
    ):
        _register(app, name, cron, job, retry)
    dropping = app.task(name="longstop.drop_stalled", queueing_lock="drop_stalled", pass_context=True)(drop_stalled)
    app.periodic(cron=EVERY_FIVE_MINUTES, periodic_id="drop_stalled")(dropping)


def _register(app: App, name: str, cron: str, job: Callable[[datetime], None], retry: RetryStrategy | bool) -> None:
    def run(timestamp: int) -> None:
        job(timezone.now())

    task = app.task(name=f"longstop.{name}", queueing_lock=name, retry=retry)(run)
    app.periodic(cron=cron, periodic_id=name)(task)


def seal(at: datetime) -> None:
    """Seal what has become known, and publish the seal's head. Raises HorizonBehind, AnchorDisagrees: a person must look."""
    home, horizon = find_home(os.environ), record.horizon()
    # The horizon is asked for before the moment is read, so that nothing that committed after it can be in the seal.
    audit.seal(by=SYSTEM, at=max(at, timezone.now()), key=signing_key(home), anchor=AnchorFile(home), horizon=horizon)


def take_effect(at: datetime) -> None:
    """Carry out departures whose day has come. Lists and certificate count them from their day, done or not."""
    cases.take_effect(today=timezone.localdate(at), at=at)


def count_prisons(at: datetime) -> None:
    """Keep counts of the prisons of a large command for whoever asks next. A page whose counts are too old counts for itself."""
    if are_many():
        referral.count_prisons(by=SYSTEM, at=at, today=timezone.localdate(at))


def reconcile(at: datetime) -> None:
    """Make a statement from a list that was considered to the end since the last one. Raises NobodyToOwn: a person must look."""
    today = timezone.localdate(at)
    if reconciled.awaits_statement(today=today):
        reconciliation.reconcile(both=reconciled.read_both(today=today), by=SYSTEM, at=at, today=today)


def relink(at: datetime) -> None:
    """Compare the records of a list that was considered to the end since the last time, and ask what follows. Raises NobodyToOwn.

    Nothing is compared until somebody has put a version in force: whoever does has seen what it would come to.
    """
    if awaits_relinking():
        relinking.relink(by=SYSTEM, at=at, today=timezone.localdate(at))


def rewind(at: datetime) -> None:
    """Wind every open case's clocks again on the day on which a dated rule of theirs takes effect, and for a week after.

    And where a rule was put into other words or figures without a new date, as an upgrade may do: no clock would name a rule that there is.
    """
    if timezone.localtime(at).hour in WOUND_AT and (rule_changed(today=timezone.localdate(at)) or rule_rewritten()):
        rewind_all(at=at)


def rule_changed(*, today: date) -> bool:
    """Say whether a rule that clocks follow began or ended within the last week, today included."""
    return any(load(policy).changes(after=today - LOOK_BACK, until=today) for policy in POLICIES_OF_CLOCKS)


def rule_rewritten() -> bool:
    """Say whether a clock of an open case was wound by a version of a rule that is in none of the policy's files any more."""
    known = {version.version for policy in map(load, POLICIES_OF_CLOCKS) for name in policy.names for version in policy.versions(name)}
    return any("#" in followed and followed not in known for followed in caseload.rules_followed())


def rewind_all(*, at: datetime) -> int:
    """Wind the clocks of all open cases again, a chunk in a transaction; gives how many cases."""
    wanted = sorted(caseload.open_cases().values_list("pk", flat=True))
    for start in range(0, len(wanted), CHUNK):
        cases.rewind(case_ids=wanted[start : start + CHUNK], by=SYSTEM, at=at, today=timezone.localdate(at))
    return len(wanted)


def watch(at: datetime) -> None:
    """Ask after those at liberty whose contact is overdue: at the hours of the certificate, before it is made."""
    if timezone.localtime(at).hour in PROVED_AT:
        cases.ask_after_contact(by=SYSTEM, at=at, today=timezone.localdate(at))


def prove_all(at: datetime) -> None:
    """Prove the whole caseload at its hours, London time; at other hours does nothing."""
    if timezone.localtime(at).hour not in PROVED_AT:
        return
    home = find_home(os.environ)
    prove(by=SYSTEM, at=at, today=timezone.localdate(at), key=signing_key(home), anchor=CertificateFile(home))


def clear(at: datetime) -> None:
    """Remove sessions that have expired, and the record of failed sign-ins older than a month."""
    call_command("clearsessions", verbosity=0)
    call_command("axes_reset_logs", age=30, verbosity=0)


async def drop_stalled(context: JobContext, timestamp: int = 0) -> None:
    """Let go of jobs whose worker has died; each is due again by its schedule."""
    app = context.app
    stalled = list(await app.job_manager.get_stalled_jobs(seconds_since_heartbeat=SECONDS_WITHOUT_A_SIGN))
    for job in stalled:
        if job.id is not None:
            await app.job_manager.finish_job_by_id_async(job_id=job.id, status=Status.FAILED, delete_job=True)

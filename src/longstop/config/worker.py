"""The worker: `python -m longstop.config.worker`. Does what is queued and what is due by the schedule, until it is told to stop."""

import asyncio
import logging
import os

import django
from procrastinate import App
from procrastinate.contrib.django import app as proxy

from longstop.config import logs

AT_ONCE = 3  # so that a certificate that takes minutes does not hold up the seal of the next minute
SECONDS_TO_FINISH = 8.0


def main() -> None:
    """Will work until SIGTERM or SIGINT; then it finishes what it is at, for some seconds."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "longstop.config.settings")
    logs.configure()
    logging.getLogger("procrastinate").setLevel(logging.WARNING)  # or it says each minute that a minute has passed
    django.setup()
    asyncio.run(work())


async def work(*, wait: bool = True) -> None:
    """Will do every job that is due; with `wait`, and every one that comes."""
    connector = proxy.connector.get_worker_connector()  # type: ignore[attr-defined]  # the connector for Django has it
    with proxy.replace_connector(connector) as app:
        async with app.open_async():
            await _work(app, wait=wait)


async def _work(app: App, *, wait: bool) -> None:
    # `config.schedule` needs the tables, so it is asked through the app, which loaded it when Django was ready.
    await app.configure_task("longstop.drop_stalled", queueing_lock="drop_stalled").defer_async()
    await app.run_worker_async(
        name="longstop",
        concurrency=AT_ONCE,
        wait=wait,
        install_signal_handlers=wait,
        shutdown_graceful_timeout=SECONDS_TO_FINISH,
        delete_jobs="successful",
    )


if __name__ == "__main__":
    main()

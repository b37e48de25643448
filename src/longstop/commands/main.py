"""The command line: `longstop --help`."""

import typer

from longstop.commands import assets, backups, demo, fetch, intake, link, process, prove, reconcile, relink, sealing
from longstop.commands.declaring import refuse_undeclared
from longstop.commands.serve import serve
from longstop.commands.stop import stop

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_show_locals=False,  # they would hold what must not be printed: addresses with passwords, personal values
    help="Casework in which no case can be overlooked. Ends with 0: done, 1: the check failed, 2: the input cannot be used.",
)
app.command()(serve)
app.command()(stop)
for each in (assets, demo, intake, fetch, link, relink, reconcile, process, prove, sealing, backups):
    each.register(app)
refuse_undeclared(app)


def main() -> None:
    """Run the command line."""
    app(prog_name="longstop")


if __name__ == "__main__":
    main()

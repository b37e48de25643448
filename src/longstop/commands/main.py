"""The command line: `longstop --help`."""

import typer

from longstop.commands.serve import serve
from longstop.commands.stop import stop

app = typer.Typer(no_args_is_help=True, add_completion=False, help="Casework in which no case can be overlooked.")
app.command()(serve)
app.command()(stop)


def main() -> None:
    """Run the command line."""
    app()

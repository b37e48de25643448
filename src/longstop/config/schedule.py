"""The work that is done on a schedule, and the tasks of the worker."""

from procrastinate import App


def register(app: App) -> None:
    """Tell the worker what there is to do. Filled as rooms need it."""

"""Making the tables in seconds rather than in half a minute: the models of a migration's state are rendered no oftener than they must be.

Django renders anew, after each operation of a migration, the model that changed and every model related to it. In a house whose tables
all point at staff that is nearly every model, six hundred times: nine tenths of a first start. What each operation needs is
the model it is about; the others are rendered anew, all of them, before the next operation that may look at how they are related.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db.migrations.state import ProjectState


@contextmanager
def rendering_what_changed() -> Iterator[None]:
    """Until the block ends, let a state render the one model that was made, that was given a field, or that changed otherwise than in what
    it points at.

    After any other change everything is rendered anew. Data migrations see everything rendered anew, as Django sees to already
    (`ProjectState.clear_delayed_apps_cache`).
    """
    before, adding_before = ProjectState.reload_model, ProjectState.add_field

    def add_field(self: ProjectState, app_label: str, model_name: str, *arguments: Any, **named: Any) -> None:
        # To add a field that points at something, no more is asked of that than the names of its table and column.
        self.__dict__["is_adding"] = True
        try:
            adding_before(self, app_label, model_name, *arguments, **named)
        finally:
            del self.__dict__["is_adding"]

    ProjectState.reload_model = _reload_model  # type: ignore[method-assign]
    ProjectState.add_field = add_field  # type: ignore[method-assign]
    try:
        yield
    finally:
        ProjectState.reload_model = before  # type: ignore[method-assign]
        ProjectState.add_field = adding_before  # type: ignore[method-assign]


def _reload_model(self: ProjectState, app_label: str, model_name: str, delay: bool = False) -> None:
    if "apps" not in self.__dict__:  # nothing is rendered yet
        return
    is_new = model_name.lower() not in self.apps.all_models[app_label]
    if delay or is_new or "is_adding" in self.__dict__:
        self.is_delayed = True
        self._reload({(app_label, model_name.lower())})  # type: ignore[attr-defined]
    else:
        del self.__dict__["apps"]  # rendered anew, whole, when it is next asked for

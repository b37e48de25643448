"""What the migrations made, told by the database itself, is what the models say: however little was rendered while they ran."""

import pytest
from django.apps import apps
from django.db import connection, models

OURS = [model for model in apps.get_models() if model.__module__.startswith("longstop.") and model._meta.managed]


def what_is_said(model: type[models.Model]) -> set[tuple[str, str]]:
    """Give the columns of a model, what they point at, and its indexes and constraints by name."""
    said: set[tuple[str, str]] = {("column", str(field.column)) for field in model._meta.local_concrete_fields}
    for field in model._meta.local_concrete_fields:
        if isinstance(field, models.ForeignKey) and field.db_constraint:  # type: ignore[attr-defined]
            said.add(("points", f"{field.column} at {field.target_field.model._meta.db_table}.{field.target_field.column}"))
    said |= {("named", str(each.name)) for each in (*model._meta.indexes, *model._meta.constraints)}
    return said | {("trigger", str(trigger.get_pgid(model))) for trigger in getattr(model._meta, "triggers", ())}


def what_is_there(model: type[models.Model]) -> set[tuple[str, str]]:
    """Give the same of its table."""
    table = model._meta.db_table
    with connection.cursor() as cursor:
        there = {("column", column.name) for column in connection.introspection.get_table_description(cursor, table)}
        for name, each in connection.introspection.get_constraints(cursor, table).items():
            there.add(("named", name))
            if each["foreign_key"]:
                there.add(("points", f"{each['columns'][0]} at {'.'.join(each['foreign_key'])}"))
        cursor.execute("SELECT tgname FROM pg_trigger WHERE tgrelid = %s::regclass", [table])
        return there | {("trigger", name) for (name,) in cursor.fetchall()}


@pytest.mark.django_db
@pytest.mark.parametrize("model", OURS, ids=lambda model: model._meta.label)
def test_a_table_is_what_its_model_says(model: type[models.Model]) -> None:
    assert what_is_said(model) <= what_is_there(model)

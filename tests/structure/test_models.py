"""What must be true of every table: moments have actors, fields say how sensitive they are, migrations are complete."""

from collections.abc import Iterator
from importlib import import_module

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import connection, models

from longstop.audit.events import REGISTRY
from longstop.kernel.sensitivity import Sensitivity
from tests.structure.house import DJANGO_ROOMS

CLASSIFIED = {label: fields for room in DJANGO_ROOMS for label, fields in import_module(f"longstop.{room}.sensitivity").FIELDS.items()}

# Moments that are not the moment of somebody's act, and why.
NOT_AN_ACT = {
    "happened_at": "the event's own actor is `by_id`",
    "recorded_at": "set by the database when the event's row is written; on key dates it is paired",
    "observed_at": "when the other agency's system said so",
}


def tables() -> Iterator[type[models.Model]]:
    for room in DJANGO_ROOMS:
        for model in apps.get_app_config(room).get_models():
            if "pgh_id" not in {field.name for field in model._meta.fields}:
                yield model


def ids(model: type[models.Model]) -> str:
    return model._meta.label


@pytest.mark.parametrize("model", list(tables()), ids=ids)
def test_every_moment_has_its_actor(model: type[models.Model]) -> None:
    names = {field.name for field in model._meta.fields}
    for field in model._meta.fields:
        if not isinstance(field, models.DateTimeField) or not field.name.endswith("_at") or field.name in NOT_AN_ACT:
            continue
        assert field.name.removesuffix("_at") + "_by" in names, field.name


@pytest.mark.parametrize("model", list(tables()), ids=ids)
def test_a_moment_that_may_be_missing_is_held_to_its_actor_by_the_database(model: type[models.Model]) -> None:
    checks = " ".join(str(constraint.condition) for constraint in model._meta.constraints if isinstance(constraint, models.CheckConstraint))
    for field in model._meta.fields:
        if isinstance(field, models.DateTimeField) and field.name.endswith("_at") and field.null and field.name not in NOT_AN_ACT:
            assert f"{field.name}__isnull" in checks, f"{field.name} may be set without its actor"


@pytest.mark.parametrize("model", list(tables()), ids=ids)
def test_every_field_is_classified(model: type[models.Model]) -> None:
    classified = CLASSIFIED.get(model._meta.label, {})
    fields = {field.name for field in model._meta.fields}
    assert fields - classified.keys() == set(), "unclassified"
    assert classified.keys() - fields == set(), "classified, but gone"


def test_personal_values_lie_only_where_disposal_reaches_them() -> None:
    personal = {f"{label}.{name}" for label, fields in CLASSIFIED.items() for name, kind in fields.items() if kind is Sensitivity.PERSONAL}
    assert personal == {"audit.Payload.content", "people.SearchKey.value"}


def test_protected_characteristics_are_columns_of_no_table() -> None:
    forbidden = {"nationality", "ethnicity", "religion", "sex", "gender", "age", "health", "disability", "race", "date_of_birth"}
    assert [f"{model._meta.label}.{field.name}" for model in tables() for field in model._meta.fields if field.name in forbidden] == []


@pytest.mark.django_db
def test_migrations_say_what_the_models_say() -> None:
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)


def test_events_have_dotted_names_of_a_subject_and_what_happened() -> None:
    for room in DJANGO_ROOMS:
        import_module(f"longstop.{room}.events")
    assert REGISTRY
    for kind, event in REGISTRY.items():
        assert kind.count(".") == 1, kind
        assert event.subject_kind, kind


@pytest.mark.django_db
def test_every_table_of_ours_refuses_truncate() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT c.relname FROM pg_class c WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r'"
            " AND NOT EXISTS (SELECT 1 FROM pg_trigger t WHERE t.tgrelid = c.oid AND t.tgname = 'longstop_no_truncate')"
        )
        bare = {row[0] for row in cursor.fetchall()}
    ours = {model._meta.db_table for model in tables()} - {
        "people_searchkey",
        "people_linkagekey",
        "people_linkagemark",
        "people_linkagepair",
    }
    assert bare & ours == set()

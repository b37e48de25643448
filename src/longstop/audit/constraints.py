"""Constraints that tables of several rooms share."""

from django.db import models
from django.db.models import Q


def at_and_by(name: str, at: str, by: str) -> models.CheckConstraint:
    """A moment and its actor stand or fall together."""
    return models.CheckConstraint(
        name=name,
        condition=Q(**{f"{at}__isnull": True, f"{by}__isnull": True}) | Q(**{f"{at}__isnull": False, f"{by}__isnull": False}),
    )

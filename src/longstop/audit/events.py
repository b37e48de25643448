"""How an event is declared: a frozen dataclass with a dotted name, whose fields say what is personal."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from typing import Any, ClassVar, TypeVar

E = TypeVar("E", bound="type[Event]")
REGISTRY: dict[str, type["Event"]] = {}


@dataclass(frozen=True, kw_only=True)
class Event:
    """Something that can be recorded. Fields made by `personal()` go to the payload; the others must hold nothing about a person."""

    kind: ClassVar[str] = ""
    subject_kind: ClassVar[str] = ""
    subject_id: int | None
    person_id: int | None = None
    on: str = ""  # the kind of the subject, where an event can stand on several kinds

    def split(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give (plain data, personal data) of the event, without its subject."""
        plain: dict[str, Any] = {}
        private: dict[str, Any] = {}
        for each in fields(self):
            if each.name in ("subject_id", "person_id", "on"):
                continue
            value = getattr(self, each.name)
            (private if each.metadata.get("personal") else plain)[each.name] = value
        return plain, {name: value for name, value in private.items() if value not in (None, "", [], {})}


def personal(**kwargs: Any) -> Any:
    """Mark a field of an event as personal: reasons and other free text, names, identifiers."""
    metadata: Mapping[str, Any] = {"personal": True}
    return field(metadata=metadata, **kwargs)


def event(kind: str, *, about: str) -> Callable[[E], E]:
    """Declare an event of this dotted kind about a subject of that kind, and register it for its presenter."""

    def declare(cls: E) -> E:
        cls.kind, cls.subject_kind = kind, about
        REGISTRY[kind] = cls
        return cls

    return declare

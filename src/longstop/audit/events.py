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
    plain: ClassVar[tuple[str, ...]] = ()  # the names of its fields, without those of its subject
    private: ClassVar[tuple[str, ...]] = ()  # and of those that are personal
    subject_id: int | None
    person_id: int | None = None
    on: str = ""  # the kind of the subject, where an event can stand on several kinds

    def split(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Give (plain data, personal data) of the event, without its subject."""
        said = ((name, getattr(self, name)) for name in self.private)
        return {name: getattr(self, name) for name in self.plain}, {name: value for name, value in said if value not in (None, "", [], {})}


def personal(**kwargs: Any) -> Any:
    """Mark a field of an event as personal: reasons and other free text, names, identifiers."""
    metadata: Mapping[str, Any] = {"personal": True}
    return field(metadata=metadata, **kwargs)


def event(kind: str, *, about: str) -> Callable[[E], E]:
    """Declare an event of this dotted kind about a subject of that kind, and register it for its presenter."""

    def declare(cls: E) -> E:
        cls.kind, cls.subject_kind = kind, about
        own = [each for each in fields(cls) if each.name not in ("subject_id", "person_id", "on")]
        cls.private = tuple(each.name for each in own if each.metadata.get("personal"))
        cls.plain = tuple(each.name for each in own if each.name not in cls.private)
        REGISTRY[kind] = cls
        return cls

    return declare

"""Which definition of linkage is in force, which were known before, and which preceded the one that is."""

from dataclasses import dataclass
from datetime import datetime

from longstop.linkage.definitions import Definition, default, of_plain
from longstop.people.models import LinkageInForce, LinkageVersion


class NoSuchVersion(LookupError):
    """No version has this name. Remedy: list those that are known."""


@dataclass(frozen=True, kw_only=True)
class KnownVersion:
    """A version that was kept: since when, when it was last put in force (None where it never was), and whether it is in force."""

    name: str
    kept_at: datetime | None
    put_at: datetime | None
    in_force: bool
    trained: str


def in_force() -> Definition:
    """Give the definition in force: the one last put in force, else the one that came with the release. Raises WrongVersion, BadDefinition.

    One query.
    """
    held = LinkageInForce.objects.select_related("version").order_by("-pk").first()
    return of_plain(held.version.definition) if held else default()


def put_in_force() -> str | None:
    """Give the name of the version that somebody put in force last; None where nobody has put any. One query."""
    return LinkageInForce.objects.order_by("-pk").values_list("version__name", flat=True).first()


def definition(name: str) -> Definition:
    """Give a definition that was kept, or the one that came with the release, by its name. Raises NoSuchVersion, WrongVersion."""
    held = LinkageVersion.objects.filter(name=name).first()
    if held is not None:
        return of_plain(held.definition)
    if name == default().name:
        return default()
    raise NoSuchVersion(f"No version of linkage is called “{name}”. Known are: {', '.join(each.name for each in known_versions())}.")


def former() -> str | None:
    """Give the name of the version that was in force before the present one; None where none was."""
    rows = LinkageInForce.objects.order_by("-pk").values_list("version__name", flat=True)
    present = rows.first()
    if present is None:
        return None
    before = rows.exclude(version__name=present).first()
    return before or (default().name if present != default().name else None)


def known_versions() -> list[KnownVersion]:
    """Give every version that was kept, and the one that came with the release, newest first. Two queries."""
    put = dict(LinkageInForce.objects.order_by("pk").values_list("version__name", "put_at"))
    last = put_in_force() or default().name
    kept = {each.name: each for each in LinkageVersion.objects.order_by("-pk")}
    names = [*kept, *([default().name] if default().name not in kept else [])]
    return [
        KnownVersion(
            name=name,
            kept_at=kept[name].kept_at if name in kept else None,
            put_at=put.get(name),
            in_force=name == last,
            trained=str(kept[name].definition["trained"]) if name in kept else default().trained,
        )
        for name in names
    ]

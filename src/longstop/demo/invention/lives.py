"""What happens to each prisoner while the extracts are written: received, sentenced, moved, recalculated, gone."""

from dataclasses import dataclass
from datetime import date, timedelta
from random import Random

from longstop.demo.invention.calibration import mixture, share
from longstop.demo.invention.people import pick
from longstop.demo.invention.plan import DAYS, Plan

MEN = ("MDI", "LEI", "BXI", "PVI", "WWI", "HLI", "BMI", "MRI", "LPI", "BLI", "LII", "TSI", "WSI", "BAI", "RSI", "HCI", "MSI", "WCI")
WOMEN = ("BZI", "FHI", "STI")
SHOWN_AFTER = 1  # days for which the list still shows somebody who is out, after the day on which they left
NEVER = date.max


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """One person's time in prison. Whoever is `vanished` is gone from the list of that day on without a word."""

    received: date
    legal: str
    recalled: bool
    sentenced_on: date | None
    sentence_start: date | None
    release: date | None
    expiry: date | None
    prisons: tuple[tuple[date, str], ...]
    recalculated: tuple[date, date] | None = None
    left: date | None = None
    way_out: str = ""
    vanished: date | None = None

    def legal_on(self, day: date) -> str:
        """Give the legal status on a day: on remand until sentenced."""
        return "SENTENCED" if self.sentenced_on and day >= self.sentenced_on else self.legal

    def release_on(self, day: date) -> date | None:
        """Give the release date as it stood on a day; none while on remand."""
        if self.legal_on(day) in ("REMAND", "CONVICTED_UNSENTENCED", "INDETERMINATE_SENTENCE"):
            return None
        return self.recalculated[1] if self.recalculated and day >= self.recalculated[0] else self.release

    def prison_on(self, day: date) -> str:
        """Give the prison on a day."""
        return [code for since, code in self.prisons if since <= day][-1]

    def turns(self) -> list[date]:
        """Give the days on which the record says something new."""
        days = [since for since, _ in self.prisons]
        days += [day for day in (self.sentenced_on, self.left, self.recalculated and self.recalculated[0]) if day]
        return sorted(set(days))

    def last_listed(self) -> date:
        """Give the last day whose list holds the person."""
        if self.vanished:
            return self.vanished - timedelta(days=1)
        return self.left + timedelta(days=SHOWN_AFTER) if self.left else NEVER


def live(plan: Plan, index: int, *, female: bool) -> Life:
    """Give the life of a prisoner: of the stock of the first day, or received since."""
    chance = Random(f"{plan.seed}/life/{index}")
    fault = plan.on_prisoners.get(index, "")
    stock = index < plan.stock
    remand = not fault and chance.random() < (share("prison", "on_remand") if stock else 0.6)
    legal = "REMAND" if remand else "SENTENCED" if fault else pick(mixture, "legal_status", chance)
    received = _received(plan, chance, legal, stock=stock)
    left, way_out = _leaving(plan, chance, received, legal, stock=stock)
    left, way_out, vanished = _by_fault(plan, fault, chance, left, way_out)
    sentenced_on = _sentenced_on(plan, chance, received, legal, left)
    start = sentenced_on or (received if legal != "REMAND" else None)
    release = _release(plan, chance, start, legal, left, way_out)
    return Life(
        received=received,
        legal=legal,
        recalled=legal == "RECALL",
        sentenced_on=sentenced_on,
        sentence_start=start,
        release=release,
        expiry=release + (release - start) // 2 if release and start else None,
        prisons=_prisons(plan, chance, received, left or vanished, female=female),
        recalculated=_recalculated(plan, chance, release, left, legal) if not fault else None,
        left=left,
        way_out=way_out,
        vanished=vanished,
    )


def _received(plan: Plan, chance: Random, legal: str, *, stock: bool) -> date:
    if not stock:
        day = plan.first_day + timedelta(days=chance.randint(1, plan.days - 1))
        return day if day != plan.short_day else day + timedelta(days=1)  # so that a short file is short in the smallest list too
    return plan.first_day - timedelta(days=chance.randint(5, 240) if legal == "REMAND" else int(chance.triangular(20, 1_800, 120)))


def _leaving(plan: Plan, chance: Random, received: date, legal: str, *, stock: bool) -> tuple[date | None, str]:
    """Draw whether, when and how somebody leaves. A whole day passes between coming and going, and nobody leaves on the first day."""
    wanted = share("prison", "leave_within_90_days") * plan.days / DAYS
    first = max(plan.first_day, received) + timedelta(days=1)
    room = (plan.last_day - first).days
    if chance.random() >= wanted or room < 1:
        return None, ""
    way = pick(mixture, "ways_out", chance)
    if legal == "REMAND" and way in ("deported", "licence"):
        way = "court"
    if legal != "REMAND" and way == "court":
        way = "licence"
    return first + timedelta(days=chance.randint(0, room)), way


def _by_fault(plan: Plan, fault: str, chance: Random, left: date | None, way_out: str) -> tuple[date | None, str, date | None]:
    if fault == "dropped_off_the_list":
        return None, "", plan.day(chance.randint(0, plan.last_to_vanish))
    if fault == "released_without_decision":
        return plan.day(chance.randint(0, SHOWN_AFTER)), "licence", None
    return (None, "", None) if fault else (left, way_out, None)


def _sentenced_on(plan: Plan, chance: Random, received: date, legal: str, left: date | None) -> date | None:
    """Draw the day on which somebody on remand is sentenced while the extracts are written; most are not."""
    first = max(plan.first_day, received) + timedelta(days=5)
    if legal != "REMAND" or left is not None or chance.random() > 0.3 or first >= plan.last_day:
        return None
    return first + timedelta(days=chance.randint(0, (plan.last_day - first).days))


def _release(plan: Plan, chance: Random, start: date | None, legal: str, left: date | None, way_out: str) -> date | None:
    """Give the release date: the day of leaving for those released, behind us for those held since, ahead for all others."""
    if start is None or legal in ("INDETERMINATE_SENTENCE", "CONVICTED_UNSENTENCED"):
        return None
    if legal == "IMMIGRATION_DETAINEE":
        return max(start + timedelta(days=10), plan.first_day - timedelta(days=chance.randint(1, 200)))
    if left and way_out == "licence":
        return max(left, start + timedelta(days=1))
    floor = max(left or plan.last_day, start + timedelta(days=20))
    return floor + timedelta(days=int(chance.triangular(3, 1_500, 60)))


def _prisons(plan: Plan, chance: Random, received: date, until: date | None, *, female: bool) -> tuple[tuple[date, str], ...]:
    places = WOMEN if female else MEN
    spells = [(received, chance.choice(places))]
    first = max(plan.first_day, received) + timedelta(days=1)
    room = ((until or plan.last_day) - first).days - 1
    if chance.random() < share("prison", "moved_in_90_days") * plan.days / DAYS and room > 0:
        other = chance.choice([place for place in places if place != spells[0][1]])
        spells.append((first + timedelta(days=chance.randint(0, room)), other))
    return tuple(spells)


def _recalculated(plan: Plan, chance: Random, release: date | None, left: date | None, legal: str) -> tuple[date, date] | None:
    """Draw a release date that moves while the extracts are written; of those alone who stay, and had one from the first."""
    drawn = chance.random() < share("prison", "recalculated_in_90_days") * plan.days / DAYS
    if not drawn or release is None or left is not None or legal not in ("SENTENCED", "RECALL"):
        return None
    day = plan.day(chance.randint(1, plan.days // 2))
    return day, release + timedelta(days=chance.choice((-2, 7, 14, 21, 28, 40)))

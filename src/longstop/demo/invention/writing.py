"""Everything that the invented command's agencies send, written into one folder, and the truth about it beside."""

import json
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_EXCEPTION, ProcessPoolExecutor, wait
from dataclasses import dataclass
from datetime import date
from multiprocessing import get_context
from multiprocessing.sharedctypes import Synchronized
from pathlib import Path

from longstop.demo.invention.casework import COLUMNS, write_casework
from longstop.demo.invention.extracts import file_of, write_extracts
from longstop.demo.invention.plan import PUBLISHED, Plan
from longstop.demo.invention.staffing import write_staff
from longstop.demo.invention.truth import Faults, join
from longstop.demo.progress import Progress, Told

PLAN, TRUTH, EXTRACTS, CASEWORK = "demonstration.json", "truth.json", "prisoners", "casework"
_PARTS = {CASEWORK: write_casework, EXTRACTS: write_extracts}


class FolderInUse(ValueError):
    """The folder holds something else, or another demonstration, and nothing of it is written over."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One extract: the day whose list it is, and the day on which it arrived."""

    of: date
    arrived: date

    @property
    def file(self) -> str:
        """The name of the file in the folder of extracts."""
        return file_of(self.of)


def deliveries(plan: Plan) -> Iterator[Delivery]:
    """Give the extracts in the order in which they arrived: each on its day, one a day late, one never."""
    for before in range(plan.days - 1, -1, -1):
        day = plan.day(before)
        if day == plan.late_day:
            continue
        if plan.day(before + 1) == plan.late_day:
            yield Delivery(of=plan.late_day, arrived=day)
        if day != plan.missing_day:
            yield Delivery(of=day, arrived=day)


def write(folder: Path, plan: Plan, *, progress: Progress | None = None) -> bool:
    """Write everything into the folder, once; says whether it did, or found it there. What a killed run left is written again.

    Raises FolderInUse.
    """
    if folder.exists() and any(folder.iterdir()):
        if _held(folder) != _said(plan):
            raise FolderInUse(f"{folder} holds something else. Name an empty folder, or one that the same command wrote.")
        if not (folder / f"{PLAN}.unfinished").exists():
            return False
        for name in (EXTRACTS, CASEWORK):
            shutil.rmtree(folder / name, ignore_errors=True)
    for name in (EXTRACTS, CASEWORK):
        (folder / name).mkdir(parents=True)
    unfinished = folder / f"{PLAN}.unfinished"
    unfinished.write_text("", encoding="utf-8")
    (folder / PLAN).write_text(_said(plan), encoding="utf-8", newline="\n")
    _write_all(folder, plan, progress)
    unfinished.unlink()
    return True


def _write_all(folder: Path, plan: Plan, progress: Progress | None) -> None:
    write_staff(folder, plan)
    of = plan.stock + plan.outside + plan.prisoners
    if plan.scale < PUBLISHED:
        done = 0

        def tell(more: int) -> None:
            nonlocal done
            done += more
            if progress:
                progress(_told(done, of))

        for name in _PARTS:
            _write_part(name, folder, plan, tell)
    else:
        _write_at_once(folder, plan, progress, of)
    parts = [folder / f"{name}.faults" for name in _PARTS]
    join(parts, folder / TRUTH, plan)
    for part in parts:
        part.unlink()


def _told(done: int, of: int) -> Told:
    return Told(step="writing", number=0, of=1, what="people", done=min(done, of), wanted=of)


def _write_part(name: str, folder: Path, plan: Plan, tell: Callable[[int], None]) -> None:
    with Faults(folder / f"{name}.faults") as faults:
        _PARTS[name](folder / name, plan, faults, progress=tell)


def _write_at_once(folder: Path, plan: Plan, progress: Progress | None, of: int) -> None:
    """Write the old system's tables and the lists in two processes: neither needs the other, and the same seed gives both their people."""
    context = get_context("spawn")
    done = context.Value("q", 0)
    with ProcessPoolExecutor(2, context, _count_in, (done,)) as pool:
        running = {pool.submit(_write_counted, name, folder, plan) for name in _PARTS}
        while running:
            ended, running = wait(running, timeout=1.0, return_when=FIRST_EXCEPTION)
            for each in ended:
                each.result()
            if progress:
                progress(_told(done.value, of))


_done: "list[Synchronized[int]]" = []


def _count_in(done: "Synchronized[int]") -> None:
    _done[:] = [done]


def _write_counted(name: str, folder: Path, plan: Plan) -> None:
    def tell(more: int) -> None:
        with _done[0].get_lock():
            _done[0].value += more

    _write_part(name, folder, plan, tell)


def casework_files(folder: Path, *, form: str = "csv") -> list[Path]:
    """Give the tables of the old casework system, as CSV or Parquet."""
    return [folder / CASEWORK / f"{name}.{form}" for name in COLUMNS]


def read_plan(folder: Path) -> Plan:
    """Give the plan of a folder that was written before. Raises FolderInUse where it holds none."""
    held = _held(folder)
    if held is None:
        raise FolderInUse(f"{folder} holds no demonstration: write one with --out.")
    told = json.loads(held)
    return Plan(told["scale"], told["seed"], date.fromisoformat(told["last_day"]), told["days"])


def _held(folder: Path) -> str | None:
    path = folder / PLAN
    return path.read_text(encoding="utf-8") if path.is_file() else None


def _said(plan: Plan) -> str:
    told = {"scale": plan.scale, "seed": plan.seed, "days": plan.days, "last_day": plan.last_day.isoformat()}
    return json.dumps(told) + "\n"

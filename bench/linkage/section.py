"""The section of docs/measurements.md on linkage of two large lists."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench.faults.kinds import KINDS
from bench.faults.names import origins

HEADING = "## Linkage of two lists"
SURE_WRONG, JOINED_WRONG, MOST_GROWTH = 0.01, 0.001, 1.25
Size = Mapping[str, Any]
WORDS = """\
A list of invented prisoners against one of known people, as `longstop link` does it: nothing trained beforehand, no answers seen. Six in
ten prisoners are known; names are of {origins} origins in {scripts} scripts, with {faults} named faults at stated rates (`bench/faults/`).
Precision, recall and F1 are of what is taken to be one person's at the linkage's own threshold; a false merge is a pair that software
would join. Goals: of what is said to be 99 per cent sure at most one in a hundred wrong, of what is joined at most one in a thousand,
which is what is said of it. By processor: seconds of all processors together. Largest memory: of the process that links. Where something
else ran on the machine, seconds are too many."""


def section(sizes: Sequence[Size]) -> str:
    """Give the section, from what was measured of each size; one that was not measured holds `failed`, why."""
    done = [each for each in sizes if "failed" not in each]
    parts = [*_head(sizes), *_growth(done)]
    if done:
        parts += [*_scripts(done[-1]), *_faults(done[-1]), *_merges(done[-1])]
    return "\n".join(parts) + "\n"


def put(text: str, file: Path) -> None:
    """Put the section into a file, in the place of the old one if there is one, else at the end."""
    before = file.read_text(encoding="utf-8") if file.is_file() else ""
    first, heading, rest = before.partition(f"{HEADING}\n")
    after = rest.partition("\n## ")[2] if heading else ""
    kept = f"{first.rstrip()}\n\n" if first.strip() else ""
    file.write_text(f"{kept}{text}{f'{chr(10)}## {after}' if after else ''}", encoding="utf-8")


def _head(sizes: Sequence[Size]) -> Iterator[str]:
    yield HEADING
    yield ""
    scripts = {each.script for each in origins()}
    yield WORDS.format(origins=len(origins()), scripts=len(scripts), faults=len(KINDS) + 1)
    yield ""
    yield (
        "| Theirs, ours | Seconds | By processor | Largest memory | Precision | Recall | F1 | Blocking recall"
        " | False merges | Sure and wrong | Seed | Goals |"
    )
    yield "|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|---:|---|"
    for each in sizes:
        yield _row(each)
    yield ""


def _row(each: Size) -> str:
    named = f"{each['theirs']:,}, {each['ours']:,}"
    if "failed" in each:
        return f"| {named} | | | | | | | | | | {each['seed']} | not measured: {each['failed']} |"
    kept = _few(each["of_those_wrong"], each["said_99_or_more"], SURE_WRONG) and _few(each["false_merges"], each["joined"], JOINED_WRONG)
    return (
        f"| {named} | {each['seconds']:.1f} | {each['processor']:.1f} | {each['peak_mb']:,.0f} MB | {each['precision']:.4f} "
        f"| {each['recall']:.4f} | {each['f1']:.4f} | {each['blocking_recall']:.4f} | {each['false_merges']:,} of {each['joined']:,} "
        f"| {each['of_those_wrong']:,} of {each['said_99_or_more']:,} | {each['seed']} | {'met' if kept else '**not met**'} |"
    )


def _few(wrong: int, of: int, most: float) -> bool:
    return wrong <= most * of


def _growth(done: Sequence[Size]) -> Iterator[str]:
    if len(done) < 2:
        return
    small, large = done[0], done[-1]
    records = large["records"] / small["records"]
    grown = {what: large[what] / small[what] for what in ("seconds", "processor", "peak_mb", "candidate_pairs")}
    told = "met" if grown["processor"] <= MOST_GROWTH * records else "**not met**"
    yield f"From {small['records']:,} to {large['records']:,} records, {records:.0f} times as many, processor time grew"
    yield f"{grown['processor']:.1f} times, seconds {grown['seconds']:.1f}, memory {grown['peak_mb']:.1f}, pairs compared"
    yield f"{grown['candidate_pairs']:.1f} ({small['candidate_pairs']:,} to {large['candidate_pairs']:,})."
    yield f"Goal, ours: processor time at most {MOST_GROWTH} times the growth of the records: {told}."
    yield ""


COUNTS = "Pairs | Met by a key | Found | Joined | Without an equal number | Of these found"


def _scripts(size: Size) -> Iterator[str]:
    yield f"By the scripts of the two records, {size['theirs']:,} against {size['ours']:,}. “Found” is recall; “joined” by software alone."
    yield ""
    yield f"| Scripts | {COUNTS} | Sure and wrong | Goal |"
    yield "|---|" + "---:|" * 7 + "---|"
    for row in (each for each in size["by_script"] if each.get("pairs") or each["said"]):
        wrong, said = row["said_wrong"], row["said"]
        few_to_tell = wrong == 1 and said < 1 / SURE_WRONG
        told = "too few to tell" if few_to_tell or not said else "met" if _few(wrong, said, SURE_WRONG) else "**not met**"
        yield f"| {row['group']} | {_counts(row)} | {wrong:,} of {said:,} | {told} |"
    yield ""
    yield "By whether the two records hold an equal identifier, and by where names are from:"
    yield ""
    yield f"| | {COUNTS} |"
    yield "|---|" + "---:|" * 6
    for row in (*size["by_number"], *size["by_origin"]):
        yield f"| {row['group']} | {_counts(row)} |"
    yield ""


def _faults(size: Size) -> Iterator[str]:
    yield "By fault, of pairs of which a record at least suffered it, most of them others beside; those first that cost most:"
    yield ""
    yield f"| Fault | {COUNTS} |"
    yield "|---|" + "---:|" * 6
    for row in sorted(size["by_fault"], key=lambda row: (row["found"] / row["pairs"], row["group"])):
        yield f"| {row['group'].replace('_', ' ')} | {_counts(row)} |"
    yield ""


def _counts(row: Mapping[str, Any]) -> str:
    pairs, bare = row.get("pairs", 0), row.get("bare", 0)
    shares = [_share(row.get(name, 0), pairs) for name in ("met", "found", "joined")]
    return f"{pairs:,} | {' | '.join(shares)} | {bare:,} | {_share(row.get('bare_found', 0), bare)}"


def _share(part: int, of: int) -> str:
    return f"{part / of:.3f}" if of else ""


def _merges(size: Size) -> Iterator[str]:
    yield "What stands behind the false merges:"
    yield ""
    yield "| Who they are | Pairs |"
    yield "|---|---:|"
    for row in size["merges"] or [{"reason": "none", "pairs": 0}]:
        yield f"| {row['reason']} | {row['pairs']:,} |"

"""One linkage measured: `python -m bench.linkage.measuring FOLDER [--wrong N]`, of lists that `bench.faults` made; prints JSON.

What `longstop link THEIRS OURS --truth person --json` prints, and beside it what it cannot know: how pairs fared by fault, by script as the
records have it, by where names are from, and what stands behind each false merge.
"""

import argparse
import json
import resource
from pathlib import Path
from typing import Any

import polars as pl

from longstop.linkage.linking import Linked, link, measure, truth_of

SURE = 0.99
TOLD = ("precision", "recall", "f1", "threshold", "false_merges", "joined", "to_look_at", "blocking_recall", "known_pairs", "records")
NONE = "none but the case of letters"
NUMBER_FAULTS = ("identifier_of_another", "merged")


def main() -> None:
    """Measure, and print."""
    asked = argparse.ArgumentParser(prog="python -m bench.linkage.measuring")
    asked.add_argument("folder", type=Path)
    asked.add_argument("--wrong", type=int, default=0, help="print so many false merges, and pairs missed, record beside record")
    given = asked.parse_args()
    print(json.dumps(measure_lists(given.folder, shown=given.wrong)))


def measure_lists(folder: Path, *, shown: int = 0) -> dict[str, Any]:
    """Link the two lists of a folder, and say how it went."""
    linked = link([folder / "theirs.parquet", folder / "ours.parquet"], seed=1)
    told = measure(linked, truth_of(linked, "person"))
    spent = resource.getrusage(resource.RUSAGE_SELF)
    found = {name: told[name] for name in (*TOLD, "seconds", "peak_mb", "candidate_pairs", "withheld")}
    found |= {name: told["calibration"][name] for name in ("said_99_or_more", "of_those_wrong", "bands")}
    found["processor"] = round(spent.ru_utime + spent.ru_stime, 2)
    truth = pl.read_parquet(folder / "truth.parquet")
    every = truth.select("person", "origin", "theirs", "ours").explode("theirs").explode("ours").drop_nulls(["theirs", "ours"])
    pairs = answered(linked, every)
    known = _known(every, pairs, linked)
    wrong = _reasons(_wrong(pairs, truth), pl.read_parquet(folder / "faults.parquet"))
    faults = _faults(known, pl.read_parquet(folder / "faults.parquet"))
    unhurt = known.filter(~pl.col("pair").is_in(_hurt(faults))).with_columns(fault=pl.lit(NONE))
    found["by_fault"] = _fared(unhurt, "fault") + _fared(faults, "fault")
    found["by_number"] = _fared(known, "number")
    found["by_script"] = _with_said(_fared(known, "scripts"), pairs, "scripts")
    found["by_origin"] = _fared(known, "origin")
    found["merges"] = wrong.group_by("reason").len("pairs").sort("pairs", "reason", descending=[True, False]).to_dicts()
    if shown:
        found["shown"] = {"wrong": _shown(wrong, linked, shown), "missed": _shown(known.filter(~pl.col("found")), linked, shown)}
    return found


def answered(linked: Linked, every: pl.DataFrame) -> pl.DataFrame:
    """Give the answered pairs that are one person's (`every`), said to be sure or joined, their record of theirs first.

    Of the rest, which are nearly all, nothing is told but how many they are.
    """
    wanted = ["theirs", "ours", "probability", "answer", "level_name", "level_born", "level_numbers", "level_postcode"]
    pairs = _turned(linked.pairs).select(each for each in wanted if each in (*linked.pairs.columns, "theirs", "ours"))
    strong = (pl.col("probability") >= SURE) | (pl.col("answer") == "join")
    told = pl.concat([pairs.filter(strong), pairs.filter(~strong).join(every, on=["theirs", "ours"], how="semi")])
    links = _turned(linked.links).select("theirs", "ours", found=pl.lit(True))
    return _described(told.join(links, on=["theirs", "ours"], how="left").with_columns(pl.col("found").fill_null(False)), linked)


def _turned(pairs: pl.DataFrame) -> pl.DataFrame:
    first = pl.col("side_l") == "a"
    ends = {"theirs": ("id_l", "id_r"), "ours": ("id_r", "id_l")}
    return pairs.with_columns(pl.when(first).then(pl.col(one)).otherwise(pl.col(other)).alias(name) for name, (one, other) in ends.items())


def _described(pairs: pl.DataFrame, linked: Linked) -> pl.DataFrame:
    """Add both records' persons and scripts."""
    for side, name, table in zip("ab", ("theirs", "ours"), linked.tables, strict=True):
        script = linked.records.filter(pl.col("side") == side).select(pl.col("id").alias(name), pl.col("script").alias(f"script_{name}"))
        person = table.select(pl.col("record_id").alias(name), pl.col("person").cast(pl.Int64).alias(f"person_{name}"))
        pairs = pairs.join(script, on=name, how="left").join(person, on=name, how="left")
    scripts = pl.concat_list("script_theirs", "script_ours").list.sort().list.join("-")
    return pairs.with_columns(scripts=scripts, right=pl.col("person_theirs") == pl.col("person_ours"))


def _known(every: pl.DataFrame, pairs: pl.DataFrame, linked: Linked) -> pl.DataFrame:
    """Give every pair that is one person's, with how it fared: whether keys brought it together, whether it was found, and joined."""
    told = pairs.select("theirs", "ours", "probability", "answer", "found", "level_name", "level_born")
    known = _described(every.with_row_index("pair").join(told, on=["theirs", "ours"], how="left"), linked)
    numbers = linked.records.select("side", "id", "numbers").explode("numbers").drop_nulls("numbers")
    theirs, ours = (
        numbers.filter(pl.col("side") == side).select(pl.col("id").alias(name), "numbers")
        for side, name in (("a", "theirs"), ("b", "ours"))
    )
    equal = known.select("pair", "theirs", "ours").join(theirs, on="theirs").join(ours, on=["ours", "numbers"])["pair"].unique()
    return known.with_columns(
        met=pl.col("probability").is_not_null(),
        found=pl.col("found").fill_null(False),
        joined=(pl.col("answer") == "join").fill_null(False),
        number=pl.when(pl.col("pair").is_in(equal.implode())).then(pl.lit("an equal number")).otherwise(pl.lit("no equal number")),
    )


def _faults(known: pl.DataFrame, faults: pl.DataFrame) -> pl.DataFrame:
    """Give a row for each pair of one person's and each fault that either record suffered."""
    parts = [
        known.join(faults.filter(pl.col("list") == side).select(pl.col("record_id").alias(side), "fault"), on=side)
        for side in ("theirs", "ours")
    ]
    return pl.concat(parts).unique(["pair", "fault"])


def _hurt(faults: pl.DataFrame) -> pl.Series:
    """Give the pairs that suffered anything but letters of another size."""
    return faults.filter(~pl.col("fault").is_in(["letter_case", "split"]))["pair"].unique().implode()


def _fared(known: pl.DataFrame, by: str) -> list[dict[str, Any]]:
    """Count by group: pairs, those that met, were found, were joined; and the same of those that share no number."""
    bare = pl.col("number") == "no equal number"
    counts = [
        pl.len().alias("pairs"), pl.col("met").sum(), pl.col("found").sum(), pl.col("joined").sum(),
        bare.sum().alias("bare"), (bare & pl.col("met")).sum().alias("bare_met"), (bare & pl.col("found")).sum().alias("bare_found"),
    ]  # fmt: skip
    return known.group_by(by).agg(counts).sort(by).rename({by: "group"}).to_dicts()


def _with_said(rows: list[dict[str, Any]], pairs: pl.DataFrame, by: str) -> list[dict[str, Any]]:
    """Add how many pairs were said to be sure, joined, and how many of those are wrong, by the same groups."""
    sure, joined, wrong = pl.col("probability") >= SURE, pl.col("answer") == "join", ~pl.col("right")
    counts = {"said": sure, "said_wrong": sure & wrong, "all_joined": joined, "joined_wrong": joined & wrong}
    said = {row[by]: row for row in pairs.group_by(by).agg(each.sum().alias(name) for name, each in counts.items()).to_dicts()}
    nothing = dict.fromkeys(counts, 0)
    every = {row["group"]: row for row in rows}
    return [{"group": name, **every.get(name, {}), **{k: said.get(name, nothing)[k] for k in counts}} for name in sorted({*every, *said})]


def _wrong(pairs: pl.DataFrame, truth: pl.DataFrame) -> pl.DataFrame:
    """Give the false merges, with the persons as they really are."""
    root = pl.col("of").fill_null(pl.col("person"))
    real = truth.select("person", "relation", "born", root=root, name=pl.col("names").list.first().list.gather([0, 2]).list.join(" "))
    wrong = pairs.filter((pl.col("answer") == "join") & ~pl.col("right"))
    for side in ("theirs", "ours"):
        wrong = wrong.join(real.rename({name: f"{name}_{side}" for name in real.columns}), on=f"person_{side}")
    return wrong


def _reasons(wrong: pl.DataFrame, faults: pl.DataFrame) -> pl.DataFrame:
    """Say of each false merge what stands behind it."""
    lent = faults.filter(pl.col("fault").is_in(NUMBER_FAULTS))
    borrowed = pl.any_horizontal(
        pl.col(side).is_in(lent.filter(pl.col("list") == side)["record_id"].unique().implode()) for side in ("theirs", "ours")
    )
    relation = pl.concat_list("relation_theirs", "relation_ours").list.sort().list.last()
    same = (pl.col("name_theirs") == pl.col("name_ours")) & (pl.col("born_theirs") == pl.col("born_ours"))
    reason = (
        pl.when(pl.col("level_numbers").is_in(["one", "two", "mixed"]) & borrowed)
        .then(pl.lit("a number or more of somebody else's"))
        .when(pl.col("root_theirs") == pl.col("root_ours"))
        .then(relation)
        .when(same)
        .then(pl.lit("two of one name and day, by chance"))
        .when(pl.col("born_theirs") == pl.col("born_ours"))
        .then(pl.lit("two of one day, alike names"))
        .otherwise(pl.lit("two of different days, alike names"))
    )
    return wrong.with_columns(reason=reason)


def _shown(pairs: pl.DataFrame, linked: Linked, most: int) -> list[Any]:
    """Give pairs as their records stand in the lists."""
    sides = dict(zip(("theirs", "ours"), linked.tables, strict=True))
    rows = {name: {row["record_id"]: row for row in table.to_dicts()} for name, table in sides.items()}
    levels = [name for name in pairs.columns if name.startswith("level_") or name in ("reason", "probability")]
    chosen = pairs.sample(min(most, len(pairs)), seed=1).to_dicts()
    return [[*(list(rows[side][each[side]].values()) for side in sides), {name: each[name] for name in levels}] for each in chosen]


if __name__ == "__main__":
    main()

"""`--engine spark`: the same pairs, levels, weights and answers as on one machine; and what is said where Spark cannot be had.

Skipped only where Java is missing: `make test` installs Spark where there is Java.
"""

import os
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

import polars as pl
import pytest

from longstop.commands.linking import main
from longstop.linkage import spark
from longstop.linkage.linking import Linked, link_tables
from longstop.linkage.model import Model

Row = Mapping[str, str | None]
WEIGHTS = ("unadjusted", "weight", "probability")
# Each line is one person as two clerks wrote them down: in other scripts and spellings, with aliases, and with much that is missing.
TWICE: Sequence[tuple[Row, Row]] = [
    (
        {"name": "Ivan Petrenco", "dob": "1984-03-07", "passport": "Q123456", "city": "Zedburgh"},
        {"name": "Иван Петренко", "dob": "07/03/1984", "city": "Zedburgh"},
    ),
    (
        {"name": "Yusuf Karimov", "alias": "Yusuf Kareem", "dob": "1979-11-23", "email": "y@example.org"},
        {"name": "يوسف كريموف", "dob": "1979-11-23", "email": "y@example.org"},
    ),
    (
        {"name": "Eleni Papas", "dob": "1991-05-02", "postcode": "ZZ1 1QQ"},
        {"name": "Ελένη Παπάς", "dob": "1991-02-05", "postcode": "ZZ1 1QR"},
    ),
    ({"name": "Li Weiqing", "dob": "1988-01-01", "sex": "m"}, {"name": "李伟清", "dob": "1988-01-01", "sex": "m"}),
    ({"name": "Minjun Gwak", "alias": "Min Gwak", "dob": "1990-08-19"}, {"name": "곽민준", "dob": "1990-08-19", "nationality": "ZZ"}),
    ({"name": "Noam Levi", "dob": None, "cro": "65656/91H"}, {"name": "נועם לוי", "dob": "1975-06-30", "cro": "65656/91H"}),
    (
        {"name": "Robert Quill", "dob": "1969-12-12", "city": "Upper Zedburgh"},
        {"name": "QUILL, Bob", "dob": None, "city": "Upper Zedburgh"},
    ),
    ({"name": "Ngozi Okafor", "alias": "Amara Probe", "dob": "1984-03-07"}, {"name": "Amara Probe", "dob": "1984-07-03"}),
    ({"name": "Limrusfu Tobias", "dob": "1995-04-17", "sex": "m"}, {"name": "Limesfu Tobias", "dob": "1995-04-11"}),
    ({"name": None, "dob": "1982-09-09", "passport": "Z777777"}, {"name": "Dunja Horak", "dob": "1982-09-09", "passport": "Z777777"}),
    ({"name": "Pavel Horak", "dob": "1971-02-28", "postcode": "ZZ2 9QQ"}, {"name": "Pavel Horak", "dob": "1971-02-28", "postcode": None}),
    ({"name": "Petra Horak", "dob": "1971-02-28", "postcode": "ZZ2 9QQ"}, {"name": "Petra Horakova", "dob": None, "postcode": "ZZ2 9QQ"}),
]
COLUMNS = ("name", "alias", "dob", "sex", "postcode", "city", "email", "passport", "cro", "nationality")


def table(rows: Sequence[Row], *, begins: str) -> pl.DataFrame:
    """Give the rows with ids, and each person's namesake of another generation, who is somebody else."""
    others = [{**row, "dob": str(int(row["dob"][:4]) - 25) + row["dob"][4:]} for row in rows if row.get("dob") and row["dob"][4] == "-"]  # type: ignore[index]
    every = [{"id": f"{begins}{place}", **{name: row.get(name) for name in COLUMNS}} for place, row in enumerate([*rows, *others])]
    return pl.DataFrame(every, schema=["id", *COLUMNS], schema_overrides=dict.fromkeys(["id", *COLUMNS], pl.String))


@pytest.fixture(scope="module")
def session() -> Iterator[Any]:
    """One session for all: a machine of Java takes seconds to start."""
    if (spark.java_version() or 0) < spark.OLDEST_JAVA:
        pytest.skip(f"there is no Java {spark.OLDEST_JAVA} on this machine, which Spark needs")
    before = os.environ.get("PYSPARK_SUBMIT_ARGS")
    # So little is done that compiling it well would take longer than doing it.
    os.environ["PYSPARK_SUBMIT_ARGS"] = '--driver-java-options "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC" pyspark-shell'
    with spark.open_session(spark.Cluster(master="local[1]")) as opened:
        gateway = type(opened.sparkContext)._gateway
        yield opened
    gateway.shutdown()
    gateway.proc.stdin.close()
    gateway.proc.wait(timeout=60)
    type(opened.sparkContext)._gateway = type(opened.sparkContext)._jvm = None
    os.environ.pop("PYSPARK_SUBMIT_ARGS")
    if before is not None:
        os.environ["PYSPARK_SUBMIT_ARGS"] = before


def same(one: Linked, other: Linked) -> None:
    pairs, theirs = (each.pairs.sort("id_l", "id_r") for each in (one, other))
    assert pairs.columns == theirs.columns
    assert pairs.drop(WEIGHTS).equals(theirs.drop(WEIGHTS)), "the same records, levels, answers and reasons"
    for name in WEIGHTS:
        assert (pairs[name] - theirs[name]).abs().max() < 1e-9, name  # type: ignore[operator]
    links, found = (each.links.drop("probability").sort("id_l", "id_r") for each in (one, other))
    assert links.equals(found), "and the same persons"


def test_two_tables_have_the_same_pairs(session: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Model, "most_pairs_a_key", 2)  # so that some keys are too common here
    tables = [table([pair[0] for pair in TWICE], begins="A"), table([pair[1] for pair in TWICE], begins="B")]
    here = link_tables(tables)
    assert len(here.pairs) > len(TWICE), "and not only those of one person"
    levels = dict(zip(here.pairs["id_l"] + here.pairs["id_r"], here.pairs["level_name"], strict=True))
    assert (levels["A0B0"], levels["A7B7"]) == ("across_same", "alias")
    assert levels["A8B8"] == "near", "the similarity that Splink brings to Spark is .925 for these, below the level's .93"
    assert here.pairs["level_born"].is_in(["unknown"]).any()
    same(here, link_tables(tables, engine="spark"))


def test_one_table_has_the_same_pairs_by_a_model_from_elsewhere(session: Any) -> None:
    tables = [table([row for pair in TWICE for row in pair], begins="R")]
    trained = link_tables(tables, seed=7)
    model = replace(trained.model, prior=0.01, most_pairs_a_key=4)
    assert len(link_tables(tables, model=model).pairs) < len(trained.pairs), "some keys are too common"
    same(link_tables(tables, model=model), link_tables(tables, model=model, engine="spark"))


def test_what_spark_cannot_do_is_told_in_a_sentence(session: Any) -> None:
    with (
        pytest.raises(spark.NoSpark, match=r"Spark gave up: .*nowhere.*DuckDB finds the same"),
        spark.open_session(spark.Cluster()) as other,
    ):
        other.sql("select nowhere")


@pytest.mark.parametrize(
    ("java", "says"), [("", "Java 17 or newer ("), ("11.0.2", "where this machine has Java 11"), ("1.8.0_402", "has Java 8")]
)
def test_without_java_or_pyspark_it_is_refused_with_the_remedy(
    java: str, says: str, tmp_path: Any, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "bin").mkdir()
    if java:
        (tmp_path / "bin" / "java").write_text(f"#!/bin/sh\necho 'openjdk version \"{java}\"' >&2\n")
        (tmp_path / "bin" / "java").chmod(0o755)
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    monkeypatch.setitem(sys.modules, "pyspark", None)
    assert main(["--dedupe", "list.csv", "--engine", "spark"]) == 2
    told = capfd.readouterr().err
    assert "make spark" in told
    assert says in told
    assert "Traceback" not in told

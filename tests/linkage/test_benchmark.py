"""`longstop link bench`: every set of a folder is found with its answers, and scored beside Splink called plainly by hand."""

import json
from pathlib import Path

import polars as pl
import pytest

from longstop.commands.linking import main
from longstop.linkage.sets import sets_in
from tests.linkage.invented import write_repeated

PLAIN = "id,name,dob,cluster\n1,Ngozi Okafor,1980-02-01,7\n2,Ngozi Okafor,1980-02-01,7\n3,Ilir Probe,1991-05-03,8\n"


def test_sets_are_found_wherever_their_answers_stand(tmp_path: Path) -> None:
    (tmp_path / "column.csv").write_text(PLAIN)
    bare = PLAIN.replace(",cluster", "").replace(",7\n", "\n").replace(",8\n", "\n")
    (tmp_path / "beside.csv").write_text(bare)
    (tmp_path / "beside_truth.csv").write_text("id_l,id_r\n1,2\n")
    (tmp_path / "unknown.csv").write_text(bare)
    (tmp_path / "generated.csv").write_text("rec_id,name\nrec-1-org,Ngozi Okafor\nrec-1-dup-0,Ngozi Okafo\nrec-2-org,Ilir Probe\n")
    for end in ("a", "b"):
        (tmp_path / f"two{end}.csv").write_text(PLAIN)
    (tmp_path / "many_key.csv").write_text("SOURCE,NUMBER,CLUSTER_ID\nX,1,7\nY,1,7\n")
    for source in ("X", "Y"):
        (tmp_path / f"many_{source.lower()}.csv").write_text(f"SOURCE,NUMBER,NAME\n{source},1,Ngozi Okafor\n")
    found = {each.name: each for each in sets_in(tmp_path)}
    assert found.keys() == {"column", "beside", "generated", "two", "many"}, "a file without answers is no set"
    assert {name: list(each.tables) for name, each in found.items() if len(each.tables) > 1} == {"two": ["a", "b"]}
    assert found["beside"].truth.pairs == {("1", "2")}
    assert found["generated"].truth.person["a", "rec-1-dup-0"] == found["generated"].truth.person["a", "rec-1-org"]
    assert found["many"].truth.person == {("a", "X:1"): "7", ("a", "Y:1"): "7"}


def test_a_folder_is_scored_and_the_account_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_repeated(tmp_path / "list.csv", 300)
    table = pl.read_csv(tmp_path / "list.csv", infer_schema=False).rename({"full_name": "name", "birth_date": "dob"})
    table.write_csv(tmp_path / "list.csv")
    account = tmp_path / "account.md"
    account.write_text("# Ours\n\nWords by hand.\n")
    assert main(["bench", str(tmp_path), "--json", "--write", str(account)]) == 0
    ((score,),) = [json.loads(capsys.readouterr().out)["sets"]]
    assert score["known_pairs"] == 150
    assert score["f1"] > 0.95
    assert score["plain_f1"] > 0.5, "the peer is called as its guide says"
    written = account.read_text()
    assert written.startswith("# Ours\n\nWords by hand.\n")
    assert f"| list | {score['records']} | {score['f1']:.4f} |" in written


def test_a_folder_that_is_none_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["bench", str(tmp_path / "nowhere")]) == 2
    assert "nowhere" in capsys.readouterr().err

"""`longstop fetch hmpps-prisoners`, from the question to the receipt: the list comes in by the same door as a file that somebody sent."""

import hashlib
import json
import os
import subprocess
import sys
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from longstop.commands import fetching, intaking
from longstop.gateways.prisoner_search.fake import CLIENT_ID, CLIENT_SECRET, Fake, Fault
from longstop.intake.models import Arrival, Receipt, ReceiptState
from tests import given
from tests.conftest import Committed
from tests.prisoner_search.people import Turned, numbers, prisoner

PEOPLE = [prisoner(1), prisoner(2, "LEI"), prisoner(3, "OUT", supportingPrisonId="LEI", restrictedPatient=True), prisoner(4, "OUT")]


def environment(fake: Fake, home: Path) -> dict[str, str]:
    """Give what sets the command to the fake."""
    found = {name: str(getattr(fake.settings, name)) for name in ("address", "token_address", "client_id", "client_secret")}
    return {"LONGSTOP_HOME": str(home), **{f"LONGSTOP_PRISONER_SEARCH_{name.upper()}": value for name, value in found.items()}}


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path) -> "Run":
    return Run(monkeypatch, capsys, tmp_path)


class Run:
    """Runs the command in this process, on time that passes only when it waits."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], home: Path) -> None:
        self.monkeypatch, self.capsys, self.home = monkeypatch, capsys, home

    def __call__(self, fake: Fake, *words: str) -> tuple[int, str, str]:
        for name, value in environment(fake, self.home).items():
            self.monkeypatch.setenv(name, value)
        code = fetching.main(words, time=Turned().time)
        told = self.capsys.readouterr()
        for secret in (CLIENT_ID, CLIENT_SECRET, *fake.tokens):
            assert secret not in told.out + told.err
        return code, told.out, told.err

    def files(self) -> list[Path]:
        return sorted((self.home / "fetched").glob("*"))


@pytest.mark.django_db
def test_what_is_fetched_is_a_file_and_comes_in_as_one(run: Run) -> None:
    with Fake(PEOPLE) as fake:
        code, out, err = run(fake, "--prison", "MDI", "--prison", "lei", "--json")
    told = json.loads(out)
    assert (code, err) == (0, "")
    assert (told["received"], told["new"], told["refused"], told["problems"], told["unknown_fields"]) == (3, 3, 0, 0, {})
    assert (told["fetched"]["people"], told["fetched"]["prisons"], told["fetched"]["withdrawn"]) == (3, ["LEI", "MDI"], 0)
    (file,) = run.files()
    receipt = Receipt.objects.get(pk=told["receipt"])
    digest = hashlib.sha256(file.read_bytes()).digest()
    assert (receipt.file_name, bytes(receipt.sha256), told["fetched"]["sha256"]) == (file.name, digest, digest.hex())
    assert receipt.observed_at == datetime.fromisoformat(told["fetched"]["began"])
    assert Arrival.objects.filter(first_receipt=receipt).count() == 3
    assert intaking.main(["hmpps-prisoners", str(file)]) == 0
    assert f"the same file as receipt {receipt.pk}" in run.capsys.readouterr().out
    assert (file.stat().st_mode & 0o777, (run.home / "fetched").stat().st_mode & 0o777) == (0o600, 0o700)


@pytest.mark.django_db
def test_a_person_is_told_in_a_few_lines(run: Run, tmp_path: Path) -> None:
    out_file = tmp_path / "the list.jsonl"
    with Fake(PEOPLE) as fake:
        code, out, _ = run(fake, "--prison", "LEI", "--out", str(out_file))
        assert (code, out.splitlines()[0]) == (0, f"2 people in 1 prisons, by 4 questions: {out_file}")
        assert "2 received = 2 new" in out
        code, _, err = run(fake, "--prison", "LEI", "--out", str(out_file))
        assert (code, "is there already" in err) == (2, True)
        code, _, err = run(fake, "--prison", "LEI", "--out", str(tmp_path / "none" / "list"))
        assert (code, "Make it, or name a file elsewhere" in err) == (2, True)
    assert Receipt.objects.count() == 1


@pytest.mark.django_db
def test_nothing_is_taken_in_until_the_list_is_whole_and_the_same_command_goes_on(run: Run) -> None:
    with Fake(PEOPLE) as fake:
        fake.faults = [None, None, None, Fault(403)]
        code, out, err = run(fake, "--prison", "LEI", "--prison", "MDI")
        assert (code, out) == (2, "")
        assert err.endswith("needs the role ROLE_PRISONER_SEARCH. Nothing was taken in.\n")
        assert not Receipt.objects.exists()
        assert [path.suffix for path in run.files()] == [".part", ".journal"]
        before = len(fake.asked)
        code, out, _ = run(fake, "--prison", "LEI", "--prison", "MDI")
    assert (code, len(fake.asked) - before) == (0, 2)
    assert "It went on with what was fetched before" in out
    assert "3 received = 3 new" in out
    assert [path.suffix for path in run.files()] == [".jsonl"]


@pytest.mark.django_db
def test_a_list_that_falls_short_is_held_as_a_file_would_be(run: Run) -> None:
    people = [prisoner(number) for number in range(40)]
    with Fake(people) as fake:
        assert run(fake, "--prison", "MDI")[0] == 0
        fake.records = people[:20]
        code, out, _ = run(fake, "--prison", "MDI", "--out", str(run.home / "short.jsonl"))
    assert (code, "HELD" in out) == (1, True)
    assert Receipt.objects.filter(state=ReceiptState.HELD).count() == 1


@pytest.mark.django_db
def test_who_may_not_take_in_does_not_fetch_either(run: Run) -> None:
    with Fake(PEOPLE) as fake:
        caseworker, steward = given.staff("Cara Finch", "caseworker"), given.staff("Stellan Brook", "data_steward")
        code, _, err = run(fake, "--prison", "MDI", "--by", caseworker.staff_number)
        assert (code, "holds no role that may do this" in err, fake.asked) == (2, True, [])
        assert run(fake, "--prison", "MDI", "--by", steward.staff_number, "--json")[0] == 0
    assert list(Receipt.objects.values_list("received_by", flat=True)) == [steward.pk]


@pytest.mark.django_db
def test_which_prisons_are_usual_is_set_and_none_is_no_answer(run: Run) -> None:
    with Fake(PEOPLE) as fake:
        code, _, err = run(fake)
        assert (code, "No prison is named. Give --prison" in err, fake.asked) == (2, True, [])
        code, _, err = run(fake, "--prison", "OUT")
        assert (code, "everybody who was ever released" in err, fake.asked) == (2, True, [])
        run.monkeypatch.setenv("LONGSTOP_PRISONER_SEARCH_PRISONS", "MDI,LEI")
        code, out, _ = run(fake, "--json")
    assert (code, json.loads(out)["fetched"]["prisons"]) == (0, ["LEI", "MDI"])


@pytest.mark.django_db
def test_without_settings_it_says_which_and_where(run: Run) -> None:
    with Fake(PEOPLE) as fake:
        run.monkeypatch.setattr(Fake, "settings", property(lambda fake: type("Nothing", (), dict.fromkeys(SETTINGS, ""))()))
        code, out, err = run(fake, "--prison", "MDI")
    assert (code, out) == (2, "")
    assert "Not set: LONGSTOP_PRISONER_SEARCH_ADDRESS" in err
    assert f"in {run.home}/secrets/prisoner-search.toml" in err


SETTINGS = ("address", "token_address", "client_id", "client_secret")


@pytest.mark.django_db
def test_a_whole_list_that_could_not_be_taken_in_need_not_be_fetched_again(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intaking, "main", lambda words, beside: 2)
    with Fake(PEOPLE) as fake:
        code, _, err = run(fake, "--prison", "MDI")
    (file,) = run.files()
    assert code == 2
    assert f"It need not be fetched again: `longstop intake hmpps-prisoners {file} --observed-at 20" in err


@pytest.mark.django_db
def test_interrupted_it_says_how_to_go_on(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(fetching, "collect", interrupt)
    with Fake(PEOPLE) as fake:
        assert run(fake, "--prison", "MDI") == (
            130,
            "",
            "Interrupted. Nothing was taken in; run the same command again and it goes on from there.\n",
        )


def test_as_somebody_types_it_with_a_private_file_of_settings(committed: Committed, tmp_path: Path) -> None:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("LONGSTOP_", "DATABASE_", "DJANGO_"))}
    (tmp_path / "secrets").mkdir()
    file = tmp_path / "secrets" / "prisoner-search.toml"
    with Fake(PEOPLE) as fake:
        lines = [f'{name} = "{getattr(fake.settings, name)}"' for name in SETTINGS]
        file.write_text("\n".join([*lines, 'prisons = ["MDI", "LEI"]', "a_second = 100"]))
        file.chmod(0o600)
        command = [sys.executable, "-m", "longstop.commands.main", "fetch", "hmpps-prisoners", "--json"]
        environ = kept | {"LONGSTOP_SERVICE_URL": committed.service_url, "LONGSTOP_HOME": str(tmp_path)}
        done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["received"], told["fetched"]["people"], told["new"]) == (3, 3, 3)
    written = [json.loads(line)["prisonerNumber"] for line in Path(told["fetched"]["file"]).read_text().splitlines()]
    assert set(written) == numbers(1, 2, 3)
    assert datetime.fromisoformat(told["observed_at"]) - datetime.fromisoformat(told["fetched"]["began"]) < timedelta(seconds=1)

"""Patience, pace and secrecy: how the service is asked, whatever it does."""

import base64
import logging
import traceback
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from threading import Event
from typing import Any

import pytest

from longstop.gateways.prisoner_search import PrisonerSearch, Settings, SettingsUnusable, Trouble, asking, read_prisons, read_settings
from longstop.gateways.prisoner_search.asking import LONGEST_WAIT, TRIES_MORE
from longstop.gateways.prisoner_search.fake import CLIENT_ID, CLIENT_SECRET, Fake, Fault, Question
from longstop.gateways.prisoner_search.settings import A_SECOND
from tests.prisoner_search.people import FIELDS, Turned, asker, prisoner

HTML = Fault(200, {"Content-Type": "text/html"}, b"<html>Please sign in</html>")


def roll(fake: Fake, turned: Turned, **settings: str) -> list[str]:
    return PrisonerSearch(asker(fake, turned, **settings), fields=FIELDS).roll("MDI")


def patient_waits(turned: Turned) -> list[float]:
    """Leave the pace out: what was waited because of an answer."""
    return [each for each in turned.waits if each != 1 / A_SECOND]


EXAMPLES = [(status, 0.5, [1.5, 3, 6, 12, 24, 45]) for status in (429, 500, 502, 503, 504)]
EXAMPLES += [(503, 0.0, [1, 2, 4, 8, 16, 30]), (503, 1.0, [2, 4, 8, 16, 32, 60])]


@pytest.mark.parametrize(("status", "luck", "waits"), EXAMPLES)
def test_a_busy_service_is_asked_again_after_twice_as_long_each_time_shaken_by_chance(status: int, luck: float, waits: list[float]) -> None:
    turned = Turned(luck=luck)
    with Fake([prisoner(1)]) as fake:
        fake.faults = [Fault(status)] * TRIES_MORE
        assert roll(fake, turned) == ["A0001ZZ"]
    assert patient_waits(turned) == waits


@pytest.mark.parametrize(
    ("told", "waits"),
    [("7", [7.0]), (" 120 ", [120.0]), ("Sun, 06 Nov 1994 08:49:37 GMT", [1.5]), ("in a while", [1.5]), ("0", [1.5]), ("300", [300.0])],
)
@pytest.mark.parametrize("status", [429, 503])
def test_it_is_asked_again_when_it_says(told: str, waits: list[float], status: int) -> None:
    turned = Turned()
    with Fake([prisoner(1)]) as fake:
        fake.faults = [Fault(status, {"Retry-After": told})]
        assert roll(fake, turned) == ["A0001ZZ"]
    assert patient_waits(turned) == waits


def test_nobody_waits_for_longer_than_a_command_should() -> None:
    turned = Turned()
    with Fake([prisoner(1)]) as fake:
        fake.faults = [Fault(429, {"Retry-After": str(int(LONGEST_WAIT) + 1)})]
        with pytest.raises(Trouble, match=r"wait 301 seconds.*run the same command again"):
            roll(fake, turned)
    assert patient_waits(turned) == []


def test_a_service_that_stays_busy_is_given_up_and_the_remedy_told() -> None:
    with Fake([prisoner(1)]) as fake:
        fake.faults = [Fault(503)] * (TRIES_MORE + 1)
        with pytest.raises(Trouble, match=r"127\.0\.0\.1 is too busy or broken \(503, asked 7 times\).*run the same command again"):
            roll(fake, Turned())
    assert len(fake.asked) == TRIES_MORE + 1


def test_an_answer_that_breaks_off_is_asked_for_again() -> None:
    with Fake([prisoner(1)]) as fake:
        fake.faults = [Fault(200, body=b'{"content": [', cut=True)] * 2
        assert roll(fake, Turned()) == ["A0001ZZ"]
    assert len(fake.asked) == 3


def test_a_service_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "TO_ANSWER", 0.05)
    answered = Event()

    def keep_silent(question: Question) -> None:
        if len(fake.asked) == 1:
            answered.wait(10)

    with Fake([prisoner(1)]) as fake:
        fake.meanwhile = keep_silent
        assert roll(fake, Turned()) == ["A0001ZZ"]
        answered.set()


def test_a_service_that_is_not_there_is_told_by_its_host_alone() -> None:
    with Fake([]) as fake:
        gone = fake.settings
    turned = Turned()
    with pytest.raises(Trouble, match=r"^127\.0\.0\.1 cannot be reached \(NewConnectionError\)"):
        asking.Asker(gone, time=turned.time).get("/prisoner-search/prison/MDI", {})
    assert len(patient_waits(turned)) == TRIES_MORE


def test_so_many_questions_a_second_and_no_more() -> None:
    turned, times = Turned(), []
    with Fake([prisoner(1)]) as fake:
        fake.meanwhile = lambda question: times.append(turned.at)
        search = PrisonerSearch(asker(fake, turned), fields=FIELDS)
        for _ in range(5):
            search.roll("MDI")
        turned.at += 100  # somebody else took his time: nothing is caught up
        search.roll("MDI")
        search.roll("MDI")
    gaps = [round(later - earlier, 6) for earlier, later in pairwise(times)]
    assert min(gaps) == 1 / A_SECOND
    assert gaps == [0.5, 0.5, 0.5, 0.5, 100.0, 0.5]


def test_a_token_is_renewed_before_it_ends_and_when_it_is_withdrawn() -> None:
    turned = Turned()
    with Fake([prisoner(1)], token_lasts=300) as fake:
        search = PrisonerSearch(asker(fake, turned), fields=FIELDS)
        for passes, tokens in ((0, 1), (100, 1), (100, 1), (100, 2), (10, 2)):
            turned.at += passes
            search.roll("MDI")
            assert len(fake.tokens) == tokens
        fake.tokens.append("of somebody else: ours is not accepted any more")
        assert search.roll("MDI") == ["A0001ZZ"]
        assert len(fake.asked) == 5 + 2


def test_no_other_place_is_gone_to() -> None:
    with Fake([prisoner(1)]) as fake, Fake([prisoner(1)]) as elsewhere:
        fake.faults = [Fault(302, {"Location": f"{elsewhere.settings.address}/prisoner-search/prison/MDI"})]
        with pytest.raises(Trouble, match=r"refused the question \(302\)"):
            roll(fake, Turned())
    assert elsewhere.asked == []


FAILURES = {
    "wrong secret": ([], {"client_secret": "A-secret/that+is wrong%"}, "gives no token (401): check the client's id and secret"),
    "no token there": ([], {"token_address": "/nothing"}, "gives no token (4"),
    "not let in": ([Fault(403)], {}, "needs the role ROLE_PRISONER_SEARCH"),
    "never let in": ([Fault(401)] * 2, {}, "does not accept our token (401)"),
    "refused": ([Fault(400, body=b'{"userMessage": "Invalid response fields: [x]"}')], {}, "It says: Invalid response fields: [x]"),
    "refused, in other words": ([Fault(400, body=b"no")], {}, "refused the question (400)."),
    "repeats the token": ([Fault(400, body=b'{"userMessage": "Bearer invented-token-1 is not for this"}')], {}, "question (400)."),
    "repeats the client": ([Fault(418, body=b'{"userMessage": "longstop-invented may not"}')], {}, "question (418)."),
    "a page for people": ([HTML], {}, "not JSON. Check the address"),
    "busy": ([Fault(503)] * 9, {}, "too busy or broken (503"),
    "breaks off": ([Fault(200, cut=True)] * 9, {}, "cannot be reached (ProtocolError)"),
    "no list": ([Fault(200, body=b"[]")], {}, "is not page 0 of a list"),
    "no total": ([Fault(200, body=b'{"content": [], "number": 0}')], {}, "does not say how many"),
    "no number": ([Fault(200, body=b'{"content": [{}], "number": 0, "totalElements": 1}')], {}, "without a prison number"),
    "asks us to wait": ([Fault(503, {"Retry-After": "9999"})], {}, "asks us to wait 9,999 seconds"),
}


@pytest.mark.parametrize("case", FAILURES)
def test_whatever_goes_wrong_is_told_without_a_secret(case: str, caplog: pytest.LogCaptureFixture) -> None:
    faults, changes, words = FAILURES[case]
    caplog.set_level(logging.DEBUG)
    with Fake([prisoner(1)]) as fake:
        fake.faults = list(faults)
        own: dict[str, Any] = {name: (fake.settings.address + value if value.startswith("/") else value) for name, value in changes.items()}
        one = asker(fake, **own)
        with pytest.raises(Trouble) as raised:
            PrisonerSearch(one, fields=FIELDS).roll("MDI")
    assert words in str(raised.value)
    told = "\n".join([*traceback.format_exception(raised.value), repr(raised.value), repr(one), repr(fake.settings), caplog.text])
    told += "".join(repr(vars(each)) for each in (raised.value, raised.value.__cause__, raised.value.__context__) if each)
    for secret in (CLIENT_ID, CLIENT_SECRET, own.get("client_secret"), *fake.tokens, base64.b64encode(CLIENT_ID.encode()).decode()[:16]):
        assert not secret or secret not in told


SET = {
    "LONGSTOP_PRISONER_SEARCH_ADDRESS": "https://search.invented.invalid/",
    "LONGSTOP_PRISONER_SEARCH_TOKEN_ADDRESS": "https://sign-in.invented.invalid/auth/oauth/token",
    "LONGSTOP_PRISONER_SEARCH_CLIENT_ID": "an-invented-client",
    "LONGSTOP_PRISONER_SEARCH_CLIENT_SECRET": "an-invented-secret",
}


def write(home: Path, text: str, mode: int = 0o600) -> Path:
    (home / "secrets").mkdir(exist_ok=True)
    file = home / "secrets" / "prisoner-search.toml"
    file.write_text(text)
    file.chmod(mode)
    return file


def test_settings_come_from_the_environment_or_else_from_a_private_file(tmp_path: Path) -> None:
    found = read_settings(SET | {"LONGSTOP_PRISONER_SEARCH_PRISONS": "mdi, LEI LEI"}, tmp_path)
    assert (found.address, found.client_secret, found.prisons) == ("https://search.invented.invalid/", "an-invented-secret", ("LEI", "MDI"))
    write(tmp_path, 'client_secret = "of the file"\nprisons = ["WWI", "TRN"]\nclient_id = "of the file"')
    assert found.a_second == A_SECOND
    secret = SET.keys() - {"LONGSTOP_PRISONER_SEARCH_CLIENT_SECRET"}
    found = read_settings({name: SET[name] for name in secret}, tmp_path)
    assert (found.client_id, found.client_secret, found.prisons) == ("an-invented-client", "of the file", ("TRN", "WWI"))


UNUSABLE = {
    "nothing": ({}, "", "Not set: LONGSTOP_PRISONER_SEARCH_ADDRESS, LONGSTOP_PRISONER_SEARCH_TOKEN_ADDRESS"),
    "no secret": (SET | {"LONGSTOP_PRISONER_SEARCH_CLIENT_SECRET": " "}, "", "Not set: LONGSTOP_PRISONER_SEARCH_CLIENT_SECRET."),
    "in the clear": (SET | {"LONGSTOP_PRISONER_SEARCH_ADDRESS": "http://search.invented.invalid"}, "", "does not begin with https"),
    "token in the clear": (SET | {"LONGSTOP_PRISONER_SEARCH_TOKEN_ADDRESS": "http://10.0.0.1/"}, "", "TOKEN_ADDRESS does not begin with"),
    "a word in the address": (SET | {"LONGSTOP_PRISONER_SEARCH_ADDRESS": "https://me:an-invented-secret@host/"}, "", "nothing more in it"),
    "no address": (SET | {"LONGSTOP_PRISONER_SEARCH_ADDRESS": "https://host:port/"}, "", "nothing more in it"),
    "not TOML": (SET, "client_secret = an-invented-secret", "is not TOML"),
    "one prison": (SET, 'prisons = "MDI"', "is not a list"),
    "no prison": (SET, 'prisons = ["../MDI"]', "is not the code of a prison"),
    "no pace": (SET, "a_second = 0", "A_SECOND is not a number of questions a second"),
    "no number": (SET | {"LONGSTOP_PRISONER_SEARCH_A_SECOND": "nan"}, "", "A_SECOND is not a number of questions a second"),
    "everybody": (SET, 'prisons = ["MDI", "out"]', "everybody who was ever released"),
}


@pytest.mark.parametrize("case", UNUSABLE)
def test_settings_that_cannot_be_used_are_told_by_name_and_never_by_value(case: str, tmp_path: Path) -> None:
    environ, text, words = UNUSABLE[case]
    write(tmp_path, text)
    with pytest.raises(SettingsUnusable) as raised:
        read_settings(environ, tmp_path)
    assert words in str(raised.value)
    told = "".join(traceback.format_exception(raised.value)) + repr(raised.value.__context__)
    assert "an-invented-secret" not in told
    assert "an-invented-client" not in told


def test_a_file_that_others_may_read_is_refused(tmp_path: Path) -> None:
    file = write(tmp_path, 'client_secret = "x"', 0o640)
    with pytest.raises(SettingsUnusable, match=f"Others may read {file}. Run `chmod 600`"):
        read_settings(SET, tmp_path)


def test_neither_the_client_nor_its_secret_is_shown() -> None:
    settings = Settings("https://host", "https://host/token", "an-invented-client", "an-invented-secret")
    assert "an-invented" not in f"{settings} {settings!r} {replace(settings, prisons=('MDI',))}"
    assert read_prisons(["lei", "MDI", "MDI"]) == ("LEI", "MDI")

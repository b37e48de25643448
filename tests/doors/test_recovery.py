"""Whatever was killed, the next start works and every acknowledged row is there."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import psycopg

from longstop.gateways.postgres import EmbeddedServer, ServerAddress
from tests.doors.conftest import start_holder, told_by

Hold = Callable[[Path], tuple["subprocess.Popen[str]", dict[str, Any]]]


def gone(pid: int) -> bool:
    """Say whether a process has ended (a zombie has)."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except (FileNotFoundError, ProcessLookupError):
        return True


def wait_for(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    """Wait until the condition holds; fail when it does not."""
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


def rows_written(url: str, seconds: float) -> int:
    """Insert row after row, each committed, and count those that were acknowledged."""
    count = 0
    until = time.monotonic() + seconds
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS witness (n int)")
        while time.monotonic() < until:
            connection.execute("INSERT INTO witness VALUES (%s)", [count])
            count += 1
    return count


def rows_in(address: ServerAddress) -> int:
    """Count the rows that are there."""
    with psycopg.connect(address.owner_url) as connection:
        row = connection.execute("SELECT count(*) FROM witness").fetchone()
    assert row is not None
    return int(row[0])


def test_every_acknowledged_row_survives_a_kill_of_the_launcher_and_the_database(tmp_path: Path, hold: Hold) -> None:
    launcher, told = hold(tmp_path)
    acknowledged = rows_written(told["owner"], 0.3)
    launcher.kill()
    os.kill(told["pid"], signal.SIGKILL)
    launcher.wait()
    with EmbeddedServer(tmp_path, environ={}) as address:
        assert acknowledged > 0
        assert rows_in(address) == acknowledged


def test_the_database_ends_when_its_launcher_is_killed(tmp_path: Path, hold: Hold) -> None:
    launcher, told = hold(tmp_path)
    launcher.kill()
    wait_for(lambda: gone(told["pid"]))


def test_a_backend_that_outlives_its_postmaster_does_not_block_the_next_start(tmp_path: Path, hold: Hold) -> None:
    launcher, told = hold(tmp_path)
    busy = psycopg.connect(told["owner"])
    backend = busy.info.backend_pid
    query = "SELECT count(*) FROM generate_series(1, 100000000000)"
    busy.pgconn.send_query(query.encode())
    with psycopg.connect(told["superuser"], autocommit=True) as watcher:
        asked = "SELECT state = 'active' FROM pg_stat_activity WHERE pid = %s"
        wait_for(lambda: watcher.execute(asked, [backend]).fetchone() == (True,))
    launcher.kill()
    os.kill(told["pid"], signal.SIGKILL)
    launcher.wait()
    with EmbeddedServer(tmp_path, environ={}) as address:
        assert gone(backend)
        assert psycopg.connect(address.service_url).execute("SELECT 1").fetchone() == (1,)
    busy.close()


def test_a_server_that_lost_its_launcher_is_replaced(tmp_path: Path) -> None:
    server = EmbeddedServer(tmp_path, environ={})
    server.start()
    server.stop()
    placement = server.placement
    assert placement is not None
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["-c", f"port={port}", "-c", "unix_socket_directories=", "-c", "listen_addresses=127.0.0.1"]
    command = [*placement.identity.prefix, str(placement.binaries.postgres), "-D", str(placement.data), *options]
    orphan = subprocess.Popen(command, stderr=subprocess.DEVNULL, start_new_session=True)
    pid_file = placement.data / "postmaster.pid"
    wait_for(lambda: pid_file.exists() and "ready" in pid_file.read_text())
    with EmbeddedServer(tmp_path, environ={}) as address:
        assert orphan.wait(10) == 0
        assert f":{port}/" not in address.service_url


def test_a_pid_file_that_names_a_stranger_of_the_same_user_is_cleared_and_the_stranger_lives(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path, environ={}):
        pass
    stranger = subprocess.Popen(["sleep", "60"])
    data = tmp_path / "pg"
    (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n1700000000\n5432\n\n127.0.0.1\n0 0\nready   \n")
    (data / "postmaster.pid").chmod(0o600)
    try:
        with EmbeddedServer(tmp_path, environ={}) as address:
            assert psycopg.connect(address.service_url).execute("SELECT 1").fetchone() == (1,)
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_a_port_that_another_server_has_is_left_to_it(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    with EmbeddedServer(second, environ={}):
        pass
    with EmbeddedServer(first, environ={}):
        (second / "port").write_text((first / "port").read_text())
        with EmbeddedServer(second, environ={}) as address:
            assert address.superuser_url is not None
            answer = psycopg.connect(address.superuser_url).execute("SHOW data_directory").fetchone()
            assert answer == (str(second / "pg"),)
            assert (first / "port").read_text() != (second / "port").read_text()


def test_two_starts_at_once_on_a_fresh_home_end_in_one_server_and_one_refusal(tmp_path: Path, plain_environ: dict[str, str]) -> None:
    holders = [start_holder(tmp_path, plain_environ) for _ in range(2)]
    told = [told_by(holder) for holder in holders]
    refusals = [each["refusal"] for each in told if "refusal" in each]
    [address] = [each for each in told if "refusal" not in each]
    assert refusals == ["HomeIsBusy"]
    assert psycopg.connect(address["service"]).execute("SELECT 1").fetchone() == (1,)
    for holder in holders:
        holder.terminate()
        holder.wait(30)


def test_an_initdb_that_was_killed_halfway_is_begun_again(tmp_path: Path) -> None:
    (tmp_path / "pg.new").mkdir()
    (tmp_path / "pg.new" / "half").write_text("half")
    with EmbeddedServer(tmp_path, environ={}) as address:
        assert psycopg.connect(address.service_url).execute("SELECT 1").fetchone() == (1,)
    assert not (tmp_path / "pg.new").exists()

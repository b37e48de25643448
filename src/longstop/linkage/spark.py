"""Spark for `--engine spark`: whether this machine has what it takes, and a session. Optional: nothing else here needs it."""

import importlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

OLDEST_JAVA = 17
HERE = "local[*]"
INSTEAD = "Without --engine spark, DuckDB finds the same pairs on this machine."
_VERSION = re.compile(r'version "(?:1\.)?(\d+)')


class NoSpark(RuntimeError):
    """Spark cannot be had on this machine, or gave up; the message says what is missing or what it said, and what to do."""


@dataclass(frozen=True)
class Cluster:
    """Where Spark works: its master, by default this machine's cores, and a folder for what is passed on.

    The folder must be seen by all machines of a cluster under the same name; without one, the folder of temporary files is used.
    """

    master: str = HERE
    folder: Path | None = None


def require() -> None:
    """Raise NoSpark if Java or pyspark are missing, naming each and how to get it."""
    missing = []
    if importlib.util.find_spec("pyspark") is None:
        missing.append("the Python package pyspark (run “make spark”, or install the extra “spark” of this package)")
    found = java_version()
    if found is None or found < OLDEST_JAVA:
        had = "" if found is None else f", where this machine has Java {found}"
        missing.append(
            f"Java {OLDEST_JAVA} or newer{had} (on Debian: apt-get install openjdk-17-jre-headless; JAVA_HOME may say where it is)"
        )
    if missing:
        raise NoSpark(f"--engine spark needs {', and '.join(missing)}. {INSTEAD}")


def java_version() -> int | None:
    """Give the main version of the Java that Spark would start, if there is one."""
    home = os.environ.get("JAVA_HOME")
    java = str(Path(home, "bin", "java")) if home else shutil.which("java")
    if java is None or not os.access(java, os.X_OK):
        return None
    told = subprocess.run([java, "-version"], capture_output=True, text=True, check=False)
    found = _VERSION.search(told.stderr + told.stdout)
    return int(found[1]) if found else None


@contextmanager
def open_session(cluster: Cluster) -> Iterator[Any]:
    """Give a Spark session: the one that is open already, and is left so, or a new one that is closed. Raises NoSpark.

    Whatever Spark cannot do comes out as NoSpark, with what it said.
    """
    require()
    # Its workers are to be of this Python: a cluster has one of the same at the same place, or says where.
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    with warnings.catch_warnings():
        # It warns of a pandas newer than it has been tried with; nothing here passes through pandas.
        warnings.simplefilter("ignore", FutureWarning)
        sql, errors = (importlib.import_module(f"pyspark.{name}") for name in ("sql", "errors"))
        lost = importlib.import_module("py4j.protocol").Py4JError
        try:
            already = sql.SparkSession.getActiveSession()
            session = already or _start(sql.SparkSession.builder, cluster)
            try:
                yield session
            finally:
                if not already:
                    session.stop()
        except (errors.PySparkException, lost) as error:
            raise NoSpark(f"Spark gave up: {_first_words(error)} {INSTEAD}") from error


def _start(builder: Any, cluster: Cluster) -> Any:
    settings = {
        "spark.app.name": "longstop link",
        "spark.master": cluster.master,
        "spark.ui.enabled": "false",  # it would show values of records to whoever can reach the port
        "spark.ui.showConsoleProgress": "false",
        "spark.log.level": "ERROR",
        "spark.executorEnv.POLARS_MAX_THREADS": "1",  # Spark has a worker for each core
    }
    if cluster.master.startswith("local"):
        settings |= {"spark.driver.host": "127.0.0.1", "spark.driver.bindAddress": "127.0.0.1"}
    for name, value in settings.items():
        builder = builder.config(name, value)
    return builder.getOrCreate()


def _first_words(error: Exception) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return " ".join(lines[:3])[:500].rstrip(".") + "."

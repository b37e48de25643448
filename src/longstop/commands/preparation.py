"""What must be done between the database's start and the first page, in a process of its own.

Only this process ever knows the owner's address, and it ends before the service answers. Run as
`python -m longstop.commands.preparation [--demonstration]`; the last line of its output is JSON: what it did.
"""

import hashlib
import importlib
import json
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import django
from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command
from django.utils import timezone


def main() -> None:
    """Will migrate, harden, collect the static files, load the demonstration if asked, and tell the sign-ins."""
    # What goes wrong here ends in preparation.log, which people read who may not see cases.
    _module("longstop.config.logs").configure()
    django.setup()
    _module("longstop.config.database").prepare()
    collected = collect_static()
    told: dict[str, Any] = {"collected": collected, "loaded": False, "sign_ins": []}
    if "--demonstration" in sys.argv[1:]:
        told |= load_demonstration()
    print(json.dumps(told))


def load_demonstration() -> dict[str, Any]:
    """Will load the small demonstration unless it is there or the database holds other work; tells whether, and who can sign in."""
    read, load = _module("longstop.demo.queries"), _module("longstop.demo.actions")
    wanted = not read.is_loaded() and not read.holds_others()
    if wanted:
        at = timezone.now()
        load.load_small(at=at, today=timezone.localdate(at))
    return {"loaded": wanted, "sign_ins": [list(sign_in) for sign_in in read.sign_ins()]}


def collect_static() -> bool:
    """Will collect the static files into one folder under hashed names, if any has changed; says whether it did."""
    stamp = Path(settings.STATIC_ROOT) / ".stamp"
    state = _state_of_static()
    if stamp.exists() and stamp.read_text() == state:
        return False
    call_command("collectstatic", interactive=False, clear=True, verbosity=0)
    stamp.write_text(state)
    return True


def _state_of_static() -> str:
    whole = hashlib.sha256()
    for finder in get_finders():
        for path, storage in sorted(finder.list([]), key=lambda found: found[0]):
            status = Path(storage.path(path)).stat()
            whole.update(f"{path}\0{status.st_size}\0{status.st_mtime_ns}\0".encode())
    return whole.hexdigest()


def _module(name: str) -> ModuleType:
    # By name, because `config` wires the house from above and no room imports it.
    return importlib.import_module(name)


if __name__ == "__main__":
    main()

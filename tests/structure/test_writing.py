"""Who writes what: only actions write, each in one operation, and a room's tables are its own."""

import ast

import pytest

from tests.structure.house import DJANGO_ROOMS, DOMAIN, Module, dotted, functions, modules, room_imports

WRITES = {"save", "create", "bulk_create", "bulk_update", "get_or_create", "update_or_create"}
WRITES_OF_A_QUERY = {"update", "delete"}

# Files that write without being actions, and why.
MAY_WRITE = {
    "audit/bulk.py": "the quicker bulk insert that actions of every room call",
    "web/sheets/opendocument.py": "saves a document of its own into memory: no table is written",
    "audit/hardening.py": "sets triggers and grants as the owner, after migrations",
}
# proof recomputes what the rooms claim and reads every table, as the design lets `measures` do.
READS_EVERY_TABLE = {"proof"}


def writing_calls(module: Module) -> list[str]:
    found = []
    for node in ast.walk(module.tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        chain = dotted(node.func)
        name = node.func.attr
        on_query = ".objects." in chain or chain.endswith(("filter().update", "filter().delete"))
        if (name in WRITES and (".objects." in chain or name in {"save", "bulk_create"})) or (name in WRITES_OF_A_QUERY and on_query):
            found.append(f"{module.name}:{node.lineno} {chain}")
    return found


def test_only_actions_write() -> None:
    rooms = (*DJANGO_ROOMS, "web", "commands", "demo")
    found = [call for module in modules(*rooms) if not module.is_action and module.name not in MAY_WRITE for call in writing_calls(module)]
    assert found == []


def test_the_scan_sees_a_write() -> None:
    planted = Module(next(modules("cases")).path, "cases", ast.parse("Case.objects.filter(pk=1).update(owner=2)\ncase.save()"))
    assert len(writing_calls(planted)) == 2


@pytest.mark.parametrize("room", DJANGO_ROOMS)
def test_public_actions_are_operations_with_an_actor_and_a_moment(room: str) -> None:
    found = []
    for module in modules(room):
        if not module.is_action:
            continue
        for node in module.tree.body:
            if not isinstance(node, ast.FunctionDef) or node.name.startswith("_"):
                continue
            decorated = any(dotted(decorator) == "action" for decorator in node.decorator_list)
            if not decorated:
                continue
            names = {argument.arg for argument in node.args.kwonlyargs}
            if node.args.args or "at" not in names or not ({"by"} & names or node.name == "sign_in"):
                found.append(f"{module.name}:{node.lineno} {node.name}")
    assert found == []


def test_tables_are_private_to_their_room() -> None:
    found = []
    for module in modules(*DJANGO_ROOMS, "web", "commands", "demo"):
        if module.room in READS_EVERY_TABLE:
            continue
        foreign = {name for name, (room, source) in room_imports(module).items() if source.endswith(".models") and room != module.room}
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Attribute) and node.attr == "objects" and isinstance(node.value, ast.Name) and node.value.id in foreign:
                found.append(f"{module.name}:{node.lineno} {node.value.id}.objects")
    assert found == []


def test_no_model_overrides_save_and_there_are_no_signals() -> None:
    found = []
    for module in modules(*DJANGO_ROOMS, "web"):
        for function in functions(module.tree):
            if function.name in {"save", "delete", "save_base"}:
                found.append(f"{module.name}:{function.lineno} {function.name}")
        text = module.path.read_text(encoding="utf-8")
        if "django.db.models.signals" in text or "@receiver" in text:
            found.append(f"{module.name} signals")
    assert found == []


CLOCKS = (
    "datetime.now()",
    "datetime.today()",
    "date.today()",
    "timezone.now()",
    "timezone.localdate()",
    "time.time()",
    "datetime.utcnow()",
)


def clock_calls(module: Module) -> list[str]:
    found = []
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Call) and f"{dotted(node.func)}()".endswith(CLOCKS):
            # `timezone.localdate(at)` turns a moment into a day: only without an argument does it read the clock.
            if dotted(node.func).endswith("localdate") and node.args:
                continue
            found.append(f"{module.name}:{node.lineno} {dotted(node.func)}")
    return found


def test_the_domain_reads_no_clock_no_settings_and_no_request() -> None:
    found = [call for module in modules(*DOMAIN) for call in clock_calls(module)]
    for module in modules(*DOMAIN):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.ImportFrom) and node.module in {"django.conf", "django.utils.timezone"}:
                found.append(f"{module.name}:{node.lineno} {node.module}")
            if isinstance(node, ast.ImportFrom) and node.module == "django.http" and module.name != "access/backends.py":
                found.append(f"{module.name}:{node.lineno} {node.module}")
    assert found == []

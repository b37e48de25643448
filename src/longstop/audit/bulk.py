"""Many new rows of one table at once, by COPY: several times as fast as INSERT, under the same constraints and history triggers."""

import json
import re
from binascii import hexlify
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from functools import lru_cache
from operator import itemgetter
from typing import Any, TypeVar

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.core.serializers.json import DjangoJSONEncoder
from django.db import connection, models
from psycopg import Copy
from psycopg.adapt import PyFormat, Transformer

from longstop.audit.contents import Spelt, quick_spelling, spelt_as

M = TypeVar("M", bound=models.Model)

FEW = 20  # below this an INSERT is as quick


def insert_many(rows: Sequence[M]) -> list[M]:
    """Insert new rows, and give them with their numbers. Joins the transaction that runs; to be called by actions only.

    Columns that the database fills itself, generated or by its own default, are left to it. The rows are new: no conflict is settled.
    """
    made = list(rows)
    if len(made) < FEW:
        return list(type(made[0])._default_manager.bulk_create(made)) if made else []
    fields = [field for field in made[0]._meta.concrete_fields if not field.generated and not field.has_db_default()]
    _number(made)
    columns = [str(field.column) for field in fields]
    write = [(field.attname, _writer(field)) for field in fields]
    insert_columns(type(made[0]), columns, ([as_written(getattr(row, name)) for name, as_written in write] for row in made))
    for row in made:
        row._state.adding, row._state.db = False, connection.alias
    return made


def insert_rows(model: type[models.Model], rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Insert new rows given as values by the names of their attributes, as `insert_many` does, without an instance for each.

    All rows name the same attributes; what they do not name has its default. Gives their numbers, in the order given.
    """
    if not rows:
        return []
    assert model._meta.pk is not None
    key = model._meta.pk.attname
    fields = [field for field in model._meta.concrete_fields if not field.generated and not field.has_db_default()]
    assert rows[0].keys() <= {field.attname for field in fields}, "not a name of a column that is written"
    if len(rows) < FEW:
        return _insert_few(model, [field for field in fields if field.attname != key or key in rows[0]], rows)
    if key not in rows[0]:
        rows = [{key: number, **row} for row, number in zip(rows, next_numbers(model, len(rows)), strict=True)]
    named = [field for field in fields if field.attname in rows[0]]
    rest = {str(field.column): _writer(field)(field.get_default()) for field in fields if field.attname not in rows[0]}
    values, documents = itemgetter(*[field.attname for field in named]), [isinstance(field, models.JSONField) for field in named]
    told: Iterable[Sequence[Any]] = map(values, rows)
    if any(documents):
        told = ([_json(value) if json_ else value for value, json_ in zip(row, documents, strict=True)] for row in told)
    constant = b"".join(b"\t" + _WRITTEN[type(value)](value) for value in rest.values()) + b"\n"
    lines = (line(row)[:-1] + constant for row in told) if rest else map(line, told)
    copy_lines(model, [*(str(field.column) for field in named), *rest], lines)
    return [row[key] for row in rows]


def _insert_few(model: type[models.Model], fields: Sequence["models.Field[Any, Any]"], rows: Sequence[Mapping[str, Any]]) -> list[Any]:
    """Insert some rows by one INSERT, written here: to have it written from a model takes longer than the database needs for it."""
    quote, key = connection.ops.quote_name, model._meta.pk
    assert key is not None
    row = f"({', '.join(f'%s::{field.db_type(connection)}' if isinstance(field, ArrayField) else '%s' for field in fields)})"
    columns = ", ".join(quote(str(field.column)) for field in fields)
    values = [
        field.get_db_prep_save(each[field.attname] if field.attname in each else field.get_default(), connection)
        for each in rows
        for field in fields
    ]
    statement = (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns}) VALUES {', '.join([row] * len(rows))} RETURNING {quote(str(key.column))}"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [number for (number,) in cursor.fetchall()]


def insert_columns(model: type[models.Model], names: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Insert new rows given as values of these columns, as `insert_many` does, without a model's instance for each.

    Columns that are not named are left to the database. JSON is given as `Spelt` or as text.
    """
    copy_lines(model, names, map(line, rows))


def copy_lines(model: type[models.Model], names: Sequence[str], lines: Iterable[bytes]) -> None:
    """Insert new rows that are written as COPY reads them: see `line`. The next are asked for while the database writes those before."""
    columns = ", ".join(connection.ops.quote_name(name) for name in names)
    table = connection.ops.quote_name(model._meta.db_table)
    with _copying(f"COPY {table} ({columns}) FROM STDIN") as copy:
        waiting: list[bytes] = []
        length = 0
        for each in lines:
            waiting.append(each)
            length += len(each)
            if length >= _AT_ONCE:
                copy.write(b"".join(waiting))
                waiting, length = [], 0
        copy.write(b"".join(waiting))


def line(values: Iterable[Any]) -> bytes:
    """Give a row as a line of COPY's text. JSON is given as text."""
    return b"\t".join([_WRITTEN[type(value)](value) for value in values]) + b"\n"


def _text(value: str) -> bytes:
    if value.isprintable() and "\\" not in value:
        return value.encode()
    return _MUST_BE_ESCAPED.sub(_escaped, str(value)).encode()


def _escaped(found: "re.Match[str]") -> str:
    return _ESCAPES[found[0]]


def _other(value: Any) -> bytes:
    """Write what is none of the usual types as the driver would."""
    if isinstance(value, str):
        return _text(str(value))
    written = Transformer().get_dumper(value, PyFormat.TEXT).dump(value)
    return b"\\N" if written is None else _text(bytes(written).decode())


def of_bytes(value: bytes) -> bytes:
    """Give bytes as COPY reads them."""
    return b"\\\\x" + hexlify(value)


def of_json(spelling: bytes) -> bytes:
    """Give JSON as COPY reads it: the line's end and the like stand in it as escapes already."""
    return spelling.replace(b"\\", b"\\\\")


_AT_ONCE = 100_000  # bytes
_ESCAPES = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\v": "\\v", "\f": "\\f", "\r": "\\r", "\\": "\\\\"}
_MUST_BE_ESCAPED = re.compile(r"[\x08-\x0d\\]")


class _Writers(dict[type, Callable[[Any], bytes]]):
    """How a value of a type is written."""

    def __missing__(self, _: type) -> Callable[[Any], bytes]:
        return _other


def _moment(value: date) -> bytes:
    return value.isoformat().encode()


_WRITTEN = _Writers(
    {
        int: b"%d".__mod__,
        str: _text,
        bytes: of_bytes,
        type(None): {None: b"\\N"}.__getitem__,
        bool: {True: b"t", False: b"f"}.__getitem__,
        # The same few days and moments stand in thousands of rows.
        date: lru_cache(1024)(_moment),
        datetime: lru_cache(1024)(_moment),
        Spelt: lambda value: of_json(value.text),
    }
)


@contextmanager
def _copying(statement: str) -> Iterator[Copy]:
    """Begin to COPY. What the database refuses arrives as Django's errors, as from any other statement."""
    with connection.wrap_database_errors, connection.cursor() as cursor, cursor.copy(statement) as copy:
        yield copy


def next_numbers(model: type[models.Model], how_many: int) -> list[int]:
    """Take the next numbers of a table's sequence."""
    table, column = model._meta.db_table, model._meta.pk.column if model._meta.pk else "id"
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_serial_sequence(%s, %s)", [table, column])  # once: it looks into the catalogue each time
        (sequence,) = cursor.fetchone() or ("",)
        cursor.execute("SELECT nextval(%s::regclass) FROM generate_series(1, %s)", [sequence, how_many])
        return [number for (number,) in cursor.fetchall()]


def among(column: str, values: Iterable[Any]) -> "Among":
    """Give the condition that a column holds one of very many values, as one array: `__in` makes a parameter of each, which is slow."""
    return Among(models.F(column), list(values))


class Among(models.Lookup):
    """`column = ANY (array)`. Of an empty array nothing is asked: no row can be among none."""

    lookup_name = "among"
    prepare_rhs = False

    def as_sql(self, compiler: Any, connection: Any) -> tuple[str, tuple[Any, ...]]:
        if not self.rhs:
            raise EmptyResultSet
        column, params = self.process_lhs(compiler, connection)
        if isinstance(self.rhs[0], bytes):
            return f"{column} = ANY (%s::bytea[])", (*params, byte_array(self.rhs))
        return f"{column} = ANY (%s)", (*params, self.rhs)


def byte_array(values: Iterable[bytes | None]) -> str:
    """Give very many bytes as the text of an array, for `%s::bytea[]`: the driver takes ten times as long to write one."""
    return "{" + ",".join(["NULL" if each is None else f'"\\\\x{each.hex()}"' for each in values]) + "}"


def _number(rows: Sequence[models.Model]) -> None:
    """Give each row without a number the next of its table's sequence."""
    bare = [row for row in rows if row.pk is None]
    if bare:
        for row, number in zip(bare, next_numbers(type(bare[0]), len(bare)), strict=True):
            row.pk = number


def _writer(field: "models.Field[Any, Any]") -> Callable[[Any], Any]:
    return _json if isinstance(field, models.JSONField) else _same


def _same(value: Any) -> Any:
    return value


def _json(value: Any) -> Any:
    """Give a document as what `line` takes: `Spelt`, or text."""
    if isinstance(value, Spelt) or value is None:
        return value
    if isinstance(value, dict) and (quick := quick_spelling(value)):
        return spelt_as(quick[0])
    return json.dumps(value, ensure_ascii=False, cls=DjangoJSONEncoder)

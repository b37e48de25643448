"""A table of records from any CSV or Parquet file, every value as text."""

from pathlib import Path

import polars as pl


class Unreadable(ValueError):
    """A file cannot be read as a table; the message names it and says what to do."""


def read_table(path: Path) -> pl.DataFrame:
    """Read a CSV or Parquet file: headings and values without the spaces around them, empty ones missing. Raises Unreadable."""
    if not path.is_file():
        raise Unreadable(f"There is no file {path}. Name a CSV or Parquet file.")
    try:
        table = pl.read_parquet(path) if path.suffix.lower() in (".parquet", ".pq") else _read_csv(path)
    except (pl.exceptions.PolarsError, OSError, UnicodeDecodeError) as error:
        raise Unreadable(
            f"{path} cannot be read as {path.suffix.lstrip('.').upper() or 'a table'}: {str(error).splitlines()[0]}"
        ) from error
    if not len(table):
        raise Unreadable(f"{path} holds no records.")
    table.columns = [name.strip().lstrip("\ufeff") for name in table.columns]
    # Lists and the like, as Parquet has them, are no values of a person's field.
    kept = [name for name, kind in table.schema.items() if not kind.is_nested()]
    text = table.select(pl.col(kept).cast(pl.String).str.strip_chars())
    return text.with_columns(pl.when(pl.all() == "").then(None).otherwise(pl.all()).name.keep())


def _read_csv(path: Path) -> pl.DataFrame:
    head = path.open("rb").readline()
    separator = max((",", ";", "\t", "|"), key=lambda each: head.count(each.encode()))
    return pl.read_csv(path, infer_schema=False, separator=separator, encoding="utf8-lossy", truncate_ragged_lines=True)

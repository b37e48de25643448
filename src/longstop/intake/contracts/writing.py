"""The documentation of a contract, written from its declaration."""

from collections.abc import Sequence

from longstop.intake.contracts.declaring import Contract, Field, Kind
from longstop.intake.contracts.tabular import Table


def document(contract: Contract) -> str:
    """Give the contract as Markdown."""
    examined = [field for field in contract.fields if field.kind is not Kind.KEPT]
    ignored = [field.name for field in contract.fields if field.kind is Kind.KEPT]
    parts = [
        f"# {contract.title} (`{contract.source}`)",
        "<!-- Written by scripts/write_contracts.py from src/longstop/intake/contracts/: change it there. -->",
        contract.what,
        f"**Origin.** {contract.origin}\n\n**Forms.** {contract.forms}",
        "## Fields",
        _table(examined),
    ]
    parts += [f"### {field.label} (`{field.name}`)\n\n{_table(field.parts)}" for field in examined if field.parts]
    if ignored:
        parts.append(f"Kept in the raw record and never looked at: {', '.join(f'`{name}`' for name in ignored)}.")
    parts += ["## Also", "\n".join(f"- {note}" for note in (*contract.notes, *COMMON))]
    return "\n\n".join(parts) + "\n"


def document_tables(*, source: str, title: str, what: str, tables: Sequence[Table], notes: Sequence[str]) -> str:
    """Give the contract of a source that sends several tables as one page of Markdown."""
    parts = [
        f"# {title} (`{source}`)",
        "<!-- Written by scripts/write_contracts.py from src/longstop/intake/contracts/: change it there. -->",
        what,
        f"**Origin.** {tables[0].contract.origin}\n\n**Forms.** {tables[0].contract.forms}",
    ]
    for table in tables:
        key = " with ".join(f"`{name}`" for name in table.key)
        parts += [f"## {table.contract.title}", f"{table.contract.what} Key: {key}.", _table(table.contract.fields)]
        if table.rules:
            parts.append("\n".join(f"- Refused: {broken.sentence} (`{broken.field}`)" for broken in table.rules.values()))
    parts += ["## Also", "\n".join(f"- {note}" for note in (*notes, *COMMON))]
    return "\n\n".join(parts) + "\n"


COMMON = (
    "A field that the contract does not know is counted on the receipt, by its name.",
    "A row that cannot be used is refused with a sentence and a remedy, and written to `FILE.refused.csv` for whoever sent it.",
    "A refused row stays open until a later file mends it or a data steward closes it with a reason.",
    "Received = new + changed + unchanged + refused, on every receipt.",
)


def _table(fields: tuple[Field, ...] | list[Field]) -> str:
    lines = ["| field | on screen | holds | when missing | |", "|---|---|---|---|---|"]
    lines += [f"| `{field.name}` | {field.label} | {_holds(field)} | {field.need} | {field.meaning} |" for field in fields]
    return "\n".join(lines)


def _holds(field: Field) -> str:
    return f"{field.kind}: {', '.join(sorted(field.codes))}" if field.codes else str(field.kind)

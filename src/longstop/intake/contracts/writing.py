"""The documentation of a contract, written from its declaration."""

from longstop.intake.contracts.declaring import Contract, Field, Kind


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

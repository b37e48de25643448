"""Write docs/contracts/*.md from the declarations of the contracts. Run after a contract was changed; a test says when it was not."""

from pathlib import Path

from longstop.intake.contracts import pages

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "contracts"


def main() -> None:
    """Write one page for each source."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for source, page in pages().items():
        (FOLDER / f"{source}.md").write_text(page, encoding="utf-8")


if __name__ == "__main__":
    main()

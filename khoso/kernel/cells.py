"""Cells of tables people take along to a spreadsheet."""


def harmless(cell: str) -> str:
    """A cell no spreadsheet takes for a formula (OWASP: CSV injection)."""
    return f"'{cell}" if cell.lstrip()[:1] in set("=+-@|%") or cell[:1] in {"\t", "\r", "\n"} else cell

"""Days as people write them, `05/02/2026`, or as machines do, `2026-02-05`."""

from datetime import date, datetime


def written(text: str) -> date | None:
    """The day a text names; None where it names none."""
    for form in ("%d/%m/%Y", "%Y-%m-%d"):
        try:
            return datetime.strptime(text.strip(), form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None

"""Sums over thirds of months, quarters and years, made of the days' there are: a board of a year reads a third of the rows."""

from typing import Any

from django.db import migrations

SUMS = {
    "indicators_figures": (
        "arrived", "parked", "refused", "filed", "pages", "seconds", "worked", "attended", "timed", "image_only", "fields",
        "doubtful", "reviewed", "corrected",
    ),
    "indicators_stepfigures": ("count", "seconds", "worked", "attended", "timed", "pages"),
}  # fmt: skip
DAY = "length(span) = 10"
SPANS = (
    "substr(span, 1, 7) || CASE WHEN substr(span, 9, 2) <= '10' THEN '.1' WHEN substr(span, 9, 2) <= '20' THEN '.2' ELSE '.3' END",
    "substr(span, 1, 4) || CASE WHEN substr(span, 6, 2) <= '03' THEN '.1' WHEN substr(span, 6, 2) <= '06' THEN '.2'"
    " WHEN substr(span, 6, 2) <= '09' THEN '.3' ELSE '.4' END",
    "substr(span, 1, 4)",
)


def add(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        for table, columns in SUMS.items():
            key = ["unit_id"] + (["step"] if table.endswith("stepfigures") else [])
            quoted = [f'"{column}"' for column in columns]
            for span in SPANS:
                cursor.execute(
                    f"INSERT INTO {table} ({', '.join(key)}, span, {', '.join(quoted)})"
                    f" SELECT {', '.join(key)}, {span}, {', '.join(f'SUM({column})' for column in quoted)}"
                    f" FROM {table} WHERE {DAY} GROUP BY {', '.join(key)}, {span}"
                )


def take_away(apps: Any, schema_editor: Any) -> None:
    with schema_editor.connection.cursor() as cursor:
        for table in SUMS:
            cursor.execute(f"DELETE FROM {table} WHERE length(span) NOT IN (7, 10)")


class Migration(migrations.Migration):

    dependencies = [
        ('indicators', '0005_attended'),
    ]

    operations = [
        migrations.RunPython(add, take_away),
    ]

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("search", "0001_initial")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="Aside",
            fields=[
                ("document", models.UUIDField(primary_key=True, serialize=False)),
                ("version", models.PositiveIntegerField()),
                ("why", models.CharField(max_length=200)),
            ],
        ),
    ]

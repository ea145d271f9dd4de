"""A new embedded database: all tables in one step, as the migrations would leave them.

To replay every migration costs a second of a first start and leads to the same tables; `tests/cli/test_fresh.py` compares
the two. A database that holds anything is left to Django's `migrate`.
"""

from typing import Any

from django.apps import apps
from django.core.management.sql import emit_post_migrate_signal
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.recorder import MigrationRecorder
from django.db.models import Model


def make_tables(connection: BaseDatabaseWrapper) -> bool:
    """Make every table and note every migration as applied, in one transaction; False if there are tables already.

    Only right while what migrations do to rows does nothing where there are none.
    """
    if connection.introspection.table_names():
        return False
    applied = MigrationLoader(None).disk_migrations
    noted = MigrationRecorder(connection).migration_qs
    with connection.schema_editor() as editor:
        for model in (*_models(connection), noted.model):
            editor.create_model(model)
        noted.bulk_create(noted.model(app=app, name=name) for app, name in applied)
    emit_post_migrate_signal(verbosity=0, interactive=False, db=connection.alias)
    return True


def _models(connection: BaseDatabaseWrapper) -> list[type[Model]]:
    """Models with a table of their own; those between two others come with them."""
    kept: list[type[Any]] = [model for model in apps.get_models() if model._meta.can_migrate(connection)]  # noqa: SLF001
    return kept

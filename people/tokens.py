"""Tokens of machines: shown once, kept as a digest, expiring, limited to scopes, replaced without a gap."""

import json
import secrets
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from django.db import connection, transaction

from khoso.kernel.clock import day_of
from khoso.kernel.digest import digest_bytes
from khoso.kernel.errors import Refused
from khoso.kernel.reasons import ReasonCode
from people.history import LOCAL, note
from people.models import Deed, Role, Token, Unit, User
from people.roles import remember

LONGEST = 730
OVERLAP = timedelta(hours=24)
"""How long the old secret still serves after a rotation, so that every machine can be told the new one."""


class Scope(StrEnum):
    """What a token may be used for, within what its account may."""

    READ = "read"
    CAPTURE = "capture"


ALL = (Scope.READ, Scope.CAPTURE)


@transaction.atomic
def issue(
    user: User, name: str, *, now: datetime, days: int = 365, scopes: Collection[Scope] = ALL, by: str = LOCAL
) -> str:
    """Make a token.

    Returns:
        The secret, which nobody can read again.

    Raises:
        Refused: no scope, or more than two years.
    """
    if not scopes:
        raise Refused(ReasonCode.BAD_VALUE, field="scopes", value="")
    if not 0 < days <= LONGEST:
        raise Refused(ReasonCode.BAD_VALUE, field="days", value=str(days), expected=f"số ngày từ 1 đến {LONGEST}")
    note(Deed.TOKEN_ISSUED, by=by, user=user, name=name, days=days, scopes=", ".join(sorted(scopes)))
    return _made(user, name, now=now, days=days, scopes=scopes)


def _made(user: User, name: str, *, now: datetime, days: int, scopes: Collection[Scope]) -> str:
    secret = secrets.token_urlsafe(32)
    Token.objects.create(
        user=user,
        name=name,
        digest=digest_bytes(secret.encode()),
        created_at=now,
        expires_at=now + timedelta(days=days),
        scopes=sorted(scope.value for scope in scopes),
    )
    return secret


@transaction.atomic
def rotate(token: Token, *, now: datetime, by: str = LOCAL) -> str:
    """A new secret with the same name, scopes and length of life; the old one serves a day longer, then no more."""
    days = max(1, (token.expires_at - token.created_at).days)
    secret = _made(token.user, token.name, now=now, days=days, scopes=[Scope(scope) for scope in token.scopes])
    note(Deed.TOKEN_ROTATED, by=by, user=token.user, name=token.name)
    Token.objects.filter(pk=token.pk).update(expires_at=min(token.expires_at, now + OVERLAP))
    return secret


@transaction.atomic
def revoke(token: Token, *, by: str = LOCAL) -> None:
    """End a token now."""
    note(Deed.TOKEN_REVOKED, by=by, user=token.user, name=token.name)
    token.delete()


def living(secret: str, *, now: datetime) -> Token | None:
    """The living token with this secret; None for any other text."""
    found = Token.objects.filter(digest=digest_bytes(secret.encode()), expires_at__gt=now, user__is_active=True)
    return next(iter(found.select_related("user__unit")), None)  # digests are unique: no order is needed


_MORE = {
    "token_scopes": "t.scopes",
    "unit_code": "n.code",
    "unit_name": "n.name",
    "unit_parent": "n.parent_id",
    "role": "a.role",
    "role_unit": "a.unit_id",
}


@cache
def _statement(first: str, second: str, third: str, fourth: str) -> str:
    """An account by its token, a row for each of its roles; the values as they are written on this database."""
    columns = [f"u.{connection.ops.quote_name(str(field.column))}" for field in User._meta.concrete_fields]  # noqa: SLF001 - documented API
    more = [f"{column} AS {name}" for name, column in _MORE.items()]
    return f"""
        SELECT {", ".join((*columns, *more))}
        FROM people_token t
        JOIN people_user u ON u.id = t.user_id
        LEFT JOIN people_unit n ON n.id = u.unit_id
        LEFT JOIN people_assignment a
            ON a.user_id = u.id AND a.valid_from <= {first} AND (a.valid_to IS NULL OR a.valid_to > {second})
        WHERE t.digest = {third} AND t.expires_at > {fourth} AND u.is_active
    """  # noqa: S608 - names of ours


def _rows(parameters: Sequence[Any]) -> list[tuple[User, Mapping[str, Any]]]:
    """The account with each of its roles, and what else the statement tells."""
    if connection.vendor != "postgresql":
        found = User.objects.raw(_statement("%s", "%s", "%s", "%s"), parameters)
        return [(user, vars(user)) for user in found]
    from khoso.postgres import rows_of  # not on a laptop, which starts without psycopg

    names = [field.attname for field in User._meta.concrete_fields]  # noqa: SLF001 - documented API
    rows = rows_of(connection, _statement("$1", "$2", "$3", "$4"), parameters)
    return [
        (User.from_db(connection.alias, names, row[: len(names)]), dict(zip(_MORE, row[len(names) :], strict=True)))
        for row in rows
    ]


def bearer(secret: str, scope: Scope, *, now: datetime) -> User | None:
    """Whose living token this is, if it reaches `scope`; with the account come its unit and its roles of today.

    One statement at each request, nothing kept between two: a desk waits for the answer, and whoever ends a token, a role
    or an account ends it at once.
    """
    today, moment = (
        connection.ops.adapt_datefield_value(day_of(now)),
        connection.ops.adapt_datetimefield_value(now),
    )
    rows = _rows([today, today, digest_bytes(secret.encode()), moment])
    if not rows:
        return None
    user, more = rows[0]
    if scope not in json.loads(more["token_scopes"]):
        return None
    if user.unit_id is not None:
        names = ["id", "code", "name", "parent_id"]
        known = [user.unit_id, more["unit_code"], more["unit_name"], more["unit_parent"]]
        user.unit = Unit.from_db(user._state.db, names, known)  # noqa: SLF001 - where it was read
    held = [(row["role"], row["role_unit"]) for _user, row in rows]
    remember(user, [(Role(role), unit) for role, unit in held if role])
    return user


def owner(secret: str, *, now: datetime) -> User | None:
    """Whose living token this is; None for any other text."""
    token = living(secret, now=now)
    return token.user if token else None

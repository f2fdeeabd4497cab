"""peewee models of what only this computer knows; unbound, so that two workspaces can be open in one process.

Run a query on the workspace it is about: `LibraryRelease.select().execute(WorkspaceModels(ws))`. Not needed before the first
paint, so nothing that is may import this file at its top.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import apsw
from peewee import BlobField, IntegerField, Model, TextField
from playhouse.apsw_ext import APSWDatabase

from circle_app.workspace.db import Workspace


class WorkspaceModels(APSWDatabase):
    """peewee on the connection of the calling thread, inside whatever transaction that is in.

    The library's own errors come through as they are, so that a full disk is told alike everywhere.
    """

    def __init__(self, ws: Workspace) -> None:
        super().__init__(None)
        self._connections = ws.db

    def execute_sql(self, sql: str, params: Sequence[Any] | None = None) -> apsw.Cursor:
        return self._connections.raw().cursor().execute(sql, params or ())


class LibraryRelease(Model):
    hash = BlobField(primary_key=True)
    title = TextField()
    added_ms = IntegerField()
    data = BlobField()

    class Meta:
        table_name = "releases"

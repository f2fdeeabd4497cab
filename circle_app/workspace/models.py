"""peewee models of what only this computer knows; unbound, so that two workspaces can be open in one process.

Run a query on the workspace it is about: `Setting.select().execute(ws.db)`.
"""

from __future__ import annotations

from peewee import BlobField, CharField, IntegerField, Model, TextField


class Setting(Model):
    name = CharField(primary_key=True)
    value = TextField(null=True)

    class Meta:
        table_name = "settings"


class UnsentText(Model):
    place = CharField(primary_key=True)
    text = TextField()
    at_ms = IntegerField()

    class Meta:
        table_name = "drafts"


class LibraryRelease(Model):
    hash = BlobField(primary_key=True)
    title = TextField()
    added_ms = IntegerField()
    data = BlobField()

    class Meta:
        table_name = "releases"

"""What the first window needs and knows no Qt, in one place, to be loaded before PySide6 is.

PySide6 looks through the source of every module that is imported after it, which costs as much as importing it.
"""

from __future__ import annotations

import circle_app.collecting as collecting
import circle_app.workspace.commands.tasks as changing_tasks
import circle_app.workspace.commands.undo as undo
import circle_app.workspace.db as db
import circle_app.workspace.kiosk as kiosk
import circle_app.workspace.queries.circles as circles
import circle_app.workspace.queries.meetings as meetings
import circle_app.workspace.queries.status as status
import circle_app.workspace.queries.tasks as tasks
import circle_app.workspace.room as room
import circle_app.workspace.settings as settings
import sync.vault as vault

LOADED = (changing_tasks, circles, collecting, db, kiosk, meetings, room, settings, status, tasks, undo, vault)
"""Named so that the imports are seen to be meant."""

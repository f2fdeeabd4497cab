"""What was done, in words for "Undo: …" and "Taken back: …": one sentence for each code that a command keeps."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from circle_app.workspace.labels import parted
from ui import text


def done_words(label: str) -> str:
    """ "mark Dora here", of what `undo`, `redo` and their names give. What a later version wrote is shown as it is."""
    code, about = parted(label)
    words = _words().get(code, code)
    return words.format(about=text.isolated(about or _tr("something without a name"))) if "{about}" in words else words


def known_codes() -> frozenset[str]:
    """Every code that has words here."""
    return frozenset(_words())


def _words() -> dict[str, str]:
    return {**_evening(), **_circle()}


def _evening() -> dict[str, str]:
    return {
        "Plan a meeting": _tr("plan “{about}”"),
        "Change the meeting": _tr("change the meeting “{about}”"),
        "Delete the meeting": _tr("delete the meeting “{about}”"),
        "Add a step": _tr("add the step “{about}”"),
        "Add steps": _tr("add steps from “{about}” on"),
        "Change the step": _tr("change the step “{about}”"),
        "Begin a section": _tr("change the section of “{about}”"),
        "Move the step": _tr("move the step “{about}”"),
        "Delete the step": _tr("delete the step “{about}”"),
        "Mark here": _tr("mark {about} here"),
        "Mark everybody here": _tr("check everybody in"),
        "Mark late": _tr("mark {about} late"),
        "Mark excused": _tr("mark {about} excused"),
        "Mark absent": _tr("mark {about} absent"),
        "Clear a mark": _tr("clear the mark of {about}"),
        "Mark as left": _tr("mark that {about} left"),
        "Mark as back": _tr("mark that {about} is back"),
        "Mend a time of arrival": _tr("mend when {about} came"),
        "Note the children": _tr("note the children who came with {about}"),
        "Note who comes": _tr("note whether {about} comes"),
        "Welcome a guest": _tr("welcome {about}"),
        "Start the meeting": _tr("start the meeting with “{about}”"),
        "Next step": _tr("go on to “{about}”"),
        "Back a step": _tr("go back to “{about}”"),
        "Go to a step": _tr("go to “{about}”"),
        "Pause": _tr("pause"),
        "Go on": _tr("go on after the pause"),
        "Change the time": _tr("change the time of “{about}”"),
        "Take the clock": _tr("take the clock"),
        "End the meeting": _tr("end the meeting"),
        "Open the meeting again": _tr("open the meeting again"),
        "Get back on time": _tr("get back on time"),
        "End later": _tr("end later"),
        "Began earlier": _tr("say that it began earlier"),
        "Park steps": _tr("park “{about}”"),
        "Note who has spoken": _tr("note that {about} has spoken"),
        "Pass the word on": _tr("pass {about} by"),
        "Give the word again": _tr("give {about} the word again"),
        "Change the order": _tr("change who speaks when"),
        "Make groups": _tr("make groups"),
        "Forget the groups": _tr("forget the groups"),
        "Count dots": _tr("count the dots of “{about}”"),
        "Add a note": _tr("add the note “{about}”"),
        "Add a decision": _tr("add the decision “{about}”"),
        "Add an idea": _tr("add the idea “{about}”"),
        "Add a task": _tr("add the task “{about}”"),
        "Change the line": _tr("change the line “{about}”"),
        "Make it a note": _tr("make “{about}” a note"),
        "Make it a decision": _tr("make “{about}” a decision"),
        "Make it a task": _tr("make “{about}” a task"),
        "Make it an idea": _tr("make “{about}” an idea"),
        "Delete the line": _tr("delete the line “{about}”"),
        "Take up a parked topic": _tr("take up “{about}”"),
        "Take up a parked step": _tr("take up “{about}”"),
        "Let a parked topic go": _tr("let “{about}” go"),
        "Let a parked step go": _tr("let “{about}” go"),
        "Add a reflection": _tr("add what somebody takes home"),
        "Ask another question": _tr("ask another question"),
        "Change a reflection": _tr("change what somebody takes home"),
        "Delete a reflection": _tr("delete what somebody takes home"),
    }


def _circle() -> dict[str, str]:
    return {
        "Change the circle": _tr("change the circle “{about}”"),
        "Add a person": _tr("add {about}"),
        "Change a person": _tr("change what is noted of {about}"),
        "Change the task": _tr("change the task “{about}”"),
        "Finish the task": _tr("finish the task “{about}”"),
        "Open the task again": _tr("open the task “{about}” again"),
        "Delete the task": _tr("delete the task “{about}”"),
        "Done for me": _tr("note that {about} did it"),
        "Start a project": _tr("start the project “{about}”"),
        "Change the project": _tr("change the project “{about}”"),
        "Delete the project": _tr("delete the project “{about}”"),
        "Change the note": _tr("change the note “{about}”"),
        "Delete the note": _tr("delete the note “{about}”"),
        "Add a comment": _tr("add a comment"),
        "Delete the comment": _tr("delete a comment"),
        "Attach a file": _tr("attach {about}"),
        "Rename the file": _tr("rename a file to {about}"),
        "Take the file away": _tr("take {about} away"),
        "Bring it back": _tr("bring “{about}” back"),
        "Settle a difference": _tr("settle a difference"),
        "Add a contribution": _tr("add what somebody brings"),
        "Change a contribution": _tr("change what somebody brings"),
        "Delete a contribution": _tr("delete what somebody brings"),
        "Plan a cycle": _tr("plan the cycle “{about}”"),
        "Add a date": _tr("add the date “{about}”"),
        "Take into the cycle": _tr("take “{about}” into the cycle"),
        "Move a date": _tr("move “{about}” to another day"),
        "Skip a date": _tr("skip “{about}”"),
        "Hold the meeting after all": _tr("hold “{about}” after all"),
        "Share out roles": _tr("share out roles"),
        "Check in from the sign-in sheet": _tr("check in who signed"),
        "Change the cycle": _tr("change the cycle “{about}”"),
        "Delete the cycle": _tr("delete the cycle “{about}”"),
        "Add to the checklist": _tr("add “{about}” to the checklist"),
        "Change the checklist": _tr("change “{about}” on the checklist"),
        "Tick off": _tr("tick “{about}” off"),
        "Take the tick away": _tr("take the tick of “{about}” away"),
        "Delete from the checklist": _tr("delete “{about}” from the checklist"),
        "Keep a template": _tr("keep the template “{about}”"),
        "Change the template": _tr("change the template “{about}”"),
        "Delete the template": _tr("delete the template “{about}”"),
    }


def _tr(words: str) -> str:
    return QCoreApplication.translate("Undo", words)

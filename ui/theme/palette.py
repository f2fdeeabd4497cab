"""The token table as a QPalette, so that native dialogs, menus and text fields of Fusion wear the same colours."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QColor, QPalette


def build_palette(color: Callable[[str], QColor]) -> QPalette:
    """`color` gives the QColor of a token name."""
    role = QPalette.ColorRole
    palette = QPalette()
    for name, token in (
        (role.Window, "bg"), (role.WindowText, "ink"), (role.Base, "surface"), (role.AlternateBase, "sunken"),
        (role.Text, "ink"), (role.Button, "surface"), (role.ButtonText, "ink"), (role.BrightText, "danger"),
        (role.ToolTipBase, "surface"), (role.ToolTipText, "ink"), (role.PlaceholderText, "ink3"),
        (role.Highlight, "primary"), (role.HighlightedText, "on_primary"), (role.Link, "primary"),
        (role.LinkVisited, "plum"), (role.Light, "surface"), (role.Midlight, "hover"), (role.Mid, "border"),
        (role.Dark, "line"), (role.Shadow, "shadow"), (role.Accent, "primary"),
    ):  # fmt: skip
        palette.setColor(name, color(token))
    disabled = QPalette.ColorGroup.Disabled
    for name in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(disabled, name, color("ink3"))
    return palette

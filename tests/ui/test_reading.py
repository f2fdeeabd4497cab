"""The reading view: foreign Markdown is shown, never obeyed."""

from __future__ import annotations

from PySide6.QtCore import QUrl
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from ui.theme.theme import Theme
from ui.widgets.reading import ReadingView

SOURCE = """# Walk together

Bring **stickers**, a ![map](file:///etc/passwd) and <img src="https://evil.example/x.png">.

- one
- two
  - inner

1. first

- [ ] open
- [x] done

> quoted

| Who | What |
|---|---|
| Mei | Round |

```python
print(1)
```

---

[school](https://example.org/a) [bad](javascript:alert(1))
"""


def shown(theme: Theme, qtbot: QtBot, source: str = SOURCE) -> ReadingView:
    view = ReadingView(theme, ask=False)
    qtbot.addWidget(view)
    view.resize(600, 800)
    view.show_markdown(source)
    view.show()
    return view


def test_every_line_is_shown(theme: Theme, qtbot: QtBot) -> None:
    said = shown(theme, qtbot).toPlainText()
    expected = "Walk together|stickers|map|<img src=|one|inner|first|☐  open|☑  done|quoted|Mei|print(1)|school|bad"
    assert [words for words in expected.split("|") if words not in said] == []


def test_nothing_is_loaded_from_anywhere(theme: Theme, qtbot: QtBot) -> None:
    view = shown(theme, qtbot)
    for address in ("file:///etc/passwd", "https://evil.example/x.png", "qrc:/x"):
        assert view.loadResource(QTextDocument.ResourceType.ImageResource.value, QUrl(address)) is None
    assert "<img" not in view.toHtml().lower().replace("&lt;img", "")


def test_a_link_is_asked_about_and_a_bad_one_is_only_words(theme: Theme, qtbot: QtBot) -> None:
    view = shown(theme, qtbot)
    html = view.toHtml()
    assert 'href="https://example.org/a"' in html
    assert "javascript" not in html
    heard: list[str] = []
    view.link_asked.connect(heard.append)
    view.anchorClicked.emit(QUrl("https://example.org/a"))
    view.anchorClicked.emit(QUrl("file:///etc/passwd"))
    assert heard == ["https://example.org/a"]


def test_a_growing_view_is_as_high_as_its_text(theme: Theme, qtbot: QtBot) -> None:
    view = ReadingView(theme, grow=True)
    qtbot.addWidget(view)
    view.resize(400, 50)
    view.show()
    view.show_markdown("one line")
    low = view.height()
    view.show_markdown("\n\n".join(["a paragraph of words"] * 30))
    assert view.height() > low * 8
    assert view.verticalScrollBar().maximum() == 0


def test_dark_paper_keeps_the_text(theme: Theme, qtbot: QtBot) -> None:
    view = shown(theme, qtbot)
    before = view.toPlainText()
    theme.set_scheme("dark")
    assert view.toPlainText() == before

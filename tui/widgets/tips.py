"""What is read where the mouse rests on a word of the glossary."""

from __future__ import annotations

from textual.content import Content

from tui.text.glossary import Word


def tip(word: Word) -> Content:
    """Explain a word: what it means, its formula, and the chapter that is about it."""
    # Only here: at the start nobody has rested the mouse on anything yet.
    from engine.lab import chapter

    parts = [Content.styled(word.name, "bold"), Content(word.sentence)]
    if word.formula:
        parts.append(Content.styled(word.formula, "$text-primary"))
    if word.chapter:
        about = chapter(word.chapter)
        parts.append(Content.styled(f"chapter {about.number}, {about.title}", "$text-muted"))
    return Content("\n").join(parts)

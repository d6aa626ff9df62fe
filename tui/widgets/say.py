"""How a widget tells those above it that something has happened."""

from __future__ import annotations

from textual.message import Message
from textual.widget import Widget


def say(widget: Widget, message: Message) -> None:
    """Post a message of a widget's, which goes all the way up whoever had it posted.

    Textual takes the widget whose task is running for the sender, and ends the message there: what
    a pane asks while its screen has it drawn would never leave that screen.
    """
    widget.post_message(message.set_sender(widget))

"""Commands of the screens that lie over the laboratory: a part of the table in `tui.commands`.

A command that is there in the laboratory, too, has the same id and the same key: what a letter
means, it means wherever it can be pressed. Those without a key are for users who give them one.
"""

from __future__ import annotations

from tui.command import Command

LAB: tuple[Command, ...] = (
    Command(
        "next_thing", "space,pagedown", "on",
        "Go on: text, exhibit, question, answer, next chapter", "lab", is_shown=True,
        action="next_thing",
    ),
    Command(
        "previous_thing", "pageup", "thing before", "Go back to the thing before", "lab",
        action="previous_thing",
    ),
    Command(
        "next_chapter", "j", "next", "Go to the next chapter; a number goes to that one", "lab",
        is_shown=True, action="step(1)",
    ),
    Command(
        "previous_chapter", "k", "back", "Go to the chapter before", "lab", is_shown=True,
        action="step(-1)",
    ),
    Command(
        "guess", "enter", "guess", "Guess what the exhibit waits to show", "lab", action="guess",
    ),
    Command(
        "answer", "a", "answer", "Reveal the answer, or hide it again", "lab", is_shown=True,
        action="answer",
    ),
    Command(
        "hand", "H", "hand", "A hand on a row: + and − move a cell, and the loss answers",
        "lab", action="handle('hand')",
    ),
    Command(
        "faster", "plus,equals_sign", "more", "Give the symbol under the hand more", "lab",
        action="handle('faster')",
    ),
    Command(
        "slower", "minus,underscore", "less", "Give the symbol under the hand less", "lab",
        action="handle('slower')",
    ),
    Command(
        "coarser", "asterisk", "coarser", "Moves of the hand ten times as large, or as at first",
        "lab", action="handle('coarser')",
    ),
    Command(
        "undo", "u", "undo", "Take the latest move of the hand back", "lab",
        action="handle('undo')",
    ),
    Command(
        "chapter_pane", "I", "pane", "Go to the pane where the idea lives; L comes back", "lab",
        is_shown=True, action="go",
    ),
    Command(
        "copy", "y", "copy", "Copy the code as notebook cells, to a file, too", "lab",
        is_shown=True, action="copy",
    ),
    Command(
        "dial_up", "right", "dial", "Turn the dial up; tab goes to another dial", "lab",
        is_shown=True, action="turn(1)",
    ),
    Command("dial_down", "left", "dial back", "Turn the dial down", "lab", action="turn(-1)"),
    Command(
        "finish", "F", "finish", "Go to the end of the exhibit; at its end, begin it again", "lab",
        is_shown=True, action="finish",
    ),
    Command(
        "section_right", "l", "section", "Go to the section after: text, exhibit, code", "lab",
        is_shown=True, action="turn_page(1)",
    ),
    Command(
        "section_left", "h", "section back", "Go to the section before", "lab",
        action="turn_page(-1)",
    ),
    Command(
        "maximise", "m", "maximise", "Give the section the whole screen, or back", "lab",
        is_shown=True, action="maximise",
    ),
    Command("restart", "", "restart", "Begin the exhibit again", "lab", action="restart"),
    Command("text", "", "text", "Go to the text", "lab", action="see('text')"),
    Command("exhibit", "", "exhibit", "Go to the exhibit", "lab", action="see('exhibit')"),
    Command("code", "", "code", "Go to the code", "lab", action="see('code')"),
    Command(
        "leave_lab", "escape", "leave", "Take the hand off, or go back to the laboratory", "lab",
        action="let_go",
    ),
)  # fmt: skip

RUNS: tuple[Command, ...] = (
    Command(
        "compare", "space", "compare", "Show a run in the chart, beside that in hand", "runs",
        action="compare",
    ),
    Command(
        "view", "v", "subtract", "Show the run in hand less another one in the heatmap", "runs",
        action="difference",
    ),
    Command(
        "chart_clear", "c", "clear chart", "Clear the other runs from the chart", "runs",
        action="clear",
    ),
)  # fmt: skip

LADDER: tuple[Command, ...] = (
    Command("next_split", "right", "split", "Climb on the next split", "ladder", action="turn(1)"),
    Command(
        "previous_split", "left", "split back", "Climb on the split before", "ladder",
        action="turn(-1)",
    ),
    Command(
        "order", "O", "sort", "Sort the rows otherwise: by dev, by its new words", "ladder",
        action="sort",
    ),
    Command(
        "open_test", "T", "test", "Open test: the loss of the best on it; press it twice", "ladder",
        action="open_test",
    ),
)  # fmt: skip

BOARD: tuple[Command, ...] = (
    Command(
        "draw_letter", "space,enter,right", "draw", "Draw the next letter", "drawing",
        action="draw_next",
    ),
    Command(
        "take_back", "backspace,left", "undo", "Take the last letter back", "drawing",
        action="undo",
    ),
    Command(
        "draw_rest", "end", "finish", "Draw all letters that are left", "drawing", action="finish",
    ),
    Command(
        "redraw_name", "home", "replay", "Draw the same name from its beginning", "drawing",
        action="replay",
    ),
    Command("hotter", "up", "hotter", "A higher temperature", "drawing", action="warm(1)"),
    Command("cooler", "down", "cooler", "A lower temperature", "drawing", action="warm(-1)"),
    Command(
        "other_model", "tab", "other model", "Draw from the other model", "drawing",
        action="other_model",
    ),
    Command(
        "other_sampler", "shift+tab", "other sampler", "Draw by the other sampler", "drawing",
        action="other_sampler",
    ),
)  # fmt: skip

SCREENS = {"lab": LAB, "runs": RUNS, "ladder": LADDER, "drawing": BOARD}
"""Commands of each screen by the group they are in."""

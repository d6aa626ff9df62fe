"""The one table of what the user can do: key, label, help, when it makes sense, engine command.

Bindings, the key bar, the command palette and the help screen are all read from it.
"""

from __future__ import annotations

from engine import protocol
from tui.command import Command
from tui.handling import HAND
from tui.overlying import SCREENS
from tui.sharing import SHARING, why_not_sent, why_not_steered, why_not_written
from tui.state import State
from tui.state.intents import CentringToggled, OrderChosen, StageToggled
from tui.state.ladders import SMOOTHINGS, beside
from tui.state.panes import PANES
from tui.state.views import VIEWS
from tui.text.numbers import short
from tui.timeline import TIMELINE


def _needs_torch(state: State) -> str:
    if state.torch_failed:
        return "There is no network: torch could not be imported; the log says why."
    return ""


def _may_wait(state: State) -> str:
    return _needs_torch(state) or state.no_network


def _needs_models(state: State) -> str:
    if refusal := _needs_torch(state):
        return refusal
    return "" if state.is_ready else "The network is not there yet: torch is being imported."


def _needs_network(state: State) -> str:
    return _needs_models(state) or state.no_network


def _needs_to_steer(state: State) -> str:
    return _needs_network(state) or why_not_steered(state)


def absence(state: State) -> str:
    """Why there are no words to be gone through, in a sentence; empty if there are, or none yet."""
    if state.report is None or state.report.has_words:
        return ""
    key = BY_ID["file"].key_in(state.keys)
    return f"The words are not in this table, only their counts; {key} opens a text."


def _needs_list(state: State) -> str:
    return _needs_words(state) or absence(state)


def _needs_words(state: State) -> str:
    return "" if state.words is not None else "There are no words yet."


def _why_no_facts(state: State) -> str:
    if not state.is_on_stage:
        return _needs_words(state)
    return f"On stage there are the words alone; {BY_ID['stage'].key_in(state.keys)} leaves it."


def _train(state: State) -> protocol.Command:
    return protocol.Toggle()


def other_speed(state: State, direction: int) -> protocol.Configure:
    """Give the next round speed, up or down."""
    return protocol.Configure(speed=beside(protocol.SPEEDS, state.settings.speed, direction))


def _why_no_test(state: State) -> str:
    if not state.snapshot.has_test:
        key = BY_ID["model"].key_in(state.keys)
        return f"There is no test here; {key} picks a split that has one."
    opened, s = state.opened, state.snapshot
    if opened is not None and (opened.run, opened.step) == (s.run, s.step):
        return "Test is open: a second look would be one too many."
    return ""


def _other_smoothing(state: State, direction: int) -> protocol.Command:
    return protocol.Configure(smoothing=beside(SMOOTHINGS, state.settings.smoothing, direction))


def _other_order(state: State, direction: int) -> protocol.Command:
    order = state.settings.order + direction
    return protocol.Configure(order=max(1, min(order, protocol.MOST_ORDER)))


def _why_no_other_order(state: State, last: int) -> str:
    if state.settings.order == last:
        return f"Orders go from 1 to {protocol.MOST_ORDER}."
    return _needs_network(state)


def _why_no_context(state: State) -> str:
    if state.settings.order > 2:  # As it will be: the key that makes it so may be the one before.
        return ""
    longer = BY_ID["longer"].key_in(state.keys)
    return f"Contexts are single symbols here; press {longer} for a higher order."


def _why_not_up(state: State) -> str:
    if reason := _why_no_context(state):
        return reason
    if VIEWS[state.view].is_of_whole_contexts:
        key = BY_ID["view"].key_in(state.keys)
        return f"This view shows whole contexts only; {key} goes to one that adds them up."
    return "" if state.before else "The rows are of all contexts already."


def _why_no_centring(state: State) -> str:
    key = BY_ID["view"].key_in(state.keys)
    return "" if state.view == "logits" else f"Only the logits W have rows to centre; press {key}."


def _why_no_zoom(state: State) -> str:
    if not state.is_on_stage:
        return ""
    return f"On stage cells are as large as can be; {BY_ID['stage'].key_in(state.keys)} leaves it."


def _why_no_stop(state: State) -> str:
    return "" if state.is_drawing else "No names are being drawn."


def _why_no_copy(state: State) -> str:
    key = BY_ID["generate"].key_in(state.keys)
    return "" if state.names else f"There are no names yet; press {key} to draw some."


COMMANDS: tuple[Command, ...] = (
    Command(
        "train", "space", "train", "Start training, or pause it", "training",
        _may_wait, _train, now=lambda state: "pause" if state.is_running else "",
    ),
    Command(
        "step", "n", "step", "Take one step of gradient descent", "training",
        _needs_network, lambda state: protocol.Train(1),
    ),
    Command(
        "steps", "N", "steps", "Take the chosen number of steps, then pause", "training",
        _needs_network, lambda state: protocol.Train(state.steps),
        now=lambda state: f"×{short(state.steps)}",
    ),
    Command(
        "reset", "r", "reset", "Start again from the initial weights of the seed", "training",
        _needs_network, lambda state: protocol.Reset(),
    ),
    Command(
        "undo", "u", "undo", "Undo the last change of a setting, or what took a run's place",
        "training", _needs_network, lambda state: protocol.Undo(),
    ),
    Command(
        "branch", "B", "branch", "Branch: go on from here in a new run, with other settings",
        "training", _needs_to_steer,
    ),
    Command(
        "faster", "plus,equals_sign", "faster", "More steps a second, up to max", "training",
    ),
    Command(
        "slower", "minus,underscore", "slower", "Fewer steps a second", "training",
    ),
    *TIMELINE,
    Command(
        "generate", "g", "names", "Draw names from the model", "names",
        _needs_models,
    ),
    Command(
        "apart", "t", "word", "Take any word apart, bigram by bigram", "names",
    ),
    Command(
        "draw", "d", "by letter", "Draw a name letter by letter", "names",
        _needs_torch,
    ),
    Command(
        "both", "b", "both", "Show names of both models from one seed, or those of one model",
        "names", _needs_network, now=lambda s: "one model" if s.replies.is_comparing else "",
    ),
    Command(
        "stop", "X", "stop", "Stop drawing names", "names",
        _why_no_stop, lambda state: protocol.StopSampling(),
    ),
    Command(
        "copy", "y", "copy", "Copy the names to the clipboard and to a file", "names",
        _why_no_copy,
    ),
    Command("view", "v", "view", "Show the next view in the heatmap", "heatmap"),
    Command("view_back", "V", "view back", "Show the view before", "heatmap"),
    Command(
        "zoom_in", "z", "zoom", "Make the cells of the heatmap larger", "heatmap", _why_no_zoom
    ),
    Command("views", "p", "pick view", "Pick a view from a list", "heatmap"),
    Command("ramp", "R", "ramp", "Pick the colours of the heatmap from a list", "heatmap"),
    Command(
        "centre", "C", "centre", "Show the logits with each row centred, or as they are",
        "heatmap", _why_no_centring, intent=lambda state: CentringToggled(),
    ),
    Command(
        "smoother", "right_square_bracket", "smoother", "More smoothing: add more to every count",
        "heatmap",
        engine=lambda state: _other_smoothing(state, 1),
    ),
    Command(
        "less_smooth", "left_square_bracket", "less smooth",
        "Less smoothing: add less to every count",
        "heatmap", engine=lambda state: _other_smoothing(state, -1),
    ),
    Command(
        "longer", "right_parenthesis", "longer", "Longer contexts: one order up", "heatmap",
        lambda state: _why_no_other_order(state, protocol.MOST_ORDER),
        lambda state: _other_order(state, 1),
    ),
    Command(
        "shorter", "left_parenthesis", "shorter", "Shorter contexts: one order down", "heatmap",
        lambda state: _why_no_other_order(state, 1), lambda state: _other_order(state, -1),
    ),
    Command(
        "model", "M", "model", "Pick order, dots, split, model or optimizer from a list", "heatmap",
        _needs_to_steer,
    ),
    Command(
        "open_test", "T", "test", "Open test: the loss on words kept for the end; press it twice",
        "training", _why_no_test,
    ),
    Command(
        "context", "number_sign", "context", "Type a context, and go to its row", "heatmap",
        _why_no_context,
    ),
    Command(
        "shallower", "backspace", "up", "Up to all contexts that end alike; enter goes deeper",
        "heatmap", _why_not_up,
    ),
    *HAND,
    Command(
        "zoom_out", "Z", "zoom out", "Make the cells of the heatmap smaller", "heatmap",
        _why_no_zoom,
    ),
    Command(
        "zoom_auto", "0", "zoom to fit", "Choose the size of the cells to fit", "heatmap",
        _why_no_zoom,
    ),
    Command(
        "clear", "escape", "clear",
        "Stop the film, then clear notices, tour, a word's path, filter", "heatmap",
    ),
    Command(
        "filter", "slash", "filter", "Filter the words as you type", "data",
    ),
    Command(
        "order", "O", "sort", "Sort the words: as in the file, a–z, by length, by likelihood",
        "data", _needs_list, intent=lambda state: OrderChosen(state.rankings.next_order),
    ),
    Command(
        "facts", "i", "facts", "Show the facts and the table of bigrams, or the words", "data",
        _why_no_facts,
    ),
    Command(
        "file", "f", "file", "Open another file of words; an unsaved run is saved first", "data",
        why_not_steered,
    ),
    *(
        Command(f"pane_{number}", f"{number}", name, f"Go to the {name}", "screen")
        for number, name in enumerate(PANES, start=1)
    ),
    Command("lab", "L", "lab", "Open the lab: the lecture's ideas, chapter by chapter", "screen"),
    Command(
        "ladder", "K", "ladder", "Hold every counting model of orders 1 to 7 against the others",
        "screen", _needs_words,
    ),
    Command(
        "machine", "G", "machine", "How busy the engine's machine is: CPU, memory, graphics cards",
        "screen",
    ),
    Command(
        "stage", "f5", "stage", "On stage, for a room: large and without small print; or off it",
        "screen", intent=lambda state: StageToggled(),
    ),
    Command("maximise", "m", "maximise", "Give the pane the whole screen, or back", "screen"),
    *SHARING,
    Command(
        "reproduce", "Y", "command line", "Copy the command line that brings this back",
        "program",
    ),
    Command(
        "export", "E", "export", "Write figure, table, chart, names or the screen to a file",
        "program", why_not_written,
    ),
    Command("save", "s", "save", "Save the run to the runs folder", "program", _needs_to_steer),
    Command("open", "o", "runs", "All runs: take one up, compare, open", "program", _needs_network),
    Command(
        "help", "question_mark", "help", "The keys of where one is, all others, and the words",
        "program",
    ),
    Command(
        "explain", "f1", "explain", "Explain the word under the mouse, or where the focus is",
        "program", is_heard_in_fields=True,
    ),
    Command(
        "tour", "", "tour", "Take the tour: eight stops, each a key to press; esc leaves it",
        "program", why_not_written,
    ),
    Command("theme", "ctrl+t", "theme", "Choose other colours", "program", is_heard_in_fields=True),
    Command(
        "redraw", "ctrl+l", "redraw", "Write the whole screen anew, if something wrote over it",
        "program", is_heard_in_fields=True,
    ),
    Command(
        "suspend", "ctrl+z", "suspend", "Go back to the shell; fg brings the program back",
        "program", is_heard_in_fields=True,
    ),
    Command(
        "quit", "q,ctrl+q", "quit",
        "Quit, with an unsaved run saved first; on a screen over this one q leaves that", "program",
        is_heard_in_fields=True, now=lambda state: "leave" if state.engine.is_attached else "",
    ),
)  # fmt: skip

BY_ID = {command.id: command for table in (*SCREENS.values(), COMMANDS) for command in table}
"""All that can be done, on whatever screen; what several screens know, as the laboratory has it."""


def why_not(command: Command, state: State) -> str:
    """Say why a command makes no sense now, or is not for this screen to give; empty if it is."""
    reason = command.why_not(state)
    if reason or command.engine is None:
        return reason
    return why_not_sent(state, command.engine(state))


EVERYWHERE = ("stage", "help", "explain", "theme", "redraw", "suspend", "quit")
"""Commands that make sense whatever lies over the main screen."""

"""What is used of Textual behind its back, and why: the one list of it.

A private member may change with any release. A test holds the source of each against the mark that
stands here, and says by name which one is another; who has looked at it writes the new mark.
"""

from __future__ import annotations

from typing import NamedTuple


class Private(NamedTuple):
    """A private member of Textual's, or of rich's, that the wall stands on."""

    member: str
    """Module, class and name."""
    why: str
    mark: str = ""
    """First digits of the hash of its source; empty for an attribute, which only has to be."""


class Reason(NamedTuple):
    """Something that is done behind Textual's back, and what that gains."""

    what: str
    gain: str
    members: tuple[Private, ...]


REASONS = (
    Reason(
        "Of a screen only the cells that differ are drawn and sent.",
        "7 to 26 times fewer bytes; 9 instead of 17 % of a core while the table moves.",
        (
            Private("textual._compositor.Compositor", "draws what is seen of what changed"),
            Private("textual._compositor.Compositor._dirty_regions", "what changed"),
            Private("textual._compositor.Compositor._regions_to_spans", "the same, by lines"),
            Private("textual.screen.Screen._compositor", "where the other one is put"),
            Private("textual.app.App._get_screen", "each screen is given one", "cb268373"),
            Private(
                "textual.app.App._display",
                "what is sent is held against what stands there",
                "97f21abb",
            ),
            Private("textual.app.App._batch_count", "nothing is sent while changes are gathered"),
            Private("rich.console.Console._color_system", "colours as the terminal has them"),
            Private("rich.style.Style._attributes", "of a look only what is new is sent"),
            Private("rich.style.Style._set_attributes", "of a look only what is new is sent"),
        ),
    ),
    Reason(
        "Texts are measured and cut as the rest of the program does it.",
        "Spacing vowel signs have a column of their own, and nothing is drawn over them.",
        (
            Private("rich.cells._cell_len", "asked how wide a text is", "222cd0c8"),
            Private("rich.segment.Segment._split_cells", "cuts a text at a column"),
        ),
    ),
    Reason(
        "Nothing is painted, styled or laid out where nothing about it has changed.",
        "30 kB less for a change of pane; 25 ms less a key there, 10 ms less a letter in a field; "
        "a new size is drawn once, not two and a half times; another theme takes 140 ms, not 270.",
        (
            Private(
                "textual.screen.Screen._screen_resized",
                "a new size is drawn when all know it",
                "b427408d",
            ),
            Private(
                "textual.screen.Screen._compositor_refresh",
                "not what is drawn anew at once",
                "c02726f0",
            ),
            Private("textual.screen.Screen._repaint_required", "whether all is to be drawn"),
            Private("textual.message_pump.MessagePump._is_mounted", "whether there is a repaint"),
            Private(
                "textual.screen.Screen._update_focus_styles",
                "only the two ends are styled",
                "3b0e2b6d",
            ),
            Private("textual.dom.DOMNode._has_focus_within", "and what shows the focus within"),
            Private(
                "textual.widget.Widget._scroll_update",
                "a list grows without a new layout",
                "2e5584d2",
            ),
        ),
    ),
    Reason(
        "Two notices stand at once, not one for each key of a bunch.",
        "Six lines of fields and figures are not covered.",
        (
            Private("textual.app.App._notifications", "those that stand"),
            Private("textual.app.App._unnotify", "one makes room", "71af6804"),
        ),
    ),
    Reason(
        "What takes long is done in several turns of the event loop.",
        "A screen of 400 × 120 cells keeps a key waiting for 60 ms, not 190; another theme for 60, "
        "not 330.",
        (
            Private("textual.screen.Screen._dirty_widgets", "what is drawn by the time they end"),
            Private("textual.app.App._background_screens", "what is seen through", "a6965e3a"),
            Private("textual.app.App._update_mouse_over", "as after each frame", "eacc5db9"),
            Private("textual._context.visible_screen_stack", "where it keeps what is below"),
        ),
    ),
    Reason(
        "A widget that is gone leaves nothing behind.",
        "0.1 to 0.7 MB each time that a dialog or the lab is opened, 25 kB with each notice, up "
        "to a thousand times; 6 to 10 MB an hour of what was on the screen before.",
        (
            Private(
                "textual._styles_cache.StylesCache",
                "colours are not remembered by whose they are",
            ),
            Private("textual.widgets._toast.Toast", "the box around a notice goes with it"),
            Private("textual.dom.DOMNode._query_one_cache", "few answers are remembered"),
            Private("textual.widget.Widget._box_model_cache", "nor more sizes than are asked for"),
            Private("textual.message.Message._sender", "who is gone is no longer named by it"),
        ),
    ),
    Reason(
        "A layout goes with the next one, and a line has no memory until it is asked for one.",
        "Garbage is looked for half as often, 30 to 50 ms each time, and half as much is found.",
        (
            Private(
                "textual._compositor.Compositor._arrange_root",
                "what finds a layout refers to itself, and to the layout",
                "0fbbb621",
            ),
            Private("textual.strip.Strip._segments", "a line"),
            Private("textual.strip.Strip._cell_length", "how wide it is, where that is known"),
            Private("textual.strip.Strip._cell_count", "the same, worked out"),
            Private("textual.strip.Strip._link_ids", "links in it"),
            Private("textual.strip.Strip._render_cache", "what is written for it"),
        ),
    ),
    Reason(
        "Keys are heard one after the other, each by what it was meant for.",
        "Letters of a bunch no longer overtake the key that opens the field.",
        (
            Private(
                "textual.app.App._check_bindings",
                "a key's binding is looked up at once",
                "3966fd8a",
            ),
            Private(
                "textual.screen.Screen._clear_tooltip", "as Textual does at each key", "f8d030e7"
            ),
            Private(
                "textual.command.CommandPalette._action_command_list",
                "a list not there yet",
                "8a1889b5",
            ),
            Private("textual.app.App._screen_stack", "whether there is a screen yet", "fd08b1e4"),
            Private("textual.app.App._screen_stacks", "whether a screen is still among them"),
            Private("textual.screen.Screen._callbacks", "what waits for a screen"),
            Private("textual.app.App._begin_batch", "no frame a key where many wait", "3ee16c33"),
            Private("textual.app.App._end_batch", "and one a moment later", "809d8052"),
        ),
    ),
    Reason(
        "A failure costs its message, not the run; what ends the app leaves a report.",
        "Storms of random keys that ended the app after 270 events no longer do.",
        (
            Private(
                "textual.message_pump.MessagePump._dispatch_message",
                "where all goes through",
                "854d3dd7",
            ),
            Private(
                "textual.message_pump.MessagePump._flush_next_callbacks",
                "what runs next",
                "86fa3220",
            ),
            Private("textual.message_pump.MessagePump._next_callbacks", "what runs next"),
            Private(
                "textual.screen.Screen._invoke_and_clear_callbacks",
                "what runs after a frame",
                "fc3eabdf",
            ),
            Private(
                "textual.app.App._register_child",
                "each widget is looked after from then on",
                "a38ca2c9",
            ),
            Private("textual.app.App._start_widget", "so is each scrollbar", "4166d2be"),
            Private(
                "textual.app.App._handle_exception", "what Textual does of a failure", "82da8fb7"
            ),
            Private("textual.app.App._fatal_error", "it would print all variables", "ae4e1120"),
            Private("textual.app.App._exception", "the failure"),
            Private(
                "textual.app.App._close_messages_no_wait", "the end, as Textual has it", "ecafbb60"
            ),
            Private("textual.app.App._exit", "whether the app is ending"),
            Private("textual.message_pump.MessagePump._running", "whether it runs at all"),
            Private("textual.message_pump.MessagePump._closing", "whether a widget is going"),
            Private("textual.message_pump.MessagePump._closed", "whether a widget is gone"),
            Private("textual.widget.Widget._pruning", "whether a widget is being taken away"),
            Private("textual.message.Message._prevent", "what a message keeps from happening"),
            Private("textual._context.active_message_pump", "what is at work"),
            Private("textual._callback.invoke", "calls what may be a coroutine", "e3d2cbcb"),
        ),
    ),
    Reason(
        "The terminal is asked how far it has come, and given back whole, whoever stops the job.",
        "A slow line echoes a key after seconds, not after fifteen; fg finds the screen as it was.",
        (
            Private("textual.app.App._driver", "what writes"),
            Private("textual.driver.Driver._app", "whose it is"),
            Private("textual.driver.Driver._loop", "where it must write from"),
            Private("textual.driver.Driver._auto_restart", "whether it returns by itself"),
            Private("textual.drivers.linux_driver.LinuxDriver._key_thread", "what reads keys"),
            Private("textual.drivers.linux_driver.LinuxDriver._writer_thread", "what writes"),
            Private("textual.drivers.linux_driver.LinuxDriver._must_signal_resume", "the return"),
            Private(
                "textual.drivers.linux_driver.LinuxDriver._sigtstp_application",
                "stopped by a key",
                "94f413e8",
            ),
            Private(
                "textual.drivers.linux_driver.LinuxDriver._sigcont_application",
                "and woken again",
                "2c4cdb60",
            ),
            Private(
                "textual.drivers._writer_thread.WriterThread._queue", "what is yet to be written"
            ),
            Private("textual.drivers.linux_driver.LinuxDriver._file", "where it writes to"),
        ),
    ),
    Reason(
        "What comes in is told apart: keys, answers, and what cannot be read.",
        "Over a slow line esc and a letter are two keys; colours an SSH connection hides are had.",
        (
            Private(
                "textual._xterm_parser.XTermParser._sequence_to_key_events",
                "an escape before a key is a key",
                "c717d0c9",
            ),
            Private(
                "textual.drivers.linux_driver.LinuxDriver._run_input_thread",
                "keys are heard on after some that cannot be read",
                "0a824fb8",
            ),
        ),
    ),
)

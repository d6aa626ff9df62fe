"""Taking a word apart: what each of its bigrams costs under both models, as one types."""

from __future__ import annotations

from typing import ClassVar

from textual import events
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widgets import Input, Label

from engine.protocol import TakeApart, WordTakenApart
from engine.text.numbers import number, typed
from tui.messages import Ask, Intend
from tui.sampling import rungs
from tui.state import State
from tui.state.intents import Moved, WordPicked
from tui.terminal.calm import StillInput
from tui.text.rows import Row, Run
from tui.widgets.fields import Complained, Given, SettingInput
from tui.widgets.lines import Lines
from tui.widgets.lists import RowList
from tui.widgets.overlay import Overlay
from tui.widgets.say import say

MORE, LESS = "Add more to every count", "Add less to every count"
"""What the keys do that turn the smoothing."""

EXPLANATION = "Added to every count before probabilities are worked out; on this page only."

OTHER = "the model has {}"
"""What is said beside the dial where it is turned away from the model's own smoothing."""

NO_WORD = "Type any word above."
"""What is said while there is none."""


class WordInput(StillInput):
    """The field for the word; the arrow keys turn the smoothing."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "screen.smooth(1)", MORE, show=False),
        Binding("down", "screen.smooth(-1)", LESS, show=False),
    ]


class Ladder(RowList):
    """The bigrams of the word."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("right_square_bracket,plus", "screen.smooth(1)", MORE, show=False),
        Binding("left_square_bracket,minus", "screen.smooth(-1)", LESS, show=False),
    ]

    def __init__(self) -> None:
        super().__init__(id="ladder")
        self.answer: WordTakenApart | None = None
        self.most = 4.0

    def row(self, index: int, width: int) -> Row:
        """One bigram."""
        if self.answer is None:
            return ()
        return rungs.rung(self.answer, index, width, self.most)

    def take(self, answer: WordTakenApart) -> None:
        """Show another answer; the cursor stays where it is, as far as it can."""
        if answer is not self.answer:
            is_other = self.answer is None or self.answer.command.word != answer.command.word
            self.answer, self.most = answer, rungs.most_cost(answer)
            self.show(len(answer.counts.bigrams), from_top=is_other)

    def clear(self) -> None:
        """Show nothing."""
        self.answer = None
        self.show(0)


class WordScreen(Overlay):
    """A field for the word, what the models make of it, and the ladder of its bigrams."""

    def __init__(self, state: State) -> None:
        super().__init__(state)
        self._request = state.replies.apart.command.request if state.replies.apart else 0
        self._asked: tuple[str, float] | None = None
        # The model as it stands: so the word has the NLL here that it has in the lists.
        self._own = self._smoothing = state.snapshot.settings.smoothing

    def compose(self) -> ComposeResult:
        """Field and dial, verdicts, heads, ladder, keys."""
        with Vertical(id="word", classes="overlay") as box:
            box.border_title = "Take a word apart"
            with Horizontal(id="asked"):
                yield Label("word", markup=False)
                yield WordInput(
                    self.state.word, id="asked-word", compact=True, placeholder="type any word"
                )
                yield Label("smoothing", markup=False)
                yield (
                    dial := SettingInput("smoothing", typed(self._smoothing), "screen.to_ladder")
                )
                dial.explain(EXPLANATION)
                yield Lines(id="turn")
            yield Lines(id="verdicts")
            yield Lines(id="heads")
            yield Ladder()
            yield Lines(id="hints")

    def on_mount(self) -> None:
        """Ask about the word that was picked in the laboratory."""
        self._show_turn()
        self.set_interval(1, self._follow_network)
        self._ask()

    def draw(self) -> None:
        """Draw the answer, once it is there."""
        answer, width = self.state.replies.apart, self.query_one(Ladder).size.width
        if self._asked is None:
            self._ask()
        if self._own != self.state.snapshot.settings.smoothing:
            self._follow_model()
        if self.state.snapshot.is_looking:
            self._follow_network()
        if self.state.replies.apart_refusal:
            self._say([((self.state.replies.apart_refusal, "warn"),)])
        elif answer is not None and answer.command.request == self._request:
            self._say(rungs.findings(answer, self.state, width))
            heads = rungs.heads(answer, width) if answer.counts.bigrams else []
            self.query_one("#heads", Lines).show(heads)
            self.query_one(Ladder).take(answer)
        self._tell_keys()

    def _tell_keys(self) -> None:
        """Tell what the keys do now; where there is no table, the field is what hears them."""
        ladder, meant = self.query_one(Ladder), self._meant
        if not (ladder.count or self._is_asking) and self.focused is ladder:
            self._go_on()
        self.query_one("#hints", Lines).show([rungs.hints(meant, has_table=bool(ladder.count))])

    @property
    def _is_asking(self) -> bool:
        """Whether the answer about the word in the field is still to come."""
        if self._asked is None or self.state.replies.apart_refusal:
            return False
        answer = self.state.replies.apart
        return answer is None or answer.command.request != self._request

    @property
    def _meant(self) -> str:
        """How the word is spelled that was meant by the one in the field, if it is known so."""
        answer = self.state.replies.apart
        if self._asked is None or self._is_asking or answer is None:
            return ""
        return answer.counts.meant

    def _show_turn(self) -> None:
        """Show the keys of the dial, and what it is turned away from."""
        less: Run = (" − ", "key", "screen.smooth(-1)")
        more: Run = (" + ", "key", "screen.smooth(1)")
        is_other = self._smoothing != self._own
        other = f"  {OTHER.format(number(self._own))}" if is_other else ""
        self.query_one("#turn", Lines).show([(less, (" ", "plain"), more, (other, "dim"))])

    def _say(self, rows: list[Row]) -> None:
        self.query_one("#verdicts", Lines).show(rows)

    def _follow_model(self) -> None:
        """Take over the model's smoothing, unless the dial was turned away from it."""
        before, self._own = self._own, self.state.snapshot.settings.smoothing
        if self._smoothing == before:
            self._turn_to(self._own)
        else:
            self._show_turn()

    def _turn_to(self, smoothing: float) -> None:
        self._smoothing = smoothing
        self.query_one(SettingInput).show_value(typed(smoothing), is_answer=True)
        self._show_turn()
        self._ask()

    def _follow_network(self) -> None:
        """Ask again when the network is another one, if the latest answer is there."""
        answer = self.state.replies.apart
        if answer is None or answer.command.request != self._request:
            return
        if answer.counts_standing is None and not answer.counts.unknown:
            return  # The ranking is still on its way.
        has_network = self.state.is_ready and not self.state.no_network
        is_new = has_network and answer.neural is None
        if is_new or (answer.neural and answer.step != self.state.snapshot.step):
            self._ask(is_again=True)

    def _ask(self, *, is_again: bool = False) -> None:
        word = self.query_one(WordInput).value.strip()
        if not word:
            self._begin()
        elif self.state.words is None:
            pass  # It will be asked once they are there.
        elif (word, self._smoothing) != self._asked or is_again:
            self._asked = (word, self._smoothing)
            self._request += 1
            say(self, Ask(self._question(word)))
            if not is_again:
                say(self, Intend(WordPicked(word)))

    def _question(self, word: str) -> TakeApart:
        ngrams = self.state.sample.ngrams
        return TakeApart(word, self._request, self._smoothing, ngrams=ngrams)

    def _begin(self) -> None:
        """Say what to do while there is no word; what was asked of another one is of no use."""
        if self._asked is not None:
            say(self, Intend(WordPicked("")))
        self._asked = None
        self._request += 1
        self._say([((NO_WORD, "dim"),)])
        self.query_one("#heads", Lines).show([])
        self.query_one(Ladder).clear()
        self._tell_keys()

    def _go_on(self) -> None:
        """Go to the field, behind the word, which the focus alone would choose."""
        field = self.query_one(WordInput)
        self.set_focus(field)
        field.call_later(field.action_end)

    # Handlers

    def on_key(self, event: events.Key) -> None:
        """Begin another word where a letter is typed beside the fields, or go on with this one."""
        if isinstance(self.focused, Input):
            return
        is_letter = event.character is not None and event.character.isalnum()
        if is_letter or event.key == "backspace":
            event.stop()
            field = self.query_one(WordInput)
            if is_letter:
                # The focus chooses the whole word, which the letter then replaces.
                self.set_focus(field)
                field.post_message(events.Key(event.key, event.character))
            else:
                self._go_on()
                field.call_later(field.action_delete_left)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Ask as one types."""
        event.stop()
        self._ask()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Go to the ladder, or take the word that is suggested; else stay in the field."""
        event.stop()
        if self._meant:
            self.action_take()
        elif self.query_one(Ladder).count or self._is_asking:
            self.set_focus(self.query_one(Ladder))

    def on_given(self, event: Given) -> None:
        """Take over the smoothing."""
        event.stop()
        self._turn_to(float(event.value))

    def on_complained(self, event: Complained) -> None:
        """Say what is wrong with the smoothing."""
        event.stop()
        if event.reason:
            self._say([((event.reason, "warn"),)])

    def on_row_list_moved(self, event: RowList.Moved) -> None:
        """Move the cursor of the heatmap to the bigram."""
        event.stop()
        answer = self.query_one(Ladder).answer
        if answer is not None and event.index < len(answer.counts.bigrams):
            step = answer.counts.bigrams[event.index]
            symbols = self.state.symbols
            row, column = symbols.index(step.first), symbols.index(step.second)
            say(self, Intend(Moved(row, column)))

    on_row_list_picked = on_row_list_moved

    def action_to_ladder(self) -> None:
        """Go to the ladder."""
        self.set_focus(self.query_one(Ladder))

    def action_take(self) -> None:
        """Take the word that is suggested."""
        if meant := self._meant:
            self.query_one(WordInput).value = meant
            self._go_on()

    def action_smooth(self, direction: int) -> None:
        """Turn the dial."""
        self.query_one(SettingInput).action_change(direction)

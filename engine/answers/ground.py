"""What is worked out of a list of words once, for all who ask about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.models.counts import Counts
from engine.words.dataset import Dataset, Words

if TYPE_CHECKING:
    from engine.answers.apart import Apart
    from engine.answers.ranking import Ranker
    from engine.answers.trials import Trials
    from engine.models.endings import Endings
    from engine.models.objective import Objective
    from engine.training.keeper import Keeper
    from engine.training.objectives import Objectives
    from engine.training.runs import Runs
    from engine.words.indexed import Indexed
    from engine.words.order import Encoded
    from engine.words.pieces import Pieces


class Ground:
    """Words, their bigrams, the runs on them, and what takes time to be made of them.

    Each part is imported and made when it is first asked for.

    Args:
        dataset: the words.
        counts: their bigrams.
    """

    def __init__(self, dataset: Dataset, counts: Counts) -> None:
        self.dataset, self.counts = dataset, counts
        self.objectives: Objectives | None = None
        """The runs on these words, by what they are trained on, once torch is there."""
        self._indexed: Indexed | None = None
        self._ranker: Ranker | None = None
        self._apart: Apart | None = None
        self._trials: Trials | None = None
        self._endings: Endings | None = None

    @property
    def runs(self) -> Runs | None:
        """The runs in hand, once there are any."""
        return self.objectives.runs if self.objectives else None

    def begin(self, number: int, keeper: Keeper | None) -> Objectives:
        """Give the runs on these words, or make a place for them; needs torch.

        Args:
            number: of the last run there was.
            keeper: keeps the runs on disk, if they are to be kept.
        """
        from engine.training.objectives import Objectives

        if self.objectives is None:
            self.objectives = Objectives(self.dataset, self.counts, self.encode, number, keeper)
        return self.objectives

    @property
    def words(self) -> Words | None:
        """The words, if they are at hand."""
        return self.dataset.words if self.dataset.counted is None else None

    def encode(self) -> Pieces[Encoded]:
        """Give the words as numbers, in pieces the first time; Refusal if they are not at hand."""
        return self.indexed().encoded()

    def indexed(self) -> Indexed:
        """The words as numbers."""
        from engine.words.indexed import Indexed

        if self._indexed is None:
            self._indexed = Indexed(self.dataset)
        return self._indexed

    def ranking(self) -> Ranker:
        """What puts the words in order."""
        from engine.answers.ranking import Ranker

        if self._ranker is None:
            self._ranker = Ranker(self.indexed(), self.counts)
        return self._ranker

    def apart(self) -> Apart:
        """What takes words apart, and keeps what it has worked out of all words."""
        from engine.answers.apart import Apart

        if self._apart is None:
            self._apart = Apart(self.indexed())
        return self._apart

    def trials(self) -> Trials:
        """What counts longer contexts, and keeps what it has counted last."""
        from engine.answers.trials import Trials

        if self._trials is None:
            self._trials = Trials(self.dataset, self.encode)
        return self._trials

    def endings(self, objective: Objective) -> Endings:
        """The table of what is trained on, by contexts."""
        from engine.models.endings import Endings

        if self._endings is None or self._endings.objective is not objective:
            self._endings = Endings(objective)
        return self._endings

"""Checking an installation: all green here, and red where something is off."""

from __future__ import annotations

import math
import os
from dataclasses import replace
from typing import Any

import pytest
import torch

from engine import Check, verify
from engine.models.counts import Counts
from engine.models.network import CountsPath, GatherPath
from engine.models.ngrams.smoothing import AddK
from engine.models.objective import Objective
from engine.proof import bench as benchmark
from engine.proof import ngram_figures, verification
from engine.proof.checks import at_least, furthest, left_out, near, reported, same
from engine.proof.nets import nets
from engine.proof.ngrams import ngrams
from engine.proof.reference import HUNDRED_DRAWS, MAKEMORE, NAMES, Reference
from engine.proof.tables import Tables
from engine.protocol import Refusal
from engine.words.dataset import Dataset, finish
from engine.words.order import encode
from tests.conftest import WriteWords


def verdicts(path: str | None) -> dict[str, list[Check]]:
    """Checks by verdict."""
    found: dict[str, list[Check]] = {}
    for check in verify(path):
        found.setdefault(check.verdict, []).append(check)
    return found


def path_of(reference: Reference) -> str | None:
    return os.environ["MAKEMORE_NAMES"] if reference is MAKEMORE else None


@pytest.mark.slow
def test_every_figure_of_both_lists_is_as_it_should_be(
    known: tuple[Reference, Dataset, Counts],
) -> None:
    reference, _, _ = known
    found = verdicts(path_of(reference))
    assert "off" not in found
    assert len(found["ok"]) >= (330 if reference is MAKEMORE else 100)
    assert [check.figure[:13] for check in found["reported"]] == ["torch sampler"]
    # Wider figures would push the columns of the shell apart.
    checks = [check for some in found.values() for check in some]
    assert max(len(check.figure) for check in checks) <= 52
    typed = [check for check in checks if "as the lecture types it" in check.figure]
    assert [check.got for check in typed] == [3.7693049907684326, 3.6891887187957764]


def off(tables: Tables) -> set[str]:
    """Figures of longer contexts that are not as they should be."""
    checks = (*ngrams(tables), *nets(tables))
    return {check.figure.split(", furthest")[0] for check in checks if check.verdict == "off"}


@pytest.fixture(scope="module")
def bundled(names: Dataset) -> Tables:
    return Tables(names)


def test_longer_contexts_of_the_bundled_list_are_as_they_should_be(bundled: Tables) -> None:
    assert off(bundled) == set()
    assert len(list(ngrams(bundled))) == 4 * 2 + 1 + 3 * 3


def spoilt(value: object) -> object:
    """A figure, or the last one of several, with a change that is just too much."""
    if isinstance(value, str):
        return value[:-1]
    if isinstance(value, tuple):
        last = max(at for at, each in enumerate(value) if each is not None)
        return (*value[:last], spoilt(value[last]), *value[last + 1 :])
    if isinstance(value, dict):
        last = list(value)[-1]
        return value | {last: spoilt(value[last])}
    assert isinstance(value, int | float)
    return value + 1 if isinstance(value, int) else 1.002 * value


@pytest.mark.parametrize(
    ("table", "figure"),
    [
        ("BUNDLED", "order 4: NLL"),
        ("BUNDLED_SIZES", "split lecture"),
        ("BUNDLED_SPLIT", "order 4: NLL at k*"),
    ],
)
def test_a_wrong_figure_of_longer_contexts_is_found(
    bundled: Tables, monkeypatch: pytest.MonkeyPatch, table: str, figure: str
) -> None:
    monkeypatch.setattr(ngram_figures, table, spoilt(getattr(ngram_figures, table)))
    assert off(bundled) == {figure}


def test_a_wrong_model_of_longer_contexts_is_found(
    bundled: Tables, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = AddK.__call__
    monkeypatch.setattr(AddK, "__call__", lambda self, seen: 0.99999 * right(self, seen))
    kinds = ("order 2", "order 3", "order 4")
    assert off(bundled) >= {f"{kind}: NLL{of}" for kind in kinds for of in ("", " at k*", " at 1")}


@pytest.mark.soak
def test_a_wrong_figure_of_any_kind_is_found(
    known: tuple[Reference, Dataset, Counts], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each table of makemore's list has one wrong figure, all of them at once."""
    reference, dataset, _ = known
    if reference is not MAKEMORE:
        pytest.skip("these tables are of makemore's list")
    wrong = {
        "ALL_DATA": "order 5: NLL",
        "SIZES": "split makemore.py",
        "SPLIT": "order 3, 1 dot: events unseen, dev/test",
        "PATTERN": "order 4, test",
        "CULPRITS": "bigrams of test that train does not hold",
        "LEAK": "order 5, k = 0.2",
        "LEFT_OUT": "order 5: NLL",
        "PENALISED": "order 3: NLL at 1",
        "INTERPOLATED": "jelinek-mercer",
        "WEIGHTS": "order 6",
        "NAMES": "order 5, k = 0",
        "DESCENT": "lecture, 2 dots, λ 0, step 5000",
        "DESCENT_DEV": "lecture, 2 dots, λ 0, step 5000, dev",
        "DESCENT_TEST": "lecture, 2 dots, λ 0, step 5000, test",
        "EDGES": "order 3: edge of stability",
        "ONEHOTS": "lecture, 1 dot: least loss",
        "ONEHOTS_DESCENT": "lecture, 1 dot, λ 0.01",
    }
    for table in wrong:
        monkeypatch.setattr(ngram_figures, table, spoilt(getattr(ngram_figures, table)))
    assert off(Tables(dataset)) == set(wrong.values())


@pytest.mark.parametrize(
    ("name", "value", "figure"),
    [
        ("EMMA_PROBABILITIES", {"a.": 0.0149776}, "first probability of a., as typed"),
        ("EMMA_LOSSES", {4: 3.68919}, "loss as the lecture types it, step 4"),
        ("SEEDS", {3: 4.22599}, "loss as typed, step 0, seed 2147483647 + 3"),
    ],
)
def test_a_wrong_figure_of_emma_is_found(
    name_counts: Counts,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: dict[object, float],
    figure: str,
) -> None:
    monkeypatch.setattr(verification, name, getattr(verification, name) | value)
    wrong = {c.figure for c in verification._emma(name_counts, "cpu") if c.verdict == "off"}
    assert figure in wrong
    assert len(wrong) <= 2


@pytest.mark.parametrize(
    ("change", "figure"),
    [
        ({"begins": "0.1 " + NAMES.begins[7:]}, "P[0]"),
        ({"summed": (2.45449, 2.454951)}, "smoothing 0, summed in float32 as typed"),
        ({"guessed": (0.25, 5.0)}, "share of symbols that are the likeliest"),
        ({"firsts": (2.9, 2.3)}, "average NLL of first symbols"),
    ],
)
def test_a_wrong_figure_of_the_counts_is_found(
    names: Dataset, name_counts: Counts, change: dict[str, Any], figure: str
) -> None:
    reference, words = replace(NAMES, **change), finish(encode(names))
    checks = verification._count_model(name_counts, words, reference)
    wrong = {c.figure.split(", furthest")[0] for c in checks if c.verdict == "off"}
    assert figure in wrong


def test_a_wrong_count_of_a_bigram_that_is_pointed_at_is_found(
    names: Dataset, name_counts: Counts
) -> None:
    reference = replace(NAMES, other="bh 42, aj 178, m. 516")
    wrong = [c for c in verification._data(names, name_counts, reference) if c.verdict == "off"]
    assert [(c.figure, c.got) for c in wrong] == [("others pointed at", "bh 42, aj 178, m. 517")]


def test_the_hundred_draws_are_those_of_the_lecture(
    names: Dataset, name_counts: Counts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(verification, "HUNDRED_DRAWS", "2" + HUNDRED_DRAWS[1:])
    wrong = [c for c in verification._names(names, name_counts) if c.verdict == "off"]
    assert [(c.figure, c.got) for c in wrong] == [("a hundred draws from these", HUNDRED_DRAWS)]


def test_of_several_figures_the_one_that_is_furthest_off_is_told() -> None:
    expected = {"a": 1.0, "b": 100.0, "c": math.inf}
    check = furthest("g", "f", expected, (1.01, 100.02, math.inf), 0.001, 0.01)
    assert (check.figure, check.verdict) == ("f, furthest off a", "ok")
    check = furthest("g", "f", expected, (1.01, 102.0, math.inf), 0.001, 0.01)
    assert (check.figure, check.got, check.verdict) == ("f, furthest off b", 102.0, "off")
    for wrong in (math.nan, 7.0):
        check = furthest("g", "f", expected, (1.0, 102.0, wrong), 0.001, 0.01)
        assert (check.figure, check.verdict) == ("f, furthest off c", "off")


def test_other_data_are_held_against_the_identities(words_file: WriteWords) -> None:
    found = verdicts(words_file("anna\nöle\nab cd\nx\n"))
    assert "off" not in found
    assert len(found["ok"]) >= 20
    assert "known only for" in str(found["left out"][0].got)


def test_a_wrong_gradient_is_found(words_file: WriteWords, monkeypatch: pytest.MonkeyPatch) -> None:
    right = GatherPath.update

    def wrong(
        self: GatherPath, weights: torch.Tensor, rate: float, regularization: float, steps: int
    ) -> None:
        right(self, weights, 1.001 * rate, regularization, steps)

    monkeypatch.setattr(GatherPath, "update", wrong)
    found = verdicts(words_file("anna\nbob\n"))
    assert {check.figure.split(",")[0] for check in found["off"]} == {"gather"}


def test_a_path_that_misreports_its_loss_is_found(
    words_file: WriteWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = CountsPath.loss
    monkeypatch.setattr(CountsPath, "loss", lambda *args: right(*args) + 1e-5)
    found = verdicts(words_file("anna\nbob\n"))
    assert {check.figure.split(",")[0] for check in found["off"]} == {"counts"}


def test_a_wrong_count_model_is_found(
    words_file: WriteWords, monkeypatch: pytest.MonkeyPatch
) -> None:
    right = Counts.nll
    monkeypatch.setattr(Counts, "nll", lambda self, k: right(self, k) + 1e-6)
    assert "off" in verdicts(words_file("anna\nbob\n"))


def test_data_that_cannot_be_read_are_refused() -> None:
    with pytest.raises(Refusal):
        list(verify("/nowhere"))


def test_verdicts_are_what_they_say() -> None:
    assert near("g", "f", 1.0, 1.05, 0.1).verdict == "ok"
    assert near("g", "f", 1.0, 1.2, 0.1).verdict == "off"
    assert near("g", "f", math.inf, math.inf, 0.0).verdict == "ok"
    assert near("g", "f", 1.0, math.nan, 0.1).verdict == "off"
    assert same("g", "f", "a", "b").verdict == "off"
    assert at_least("g", "f", 0, -1e-3).verdict == "off"
    assert at_least("g", "f", 0, math.nan).verdict == "off"
    assert reported("g", "f", "a", "b").verdict == "reported"
    assert left_out("g", "f", "why").verdict == "left out"


def test_the_keepdim_bug_does_not_move_the_nll(
    known: tuple[Reference, Dataset, Counts],
) -> None:
    reference, _, counts = known
    n = Objective(counts).table
    wrong = n / n.sum(1)
    assert float(wrong[0].sum()) == pytest.approx(reference.keepdim[0], abs=5e-5)
    assert torch.allclose(wrong.sum(0), torch.ones(27, dtype=torch.float64))
    seen = n > 0
    nll = -(n[seen] * wrong[seen].log()).sum() / n.sum()
    assert float(nll) == pytest.approx(reference.floor, abs=1e-10)


@pytest.mark.soak
def test_step_times_are_measured_and_the_losses_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmark, "ROUNDS", 1)
    timings = benchmark.measure_steps()
    assert (timings.order, timings.dots, timings.refused) == (2, 1, ())
    assert [t.path for t in timings.paths] == ["lecture", "onehot", "gather", "counts"]
    assert timings.paths[0].ratio == 1
    assert all(t.milliseconds > 0 for t in timings.paths)
    assert all(t.largest_difference < 2e-6 for t in timings.paths)


@pytest.mark.parametrize(
    ("order", "dots", "paths", "near"),
    # A single row gets all gradients of the one-hot path, which float32 adds up with that loss.
    [
        pytest.param(1, None, ["onehot", "gather", "counts"], 1e-3, marks=pytest.mark.slow),
        (3, 1, ["gather", "counts"], 2e-6),
    ],
)
@pytest.mark.slow
def test_steps_of_any_order_are_measured_but_for_those_too_large(
    order: int, dots: int | None, paths: list[str], near: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benchmark, "ROUNDS", 1)
    timings = benchmark.measure_steps(order, dots)
    assert (timings.order, timings.dots) == (order, dots or order - 1)
    assert [t.path for t in timings.paths] == paths
    assert timings.paths[0].ratio == 1
    assert all(t.milliseconds > 0 for t in timings.paths)
    assert all(t.largest_difference < near for t in timings.paths)
    assert [path for path, _ in timings.refused] == ["onehot"] * ("onehot" not in paths)
    assert all("MB a step on these data" in reason for _, reason in timings.refused)

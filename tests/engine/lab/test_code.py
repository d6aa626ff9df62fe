"""The code a chapter shows, run where there is nothing but torch and the data."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import pytest
import torch

from engine.lab import Bars, chapter
from engine.lab.broadcasting import divide
from engine.lab.figure import empty, fill, whole
from engine.lab.notebook import setup
from engine.lab.source import Loop, flat, listing, source
from engine.protocol import ChapterOpened, OpenChapter
from tests.conftest import act, ready
from tests.engine.lab.support import (
    NAMES,
    column,
    few,
    last,
    matrix,
    names,
    notebook,
    notes,
    results,
    row,
    series,
    table,
)


@pytest.mark.parametrize("name", NAMES)
def test_shown_code_runs_and_leaves_its_results(name: str) -> None:
    held = notebook(name, few())
    assert results(chapter(name)) <= set(held)


@pytest.mark.parametrize("name", NAMES)
def test_each_shown_line_is_a_line_of_the_function_that_runs(name: str) -> None:
    about = chapter(name)
    shown = {line.strip() for line in about.open(few()).code.splitlines()}
    for cell in flat(about.cells):
        assert {line.strip() for line in source(cell).body.splitlines()} <= shown


@pytest.mark.parametrize("name", NAMES)
def test_no_cell_is_longer_than_a_reader_takes_in(name: str) -> None:
    for cell in flat(chapter(name).cells):
        assert 1 <= len(source(cell).body.splitlines()) <= 8


def test_a_listing_gives_values_hoists_imports_and_loops() -> None:
    def double(W: torch.Tensor, rate: float) -> torch.Tensor:
        """Not shown."""
        import torch

        W = W + rate * torch.ones(1)
        return W  # noqa: RET504

    assert listing([Loop("steps", (double,))], {"W": 0, "rate": 2, "steps": 3}) == (
        "import torch\n\nsteps = 3\nW = 0\nrate = 2\n"
        "for _ in range(steps):\n    W = W + rate * torch.ones(1)"
    )
    assert "rate = ..." in listing([double], {})


def test_the_notebooks_first_cell_makes_the_data_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "words.txt"
    path.write_text("\n".join(few().words), encoding="utf-8")
    held: dict[str, Any] = {}
    exec(setup(str(path)), held)
    ours: dict[str, Any] = few().namespace()
    for name in ("words", "stoi", "itos", "V"):
        assert held[name] == ours[name]
    for name in ("N", "xs", "ys"):
        assert torch.equal(held[name], ours[name])
        assert held[name].dtype == ours[name].dtype
    assert max(map(len, setup("names.txt").splitlines())) <= 76


def test_the_notebooks_first_cell_reads_the_files_of_all_parts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    paths = [tmp_path / "train.txt", tmp_path / "dev.txt"]
    paths[0].write_text("emma\nava", encoding="utf-8")
    paths[1].write_text("zoë\n", encoding="utf-8")
    held: dict[str, Any] = {}
    exec(setup(*map(str, paths)), held)
    assert held["words"] == ["emma", "ava", "zoë"]


def test_the_first_cell_tidies_lines_as_the_words_were(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "words.txt"
    path.write_text("emma\t18688\t.9\nzoe\u0308\nan\u200ena\nava\n", encoding="utf-8")
    session = ready(str(path))
    assert session.dataset is not None
    opened = act(session, OpenChapter("figure"))[0]
    assert isinstance(opened, ChapterOpened)
    held: dict[str, Any] = {}
    exec(opened.setup, held)
    assert held["words"] == list(session.dataset.words) == ["emma", "zoë", "anna", "ava"]


def test_the_first_cell_names_no_place_of_this_machine(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    written = setup(str(tmp_path / "a" / "words.txt"), str(tmp_path / "words.txt"))
    assert str(tmp_path) not in written
    assert "open('a/words.txt'" in written
    assert "open('words.txt'" in written


@pytest.mark.parametrize("name", NAMES)
def test_the_first_cell_and_the_code_are_a_whole_notebook(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    path = tmp_path / "words.txt"
    path.write_text("\n".join(few().words), encoding="utf-8")
    held: dict[str, Any] = {}
    exec(setup(str(path)), held)
    exec(chapter(name).open(few()).code, held)
    assert results(chapter(name)) <= set(held)


def test_counting_agrees() -> None:
    held: dict[str, Any] = notebook("counting", names())
    top = table(last("counting", names()), "sorted by count")
    assert [("".join(pair), n) for pair, n in held["ranked"][:10]] == [r[:2] for r in top.rows]


def test_generators_agree() -> None:
    held: dict[str, Any] = notebook("generators", names())
    exhibit = last("generators", names())
    seeds = table(exhibit, "one seed")
    assert list(seeds.rows[0][1:]) == held["p"].tolist() == list(seeds.rows[1][1:])
    drawn = table(exhibit, "five names")
    assert [r[0] for r in drawn.rows] == held["names"]
    assert [r[1] for r in drawn.rows] == held["today"]
    assert str(held["order"].tolist())[1:-1] in notes(exhibit)


def test_broadcasting_agrees() -> None:
    held: dict[str, Any] = notebook("broadcasting", names())
    exhibit = last("broadcasting", names())
    assert held["shape"] == (27, 27)
    assert column(table(exhibit, "sums of"), 1) == held["wrong"].sum(1)[:6].tolist()
    assert column(table(exhibit, "sums of"), 3) == held["right"].sum(1)[:6].tolist()
    assert [str(r[0])[:29] for r in table(exhibit, "names drawn").rows] == [
        n[:29] for n in held["names"]
    ]
    assert f"{float(held['nll_wrong']):.6f}" in notes(exhibit)


def test_broadcasting_names_come_from_the_wrong_table() -> None:
    wrong, _ = divide(names().N, 0.0)
    held: dict[str, Any] = notebook("broadcasting", names())
    assert torch.equal(held["P"], wrong)


def test_the_figure_agrees() -> None:
    held: dict[str, Any] = notebook("figure", few())
    exhibit = last("figure", few())
    assert torch.equal(held["N"], few().N)
    assert list(matrix(exhibit, "N:").values) == held["N"].flatten().tolist()


def test_the_figure_is_the_same_word_by_word_and_at_once() -> None:
    word_by_word = fill(empty(few().V), few().words, few().stoi)
    assert torch.equal(word_by_word, whole(few().V, few().xs, few().ys))
    held: dict[str, Any] = notebook("figure", names())
    assert torch.equal(held["N"], names().N)
    assert held["N"].dtype == names().N.dtype == torch.int32
    exhibit = last("figure", names())
    bars = next(p for p in exhibit.parts if isinstance(p, Bars))
    assert [b.value for b in bars.bars] == held["p"].sort(descending=True).values[:12].tolist()


def test_likelihood_agrees() -> None:
    held: dict[str, Any] = notebook("likelihood", names())
    exhibit = last("likelihood", names())
    assert column(table(exhibit, "one bigram"), 4) == held["log_likelihood"].tolist()
    assert f"{float(held['mean']):.7f}" in notes(exhibit)
    assert held["ix"] == 0
    assert held["iy"] == names().stoi["a"]
    assert f"a up raises it least, by {float(held['excess']):.6f}" in notes(exhibit)
    products = table(exhibit, "multiplied one after another")
    for column_, name in ((1, "product32"), (2, "product64")):
        alive = int((held[name] > 0).sum())
        assert f"is 0 from bigram {alive + 1} on" in notes(exhibit)
        assert row(products, alive)[column_] == f"{held[name][alive - 1]:.2e}".replace("-", "−")
        assert row(products, alive + 1)[column_] == "0"
    assert row(products, 1_000)[3] == f"{held['log_sum'][999]:,.4f}".replace("-", "−")


def test_onehot_agrees() -> None:
    held: dict[str, Any] = notebook("onehot", names())
    exhibit = last("onehot", names())
    assert list(matrix(exhibit, "xenc").values) == held["xenc"].flatten().tolist()
    product = table(exhibit, "xenc @ W")
    assert [list(r[2:]) for r in product.rows] == held["logits"][:, :6].tolist()
    assert held["is_same"] is True


def test_softmax_agrees() -> None:
    held: dict[str, Any] = notebook("softmax", names())
    exhibit = last("softmax", names())
    assert column(table(exhibit, "right next"), 5) == held["nll"].tolist()
    assert f"{float(held['mean']):.7f}" in notes(exhibit)


def test_update_agrees() -> None:
    held: dict[str, Any] = notebook("update", names())
    exhibit = last("update", names())
    foretold = table(exhibit, "one step")
    assert column(foretold, 0) == held["rates"]
    assert [column(foretold, 1), column(foretold, 2)] == [held["foretold"], held["real"]]
    piled = column(table(exhibit, "not cleared"), 1)
    assert piled == held["lengths"]
    assert series(exhibit, "all the data").lines[0].points[-1][1] == float(held["loss"])
    assert f"{held['edge']:.1f}" in notes(exhibit)


def test_the_words_updates_agree() -> None:
    held: dict[str, Any] = {"torch": torch, **names().namespace()}
    about = chapter("update")
    cells = about.cells[: [isinstance(c, Loop) for c in about.cells].index(True) + 1]
    exec(listing(cells, about.given(names(), about.read({}))), held)
    exhibit = last("update", names())
    losses = table(exhibit, "loss after")
    assert losses.rows[-1] == (4, held["loss"].item())
    right = held["probs"].detach()[range(5), held["iy"]]
    assert [r[3] for r in table(exhibit, "forward").rows[:-1]] == right.tolist()


def test_logcounts_agree() -> None:
    held: dict[str, Any] = notebook("logcounts", names())
    exhibit = last("logcounts", names())
    figures = table(exhibit, "W and log N")
    assert row(figures, "correlation of W with log N, raw")[1] == f"{float(held['raw']):.3f}"
    assert row(figures, "the same, each row centred")[1] == f"{float(held['centred']):.3f}"
    moves = row(table(exhibit, "never seen sink"), "q")
    q = names().stoi["q"]
    assert moves[2::2] == (float(held["sunk"][q]), float(held["risen"][q]))
    assert moves[5] == float(held["stayed"][q])


def test_smoothing_agrees() -> None:
    held: dict[str, Any] = notebook("smoothing", names())
    exhibit = last("smoothing", names())
    at_one = row(table(exhibit, "smoothing"), 1)
    assert at_one[1:3] == (float(held["data_nll"]), float(held["word_nll"]))
    assert at_one[4:] == (float(held["train_nll"]), float(held["dev_nll"]))
    assert f"best k for dev is {held['best_k']:.3g}," in notes(exhibit)
    assert all(f"{word} ({pair})" in notes(exhibit) for word, pair in held["never"])


def test_regularization_agrees() -> None:
    held: dict[str, Any] = notebook("regularization", names())
    exhibit = last("regularization", names())
    figures = table(exhibit, "the network")
    assert row(figures, "data loss")[1] == float(held["data_loss"])
    assert row(figures, "total loss")[1] == float(held["total_loss"])
    assert f"k = {held['k']:.3g} " in notes(exhibit)


def test_the_run_on_train_agrees() -> None:
    held: dict[str, Any] = notebook("logcounts", names())
    said = notes(last("logcounts", names()))
    assert f"train has {held['train_loss']:.6f}, dev" in said
    assert f"not seen, {held['dev_loss']:.6f}." in said
    penalised: dict[str, Any] = notebook("regularization", names())
    judged = row(table(last("regularization", names()), "on train alone"), 0.01)
    assert judged[1:] == (penalised["train_loss"].item(), penalised["dev_loss"].item())


def test_exercises_agree() -> None:
    inputs = {"exercise": "e04", "dots": "1", "smoothing": "0.5"}
    held: dict[str, Any] = notebook("exercises", names(), **inputs)
    shown = table(last("exercises", names(), **inputs | {"exercise": "e02"}), "the dials")
    assert column(shown, 1) == [nll.item() for nll in held["nlls"]]


def test_the_race_agrees() -> None:
    held: dict[str, Any] = notebook("race", few())
    rows = table(last("race", few()), "one step each").rows
    named = ("loss_onehot", "loss_lookup", "loss_cross_entropy", "loss_counts")
    assert [r[5] for r in rows] == [held[name].item() for name in named]
    assert all(math.isclose(float(r[5]), float(rows[0][5]), abs_tol=2e-6) for r in rows)
    assert torch.allclose(held["grad"], held["grad_counts"], atol=2e-5)


def test_slopes_and_neurons_agree() -> None:
    held: dict[str, Any] = notebook("update", few(), steps="1")
    exhibit = last("update", few(), steps="1")
    slopes = table(exhibit, "row . of the gradient")
    assert column(slopes, 3)[:5] == held["written"][:5].tolist()
    assert f"changes by {held['slope']:+.6f} times" in notes(exhibit)
    held = notebook("onehot", few())
    assert held["alone"] == held["among"]
    assert f"= {held['among']:.6f}".replace("-", "−") in notes(last("onehot", few()))

"""The command that writes figures, tables and arrays without a screen."""

from __future__ import annotations

import csv
import json
import struct
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.font_manager import fontManager

from tests.tui.test_squares import texts
from tui.figures import door
from tui.main import main

Run = Callable[..., tuple[int, str, str]]

WORDS = "emma\nolivia\nava\nisabella\nsophia\nemma\n"


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs `figure` in a folder of its own; gives its code and what it printed."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "words.txt").write_text(WORDS)

    def command(line: str) -> tuple[int, str, str]:
        capfd.readouterr()
        code = main(line.split())
        return (code, *capfd.readouterr())

    return command


@pytest.fixture
def checkpoint(run: Run) -> str:
    """A network of order 2 that has taken 30 steps."""
    line = "train --data words.txt --steps 30 --save run.st --split 0.6,0.2,0.2@1"
    assert run(line)[0] == 0
    return "run.st"


@pytest.mark.slow
def test_the_lectures_figure_is_one_command_away(run: Run) -> None:
    assert run("figure --view counts --out names.svg") == (0, "names.svg\n", "")
    found = texts(Path("names.svg").read_bytes())
    assert found[found.index(".a") + 1] == "4438"


@pytest.mark.slow
def test_a_figure_replaces_the_one_before(run: Run) -> None:
    Path("x.png").write_bytes(b"old")
    assert run("figure --data words.txt --out x.png")[0] == 0
    data = Path("x.png").read_bytes()
    assert data.startswith(b"\x89PNG")
    assert struct.unpack(">II", data[16:24]) == (1500, 1700)


@pytest.mark.slow
def test_counts_are_the_same_in_every_format(run: Run) -> None:
    for suffix in ("csv", "npy", "svg"):
        assert run(f"figure --data words.txt --out n.{suffix}")[0] == 0
    array = np.load("n.npy", allow_pickle=False)
    with open("n.csv", encoding="utf-8", newline="") as file:
        head, *rows = csv.reader(file)
    assert head[1:] == [row[0] for row in rows] == [".", *"abehilmopsv"]
    assert [[int(n) for n in row[1:]] for row in rows] == array.tolist()
    assert array.dtype == np.int64
    assert array.sum() == sum(len(word) + 1 for word in WORDS.split())
    found = texts(Path("n.svg").read_bytes())
    assert found[found.index("mm") + 1] == str(array[7, 7]) == "2"


def test_probabilities_have_all_their_digits(run: Run) -> None:
    line = "figure --data words.txt --view count_probabilities --smoothing 0.5 --out p.npy --json"
    code, out, _ = run(line)
    assert code == 0
    assert json.loads(out) == {
        "out": "p.npy",
        "view": "count_probabilities",
        "format": "npy",
        "symbols": 12,
        "step": 0,
    }
    array = np.load("p.npy")
    assert array[0, 1] == 1.5 / (6 + 0.5 * 12)
    np.testing.assert_allclose(array.sum(1), 1, rtol=1e-15)


@pytest.mark.slow
def test_longer_contexts_are_those_behind_what_stands_before(run: Run) -> None:
    assert run("figure --data words.txt --order 3 --before e --out after-e.csv")[0] == 0
    with open("after-e.csv", encoding="utf-8", newline="") as file:
        rows = {row[0]: row[1:] for row in csv.reader(file)}
    assert rows["em"] == ["0"] * 7 + ["2"] + ["0"] * 4, "emma, twice"
    assert run("figure --data words.txt --order 3 --before e --out after-e.svg")[0] == 0
    assert "N · counts · rows after e" in texts(Path("after-e.svg").read_bytes())


@pytest.mark.slow
@pytest.mark.parametrize("view", ["logits", "centred_logits", "difference", "gradient"])
def test_a_networks_matrices_come_from_a_checkpoint(run: Run, checkpoint: str, view: str) -> None:
    line = f"figure --data words.txt --checkpoint {checkpoint} --view {view} --out"
    code, out, err = run(f"{line} x.npy --json")
    assert (code, err) == (0, "")
    assert json.loads(out)["step"] == 30
    array = np.load("x.npy")
    assert array.shape == (12, 12)
    if view == "centred_logits":
        np.testing.assert_allclose(array.mean(1), 0, atol=1e-6)
    assert run(f"{line} x.svg")[0] == 0
    (about,) = [text for text in texts(Path("x.svg").read_bytes()) if "step 30" in text]
    assert about.startswith("words.txt · 6 words · order 2, split 0.6,0.2,0.2@1 · step 30")


def test_a_run_is_drawn_as_it_was_after_any_step(run: Run, checkpoint: str) -> None:
    line = f"figure --data words.txt --checkpoint {checkpoint} --view logits --out"
    found = {}
    for step in (0, 10, 30):
        code, out, err = run(f"{line} x{step}.npy --step {step} --json")
        assert (code, err) == (0, "")
        assert json.loads(out)["step"] == step
        found[step] = np.load(f"x{step}.npy")
    assert not np.array_equal(found[0], found[10])
    assert not np.array_equal(found[10], found[30])
    assert run(f"{line} x.npy")[0] == 0
    np.testing.assert_array_equal(np.load("x.npy"), found[30])
    code, _, err = run(f"{line} x.npy --step 31")
    assert code == 2
    assert "no step 31" in err


@pytest.mark.slow
def test_the_losses_of_a_checkpoint_are_a_chart_and_a_table(run: Run, checkpoint: str) -> None:
    line = f"figure --data words.txt --checkpoint {checkpoint} --view loss --out"
    assert run(f"{line} loss.csv")[0] == 0
    with open("loss.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert {row["part"] for row in rows} == {"train", "dev", "floor"}
    assert max(int(row["step"]) for row in rows if row["step"]) == 30
    assert run(f"{line} loss.svg --log-steps --log-gap --theme nord")[0] == 0
    svg = Path("loss.svg").read_bytes()
    assert {"Gap to the entropy floor", "step"} <= set(texts(svg))
    assert b"#2e3440" in svg


@pytest.mark.slow
def test_page_and_cells_have_the_colours_that_are_asked_for(run: Run) -> None:
    run("figure --data words.txt --out plain.svg")
    run("figure --data words.txt --out other.svg --theme dracula --ramp magenta")
    plain, other = (Path(f"{name}.svg").read_text() for name in ("plain", "other"))
    assert "fill: #ffffff" in plain
    assert "fill: #282a36" in other
    assert texts(plain.encode()) == texts(other.encode())


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("", "Missing option '--out'"),
        ("--out x.pdf", "must end in .svg, .png, .csv or .npy; “x.pdf” does not"),
        ("--out x", "must end in .svg, .png, .csv or .npy; “x” does not"),
        ("--out nowhere/x.svg", "there is no folder nowhere"),
        ("--out x.svg --view weights", "There is no view “weights”; choose from counts,"),
        ("--out x.svg --view run_difference", "There is no view “run_difference”; choose from"),
        ("--out x.svg --theme mine", "There is no theme “mine”"),
        ("--out x.svg --ramp mine", "There is no ramp “mine”"),
        ("--out x.svg --smoothing -1", "smoothing must be"),
        ("--out x.svg --order 8", "order must be"),
        ("--out x.svg --order 3 --dots 3", "dots must be"),
        ("--out x.svg --split half", "split must be"),
        ("--out x.svg --before a", "holds 1 symbols; at order 2 none may stand"),
        ("--out x.svg --order 3 --before em", "holds 2 symbols; at order 3 1 may stand"),
        ("--out x.svg --order 3 --before q", "--before holds “q”, which is not in the alphabet"),
        ("--out x.svg --log-gap", "are of the view loss; leave them out"),
        ("--out x.svg --view logits", "The view logits is of a run; give --checkpoint RUN"),
        ("--out x.svg --view loss", "The view loss is of a run; give --checkpoint RUN"),
        ("--out x.npy --view loss", "must end in .svg, .png or .csv; “x.npy” does not"),
        ("--out x.svg --checkpoint nowhere", "There is no run nowhere"),
        ("--out x.svg --checkpoint words.txt", "words.txt is not a checkpoint"),
        ("--out x.svg --checkpoint run.st --order 3", "says what it is of; leave --order out"),
        ("--out x.svg --step 3", "--step is one of a run; give --checkpoint RUN, too"),
        ("--out x.svg --data nowhere", "There is no file nowhere"),
        ("--out x.svg more", "unexpected extra argument"),
    ],
)
def test_what_cannot_be_is_refused_in_a_sentence(run: Run, line: str, said: str) -> None:
    words = "" if "--data" in line else "--data words.txt "
    code, out, err = run(f"figure {words}{line}")
    assert (code, out) == (2, "")
    assert said in err
    assert err.count("\n") == 1
    assert not Path("x.svg").exists()


def test_without_matplotlib_tables_are_written_and_figures_refused(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(door, "find_spec", lambda name: None)
    code, _, err = run("figure --data words.txt --out x.svg")
    assert code == 2
    assert "pip install 'makemore-tui[figures]' brings it" in err
    assert run("figure --data words.txt --out x.csv")[0] == 0


@pytest.mark.slow
def test_a_png_that_lacks_a_symbol_says_so(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    own = [font for font in fontManager.ttflist if font.name == door.FONT]
    monkeypatch.setattr(fontManager, "ttflist", own)
    Path("odd.txt").write_text("a文b\n", encoding="utf-8")
    code, out, err = run("figure --data odd.txt --out odd.png")
    assert (code, out) == (0, "odd.png\n")
    assert err.startswith("warning: No font here has 文: a PNG has boxes there")
    assert run("figure --data odd.txt --out odd.svg") == (0, "odd.svg\n", "")


@pytest.mark.slow
def test_a_table_takes_no_torch_and_nothing_takes_a_drawer_before_it_draws(run: Run) -> None:
    from tests.test_imports import loaded_by

    code = (
        "from makemore_tui import main\nmain(['figure', '--data', 'words.txt', '--out', 'x.csv'])"
    )
    assert not loaded_by(code) & {"torch", "numpy", "matplotlib", "plotext"}
    code = code.replace("x.csv", "x.svg")
    assert "torch" not in loaded_by(code)

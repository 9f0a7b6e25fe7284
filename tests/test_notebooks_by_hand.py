"""Notebooks as students open them: each runs from top to bottom in a fresh kernel, and so do its answers."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

from evalkit.processes import ONE_THREAD
from evalkit.study.language_cells import keep_language

ROOT = Path(__file__).parents[1]
NOTEBOOKS = ROOT / "notebooks"
NAMES = sorted(path.stem for path in NOTEBOOKS.glob("*.ipynb"))
QUICK = {"01_methods", "02_evidence"}
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
ANSWER = re.compile(r"<details><summary>(.*?)</summary>(.*?)</details>", re.DOTALL)
MOST_SECONDS = 600


def exercises(name: str, lang: str) -> str:
    notebook = json.loads((NOTEBOOKS / f"{name}.ipynb").read_text(encoding="utf-8"))
    return "".join(keep_language(notebook, lang)["cells"][-1]["source"])


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize(("lang", "word"), [("en", "Answer"), ("id", "Jawaban")])
def test_every_exercise_has_a_hidden_answer(name, lang, word):
    text = exercises(name, lang)
    asked = re.findall(r"^\*\*(\d+)\.\*\* \S.*\?$", text.replace("\n<details", "\n\n<details"), re.MULTILINE)
    answers = ANSWER.findall(text)
    assert 2 <= len(asked) <= 4
    assert [title for title, _ in answers] == [f"{word} {number}" for number in asked]
    assert asked == [str(number) for number in range(1, len(asked) + 1)]
    for _, answer in answers:
        assert answer.startswith("\n\n")  # else Markdown within is not rendered
        assert answer.endswith("\n\n")
        assert len(BLOCK.sub("", answer).split()) >= 15
    assert any(BLOCK.search(answer) for _, answer in answers)


@pytest.mark.parametrize(
    "name", [name if name in QUICK else pytest.param(name, marks=pytest.mark.slow) for name in NAMES]
)
def test_a_notebook_and_its_answers_run_by_hand_from_a_fresh_kernel(name, tmp_path, monkeypatch):
    for variable, value in {**ONE_THREAD, "IPYTHONDIR": str(tmp_path), "PYTHONWARNINGS": "default"}.items():
        monkeypatch.setenv(variable, value)
    notebook = nbformat.read(NOTEBOOKS / f"{name}.ipynb", as_version=4)
    n_cells = len(notebook.cells)
    blocks = BLOCK.findall(exercises(name, "en"))
    notebook.cells += [nbformat.v4.new_code_cell(block) for block in blocks]
    client = NotebookClient(
        notebook,
        kernel_name="python3",
        timeout=MOST_SECONDS,
        resources={"metadata": {"path": str(NOTEBOOKS)}},
    )
    client.execute()
    for cell in notebook.cells[n_cells:]:
        (*_, shown) = [output for output in cell.outputs if output.output_type == "execute_result"]
        assert shown.data["text/plain"] not in ("False", "np.False_"), cell.source


@pytest.mark.slow
def test_make_lab_shows_the_notebooks_and_leaves_nothing(tmp_path):
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert "$(BIN)/jupyter lab notebooks" in makefile
    places = ("JUPYTER_RUNTIME_DIR", "JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "IPYTHONDIR")
    environment = os.environ | {name: str(tmp_path / name) for name in places}
    options = [
        "--no-browser",
        "--ServerApp.port=0",
        "--ServerApp.ip=127.0.0.1",
        "--IdentityProvider.token=lab",
    ]
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyter", "lab", "notebooks", *options, "--allow-root"],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        address = wait_for_address(tmp_path / "JUPYTER_RUNTIME_DIR", server)
        listed = json.loads(ask(f"{address}api/contents?token=lab"))["content"]
        assert [item["name"] for item in listed if item["type"] == "notebook"] != []
        assert {f"{name}.ipynb" for name in NAMES} <= {item["name"] for item in listed}
        assert "JupyterLab" in ask(f"{address}lab?token=lab")
        ask(f"{address}api/shutdown?token=lab", data=b"")
        server.wait(timeout=60)
    finally:
        server.kill()
        server.wait()
    with pytest.raises(ProcessLookupError):
        os.killpg(server.pid, 0)


def wait_for_address(folder: Path, server: subprocess.Popen[bytes]) -> str:
    """Return where the server listens, once it says so."""
    for _ in range(600):
        for file in folder.glob("jpserver-*.json"):
            text = file.read_text(encoding="utf-8")
            if text.endswith("}"):
                return str(json.loads(text)["url"])
        assert server.poll() is None, "the server ended"
        time.sleep(0.2)
    raise AssertionError("the server did not say where it listens")


def ask(address: str, data: bytes | None = None) -> str:
    with urllib.request.urlopen(address, data=data, timeout=60) as answer:
        return str(answer.read().decode())

"""What every report needs, imported once in a process from which workers and kernels are forked.

A process that holds threads, sockets or a database connection cannot be forked safely, so nothing is run
here that opens one. What imports change for a whole process, such as the filters of warnings, is left as a
kernel that is started plainly finds it.
"""

from __future__ import annotations

import builtins
import gc
import pkgutil
import warnings
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib import import_module
from io import StringIO
from types import SimpleNamespace
from typing import Any, Final

import evalkit
from evalkit.lean_imports import without_debugger

#: What a worker imports to execute a notebook and render its page.
_FOR_WORKERS: Final = ("ipykernel.ipkernel", "ipykernel.kernelapp", "jupyter_client.provisioning")
_NEW_OBJECTS: Final = 20_000  # before Python looks for cycles among them; 700 is for programs that run long
#: Text with what the text of reports is made of: each kind has patterns that are compiled when it is met.
_TEXT: Final = (
    "# Title\n\n$x$, *a*, **b**, [c](#d), `e`\n\n1. f\n\n- g\n\n| h |\n|--:|\n| i |\n\n> j\n\n<b>k</b>"
)
#: What every kernel imports when it starts.
_FOR_KERNELS: Final = (
    *("IPython.core.completerlib", "IPython.core.debugger", "IPython.core.logger", "IPython.core.oinspect"),
    *("IPython.core.pylabtools", "IPython.extensions.storemagic", "ipykernel.debugger"),
    *("encodings.utf_8_sig", "faulthandler", "tornado.platform.asyncio"),
)
#: What notebooks import, by themselves or when a figure is drawn or a statistic asked for.
_FOR_NOTEBOOKS: Final = (
    *("pandas.core.methods.to_dict", "pandas.core.reshape.reshape", "pandas.io.formats.string"),
    *("numpy", "pandas", "duckdb", "scipy.stats", "scipy.optimize", "scipy.sparse.csgraph"),
    *("matplotlib.pyplot", "matplotlib.backends.backend_svg", "matplotlib.backends.backend_agg", "seaborn"),
    *("statsmodels.regression.linear_model", "statsmodels.stats.contingency_tables"),
    "statsmodels.stats.inter_rater",
)


def preload(*, notebooks: bool) -> None:
    """Import what workers need, and what notebooks need where kernels are to be forked from here."""
    gc.disable()  # nearly all that is made here stays
    _import(_FOR_WORKERS)
    if notebooks:
        with without_debugger():
            _import(_FOR_KERNELS)
        _import(_FOR_NOTEBOOKS)
    with _filters_restored():  # a kernel that is started plainly has imported none of this
        _warm_up_rendering()
    if notebooks:
        _import(_own_modules())
        _warm_up_words()
        _warm_up_drawing()
    gc.freeze()  # nor need it be looked through, which would copy it, in each kernel
    gc.set_threshold(_NEW_OBJECTS)
    gc.enable()


def _import(names: Iterable[str]) -> None:
    with _as_in_a_kernel():
        for name in names:
            import_module(name)


def _own_modules() -> list[str]:
    """Return the names of all modules of evalkit that notebooks can come to import."""
    found = pkgutil.walk_packages(evalkit.__path__, "evalkit.")
    return [module.name for module in found if not module.name.endswith("__main__")]


@contextmanager
def _as_in_a_kernel() -> Iterator[None]:
    """Let modules that ask where they are imported, as pandas does, find the shell of a kernel."""
    builtins.get_ipython = lambda: SimpleNamespace(kernel=None)  # type: ignore[attr-defined]
    try:
        yield
    finally:
        del builtins.get_ipython  # type: ignore[attr-defined]


@contextmanager
def _filters_restored() -> Iterator[None]:
    filters: Any = warnings.filters
    before = filters[:]
    try:
        yield
    finally:
        filters[:] = before
        warnings._filters_mutated()  # type: ignore[attr-defined]


def _warm_up_rendering() -> None:
    """Render a page, so that templates, lexers and schemas are compiled."""
    from evalkit.study.execute import import_papermill

    import_papermill()
    import nbformat
    from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

    from evalkit.study.html.exporter import render_report
    from evalkit.study.html.glossary import read_ahead

    read_ahead()
    cells = [new_markdown_cell(_TEXT), new_code_cell("print(1)  # comment")]  # type: ignore[no-untyped-call]
    notebook = new_notebook(cells=cells)  # type: ignore[no-untyped-call]
    nbformat.validate(notebook)
    render_report(
        notebook, {"title": "", "study": "", "kind": "real", "failure": "", "facts": [], "cite": ""}
    )


def _warm_up_words() -> None:
    """Read what the package brings along: catalogues of messages, methods and indicators."""
    from evalkit.methods import load_methods
    from evalkit.present.catalogue import read_catalogue
    from evalkit.vocabulary import LANGUAGES

    for lang in LANGUAGES:
        read_catalogue(lang)
    load_methods()


def _warm_up_drawing() -> None:
    """Draw a figure, so that fonts are found; pyplot is left without a backend, which a shell must choose."""
    from matplotlib.figure import Figure

    figure = Figure()
    figure.subplots().set_title("Title")
    figure.savefig(StringIO(), format="svg")

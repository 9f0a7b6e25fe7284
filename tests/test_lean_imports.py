"""What seems absent while something is imported is there again afterwards."""

import subprocess
import sys
from types import ModuleType

import pytest

import evalkit.present.wording

IMPORTED = """
import sys
from evalkit.lean_imports import without_debugger
with without_debugger():
    import ipykernel.debugger
print(ipykernel.debugger._is_debugpy_available, "debugpy" in sys.modules)
import debugpy
print(bool(debugpy.__version__))
"""


def test_a_kernel_is_imported_without_its_debugger_which_can_be_imported_still():
    done = subprocess.run([sys.executable, "-c", IMPORTED], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\nTrue\n"


def test_what_is_imported_already_stays():
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "debugpy", "imported")
        from evalkit.lean_imports import without_debugger

        with without_debugger():
            assert sys.modules["debugpy"] == "imported"
        assert sys.modules["debugpy"] == "imported"


def test_all_modules_are_shown_again_also_after_an_error():
    import platform

    from evalkit.lean_imports import showing_no_modules

    with showing_no_modules(platform):
        assert platform.sys.modules == {}
        assert platform.sys.platform == sys.platform
    with pytest.raises(ZeroDivisionError), showing_no_modules(platform):
        raise ZeroDivisionError
    assert platform.sys is sys


ASKED = """
import sys
from evalkit.present.wording.refusals import say_refusal
from evalkit.present.wording.audits import say_audit
print(sorted({"matplotlib", "scipy.stats", "statsmodels", "evalkit.compare"} & set(sys.modules)))
"""


def test_who_wants_a_sentence_waits_for_no_figure_and_no_statistic():
    done = subprocess.run([sys.executable, "-c", ASKED], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("package", [evalkit.present, evalkit.present.wording])
def test_every_name_of_a_package_that_imports_later_is_there(package):
    assert len(package.__all__) > 10
    for name in package.__all__:
        found = getattr(package, name)
        assert not isinstance(found, ModuleType), f"{name} is a module of the same name"
    with pytest.raises(AttributeError, match="no attribute 'plot_nothing'"):
        _ = package.plot_nothing

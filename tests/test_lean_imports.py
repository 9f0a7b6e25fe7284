"""What seems absent while something is imported is there again afterwards."""

import subprocess
import sys

import pytest

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

"""How the documentation is built: ``make docs``."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).parent
sys.path.insert(0, str(HERE))

from generate_reference import write_reference  # noqa: E402

from evalkit import __version__ as release  # noqa: E402

write_reference(HERE / "reference" / "generated")

project = "evalkit"
author = "The evalkit contributors"
extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]
exclude_patterns = ["_build", "images"]
html_theme = "furo"
html_title = f"evalkit {release}"
html_copy_source = False
html_show_copyright = False
html_show_sphinx = False
myst_heading_anchors = 3
suppress_warnings = ["myst.xref_missing"]  # links of README.md and CHANGELOG.md are for those who read files
autodoc_typehints = "none"
autodoc_member_order = "bysource"
napoleon_google_docstring = False
napoleon_use_ivar = True
napoleon_use_rtype = False

"""Put single files of the repository into the wheel; folders are listed in ``pyproject.toml``."""

from __future__ import annotations

from typing import Any, Final

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

FILES: Final = ("CITATION.cff", "LICENSE", "requirements.lock")


class ShippedFiles(BuildHookInterface[Any]):
    """Adds files to a wheel, and not to what ``pip install -e`` installs."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Name the files, and where each goes."""
        if version == "standard":
            build_data["force_include"] |= {name: f"evalkit/shipped/{name}" for name in FILES}

"""A new study: its folder, commented settings, and templates of what people fill in."""

from evalkit.study.new.folder import create_study
from evalkit.study.new.forms import Form, FormColumn, list_forms

__all__ = ["Form", "FormColumn", "create_study", "list_forms"]

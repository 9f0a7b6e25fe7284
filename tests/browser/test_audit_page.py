"""The page of an audit is for everyone: by axe, by keys, in the dark and on a phone, in both languages."""

from __future__ import annotations

import numpy as np
import pytest
from intake.sheets import recap, siasn, survey, write_xlsx

from evalkit.study.audit import audit_file

from .pages import Browser
from .whole_page import find_faults_on_screens

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("lang", ["en", "id"])
def test_the_page_of_an_audit_is_for_everyone(browser: Browser, tmp_path, lang):
    draw = np.random.default_rng(1)
    path = write_xlsx(
        tmp_path / "penilaian-kinerja-dan-survei.xlsx",
        ("SKM", survey(draw, 30, weight="0.11")),
        ("Rekap", recap(draw, 20, exchanged=True)),
        ("SKP", siasn(draw, 40, never_kurang=True)),
        ("lama", siasn(draw, 5)),
        hidden=("lama",),
    )
    page = tmp_path / f"audit.{lang}.html"
    page.write_text(audit_file(path).to_html(lang), encoding="utf-8")
    with browser.open(page) as opened:
        assert find_faults_on_screens(opened) == {}

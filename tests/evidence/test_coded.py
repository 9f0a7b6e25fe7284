"""Texts that occur many times: as numbers, or as one object each."""

from __future__ import annotations

import pickle

import pandas as pd
import pytest

from evalkit.evidence.coded import code_texts, share_texts


@pytest.fixture
def rows():
    texts = [f"unit {i % 3}" for i in range(3_000)]  # each its own object
    texts[7] = None
    return pd.DataFrame({"unit": pd.Series(texts, dtype="str"), "value": range(3_000)}).iloc[1:]


def test_equal_texts_become_one_object_and_nothing_else_changes(rows):
    shared = share_texts(rows)
    pd.testing.assert_frame_equal(shared, rows)
    assert len({id(text) for text in rows["unit"].dropna()}) > 1_000
    assert len({id(text) for text in shared["unit"].dropna()}) == 3
    assert len(pickle.dumps(shared)) < 0.6 * len(pickle.dumps(rows))


@pytest.mark.parametrize("change", [share_texts, code_texts])
def test_what_was_given_stays_as_it_was(rows, change):
    before = rows.copy(deep=True)
    change(rows)
    pd.testing.assert_frame_equal(rows, before)


def test_a_table_without_rows_or_texts_stays_one(rows):
    pd.testing.assert_frame_equal(share_texts(rows.iloc[:0]), rows.iloc[:0])
    pd.testing.assert_frame_equal(share_texts(rows[["value"]]), rows[["value"]])

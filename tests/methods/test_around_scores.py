"""Mappings, overlap, national rules, listing and the SQL that is shown."""

from __future__ import annotations

from dataclasses import replace

import duckdb
import numpy as np
import pandas as pd
import pytest

from evalkit.errors import SpecificationError, UsageError
from evalkit.methods import (
    apply_mappings,
    apply_rules,
    describe_method,
    list_methods,
    load_methods,
    method_overlap,
    score_methods,
    score_parquet,
    scoring_sql,
)
from evalkit.rules import rate_matrix, rate_sum, score_sum
from evalkit.vocabulary import METHODS

from .build import make_evidence, random_evidence

SPECIFICATIONS = load_methods()
MAPPING = {"indicators": ["overall_rating", "agency_report"], "sources": ["citizen"], "because": "a test"}


class TestMappings:
    def test_what_is_mapped_is_read_on_its_own_scales(self):
        dumai = SPECIFICATIONS["dumai"]
        rows = [
            {"indicator": "overall_rating", "source": "citizen", "rater": "r", "value": 5},
            {"indicator": "agency_report", "source": "citizen", "rater": "r", "value": 0},
            {"indicator": "work_result", "source": "citizen", "rater": "r", "value": 5},
        ]
        mappings = {"dumai": {"work_result": MAPPING}}
        scores = score_methods(make_evidence(rows), [replace(dumai, minimum_weight=0.3)], mappings=mappings)
        assert scores.scores["score"].tolist() == [50]
        assert scores.mappings == mappings
        assert scores.specifications["dumai"].components[0].indicators == ("overall_rating", "agency_report")

    def test_mappings_of_other_methods_change_nothing(self):
        assert apply_mappings(SPECIFICATIONS["dumai"], {"bengkulu": {}}) == SPECIFICATIONS["dumai"]

    def test_every_fault_is_listed_together(self):
        mappings = {
            "dumai": {
                "work_reslt": MAPPING,
                "integrity": {"indicators": [], "sources": ["citzen", "system"], "becuase": "x"},
            }
        }
        with pytest.raises(SpecificationError) as caught:
            apply_mappings(SPECIFICATIONS["dumai"], mappings)
        assert str(caught.value) == (
            "The evidence cannot be mapped to dumai:\n"
            "  mappings.dumai.work_reslt: unknown component; did you mean 'work_result'?\n"
            "  mappings.dumai.integrity.becuase: unknown key; did you mean 'because'?\n"
            "  mappings.dumai.integrity.indicators must be a list with at least one name\n"
            "  mappings.dumai.integrity.sources: unknown source 'citzen'; did you mean 'citizen'?\n"
            "  mappings.dumai.integrity.sources: 'system' has no weight under raters of dumai\n"
            "  mappings.dumai.integrity.because must say why this evidence stands for the component"
        )

    def test_evidence_mapped_to_two_components_is_refused(self):
        mappings = {"dumai": {"work_result": MAPPING, "integrity": MAPPING}}
        rows = [{"indicator": "overall_rating", "source": "citizen", "rater": "r", "value": 5}]
        with pytest.raises(SpecificationError, match="is read by 'work_result' already"):
            score_methods(make_evidence(rows), [SPECIFICATIONS["dumai"]], mappings=mappings)


class TestOverlap:
    def test_a_method_shares_all_with_itself(self):
        dumai = SPECIFICATIONS["dumai"]
        pair = method_overlap([dumai, replace(dumai, name="again")]).iloc[0]
        assert pair["shared_weight"] == 1
        assert pair["shared_raters"] == "citizen, peer, supervisor"

    def test_every_pair_is_there_and_its_order_does_not_matter(self):
        pairs = method_overlap(SPECIFICATIONS)
        assert len(pairs) == 10
        reverse = method_overlap(list(SPECIFICATIONS.values())[::-1])
        keys = [frozenset(pair) for pair in zip(pairs["method_a"], pairs["method_b"], strict=True)]
        turned = [frozenset(pair) for pair in zip(reverse["method_a"], reverse["method_b"], strict=True)]
        shared = dict(zip(turned, reverse["shared_weight"], strict=True))
        assert [shared[key] for key in keys] == pairs["shared_weight"].tolist()

    def test_weights_of_evidence_sum_to_one_for_each_method(self):
        evidence = random_evidence(0, [SPECIFICATIONS["dumai"]])
        weights = score_methods(evidence, SPECIFICATIONS).evidence_weights()
        assert weights.groupby("method")["weight"].sum().to_numpy() == pytest.approx(np.ones(5))


class TestNationalRules:
    def test_ratings_follow_the_cut_offs_and_both_rules(self):
        evidence = random_evidence(7, list(SPECIFICATIONS.values()), n_employees=40)
        scores = score_methods(evidence, SPECIFICATIONS)
        ratings = apply_rules(scores)
        joined = ratings.merge(scores.scores, on=["method", "place", "unit", "employee"])
        rated = joined[joined["predikat_6_2022"] != ""]
        assert rated["predikat_6_2022"].nunique() >= 3
        for row in rated.to_dict("records"):
            one = SPECIFICATIONS[row["method"]]
            cuts = (one.expectation.meets, one.expectation.above)
            names = ("below", "meets", "above")
            result = names[np.searchsorted(cuts, row["result_points"], side="right")]
            behaviour = names[np.searchsorted(cuts, row["behaviour_points"], side="right")]
            assert row["predikat_6_2022"] == rate_matrix(result, behaviour)
            skp, conduct = (row[f"{part}_points"] * one.pp30.top / 100 for part in ("result", "behaviour"))
            total = score_sum(skp, conduct, behaviour_weight=one.pp30.behaviour_weight)
            assert row["pp30_score"] == pytest.approx(total)
            assert row["pp30_category"] == rate_sum(row["pp30_score"], new_idea=False)

    def test_who_has_no_score_gets_no_rating(self):
        rows = [{"indicator": "work_result", "source": "supervisor", "rater": "r", "value": 3}]
        rows += [{**rows[0], "employee": "f", "indicator": name} for name in ("adaptability", "integrity")]
        rows += [{**rows[0], "employee": "f", "indicator": name} for name in ("work_result", "collaboration")]
        ratings = apply_rules(score_methods(make_evidence(rows), [SPECIFICATIONS["dumai"]])).set_index(
            "employee"
        )
        assert ratings.loc["e", ["predikat_6_2022", "pp30_category"]].tolist() == ["", ""]
        assert np.isnan(ratings.loc["e", "pp30_score"])
        assert ratings.loc["f", ["predikat_6_2022", "pp30_score"]].tolist() == ["baik", 60]

    def test_a_new_idea_opens_the_top_band(self):
        base = {"source": "supervisor", "rater": "r", "value": 5}
        names = ("work_result", "adaptability", "collaboration", "integrity")
        rows = [{**base, "indicator": name} for name in names]
        idea = {"indicator": "new_idea", "source": "system", "value": 1}
        without, having = (make_evidence(given) for given in (rows, [*rows, idea]))
        scores = score_methods(without, [SPECIFICATIONS["dumai"]])
        assert apply_rules(scores, without)["pp30_category"].tolist() == ["baik"]
        assert apply_rules(scores, having)["pp30_category"].tolist() == ["sangat_baik"]


class TestText:
    def test_the_list_has_a_line_for_each_method(self):
        lines = list_methods(SPECIFICATIONS, "id").splitlines()
        assert [line.split()[0] for line in lines] == ["metode", *METHODS]
        assert all(len(line) <= 150 for line in lines)

    @pytest.mark.parametrize("lang", ["id", "en"])
    @pytest.mark.parametrize("method", METHODS)
    def test_a_method_is_described_in_full(self, method, lang):
        one = SPECIFICATIONS[method]
        text = " ".join(describe_method(one, lang).split())
        assert all(part.name in text and f"{part.weight:.2f}" in text for part in one.components)
        assert all(
            " ".join(entry[lang].split()) in text for entry in (*one.aims, *one.problems, *one.follow_up)
        )
        assert all((entry.id if lang == "id" else entry.en) in text for entry in one.assumptions)

    @pytest.mark.parametrize("method", METHODS)
    def test_the_sql_is_one_statement_that_duckdb_can_parse(self, method):
        sql = scoring_sql(SPECIFICATIONS[method])
        assert len(duckdb.extract_statements(sql)) == 1
        assert max(map(len, sql.splitlines())) < 280
        assert sql.startswith(f"-- {method}: one row per employee\nWITH ")

    def test_text_in_names_cannot_leave_its_quotes(self):
        dumai = SPECIFICATIONS["dumai"]
        part = replace(dumai.components[0], items=("'; DROP TABLE evidence; --",))
        sql = scoring_sql(replace(dumai, components=(part, *dumai.components[1:])))
        assert len(duckdb.extract_statements(sql)) == 1


class TestFiles:
    def test_a_folder_that_is_not_empty_is_refused(self, tmp_path):
        (tmp_path / "old.parquet").touch()
        with pytest.raises(UsageError, match=r"is not empty\. Name a new folder for the scores"):
            score_parquet("none.parquet", SPECIFICATIONS, tmp_path)

    def test_evidence_that_carries_no_method_gives_no_scores(self, tmp_path):
        evidence = make_evidence([{"indicator": "praise", "source": "system", "value": 1}])
        duckdb.from_df(evidence.observations).write_parquet(str(tmp_path / "evidence.parquet"))
        counts = score_parquet(tmp_path / "evidence.parquet", SPECIFICATIONS, tmp_path / "scores")
        assert counts["n_scored"].tolist() == [0] * 5
        assert not counts["estimable"].any()

    def test_pieces_of_a_few_places_give_the_same_scores(self, tmp_path, monkeypatch):
        evidence = random_evidence(8, list(SPECIFICATIONS.values()), n_employees=30)
        duckdb.from_df(evidence.observations).write_parquet(str(tmp_path / "evidence.parquet"))
        frames = []
        for name, n_rows in (("whole", 10**9), ("pieces", 1)):
            monkeypatch.setattr("evalkit.methods.files._ROWS_PER_PIECE", n_rows)
            score_parquet(tmp_path / "evidence.parquet", SPECIFICATIONS, tmp_path / name)
            assert len(list((tmp_path / name).iterdir())) == (5 if name == "whole" else 10)
            frames.append(duckdb.sql(f"FROM '{tmp_path}/{name}/*.parquet' ORDER BY ALL").df())
        pd.testing.assert_frame_equal(*frames, rtol=0, atol=1e-9)

from __future__ import annotations

import dataclasses
import re
from pathlib import Path

import jsonschema
import pytest
import yaml

from evalkit.errors import SpecificationError, UsageError
from evalkit.evidence import standard_indicators
from evalkit.methods import (
    Assumption,
    Bilingual,
    Component,
    Expectation,
    MethodSpecification,
    MinimumEvidence,
    Pp30,
    Transform,
    load_methods,
    load_specification,
    specification_schema,
)
from evalkit.methods import specification as module
from evalkit.vocabulary import METHODS, SOURCES

SHIPPED = Path(module.__file__).parent
SPECIFICATIONS = load_methods()


def write(folder: Path, *changes: tuple[str, str], name: str = "dumai") -> Path:
    """Write the Dumai method with some text replaced."""
    text = (SHIPPED / "dumai.yaml").read_text(encoding="utf-8")
    for old, new in changes:
        assert old in text
        text = text.replace(old, new, 1)
    path = folder / f"{name}.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def refusal(path: Path) -> str:
    with pytest.raises(SpecificationError) as caught:
        load_specification(path, indicators=standard_indicators())
    return str(caught.value)


class TestShipped:
    def test_there_is_one_for_each_method_in_the_order_of_the_reports(self):
        assert tuple(SPECIFICATIONS) == METHODS

    @pytest.mark.parametrize("method", METHODS)
    def test_says_everything_in_both_languages(self, method):
        one = SPECIFICATIONS[method]
        texts = [one.title, one.principle, one.cadence, one.summary, *one.aims, *one.problems, *one.follow_up]
        assert all(text.id != text.en for text in texts)
        assert all(len(part) > 0 for part in (one.aims, one.problems, one.follow_up))

    @pytest.mark.parametrize("method", METHODS)
    def test_every_open_choice_is_an_assumption(self, method):
        about = {assumption.about for assumption in SPECIFICATIONS[method].assumptions}
        open_choices = {"weights", "occasions", "minimum_weight", "minimum evidence", "expectation", "pp30"}
        assert open_choices | {"minutes"} <= about
        if any(len(part.sources) > 1 for part in SPECIFICATIONS[method].components):
            assert "rater weights" in about

    @pytest.mark.parametrize("method", METHODS)
    def test_weights_may_move_within_their_ranges(self, method):
        components = SPECIFICATIONS[method].components
        assert sum(part.weight for part in components) == pytest.approx(1, abs=1e-12)
        assert all(part.range[0] < part.weight < part.range[1] for part in components)

    @pytest.mark.parametrize("method", METHODS)
    def test_has_both_parts_and_a_cost_for_every_source(self, method):
        one = SPECIFICATIONS[method]
        assert one.part_weight("result") > 0
        assert one.part_weight("behaviour") > 0
        assert one.part_weight("result") + one.part_weight("behaviour") == pytest.approx(1)
        assert set(one.sources) == set(one.raters) == set(one.minutes_per_observation)

    def test_only_dumai_can_be_carried_by_citizens_ratings_of_employees_alone(self):
        carried = {
            name: sum(
                part.weight
                for part in one.components
                if "citizen" in part.sources and part.level == "employee"
            )
            for name, one in SPECIFICATIONS.items()
        }
        assert [name for name, weight in carried.items() if weight >= 0.6] == ["dumai"]

    def test_senapelan_says_that_the_combination_and_the_staff_are_assumed(self):
        about = {assumption.about: assumption for assumption in SPECIFICATIONS["senapelan"].assumptions}
        assert "our assumption" in about["combination"].en
        assert "27" in about["staff"].en
        assert SPECIFICATIONS["senapelan"].pp30.behaviour_weight == 0.4

    def test_each_file_points_editors_to_the_schema(self):
        for method in METHODS:
            first = (SHIPPED / f"{method}.yaml").read_text(encoding="utf-8").splitlines()[0]
            assert first == "# yaml-language-server: $schema=specification.schema.json"


class TestSchema:
    CLASSES = (Bilingual, Transform, MinimumEvidence, Component, Expectation, Pp30, Assumption)

    def test_is_a_schema(self):
        jsonschema.Draft202012Validator.check_schema(specification_schema())

    @pytest.mark.parametrize("cls", CLASSES, ids=lambda cls: cls.__name__)
    def test_has_the_fields_of_the_class(self, cls):
        self.compare(specification_schema()["$defs"][cls.__name__], cls)

    def test_has_the_fields_of_a_specification(self):
        self.compare(specification_schema(), MethodSpecification)

    @staticmethod
    def compare(schema, cls):
        fields = dataclasses.fields(cls)
        assert set(schema["properties"]) == {field.name for field in fields}
        needed = {field.name for field in fields if field.default is dataclasses.MISSING}
        assert set(schema.get("required", ())) == needed

    def test_knows_the_sources_of_the_vocabulary(self):
        assert tuple(specification_schema()["$defs"]["Source"]["enum"]) == SOURCES
        assert set(specification_schema()["$defs"]["BySource"]["properties"]) == set(SOURCES)

    def test_accepts_every_shipped_file(self):
        validator = jsonschema.Draft202012Validator(specification_schema())
        for method in METHODS:
            validator.validate(yaml.safe_load((SHIPPED / f"{method}.yaml").read_text(encoding="utf-8")))


class TestFaults:
    def test_an_unknown_method_is_refused_with_the_nearest_name(self):
        with pytest.raises(UsageError, match=r"There is no method 'semarng': did you mean 'semarang'\?"):
            load_methods(["semarng"])

    def test_every_fault_of_the_schema_is_listed_with_its_line(self, tmp_path):
        path = write(
            tmp_path,
            ("minimum_weight: 0.60", "minimum_wieght: 0.60"),
            ("part: result", "part: results"),
            ("sources: [supervisor, citizen]", "sources: [supervisr, citizen]"),
            ("weight: 0.30", "weight: heavy"),
        )
        message = refusal(path)
        lines = path.read_text(encoding="utf-8").splitlines()
        for needle, expected in (
            ("minimum_wieght", "unknown key 'minimum_wieght'; did you mean 'minimum_weight'?"),
            ("part: results", "components[0].part: unknown value 'results'; did you mean 'result'?"),
            ("supervisr", "components[0].sources[0]: unknown value 'supervisr'; did you mean 'supervisor'?"),
            ("weight: heavy", "components[0].weight: must be a number; found 'heavy'"),
        ):
            number = next(i for i, line in enumerate(lines, start=1) if needle in line)
            assert re.search(rf"line {number}, .*{re.escape(expected)}", message), message
        assert message.startswith("4 faults in dumai.yaml:")
        assert "specification.schema.json" in message

    def test_every_fault_of_arithmetic_is_listed_together(self, tmp_path):
        message = refusal(
            write(
                tmp_path,
                ("weight: 0.30", "weight: 0.50"),
                ("indicators: [adaptability]", "indicators: [adaptabilty]"),
                ("raters: {supervisor: 1, peer: 1, citizen: 1}", "raters: {supervisor: 1, citizen: 1}"),
                ("meets: 50, above: 75,", "meets: 70, above: 65,"),
            )
        )
        for text in (
            "components: the weights must sum to 1; they sum to 1.2",
            "components[0].weight: must lie in its range [0.2, 0.45]; found 0.5",
            "components[1].indicators[0]: there is no indicator 'adaptabilty'; did you mean 'adaptability'?",
            "components[2].sources[1]: 'peer' has no weight under raters",
            "expectation.meets: must lie in its range [40, 60]; found 70",
            "expectation: meets must be lower than above",
        ):
            assert text in message
        assert message.startswith("7 faults in dumai.yaml:")  # peer is missing twice

    def test_weights_may_miss_one_by_rounding_only(self, tmp_path):
        assert load_specification(write(tmp_path, ("weight: 0.30", "weight: 0.3000000001")))
        assert "sum to 1.00001" in refusal(write(tmp_path, ("weight: 0.30", "weight: 0.30001")))

    @pytest.mark.parametrize(
        ("old", "new", "text"),
        [
            ("range: [0.20, 0.45]", "range: [0.45, 0.20]", "components[0].range: must go from low to high"),
            ("name: adaptability", "name: work_result", "components[1].name: 'work_result' is used twice"),
            ("name: dumai", "name: dumei", "name: must be the file's name, 'dumai'; found 'dumei'"),
            (
                "indicators: [adaptability]",
                "indicators: [work_result]",
                "'work_result' from 'supervisor' is read by 'work_result' already",
            ),
            (
                "transform: {kind: linear}",
                "transform: {kind: standard_over_actual}",
                "components[0].transform: standard_over_actual needs a standard",
            ),
            (
                "transform: {kind: linear}",
                "transform: {kind: share, low: 0}",
                "components[0].transform: low and high mean nothing to share",
            ),
            (
                "transform: {kind: linear}",
                "transform: {kind: linear, standard: 3}",
                "components[0].transform.standard: means nothing to linear",
            ),
            (
                "transform: {kind: linear}",
                "transform: {kind: linear, low: 5, high: 1}",
                "components[0].transform.low: must be lower than high",
            ),
            ("indicators: [work_result]", "indicators: [complaints]", "the scale of 'complaints' is open"),
            ("place: dumai", "place: dumai\nplace: siak", "place: key 'place' stands twice"),
            ("place: dumai", "", ""),
        ],
    )
    def test_each_fault_says_what_and_where(self, tmp_path, old, new, text):
        path = write(tmp_path, (old, new))
        if not text:
            assert load_specification(path).place == ""
            return
        assert text in refusal(path)

    def test_ranges_in_which_no_weights_sum_to_one_are_refused(self, tmp_path):
        message = refusal(write(tmp_path, ("range: [0.20, 0.45]", "range: [0.90, 0.95]")))
        assert "no weights within the ranges sum to 1; they sum to 1.15 to" in message

    def test_a_missing_key_is_named(self, tmp_path):
        message = refusal(write(tmp_path, ("    part: result\n", "")))
        assert "components[0]: 'part' is missing" in message

    @pytest.mark.parametrize(
        ("content", "text"),
        [
            (b"name: [", "dumai.yaml is not YAML"),
            (b"name: caf\xe9", "dumai.yaml is not UTF-8 (byte 10, line 1)"),
            (b"", "1 fault in dumai.yaml:\n  line 1, the file: is empty; a specification needs name, title"),
        ],
    )
    def test_a_file_that_cannot_be_read_says_so(self, tmp_path, content, text):
        path = tmp_path / "dumai.yaml"
        path.write_bytes(content)
        assert text in refusal(path)

    def test_a_missing_file_says_so(self, tmp_path):
        assert "nowhere.yaml cannot be read" in refusal(tmp_path / "nowhere.yaml")


def test_a_folder_of_ones_own_is_loaded_by_name(tmp_path):
    write(tmp_path, ("name: dumai", "name: mine"), name="mine")
    assert list(load_methods(folder=tmp_path)) == ["mine"]
    with pytest.raises(UsageError, match="There is no method 'dumai': known are: mine"):
        load_methods(["dumai"], tmp_path)


def test_shipped_methods_are_read_once_and_what_is_handed_out_can_be_changed():
    first = load_methods(["dumai"])["dumai"]
    whole = load_methods(["dumai"])["dumai"]
    first.raters.clear()
    first.minutes_per_observation["peer"] = 99
    assert load_methods(["dumai"])["dumai"] == whole != first

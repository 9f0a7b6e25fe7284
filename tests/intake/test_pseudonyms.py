"""Keys of pseudonyms: outside every study, for their owner alone, and the same one each time."""

from __future__ import annotations

import hashlib
import hmac
import stat

import pytest

from evalkit.intake.importing.people import read_person
from evalkit.intake.pseudonyms import (
    KeyFileError,
    PseudonymKey,
    default_key_file,
    make_key,
    read_key,
    throwaway_key,
)
from evalkit.rules import holds_nip

NIP = "19850101" + "2010031001"
CONTRACT = "19900101" + "2022212001"


def test_a_pseudonym_is_an_hmac_that_another_key_does_not_give():
    key = PseudonymKey(b"k" * 32)
    assert key.name(NIP) == key.name(NIP) != PseudonymKey(b"l" * 32).name(NIP)
    expected = hmac.new(b"k" * 32, b"pseudonym\0" + NIP.encode(), hashlib.sha256).digest()
    import base64

    assert key.name(NIP) == "p-" + base64.b32encode(expected).decode().lower()[:13]
    assert len({key.name(str(each)) for each in range(50_000)}) == 50_000


def test_neither_a_key_nor_a_person_is_shown():
    key = throwaway_key()
    assert key.secret.hex() not in repr(key)
    assert NIP not in repr(read_person(NIP))
    assert not holds_nip(key.name(NIP))


def test_a_new_key_is_for_its_owner_alone(tmp_path):
    file = tmp_path / "keys" / "a.key"
    key = make_key(file)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert read_key(file, key.fingerprint).name("x") == key.name("x")
    with pytest.raises(FileExistsError):
        make_key(file)


def test_a_key_that_others_may_read_is_refused_with_the_remedy(tmp_path):
    file = tmp_path / "a.key"
    make_key(file)
    file.chmod(0o640)
    with pytest.raises(KeyFileError, match=r"Others may read the key .*chmod 600"):
        read_key(file)


@pytest.mark.parametrize("marker", ["datapackage.json", "study.yaml"])
def test_a_key_inside_a_study_is_refused_behind_a_link_too(tmp_path, marker):
    study = tmp_path / "study"
    (study / "more").mkdir(parents=True)
    (study / marker).write_text("{}", encoding="utf-8")
    with pytest.raises(KeyFileError, match="stands inside the study study"):
        make_key(study / "more" / "a.key")
    make_key(tmp_path / "a.key")
    (tmp_path / "a.key").rename(study / "b.key")
    (tmp_path / "link.key").symlink_to(study / "b.key")
    with pytest.raises(KeyFileError, match="stands inside the study study"):
        read_key(tmp_path / "link.key")
    assert not (study / "more" / "a.key").exists()


def test_another_key_than_that_of_the_study_is_refused_and_a_lost_one_is_not_made_anew(tmp_path):
    first = make_key(tmp_path / "a.key")
    make_key(tmp_path / "b.key")
    with pytest.raises(KeyFileError, match="made with another key"):
        read_key(tmp_path / "b.key", first.fingerprint)
    with pytest.raises(KeyFileError, match="their key is not at"):
        make_key(tmp_path / "c.key", first.fingerprint)
    assert not (tmp_path / "c.key").exists()


@pytest.mark.parametrize("content", [b"", b"\xff\xfe", b"evalkit-key-1:12", b"secret"])
def test_what_is_no_key_is_refused_and_not_shown(tmp_path, content):
    file = tmp_path / "a.key"
    file.write_bytes(content)
    file.chmod(0o600)
    with pytest.raises(KeyFileError, match="is no key of evalkit") as caught:
        read_key(file)
    assert "secret" not in str(caught.value)


def test_the_key_of_a_study_is_named_after_it_and_kept_with_settings(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path))
    assert default_key_file(tmp_path / "dumai") == tmp_path / "evalkit" / "keys" / "dumai.key"


@pytest.mark.parametrize(
    "text",
    [NIP, f"'{NIP}", f"{NIP[:8]} {NIP[8:14]} {NIP[14]} {NIP[15:]}", f"Siti Rahmawati ({NIP})", f" {NIP}\n"],
)
def test_a_nip_is_the_same_person_however_it_is_written(text):
    person = read_person(text)
    assert person.identity == read_person(NIP).identity
    assert (person.birth_year, person.joined_year, person.sex) == ("1985", "2010", "man")


def test_contract_staff_are_read_and_a_number_that_is_no_date_is_a_person_without_facts():
    assert (read_person(CONTRACT).joined_year, read_person(CONTRACT).sex) == ("2022", "woman")
    wrong = read_person("19851301" + "2010031001")
    assert (wrong.kind, wrong.birth_year, wrong.fault) == ("unread_nip", "", "")


@pytest.mark.parametrize(
    ("value", "fault"),
    [
        (float(NIP), "damaged_nip"),
        (int(NIP), "damaged_nip"),
        ("1,98501E+17", "damaged_nip"),
        ("1.98501012010031e+17", "damaged_nip"),
        (NIP[:-1], "no_nip"),
        (f"{NIP}1", "no_nip"),
        (f"{NIP} dan {CONTRACT}", "two_people"),
        ("", "nobody"),
        (" ", "nobody"),
        (True, "no_person"),
    ],
)
def test_a_number_that_lost_digits_is_nobody(value, fault):
    person = read_person(value)
    assert (person.fault, person.identity) == (fault, "")


def test_names_differ_by_more_than_their_letters_size_and_blanks():
    assert read_person("Siti  RAHMA").identity == read_person("siti rahma ").identity
    assert read_person("Siti Rahma").identity != read_person("Siti Rahmi").identity
    assert read_person("Siti", is_number=True).fault == "no_nip"
    assert read_person(17.0).identity == read_person("17").identity

"""The doctor: finds what is missing, says how to get it, never fails itself."""

import shutil
from importlib import metadata

import pytest

from coursereg.course import _places, doctor


def states(findings):
    return {finding.what: finding.state for finding in findings}


def test_doctor__finds_a_healthy_machine_healthy(tmp_path):
    findings = doctor.examine(tmp_path)
    assert doctor.is_healthy(findings), doctor.report(findings)
    assert "Everything a student needs is here." in doctor.report(findings)


def test_doctor__says_how_to_get_each_thing_that_is_not_there(tmp_path):
    for finding in doctor.examine(tmp_path):
        assert finding.state in ("ok", "missing", "optional")
        assert bool(finding.how) == (finding.state != "ok")


def test_doctor__names_a_changed_and_a_lost_data_file(tmp_path, monkeypatch):
    copy = tmp_path / "data"
    shutil.copytree(_places.data_folder(), copy)
    (copy / "truth.json").write_text("{}", encoding="utf-8")
    (copy / "head_pd.png").unlink()
    monkeypatch.setattr(_places, "data_folder", lambda: copy)
    findings = doctor.examine(tmp_path)
    (bad,) = (f for f in findings if f.what.startswith("data files"))
    assert bad.state == "missing"
    assert "head_pd.png (not there)" in bad.what
    assert "truth.json (changed)" in bad.what
    assert not doctor.is_healthy(findings)


def test_doctor__names_a_package_that_is_absent_and_how_to_install_it(tmp_path, monkeypatch):
    real = metadata.version

    def version(name):
        if name.lower() in ("nibabel", "nbgrader"):
            raise metadata.PackageNotFoundError(name)
        return "0.1" if name == "anywidget" else real(name)

    monkeypatch.setattr(metadata, "version", version)
    found = states(doctor.examine(tmp_path))
    (packages,) = (what for what in found if what.startswith("packages:"))
    assert "nibabel" in packages
    assert "anywidget 0.1 (needs >=" in packages
    assert found[packages] == "missing"
    (grade,) = (what for what in found if what.startswith("extra grade"))
    assert found[grade] == "optional"
    text = doctor.report(doctor.examine(tmp_path))
    assert 'python -m pip install "anywidget>=' in text
    assert "Something a student needs is missing." in text


@pytest.mark.parametrize("name", ["bwrap", "chromium"])
def test_doctor__takes_tools_of_teachers_and_developers_as_optional(tmp_path, monkeypatch, name):
    monkeypatch.setattr(shutil, "which", lambda _: None)
    findings = doctor.examine(tmp_path)
    wanted = {"bwrap": "bubblewrap", "chromium": "chromium"}[name]
    assert any(wanted in f.what and f.state == "optional" and f.how for f in findings)
    assert doctor.is_healthy(findings)


def test_doctor__reports_a_check_that_fails_instead_of_failing(tmp_path, monkeypatch):
    def broken():
        raise RuntimeError("the disk is on fire")

    monkeypatch.setattr(doctor, "_data", broken)
    findings = doctor.examine(tmp_path)
    assert any("the disk is on fire" in f.what and f.state == "missing" for f in findings)


def test_doctor__says_when_the_disk_is_full(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(10, 10, 3 * 1024 * 1024))
    found = states(doctor.examine(tmp_path))
    assert any(what.startswith("only 3 MB free") and state == "missing" for what, state in found.items())


def test_doctor__looks_at_the_nearest_folder_that_exists(tmp_path):
    findings = doctor.examine(tmp_path / "not" / "yet")
    assert any(f"{tmp_path} can be written to" in f.what for f in findings)

import os

from segcore.hardware.threads import spin_briefly


def test_what_the_environment_says_goes_first(monkeypatch):
    monkeypatch.delenv("OMP_WAIT_POLICY", raising=False)
    monkeypatch.setenv("GOMP_SPINCOUNT", "7")
    spin_briefly()
    assert os.environ["GOMP_SPINCOUNT"] == "7"
    monkeypatch.delenv("GOMP_SPINCOUNT")
    spin_briefly()
    assert int(os.environ["GOMP_SPINCOUNT"]) < 100_000
    monkeypatch.delenv("GOMP_SPINCOUNT")
    monkeypatch.setenv("OMP_WAIT_POLICY", "ACTIVE")
    spin_briefly()
    assert "GOMP_SPINCOUNT" not in os.environ

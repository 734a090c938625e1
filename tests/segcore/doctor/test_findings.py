from segcore.doctor.findings import Finding, Report, Section, looked_at

SMALL = Finding("It is slow.", "Wait.")
LARGE = Finding("It is broken.", "Mend it.", stops=True)
REPORT = Report((Section("One", {"a": "1", "bcd": "2"}, (SMALL,)), Section("Two", {}, (LARGE,))))


def test_the_text_tells_what_stops_work_first_and_then_the_facts():
    assert REPORT.text() == (
        "What is wrong\n  [stops work] It is broken.\n    Mend it.\n  It is slow.\n    Wait.\n"
        "\nOne\n  a    1\n  bcd  2\n\nTwo"
    )


def test_json_has_the_same():
    found = REPORT.to_json()
    assert found["schema"] == 1
    assert found["stops"] is True
    assert [each["message"] for each in found["findings"]] == ["It is broken.", "It is slow."]
    assert found["sections"] == {"One": {"a": "1", "bcd": "2"}, "Two": {}}


def test_what_does_not_stop_work_is_no_failure():
    assert not Report((Section("One", {}, (SMALL,)),)).stops
    assert "Nothing was found." in Report(()).text()


def test_a_change_reaches_every_text():
    changed = REPORT.changed(lambda text: text.replace("It", "X").replace("1", "Y"))
    assert changed.findings[0].message == "X is broken."
    assert changed.sections[0].facts["a"] == "Y"


def test_a_section_that_fails_says_why():
    def fails() -> Section:
        raise OSError("no such device")

    assert looked_at("Disks", fails).facts == {"not known": "OSError: no such device"}

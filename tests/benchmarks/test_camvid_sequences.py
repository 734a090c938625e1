from __future__ import annotations

from benchmarks.camvid_sequences import evenly, split


def test_no_drive_is_on_both_sides_but_the_halved_one():
    names = ["0016E5_2", "0006R0_2", "0001TP_3", "0001TP_1", "0006R0_1", "0016E5_1", "0001TP_2", "0001TP_4"]
    train, unseen = split([f"{name}.jpg" for name in names])
    assert train == ["0001TP_3.jpg", "0001TP_4.jpg", "0016E5_1.jpg", "0016E5_2.jpg"]
    assert unseen == ["0001TP_1.jpg", "0001TP_2.jpg", "0006R0_1.jpg", "0006R0_2.jpg"]


def test_few_are_spread_from_the_first_to_the_last():
    names = [str(number) for number in range(11)]
    assert evenly(names, 3) == ["0", "5", "10"]
    assert evenly(names, 20) == names

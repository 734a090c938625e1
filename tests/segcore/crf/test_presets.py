import pytest

from segcore.crf import PRESETS, CrfParameters


def test_the_presets_are_the_published_ones():
    assert PRESETS["gentle"] == CrfParameters()
    # w1, w2, θα, θβ, θγ, iterations, as DeepLab v2 was run on PASCAL VOC
    assert PRESETS["deeplab"] == CrfParameters(4, 3, 67, 3, 1, 10)
    # addPairwiseBilateral(sxy=80, srgb=13, compat=10), addPairwiseGaussian(sxy=3, compat=3)
    assert PRESETS["strong"] == CrfParameters(10, 3, 80, 13, 3, 5)


def test_nobody_changes_them():
    with pytest.raises(TypeError):
        PRESETS["gentle"] = CrfParameters(w1=3)

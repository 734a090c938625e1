import pytest

from segcore.models.grid import Grid


def test_a_stack_of_layers_by_hand():
    conv = Grid().convolved(kernel=3, stride=1, padding=1)
    assert conv == Grid(1, 0)
    pool = conv.convolved(kernel=2, stride=2)
    assert pool == Grid(2, 0.5)
    assert pool.convolved(kernel=2, stride=2) == Grid(4, 1.5)
    assert Grid().convolved(kernel=11, stride=4, padding=2) == Grid(4, 3)


@pytest.mark.parametrize("stride", [2, 8, 32])
def test_pooling_and_upsampling_again_lies_on_the_image(stride):
    pooled = Grid().convolved(stride, stride)
    assert pooled.upsampled(2 * stride, stride, stride // 2) == Grid()


def test_an_offset_counts_cells():
    assert Grid(16, -92).offset(Grid(16, -12)) == 5
    assert Grid(1, -19).offset(Grid()) == 19


def test_maps_that_do_not_lie_on_each_other_have_no_offset():
    with pytest.raises(ValueError, match="between two cells"):
        Grid(1, -9.5).offset(Grid())

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, QSize

from app.canvas.view_transform import KEEP_VISIBLE, ViewTransform


def test_fitted_image_is_whole_and_in_the_middle():
    transform = ViewTransform.fitted(QSize(1000, 500), QSize(524, 400))
    assert transform.scale == 0.5
    assert (transform.left, transform.top) == (12, 75)


def test_zooming_keeps_what_is_under_the_pointer():
    transform = ViewTransform(0.5, 10.0, 20.0)
    about = QPointF(210, 120)
    before = transform.to_image(about)
    after = transform.zoomed(8.0, about).to_image(about)
    assert abs(after.x - before.x) <= 0.5 / 8
    assert abs(after.y - before.y) <= 0.5 / 8


def test_the_image_cannot_be_lost():
    kept = ViewTransform(1.0, 5000.0, -5000.0).kept_visible(QSize(100, 100), QSize(400, 300))
    assert (kept.left, kept.top) == (400 - KEEP_VISIBLE, KEEP_VISIBLE - 100)


def test_dirty_and_visible_rectangles_hold_all_pixels():
    transform = ViewTransform(0.3, 7.0, 9.0)
    dirty = transform.dirty(QRect(10, 10, 5, 5))
    assert dirty.contains(QRect(10, 12, 2, 2))
    visible = ViewTransform(2.0, -100.0, 0.0).visible(QRect(0, 0, 50, 50), QSize(1000, 1000), margin=0)
    assert visible.contains(QRect(50, 0, 25, 25))
    assert visible.width() <= 27


def test_a_box_fills_a_part_of_the_view_with_its_middle_in_the_middle():
    transform = ViewTransform.around(QRectF(100, 50, 20, 10), QSize(500, 300), least=0.5)
    assert transform.scale == 8.0  # 0.4 * 500 / 20 is 10
    middle = transform.to_image(QPointF(250, 150))
    assert (round(middle.x), round(middle.y)) == (110, 55)
    assert ViewTransform.around(QRectF(0, 0, 1000, 100), QSize(500, 300), least=0.1).scale == 0.2
    assert ViewTransform.around(QRectF(0, 0, 1000, 100), QSize(500, 300), least=0.5).scale == 0.5

"""SettingsTable: the settings that a person finds in the dialog, one row each, by page."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.language.marking import QT_TRANSLATE_NOOP


@dataclass(frozen=True)
class SettingRow:
    """One setting of `app.settings.settings.TABLE` as a person sees it.

    Attributes
    ----------
    text, help : str
        Source texts of the context "Settings": its name, and what it does.
    names : dict of str to str
        Source texts of its choices.
    unit : str
        Source text after the number.
    scale : float
        The number shown is the value times this (100 for a share in per cent).
    restart : bool
        Whether a change holds from the next start on only.
    """

    key: str
    text: str
    help: str
    names: dict[str, str] = field(default_factory=dict)
    unit: str = ""
    scale: float = 1.0
    restart: bool = False


ENGINES = {
    "none": QT_TRANSLATE_NOOP("Settings", "No CRF"),
    "auto": QT_TRANSLATE_NOOP("Settings", "Automatic"),
    "fast": QT_TRANSLATE_NOOP("Settings", "Fast"),
    "exact": QT_TRANSLATE_NOOP("Settings", "Exact (slow)"),
}
PX = QT_TRANSLATE_NOOP("Settings", " px")
MB = QT_TRANSLATE_NOOP("Settings", " MB")

PAGES: tuple[tuple[str, tuple[SettingRow, ...]], ...] = (
    (
        QT_TRANSLATE_NOOP("Settings", "Appearance"),
        (
            SettingRow(
                "theme",
                QT_TRANSLATE_NOOP("Settings", "Colours"),
                QT_TRANSLATE_NOOP("Settings", "High contrast has white on black, and every border is drawn."),
                {
                    "system": QT_TRANSLATE_NOOP("Settings", "As the system"),
                    "dark": QT_TRANSLATE_NOOP("Settings", "Dark"),
                    "light": QT_TRANSLATE_NOOP("Settings", "Light"),
                    "contrast": QT_TRANSLATE_NOOP("Settings", "High contrast"),
                },
            ),
            SettingRow(
                "language",
                QT_TRANSLATE_NOOP("Settings", "Language"),
                QT_TRANSLATE_NOOP("Settings", "English where there is no translation."),
                {
                    "system": QT_TRANSLATE_NOOP("Settings", "As the system"),
                    "en": "English",
                    "zh_CN": "简体中文",
                },
                restart=True,
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Settings", "Labelling"),
        (
            SettingRow(
                "live",
                QT_TRANSLATE_NOOP("Settings", "Live"),
                QT_TRANSLATE_NOOP("Settings", "Labels the rest of the image after each stroke."),
            ),
            SettingRow(
                "brush.radius",
                QT_TRANSLATE_NOOP("Settings", "Radius of the brush"),
                QT_TRANSLATE_NOOP("Settings", "In pixels of the image; the tool bar changes the same."),
                unit=PX,
            ),
            SettingRow(
                "eraser.radius",
                QT_TRANSLATE_NOOP("Settings", "Radius of the eraser"),
                QT_TRANSLATE_NOOP("Settings", "In pixels of the image."),
                unit=PX,
            ),
            SettingRow(
                "smart.radius",
                QT_TRANSLATE_NOOP("Settings", "Radius of smart stroke"),
                QT_TRANSLATE_NOOP("Settings", "A scribble is thin: it has to lie inside its region."),
                unit=PX,
            ),
            SettingRow(
                "edge.radius",
                QT_TRANSLATE_NOOP("Settings", "Radius of edge refine"),
                QT_TRANSLATE_NOOP("Settings", "How far from the stroke a border may move."),
                unit=PX,
            ),
            SettingRow(
                "superpixel.radius",
                QT_TRANSLATE_NOOP("Settings", "Radius of superpixels"),
                QT_TRANSLATE_NOOP("Settings", "Half of the side of a piece, about; at most 64."),
                unit=PX,
            ),
            SettingRow(
                "brush.shape",
                QT_TRANSLATE_NOOP("Settings", "Shape of the pens"),
                QT_TRANSLATE_NOOP("Settings", "Square pens fit pixels and straight edges."),
                {
                    "round": QT_TRANSLATE_NOOP("Settings", "Round"),
                    "square": QT_TRANSLATE_NOOP("Settings", "Square"),
                },
            ),
            SettingRow(
                "fill.by_colour",
                QT_TRANSLATE_NOOP("Settings", "Fill by colour"),
                QT_TRANSLATE_NOOP("Settings", "Fill takes a region of similar colours, not one of the same label."),
            ),
            SettingRow(
                "fill.tolerance",
                QT_TRANSLATE_NOOP("Settings", "Tolerance of colours"),
                QT_TRANSLATE_NOOP(
                    "Settings", "How far colours may differ, 0-255, for the magic wand and for Fill by colour."
                ),
            ),
            SettingRow(
                "pen.pressure",
                QT_TRANSLATE_NOOP("Settings", "Stylus pressure sets the size"),
                QT_TRANSLATE_NOOP("Settings", "A stylus that is pressed lightly paints with a smaller radius."),
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Settings", "Model"),
        (
            SettingRow(
                "device",
                QT_TRANSLATE_NOOP("Settings", "Device"),
                QT_TRANSLATE_NOOP("Settings", "Where models run; the model is loaded again when this changes."),
                {
                    "auto": QT_TRANSLATE_NOOP("Settings", "The fastest there is"),
                    "cpu": QT_TRANSLATE_NOOP("Settings", "Processor"),
                    "cuda": QT_TRANSLATE_NOOP("Settings", "NVIDIA graphics card (CUDA)"),
                    "mps": QT_TRANSLATE_NOOP("Settings", "Apple graphics (MPS)"),
                },
            ),
            SettingRow(
                "network.offline",
                QT_TRANSLATE_NOOP("Settings", "Offline"),
                QT_TRANSLATE_NOOP("Settings", "Never download weights; otherwise each download is asked for first."),
            ),
            SettingRow(
                "predict.on_open",
                QT_TRANSLATE_NOOP("Settings", "Predict new images when they are opened"),
                QT_TRANSLATE_NOOP("Settings", "Only images in which nothing is labelled yet."),
            ),
            SettingRow(
                "predict.reliable",
                QT_TRANSLATE_NOOP("Settings", "Only reliable classes"),
                QT_TRANSLATE_NOOP(
                    "Settings",
                    "A prediction leaves out classes of which fewer than 85 % were right on held-out images.",
                ),
            ),
            SettingRow(
                "worklist.good_enough",
                QT_TRANSLATE_NOOP("Settings", "Good enough"),
                QT_TRANSLATE_NOOP(
                    "Settings", "The list of images says that you can stop when fewer pixels than this are still wrong."
                ),
                unit=QT_TRANSLATE_NOOP("Settings", " %"),
                scale=100.0,
                restart=True,
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Settings", "CRF"),
        (
            SettingRow(
                "refine.engine",
                QT_TRANSLATE_NOOP("Settings", "Program that computes it"),
                QT_TRANSLATE_NOOP("Settings", "Automatic takes the fast one, and the exact one for small images."),
                ENGINES,
            ),
            SettingRow(
                "refine.live",
                QT_TRANSLATE_NOOP("Settings", "Preview while a slider moves"),
                QT_TRANSLATE_NOOP("Settings", "Computes the visible part again after each change in the tab Refine."),
            ),
            SettingRow(
                "predict.crf",
                QT_TRANSLATE_NOOP("Settings", "After each prediction of many images"),
                QT_TRANSLATE_NOOP("Settings", "Refines the edges of all predictions; it takes longer."),
                ENGINES,
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Settings", "Training"),
        (
            SettingRow(
                "train.minutes",
                QT_TRANSLATE_NOOP("Settings", "Length of a fine-tuning"),
                QT_TRANSLATE_NOOP("Settings", "It can be ended early, with the best model so far."),
                unit=QT_TRANSLATE_NOOP("Settings", " min"),
            ),
            SettingRow(
                "train.seed",
                QT_TRANSLATE_NOOP("Settings", "Random seed"),
                QT_TRANSLATE_NOOP("Settings", "The same seed on the same data gives the same order of examples."),
            ),
        ),
    ),
    (
        QT_TRANSLATE_NOOP("Settings", "Saving and memory"),
        (
            SettingRow(
                "autosave.seconds",
                QT_TRANSLATE_NOOP("Settings", "Save after"),
                QT_TRANSLATE_NOOP("Settings", "Labels are on the disk so long after a stroke at the latest."),
                unit=QT_TRANSLATE_NOOP("Settings", " s"),
            ),
            SettingRow(
                "versions.megabytes",
                QT_TRANSLATE_NOOP("Settings", "Disk space for versions"),
                QT_TRANSLATE_NOOP(
                    "Settings", "Earlier labels of the images, in each project; the oldest go first. 0 keeps none."
                ),
                unit=MB,
            ),
            SettingRow(
                "thumbnails.megabytes",
                QT_TRANSLATE_NOOP("Settings", "Disk space for thumbnails"),
                QT_TRANSLATE_NOOP(
                    "Settings", "Of the images of all folders; those not seen for longest go first. 0 keeps none."
                ),
                unit=MB,
            ),
            SettingRow(
                "memory.history",
                QT_TRANSLATE_NOOP("Settings", "Memory for undo"),
                QT_TRANSLATE_NOOP(
                    "Settings", "Of one image. The newest 20 edits are always kept, and so is the disk's."
                ),
                unit=MB,
            ),
            SettingRow(
                "memory.features",
                QT_TRANSLATE_NOOP("Settings", "Memory for Live"),
                QT_TRANSLATE_NOOP("Settings", "Keeps what Live sees in the images that come next, so they open ready."),
                unit=MB,
            ),
        ),
    ),
)

"""File table: what a person can do with folders, projects and files, one row each; see `action_table`."""

from __future__ import annotations

from app.language.marking import QT_TRANSLATE_NOOP
from app.window.action_row import FILE, Row

TABLE: tuple[Row, ...] = (
    Row("open_folder", QT_TRANSLATE_NOOP("Actions", "Open &folder of images…"), FILE, "Ctrl+O", "folder-open-outline"),
    Row("open_project", QT_TRANSLATE_NOOP("Actions", "Open &project…"), FILE, "Ctrl+Shift+O", "folder-star-outline"),
    Row(
        "unpack",
        QT_TRANSLATE_NOOP("Actions", "Open a pac&ked project…"),
        FILE,
        tip=QT_TRANSLATE_NOOP("Actions", "Unpacks a zip file that holds a project, and opens it"),
    ),
    Row("open_sample", QT_TRANSLATE_NOOP("Actions", "Open the &sample project: roads"), FILE, "", "flask-outline"),
    Row("open_nuclei", QT_TRANSLATE_NOOP("Actions", "Open the sample project: &cells"), FILE, "", "flask-outline"),
    Row(
        "save",
        QT_TRANSLATE_NOOP("Actions", "&Save now"),
        FILE,
        "Ctrl+S",
        "content-save-outline",
        needs="image",
        line=True,
    ),
    Row("save_elsewhere", QT_TRANSLATE_NOOP("Actions", "Save &unsaved labels to…"), FILE),
    Row(
        "import_labels",
        QT_TRANSLATE_NOOP("Actions", "&Import labels…"),
        FILE,
        "Ctrl+I",
        "import",
        needs="project",
        writes=True,
        tip=QT_TRANSLATE_NOOP("Actions", "Imports label maps that another program made"),
    ),
    Row(
        "import_file",
        QT_TRANSLATE_NOOP("Actions", "Import labels from a &file…"),
        FILE,
        needs="project",
        writes=True,
    ),
    Row("export", QT_TRANSLATE_NOOP("Actions", "&Export labels…"), FILE, "Ctrl+E", "export-variant", needs="project"),
    Row(
        "pack",
        QT_TRANSLATE_NOOP("Actions", "Pack the pro&ject…"),
        FILE,
        needs="project",
        tip=QT_TRANSLATE_NOOP("Actions", "Makes one zip file of the project, for another machine or another person"),
    ),
    Row(
        "merge_project",
        QT_TRANSLATE_NOOP("Actions", "&Merge another project…"),
        FILE,
        "",
        "merge",
        needs="project",
        writes=True,
        tip=QT_TRANSLATE_NOOP("Actions", "Takes over labels, classes and images of another project, or a packed one"),
    ),
    Row(
        "statistics",
        QT_TRANSLATE_NOOP("Actions", "S&tatistics of the labels…"),
        FILE,
        "",
        "chart-bar",
        needs="project",
        tip=QT_TRANSLATE_NOOP("Actions", "Pixels, shares and areas of each class in the project; table, chart and CSV"),
    ),
    Row("rescan", QT_TRANSLATE_NOOP("Actions", "&Look for new images"), FILE, "F5", "refresh", needs="project"),
    Row(
        "pages_are_channels",
        QT_TRANSLATE_NOOP("Actions", "&Grey pages are channels"),
        FILE,
        needs="project",
        writes=True,
        checkable=True,
        tip=QT_TRANSLATE_NOOP(
            "Actions",
            "Of a TIFF file that does not say what its pages are: off, each page is an image; on, all are one image",
        ),
    ),
    Row(
        "reload",
        QT_TRANSLATE_NOOP("Actions", "&Read this image again"),
        FILE,
        "Shift+F5",
        "reload",
        needs="image",
        tip=QT_TRANSLATE_NOOP(
            "Actions", "Reads the image and its labels from their files again, for example after a backup was restored"
        ),
    ),
    Row(
        "settings",
        QT_TRANSLATE_NOOP("Actions", "Se&ttings…"),
        FILE,
        "Ctrl+,",
        "cog-outline",
        line=True,
    ),
    Row("quit", QT_TRANSLATE_NOOP("Actions", "&Quit"), FILE, "Ctrl+Q", "", line=True),
)

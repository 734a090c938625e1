"""Action table: everything a person can do, one row each: text, shortcut, icon, menu."""

from __future__ import annotations

from dataclasses import dataclass

from app.commands.command_table import TABLE as COMMANDS
from app.language.marking import QT_TRANSLATE_NOOP
from app.tools.toolbox import grouped


@dataclass(frozen=True)
class Row:
    """One action.

    Attributes
    ----------
    text : str
        Source text of the context "Actions". What follows a ``|`` is the short text for buttons.
    keys : str
        Default shortcuts, separated by spaces.
    icon : str
        Name in the Material Design Icons font; empty for none.
    group : str
        Its radio group, if any.
    needs : str
        "project" or "image": what must be open for it to be enabled.
    line : bool
        Whether the menu has a line before it.
    tip : str
        What it does, for the tooltip, when its name does not say it.
    writes : bool
        Whether it changes the project.
    checkable : bool
        Whether it is a switch; actions of a group always are.
    """

    id: str
    text: str
    menu: str
    keys: str = ""
    icon: str = ""
    group: str = ""
    needs: str = ""
    line: bool = False
    tip: str = ""
    writes: bool = False
    checkable: bool = False


FILE, EDIT, LABELS, VIEW, TOOLS, MODEL, HELP = "File", "Edit", "Labels", "View", "Tools", "Model", "Help"
GO = "Go"
MENUS = {
    FILE: QT_TRANSLATE_NOOP("Actions", "&File"),
    EDIT: QT_TRANSLATE_NOOP("Actions", "&Edit"),
    LABELS: QT_TRANSLATE_NOOP("Actions", "&Labels"),
    VIEW: QT_TRANSLATE_NOOP("Actions", "&View"),
    TOOLS: QT_TRANSLATE_NOOP("Actions", "&Tools"),
    MODEL: QT_TRANSLATE_NOOP("Actions", "&Model"),
    GO: QT_TRANSLATE_NOOP("Actions", "&Go"),
    HELP: QT_TRANSLATE_NOOP("Actions", "&Help"),
}

TABLE: tuple[Row, ...] = (
    Row("open_folder", QT_TRANSLATE_NOOP("Actions", "Open &folder of images…"), FILE, "Ctrl+O", "folder-open-outline"),
    Row("open_project", QT_TRANSLATE_NOOP("Actions", "Open &project…"), FILE, "Ctrl+Shift+O", "folder-star-outline"),
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
    Row("export", QT_TRANSLATE_NOOP("Actions", "&Export labels…"), FILE, "Ctrl+E", "export-variant", needs="project"),
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
    Row("undo", QT_TRANSLATE_NOOP("Actions", "&Undo"), EDIT, "Ctrl+Z", "undo"),
    Row("redo", QT_TRANSLATE_NOOP("Actions", "&Redo"), EDIT, "Ctrl+Shift+Z Ctrl+Y", "redo"),
    Row(
        "history",
        QT_TRANSLATE_NOOP("Actions", "&History…"),
        EDIT,
        "Ctrl+Alt+Z",
        "history",
        needs="image",
        tip=QT_TRANSLATE_NOOP("Actions", "The edits of this image as a list to click in, and its versions on the disk"),
    ),
    Row(
        "done_next",
        QT_TRANSLATE_NOOP("Actions", "&Done, go to the next|Done"),
        EDIT,
        "Ctrl+Return Ctrl+Enter",
        "check-bold",
        needs="image",
        writes=True,
        line=True,
    ),
    Row(
        "done",
        QT_TRANSLATE_NOOP("Actions", "Mark as done / &reopen"),
        EDIT,
        "Ctrl+D",
        "check",
        needs="image",
        writes=True,
    ),
    Row(
        "done_selected",
        QT_TRANSLATE_NOOP("Actions", "Mark the selected &images as done"),
        EDIT,
        "Ctrl+Shift+D",
        "check-all",
        needs="project",
        writes=True,
        tip=QT_TRANSLATE_NOOP(
            "Actions",
            "Confirms the labels of all selected images as they are; select them in the list with Shift or Ctrl",
        ),
    ),
    Row(
        "review",
        QT_TRANSLATE_NOOP("Actions", "Re&view the done images"),
        EDIT,
        "F7",
        "clipboard-check-outline",
        needs="project",
        writes=True,
        line=True,
        tip=QT_TRANSLATE_NOOP("Actions", "Goes through the done images: accept each, or reject it with a note"),
    ),
    Row("accept", QT_TRANSLATE_NOOP("Actions", "A&ccept the labels"), EDIT, "F8", "", needs="image", writes=True),
    Row("reject", QT_TRANSLATE_NOOP("Actions", "Re&ject the labels…"), EDIT, "F9", "", needs="image", writes=True),
    Row(
        "flag",
        QT_TRANSLATE_NOOP("Actions", "&Flag / take the flag away"),
        EDIT,
        "F4",
        "flag-outline",
        needs="image",
        writes=True,
        tip=QT_TRANSLATE_NOOP("Actions", "Of the open image, or of all images that are selected in the list"),
    ),
    Row("note", QT_TRANSLATE_NOOP("Actions", "N&ote on this image"), EDIT, "F3", "", needs="image", writes=True),
    Row(
        "next",
        QT_TRANSLATE_NOOP("Actions", "&Next image"),
        EDIT,
        "D PgDown",
        "chevron-right",
        needs="project",
        line=True,
    ),
    Row("previous", QT_TRANSLATE_NOOP("Actions", "&Previous image"), EDIT, "A PgUp", "chevron-left", needs="project"),
    Row(
        "next_region",
        QT_TRANSLATE_NOOP("Actions", "Next &uncertain region"),
        EDIT,
        "N",
        "target",
        needs="project",
        tip=QT_TRANSLATE_NOOP(
            "Actions", "Zooms to where a correction is expected to help most: in this image first, then in the next one"
        ),
    ),
    Row(
        "previous_region",
        QT_TRANSLATE_NOOP("Actions", "Pre&vious uncertain region"),
        EDIT,
        "Shift+N",
        needs="project",
        tip=QT_TRANSLATE_NOOP("Actions", "Goes back to the region before this one"),
    ),
    Row("search", QT_TRANSLATE_NOOP("Actions", "Searc&h images"), EDIT, "Ctrl+L /", "magnify", needs="project"),
    *(
        Row(
            f"labels_{each.name}",
            each.text,
            LABELS,
            each.keys,
            each.icon,
            needs="image",
            line=each.line,
            tip=each.tip,
            writes=True,
        )
        for each in COMMANDS
    ),
    Row(
        "zoom_in",
        QT_TRANSLATE_NOOP("Actions", "Zoom &in"),
        VIEW,
        "Ctrl++ Ctrl+=",
        "magnify-plus-outline",
        needs="image",
    ),
    Row("zoom_out", QT_TRANSLATE_NOOP("Actions", "Zoom &out"), VIEW, "Ctrl+-", "magnify-minus-outline", needs="image"),
    Row(
        "zoom_fit",
        QT_TRANSLATE_NOOP("Actions", "&Fit to window"),
        VIEW,
        "Ctrl+F Ctrl+9",
        "fit-to-page-outline",
        needs="image",
    ),
    Row("zoom_full", QT_TRANSLATE_NOOP("Actions", "&100 %"), VIEW, "Ctrl+0", "numeric-1-box-outline", needs="image"),
    Row("view_overlay", QT_TRANSLATE_NOOP("Actions", "&Overlay"), VIEW, "O", "layers-outline", "view", line=True),
    Row("view_outlines", QT_TRANSLATE_NOOP("Actions", "Out&lines"), VIEW, "T", "vector-square", "view"),
    Row("view_image", QT_TRANSLATE_NOOP("Actions", "&Image only|Image"), VIEW, "S", "image-outline", "view"),
    Row(
        "view_heatmap",
        QT_TRANSLATE_NOOP("Actions", "&Heatmap of a class|Heatmap"),
        VIEW,
        "M",
        "gradient-vertical",
        "view",
    ),
    Row("view_uncertainty", QT_TRANSLATE_NOOP("Actions", "&Uncertainty"), VIEW, "U", "help-circle-outline", "view"),
    Row(
        "view_changes", QT_TRANSLATE_NOOP("Actions", "&Changes to the prediction|Changes"), VIEW, "C", "compare", "view"
    ),
    Row("view_cycle", QT_TRANSLATE_NOOP("Actions", "Next &view"), VIEW, "V", "eye-refresh-outline", needs="image"),
    Row(
        "view_legend",
        QT_TRANSLATE_NOOP("Actions", "Classes in the le&gend"),
        VIEW,
        "",
        "map-legend",
        checkable=True,
        tip=QT_TRANSLATE_NOOP("Actions", "Lists the classes and their colours in a corner of the image"),
    ),
    Row(
        "view_minimap",
        QT_TRANSLATE_NOOP("Actions", "Mini&map"),
        VIEW,
        "",
        "picture-in-picture-bottom-right",
        checkable=True,
        tip=QT_TRANSLATE_NOOP("Actions", "Shows the whole image in a corner while only a part of it is seen"),
    ),
    Row(
        "view_rulers",
        QT_TRANSLATE_NOOP("Actions", "Rule&rs"),
        VIEW,
        "Shift+U",
        "ruler-square",
        checkable=True,
        tip=QT_TRANSLATE_NOOP("Actions", "Shows rulers at the edges of the canvas; the View tab says in which unit"),
    ),
    Row(
        "compare_side",
        QT_TRANSLATE_NOOP("Actions", "Compare side b&y side|Side by side"),
        VIEW,
        "Shift+S",
        "compare-horizontal",
        "compare",
        line=True,
        tip=QT_TRANSLATE_NOOP("Actions", "Shows other labels beside yours; the View tab says which"),
    ),
    Row(
        "compare_swipe",
        QT_TRANSLATE_NOOP("Actions", "Compare with a s&wipe|Swipe"),
        VIEW,
        "Shift+W",
        "arrow-split-vertical",
        "compare",
        tip=QT_TRANSLATE_NOOP("Actions", "Shows other labels on the right of a line that you drag"),
    ),
    Row("theme_system", QT_TRANSLATE_NOOP("Actions", "Colours of the &system"), VIEW, "", "", "theme", line=True),
    Row("theme_dark", QT_TRANSLATE_NOOP("Actions", "&Dark colours"), VIEW, "", "", "theme"),
    Row("theme_light", QT_TRANSLATE_NOOP("Actions", "Li&ght colours"), VIEW, "", "", "theme"),
    Row("theme_contrast", QT_TRANSLATE_NOOP("Actions", "High c&ontrast"), VIEW, "", "", "theme"),
    *(
        Row(f"tool_{tool.name}", tool.text, TOOLS, tool.keys, tool.icon, "tool", line=tool is group[0], tip=tool.help)
        for group in grouped()
        for tool in group
    ),
    Row("brush_smaller", QT_TRANSLATE_NOOP("Actions", "S&maller brush"), TOOLS, "[", "", line=True),
    Row("brush_larger", QT_TRANSLATE_NOOP("Actions", "&Larger brush"), TOOLS, "]", ""),
    Row(
        "live",
        QT_TRANSLATE_NOOP("Actions", "&Live"),
        MODEL,
        "L",
        "lightning-bolt-outline",
        needs="project",
        writes=True,
        checkable=True,
        tip=QT_TRANSLATE_NOOP(
            "Actions",
            "Labels the rest of the image after each stroke, from what you have painted so far. Pixels that you painted"
            " or confirmed do not change; Undo takes back the stroke with all that followed from it.",
        ),
    ),
    Row(
        "predict",
        QT_TRANSLATE_NOOP("Actions", "&Predict this image"),
        MODEL,
        "Ctrl+P",
        "auto-fix",
        needs="image",
        line=True,
        writes=True,
    ),
    Row(
        "predict_all",
        QT_TRANSLATE_NOOP("Actions", "Predict &all images"),
        MODEL,
        "Ctrl+Shift+P",
        "auto-mode",
        needs="project",
        writes=True,
    ),
    Row("refine", QT_TRANSLATE_NOOP("Actions", "&Refine edges"), MODEL, "R", "blur", needs="image", writes=True),
    Row(
        "train",
        QT_TRANSLATE_NOOP("Actions", "Fine-&tune the model"),
        MODEL,
        "Ctrl+T",
        "school-outline",
        needs="project",
        writes=True,
    ),
    Row(
        "segment_network",
        QT_TRANSLATE_NOOP("Actions", "Choose the &network of click to segment…|Network of click to segment"),
        MODEL,
        "",
        "cursor-default-click-outline",
        line=True,
        tip=QT_TRANSLATE_NOOP(
            "Actions",
            "Two ONNX files of SAM, MobileSAM, SAM 2 or EfficientSAM: the image encoder and the prompt decoder",
        ),
    ),
    Row(
        "audit",
        QT_TRANSLATE_NOOP("Actions", "&Audit the labels"),
        MODEL,
        "Ctrl+Shift+A",
        "clipboard-search-outline",
        needs="project",
        line=True,
        tip=QT_TRANSLATE_NOOP(
            "Actions", "Lists corrected labels that look wrong to a model which has not seen them; it takes a while"
        ),
    ),
    Row(
        "palette",
        QT_TRANSLATE_NOOP("Actions", "&Find a command, class or image…"),
        GO,
        "Ctrl+K",
        "text-search",
        tip=QT_TRANSLATE_NOOP("Actions", "Type a few letters of what you want; Enter does it"),
    ),
    Row("go_canvas", QT_TRANSLATE_NOOP("Actions", "To the i&mage"), GO, "Alt+0", needs="project", line=True),
    Row("go_images", QT_TRANSLATE_NOOP("Actions", "To the &list of images"), GO, "Alt+1", needs="project"),
    Row("go_classes", QT_TRANSLATE_NOOP("Actions", "To the &classes"), GO, "Alt+2", needs="project"),
    Row("go_view", QT_TRANSLATE_NOOP("Actions", "To the tab &View"), GO, "Alt+3", needs="project"),
    Row("go_model", QT_TRANSLATE_NOOP("Actions", "To the tab &Model"), GO, "Alt+4", needs="project"),
    Row("go_refine", QT_TRANSLATE_NOOP("Actions", "To the tab &Refine"), GO, "Alt+5", needs="project"),
    Row("go_train", QT_TRANSLATE_NOOP("Actions", "To the tab &Train"), GO, "Alt+6", needs="project"),
    Row("go_on", QT_TRANSLATE_NOOP("Actions", "To the &next part of the window"), GO, "F6"),
    Row("go_back", QT_TRANSLATE_NOOP("Actions", "To the &previous part of the window"), GO, "Shift+F6"),
    Row("shortcuts", QT_TRANSLATE_NOOP("Actions", "&Keyboard shortcuts"), HELP, "F1 ?", "keyboard-outline"),
    Row("edit_shortcuts", QT_TRANSLATE_NOOP("Actions", "&Change shortcuts…"), HELP, "", "keyboard-settings-outline"),
    Row("hints", QT_TRANSLATE_NOOP("Actions", "Show all &hints"), HELP, "", "lightbulb-outline"),
    Row("hide_hints", QT_TRANSLATE_NOOP("Actions", "H&ide all hints"), HELP, "", "lightbulb-off-outline"),
    Row("log", QT_TRANSLATE_NOOP("Actions", "Open the &log folder"), HELP, "", "text-box-outline"),
    *(
        Row(f"class_{n}", QT_TRANSLATE_NOOP("Actions", "Class %1"), "", str(n % 10), needs="image")
        for n in range(1, 11)
    ),
    Row("class_ignore", QT_TRANSLATE_NOOP("Actions", "Class: ignore"), "", "-", needs="image"),
)

"""PromptWiring: gives click to segment its network: found in its folder, or chosen by the person."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFileDialog

from app.canvas.canvas import Canvas
from app.document.session import Session
from app.tools.click_segment import ClickSegmentTool
from app.window.actions import Actions
from app.window.banner import Banner
from segcore.errors import WeightsUnavailableError
from segcore.prompting.network_files import NetworkFiles, decoder_beside, files_in, prompting_folder

ENCODER, DECODER = "segment.encoder", "segment.decoder"


class PromptWiring(QObject):
    """The two files are settings; without them, a pair in `prompting_folder` is used."""

    def __init__(
        self,
        session: Session,
        actions: Actions,
        canvas: Canvas,
        neighbour: Callable[[str | None, int], tuple[str | None, int]],
        banner: Banner,
    ) -> None:
        super().__init__(canvas)
        self._session, self._canvas, self._neighbour, self._banner = session, canvas, neighbour, banner
        self._missing: WeightsUnavailableError | None = None  # as it was told
        tool = canvas.window().findChild(ClickSegmentTool)
        assert tool is not None
        self._tool: ClickSegmentTool = tool
        self._tool.files, self._tool.following = self.files, self._following
        self._tool.files_needed.connect(self._tell)
        canvas.tool_changed.connect(lambda _: None if canvas.tool is tool else self._take_back())
        actions["segment_network"].triggered.connect(lambda _=False: self.choose())

    def files(self) -> NetworkFiles | None:
        """Return the files of the network; None when there are none."""
        settings = self._session.settings
        if settings[ENCODER] and settings[DECODER]:
            return NetworkFiles(Path(settings[ENCODER]), Path(settings[DECODER]))
        return files_in(prompting_folder())

    def choose(self) -> None:
        """Ask for the encoder, and for the decoder unless it lies beside it under the same name."""
        encoder = self._ask(self.tr("Image encoder of SAM, MobileSAM, SAM 2 or EfficientSAM"), prompting_folder())
        if encoder is None:
            return
        decoder = decoder_beside(encoder) or self._ask(self.tr("Prompt decoder of the same network"), encoder.parent)
        if decoder is not None:
            self.use(NetworkFiles(encoder, decoder))

    def use(self, files: NetworkFiles) -> None:
        """Remember these files, and take the tool in hand."""
        settings = self._session.settings
        settings[ENCODER], settings[DECODER] = (str(path) for path in files)
        self._take_back()
        self._tool.look_again()
        self._tool.message.emit(self.tr("Click to segment uses {name}.").format(name=files.encoder.name))

    def _ask(self, title: str, folder: Path) -> Path | None:
        start = folder if folder.is_dir() else Path.home()
        chosen, _ = QFileDialog.getOpenFileName(
            self._canvas.window(), title, str(start), self.tr("ONNX networks (*.onnx)")
        )
        return Path(chosen) if chosen else None

    def _following(self) -> Path | None:
        document = self._session.document
        if document.project is None:
            return None
        following, _ = self._neighbour(document.image_id, 1)
        return None if following is None else document.project.image_path(following)

    def _take_back(self) -> None:
        """Hide what was told about missing files, when they are there or another tool is in hand."""
        if self._missing is not None:
            self._banner.take_back(self._missing)

    def _tell(self) -> None:
        self._missing = WeightsUnavailableError(
            self.tr(
                "Click to segment needs a network of the SAM family: two ONNX files, the image encoder and the prompt"
                " decoder."
            ),
            self.tr(
                "Put NAME.encoder.onnx and NAME.decoder.onnx into {folder}, or choose them in the menu Model."
                " docs/models.md says where such files come from."
            ).format(folder=prompting_folder()),
        )
        self._banner.show_error(self._missing)

"""PolicyMenu: which pixels the tools may change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PySide6.QtWidgets import QMenu, QWidget

from app.appearance.plain_text import as_caption, as_tip
from app.document.document import Document
from segcore.labels.classes import IGNORE_INDEX


class PolicyMenu(QMenu):
    """Everything, what nobody has checked, or some classes only; the last two may be combined."""

    def __init__(self, document: Document, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setToolTipsVisible(True)
        self._document = document
        self.aboutToShow.connect(self.fill)

    def caption(self) -> str:
        """Return what may be painted over, for a button."""
        policy, classes = self._document.policy, self._document.classes
        if policy.over is None or classes is None:
            what = self.tr("unchecked pixels") if policy.only_free else self.tr("everything")
        else:
            if len(policy.over) == 1:
                known = classes.find(min(policy.over))
                what = known.name if known is not None else self.tr("unlabelled")
            else:
                what = self.tr("{n} classes").format(n=len(policy.over))
            if policy.only_free:
                what = self.tr("{what}, unchecked").format(what=what)
        return self.tr("Paint over: {what}").format(what=what)

    def fill(self) -> None:
        """Show what is chosen now."""
        self.clear()
        document = self._document
        policy = document.policy
        self._add(
            self.tr("Everything"),
            policy.over is None and not policy.only_free,
            lambda _: document.set_policy(replace(document.policy, over=None, only_free=False)),
        )
        self._add(
            self.tr("Only unchecked pixels"),
            policy.only_free,
            lambda on: document.set_policy(replace(document.policy, only_free=on)),
            self.tr("What you painted or confirmed stays; unlabelled and predicted pixels may change"),
        )
        self.addSeparator()
        self.addAction(self.tr("Only over:")).setEnabled(False)
        rows = [(IGNORE_INDEX, self.tr("Unlabelled"))]
        rows += [(c.index, c.name) for c in document.classes or ()]
        for value, name in rows:
            chosen = policy.over is not None and value in policy.over
            self._add(name, chosen, lambda on, v=value: self._choose(v, on))

    def _add(self, text: str, checked: bool, choose: Callable[..., None], tip: str = "") -> None:
        action = self.addAction(as_caption(text))
        action.setCheckable(True)
        action.setChecked(checked)
        action.setToolTip(as_tip(tip or text))
        action.triggered.connect(choose)

    def _choose(self, value: int, on: bool) -> None:
        policy = self._document.policy
        now = policy.over or frozenset()
        self._document.set_policy(replace(policy, over=(now | {value} if on else now - {value}) or None))

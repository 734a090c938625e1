"""Opening torch's libraries ahead of the import."""

import subprocess
import sys
from pathlib import Path

from app.jobs.torch_preload import open_torch_libraries

ROOT = Path(__file__).resolve().parents[3]


def test_it_opens_them_without_importing_and_the_import_works():
    code = (
        "import sys; from app.jobs.torch_preload import open_torch_libraries as f; opened = f();"
        "assert opened == sys.platform.startswith('linux'), opened; assert 'torch' not in sys.modules;"
        "import torch; assert float(torch.ones(2).sum()) == 2.0; assert f() is False;"
        "bindings = sys.modules.get('cuda.bindings'); assert bindings is None or torch.cuda.is_available(), bindings"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT, timeout=120)


def test_without_torch_it_is_no_error(monkeypatch):
    monkeypatch.delitem(sys.modules, "torch", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    assert open_torch_libraries() is False

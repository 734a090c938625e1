"""Entry point of the standalone build: `maskwright …`, or ``-m MODULE …`` as Python takes it.

Training, keep learning and the CRF run in processes of ``sys.executable``, which is this program itself here.
"""

from __future__ import annotations

import runpy
import sys

if __name__ == "__main__":
    if sys.argv[1:2] == ["-m"] and sys.argv[2:3] and sys.argv[2].split(".")[0] == "segcore":
        module = sys.argv[2]
        del sys.argv[1:3]
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    else:
        from app.__main__ import main

        sys.exit(main())

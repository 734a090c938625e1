"""``python -m segcore``: the headless command line without the desktop."""

from segcore.cli import main

if __name__ == "__main__":
    raise SystemExit(main())

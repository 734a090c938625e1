"""Tools: one file a tool; `toolbox` lists them."""

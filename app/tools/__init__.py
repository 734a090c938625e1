"""What the pointer can do: one small file a tool."""

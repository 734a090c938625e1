"""The desktop: Qt, thin."""

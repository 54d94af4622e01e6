"""A draft out to a desktop GIS and back: what comes back is compared border by border and taken in as edits."""

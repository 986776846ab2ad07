"""Why units are dead or no use: causes, each from recorded evidence."""

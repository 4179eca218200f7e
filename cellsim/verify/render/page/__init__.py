"""Parts of the html report: sections, plots, the scene of the replay, and its style and script."""

"""A cell and its timeline in the browser, through viser (extra `view`)."""

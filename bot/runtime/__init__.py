"""What runs: the composition root, the processes, the clock, the web server."""

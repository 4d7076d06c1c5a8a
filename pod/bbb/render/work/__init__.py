"""One recording encoded by several processes, segment by segment."""
